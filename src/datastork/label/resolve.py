"""Turn votes into labels."""

from typing import TYPE_CHECKING, Any, Literal

from datastork.core import Findings, Frame, step
from datastork.core.findings import Table, plural
from datastork.core.questions import MAIN, REGIONS
from datastork.store.columns import put, take

if TYPE_CHECKING:
    import pyarrow as pa

    from datastork.label._resolve.outcome import Outcome

SHOWN = 20  # rows of a table

Method = Literal["auto", "majority", "wawa", "one_coin", "dawid_skene", "glad", "mace"]


@step(version=2)
def resolve(
    frame: Frame,
    *,
    question: str = MAIN,
    method: Method = "auto",
    kind: str | None = None,
    labels: list[str] | None = None,
    unlabelled: Literal["keep", "drop"] = "keep",
    threshold: float = 0.5,
) -> tuple[Frame, Findings]:
    """Turn the votes on a question into labels, each with its probability.

    Votes are those that came with the samples and those of people, crowds and models; a decision of a reviewer
    settles its sample. An annotator who gives the same answer twice counts once. A sample nobody voted on keeps the
    label it has, if any.

    Classes (choice, taxonomy, open): by "majority" each vote counts with its confidence (one without counts 1), the
    probability is the weight of the winning value divided by the number of votes: 1.0 where all agree and are sure,
    0.6 for a single vote with confidence 0.6; a tie, by any method or of two reviewers' decisions, gives no label.
    The other methods estimate how far each annotator can be trusted: "wawa" (agreement with the majority as
    weight), "one_coin" (one accuracy each), "dawid_skene" (a confusion matrix each, shrunk to the crowd's; Dawid
    and Skene 1979), "glad" (difficulty of samples; Whitehill 2009), "mace" (spammers; Hovy 2013). "auto" takes what
    predicts held-out votes best, and says so; where fewer than ten samples have three votes it is the majority. The
    majority is always shown beside it (`label_majority`), and every possible value with its probability
    (`label_posterior`).

    Tags (several labels at once) fill `labels`: each class is voted on by itself. Regions (boxes, polygons, masks,
    keypoints, spans, events, frames, tracks) are matched between annotators and fused; each has the probability that
    it is there. Texts are aligned word by word (ROVER; Fiscus 1997), ratings give their weighted median,
    preferences a strength for each sample (Bradley and Terry 1952). These fill a column of the kind's name where
    the question is "label", else of the question's.

    A vote for a value that is not one of `labels` drops the sample, so that a misspelt label is found and not
    learned; so does a vote that is no answer of the question's kind.

    question: the question of the recipe's [label] table; "label" is the main one
    method: how votes on classes are weighed, as above
    kind: the kind of question ("choice", "boxes", …); null takes it from the recipe
    labels: the closed set of labels; null takes them from the recipe, and accepts all where that has none
    unlabelled: whether a sample without a label, for want of votes or by a tie, is kept with an empty label
        or dropped
    threshold: the probability from which a tag or a region is taken over (0 to 1)

    Raises BuildError where a confidence is not between 0 and 1, and where no vote is an answer of the kind.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    from datastork.label._resolve.ballots import ballots

    name = question
    types = {name: "string", f"{name}_probability": "float64"} if (kind or "choice") not in ("tags", *REGIONS) else {}
    table = take(frame, "votes", **(types if name in frame.column_names or name == MAIN else {}))
    lines = ballots(table, question)
    outcome = _resolved(table, lines, name, kind or "choice", method, labels, threshold)
    changed: dict[str, Any] = {"id": table["id"], **outcome.columns}
    reason = pa.nulls(table.num_rows, pa.string()) if outcome.reason is None else outcome.reason
    evidence = pa.nulls(table.num_rows, pa.float64())
    if unlabelled == "drop":
        missing = pa.array(~outcome.labelled)
        why = pa.array(outcome.unlabelled, pa.string())
        bare = pc.and_(missing, pc.is_null(reason))
        if outcome.evidence is not None:
            evidence = pc.if_else(bare, outcome.evidence, evidence)
        reason = pc.if_else(bare, why, reason)
    changed["drop_reason"], changed["drop_evidence"] = reason, evidence
    return put(frame, pa.table(changed)), _findings(outcome, lines, table, name, kind or "choice")


def _resolved(
    table: "pa.Table",
    lines: "pa.Table",
    name: str,
    kind: str,
    method: str,
    labels: list[str] | None,
    threshold: float,
) -> "Outcome":
    from datastork.label._resolve.ballots import settled
    from datastork.label._resolve.classes import resolve_classes

    if kind in ("choice", "open") or (kind == "taxonomy" and not _several(lines)):
        return resolve_classes(lines, _before(table, name), name=name, method=method, labels=labels)
    lines = settled(lines)
    if kind in ("tags", "taxonomy"):
        from datastork.label._resolve.tags import resolve_tags

        return resolve_tags(lines, table.num_rows, name=name, method=method, labels=labels, threshold=threshold)
    if kind in REGIONS:
        from datastork.label._resolve.fused import resolve_regions

        return resolve_regions(lines, table, name=name, kind=kind, labels=labels, threshold=threshold)
    from datastork.label._resolve.values import resolve_values

    return resolve_values(lines, table, name=name, kind=kind)


def _several(lines: "pa.Table") -> bool:
    """Whether a taxonomy is answered with lists of classes."""
    import pyarrow.compute as pc

    return bool(pc.any(pc.starts_with(lines["value"], "[")).as_py())


def _before(table: "pa.Table", name: str) -> "pa.Table":
    """Return `id`, `label` and `label_probability` as they were: what samples nobody voted on keep."""
    import pyarrow as pa

    count = table.num_rows
    label = table[name] if name in table.column_names else pa.nulls(count, pa.string())
    sure = f"{name}_probability"
    probability = table[sure] if sure in table.column_names else pa.nulls(count, pa.float64())
    return pa.table({"id": table["id"], "label": label, "label_probability": probability})


def _findings(outcome: "Outcome", lines: "pa.Table", table: "pa.Table", name: str, kind: str) -> Findings:
    """Say how many votes became how many labels, and how."""
    import numpy as np
    import pyarrow.compute as pc

    people = lines.select(["row", "annotator"]).group_by(["row", "annotator"]).aggregate([])
    voted = len(pc.unique(people["row"]))
    numbers = {
        "votes": lines.num_rows,
        "annotators": len(pc.unique(lines["annotator"])),
        "samples_voted_on": voted,
        "annotators_per_sample": round(people.num_rows / voted, 3) if voted else 0.0,
        "labelled": int(np.count_nonzero(outcome.labelled)),
        "decided_by_reviewers": len(pc.unique(lines.filter(lines["decides"])["row"])),
        "method": outcome.method,
        **outcome.numbers,
    }
    said = (
        f"{plural(lines.num_rows, 'vote')} of {plural(numbers['annotators'], 'annotator')}"
        f" on {plural(voted, 'sample')}, by {outcome.method}."
    )
    tables = [*outcome.tables]
    if pc.any(pc.is_valid(lines["seconds"])).as_py():
        timed = lines.filter(pc.is_valid(lines["seconds"])).group_by("annotator")
        spans = timed.aggregate([("seconds", "approximate_median"), ("seconds", "count")])
        spans = spans.sort_by([("seconds_count", "descending"), ("annotator", "ascending")]).slice(0, SHOWN)
        rows = [
            (one["annotator"], one["seconds_count"], round(one["seconds_approximate_median"], 2))
            for one in spans.to_pylist()
        ]
        tables.append(Table("Active seconds a vote", ("annotator", "votes", "median seconds"), rows, "median seconds"))
    return Findings(
        f"Consensus: {name}",
        sentences=[said, *outcome.sentences],
        warnings=outcome.warnings,
        numbers=numbers,
        tables=tables,
    )


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
