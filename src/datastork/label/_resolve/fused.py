"""Regions: matched between annotators and fused, each with the probability that it is there."""

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

from datastork.core.answers import from_text
from datastork.core.answers.regions import region_problems
from datastork.core.errors import BuildError, DataError
from datastork.core.findings import Table
from datastork.core.nearest import did_you_mean
from datastork.core.questions import MAIN
from datastork.label._resolve.ballots import voters
from datastork.label._resolve.outcome import Outcome

if TYPE_CHECKING:
    import pyarrow as pa

    from datastork.consensus.structured.matching.answer import Answer, Fused

SHOWN = 20  # rows of a table


def resolve_regions(
    lines: "pa.Table", table: "pa.Table", *, name: str, kind: str, labels: list[str] | None, threshold: float
) -> Outcome:
    """Return the regions of each row that are there with a probability of at least `threshold`.

    Column: the kind (or the question's name): a list of structs with the fields of the kind, `probability`,
    `annotators` (how many marked it) and `spread` (how far they lay apart, 0 to 1). Where one annotator marked a
    sample, regions are as drawn, with that annotator's confidence.
    """
    import numpy as np
    import pyarrow as pa

    count = table.num_rows
    samples, problems = answers_of(lines, kind, count, labels)
    fusion = _fusion(kind, samples, problems)
    voted = np.array([bool(answers) for answers in samples], dtype=bool)
    kept: list[list[dict[str, Any]] | None] = [None] * count
    doubtful = 0
    for at, found in zip(np.flatnonzero(voted), fusion.samples, strict=True):
        sure = [one for one in found if _sure(one, samples[at]) >= threshold - 1e-9]
        doubtful += len(found) - len(sure)
        kept[at] = [_row(one, kind, samples[at]) for one in sure]
    column = kind if name == MAIN else name
    regions = sum(len(one) for one in kept if one)
    outcome = Outcome(columns={}, labelled=voted, method="matching and fusion")
    outcome.columns = {
        column: pa.array(kept, pa.list_(region_type(kind))),
        "annotators" if name == MAIN else f"{name}_annotators": voters(lines, count),
    }
    outcome.numbers = {"regions": regions, "regions_below_threshold": doubtful, "threshold": threshold}
    outcome.sentences = [
        f"{regions:,} {kind} are there with a probability of {threshold:g} and more; {doubtful:,} are not taken over."
    ]
    if len(fusion.skills) > 1:
        rows = [
            (who, round(float(skill.recall), 3), round(float(skill.precision), 3))
            for who, skill in sorted(fusion.skills.items())[:SHOWN]
        ]
        caption = "Annotators: how much of what is there they mark, and how much of what they mark is there"
        outcome.tables = [Table(caption, ("annotator", "recall", "precision"), rows, "recall")]
    outcome.unlabelled = np.full(count, "no votes")
    outcome.reason = pa.array(problems, pa.string())
    return outcome


def answers_of(
    lines: "pa.Table", kind: str, count: int, labels: list[str] | None
) -> "tuple[list[list[Answer]], list[str | None]]":
    """Return the answers about each row, and for each row in words what is wrong with one: a bad vote, a wrong label.

    A vote that is no answer of the kind costs its own row. Raises BuildError where every vote is none.
    """
    from datastork.consensus.structured.matching.answer import Answer

    samples: list[list[Answer]] = [[] for _ in range(count)]
    problems: list[str | None] = [None] * count
    known = set(labels) if labels is not None else None
    bad = 0
    for line in lines.select(["row", "annotator", "value", "weight"]).to_pylist():
        row = line["row"]
        try:
            value = _regions(kind, line["value"])
        except DataError as error:
            bad += 1
            problems[row] = problems[row] or f"the vote of {line['annotator']!r} cannot be used: {error.message}"
            if bad == lines.num_rows:
                raise BuildError(str(problems[row]), hint="is the question of the kind that was voted on?") from error
            continue
        for one in value:
            label = one.get("label")
            if known is not None and label not in known and problems[row] is None:
                near = did_you_mean(str(label), labels or [])
                problems[row] = f"label '{label}' is not one of the dataset's labels{near}"
        samples[row].append(Answer(line["annotator"], value, line["weight"]))
    return samples, problems


def _fusion(kind: str, samples: "list[list[Answer]]", problems: list[str | None]) -> Any:
    """Fuse the answers; those about a sample that cannot be (masks of two sizes) are emptied and told in `problems`."""
    fuse_all = import_module(f"datastork.consensus.structured.{kind}").fuse_all
    try:
        return fuse_all([answers for answers in samples if answers])
    except DataError:
        for at, answers in enumerate(samples):
            try:
                fuse_all([answers] if answers else [])
            except DataError as error:
                problems[at] = problems[at] or f"its {kind} cannot be fused: {error.message}"
                samples[at] = []
    return fuse_all([answers for answers in samples if answers])


def _regions(kind: str, text: str) -> list[dict[str, Any]]:
    """Return the regions of a vote. Raises DataError where it is no answer."""
    value = from_text(kind, text)
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise DataError(f"it is no list of {kind}: {text[:80]!r}")
    for at, one in enumerate(value, start=1):
        problems = region_problems(kind, one, {})
        if problems:
            raise DataError(f"{at}: {problems[0]}")
    return value


def _sure(one: "Fused", answers: "list[Answer]") -> float:
    return answers[0].weight if len(answers) == 1 else one.probability


def _row(one: "Fused", kind: str, answers: "list[Answer]") -> dict[str, Any]:
    """Return a fused region as the struct of its column."""
    made = {field.name: one.region.get(field.name) for field in region_type(kind)}
    extra = dict(one.region.get("attributes") or {})
    if one.region.get("iscrowd"):
        extra["iscrowd"] = True
    made["attributes"] = json.dumps(extra, ensure_ascii=False, sort_keys=True) if extra else None
    made["probability"] = round(_sure(one, answers), 6)
    made["annotators"], made["spread"] = one.annotators, round(one.spread, 6)
    return made


def region_type(kind: str) -> "pa.StructType":
    """Return the Arrow type of one region of a kind in the table of samples."""
    import pyarrow as pa

    number, whole, text = pa.float64(), pa.int64(), pa.string()
    rectangle = [(name, number) for name in ("x", "y", "width", "height")]
    keyframe = pa.struct(
        [("frame", whole), ("time", number), *rectangle, ("outside", pa.bool_()), ("occluded", pa.bool_())]
    )
    point = pa.struct([("name", text), ("x", number), ("y", number), ("visible", pa.int8())])
    own: dict[str, list[tuple[str, Any]]] = {
        "boxes": [*rectangle, ("rotation", number)],
        "polygons": [("points", pa.list_(pa.list_(number)))],
        "masks": [("size", pa.list_(whole)), ("counts", pa.list_(whole))],
        "keypoints": [("points", pa.list_(point))],
        "spans": [("start", whole), ("end", whole)],
        "events": [("onset", number), ("offset", number), ("low", number), ("high", number)],
        "frames": [("start", whole), ("end", whole), ("onset", number), ("offset", number)],
        "tracks": [("track", whole), ("keyframes", pa.list_(keyframe))],
    }
    ends: list[tuple[str, Any]] = [
        ("attributes", text),
        ("probability", number),
        ("annotators", whole),
        ("spread", number),
    ]
    return pa.struct([("label", text), *own[kind], *ends])
