"""Annotators in figures: how much, how fast, how right on gold, how like the others, and what they earn an hour."""

from typing import TYPE_CHECKING, Any

from datastork.app.judging.doubts import is_compared
from datastork.app.judging.gold import first_answers
from datastork.app.judging.right import is_right
from datastork.core.answers import from_text
from datastork.core.labelling import LabelPlan
from datastork.core.questions import Question

if TYPE_CHECKING:
    import pyarrow as pa

    from datastork.store.votes import VoteStore


def annotators(
    table: "pa.Table", plan: LabelPlan, store: "VoteStore", likeness: dict[str, float] | None = None
) -> list[dict[str, Any]]:
    """Return one record per annotator, those with most answers first. `seconds` are active ones per sample.

    `alike`: the share of this annotator's plain answers that another one gave too, over samples with several; of
    regions and texts what `likeness` says (F1, or 1 minus the word error rate, against what the others come to).
    `again`: the share of samples seen a second time that were answered the same way, as gold questions are right.
    """
    import numpy as np
    import pyarrow.compute as pc

    first = table.filter(pc.and_(pc.equal(table["repeat"], 0), pc.invert(table["decides"])))
    main = first.filter(pc.equal(first["question"], plan.main.name))
    right = _gold(plan, store)
    alike, again = _alike(main) if likeness is None else likeness, _again(table, plan.main)
    roles = {one.name: (one.role, one.disabled) for one in store.people.list()}
    found = []
    for name in pc.unique(main["annotator"]).to_pylist():
        own = main.filter(pc.equal(main["annotator"], name))
        seconds = own["seconds"].drop_null().to_numpy()
        role, disabled = roles.get(name, ("annotator", False))
        asked = right.get(name, (0, 0))
        found.append(
            {
                "annotator": name,
                "role": role,
                "disabled": disabled,
                "answers": own.num_rows - own["value"].null_count,
                "skips": own["skipped"].length() - own["skipped"].null_count,
                "seconds": {
                    "median": float(np.median(seconds)) if len(seconds) else None,
                    "p75": float(np.quantile(seconds, 0.75)) if len(seconds) else None,
                },
                "gold": {"right": asked[0], "asked": asked[1], **_wilson(*asked)},
                "alike": alike.get(name),
                "again": again.get(name),
                "last": max((at.isoformat() for at in own["created_at"].to_pylist()), default=None),
            }
        )
    return sorted(found, key=lambda one: (-one["answers"], one["annotator"]))


def pay(people: list[dict[str, Any]], plan: LabelPlan) -> dict[str, Any]:
    """Return what annotators effectively earn an hour: `per_vote` over the median of active seconds per sample.

    Half of them earn less than by the median of their own; `hourly_p75` is what the slower quarter of samples pays,
    the figure to plan by. Source: Prolific's payment principles use the median; research on planned pay the 75th
    percentile.
    """
    told: dict[str, Any] = {
        "wanted": plan.hourly,
        "per_vote": plan.per_vote,
        "currency": plan.currency,
        "annotators": [],
    }
    medians = [one["seconds"]["median"] for one in people if one["role"] != "model" and one["seconds"]["median"]]
    for one in people:
        median, p75 = one["seconds"]["median"], one["seconds"]["p75"]
        told["annotators"].append(
            {
                "annotator": one["annotator"],
                "hourly": _hourly(plan.per_vote, median),
                "hourly_p75": _hourly(plan.per_vote, p75),
                "hours": None if not median else one["answers"] * median / 3600,
            }
        )
    middle = sorted(medians)[len(medians) // 2] if medians else None
    told["hourly"] = _hourly(plan.per_vote, middle)
    told["fair"] = None if told["hourly"] is None or plan.hourly is None else told["hourly"] >= plan.hourly
    # what a vote would have to pay for the wanted wage, from the slower quarter of annotators
    slow = sorted(one["seconds"]["p75"] for one in people if one["role"] != "model" and one["seconds"]["p75"])
    told["per_vote_wanted"] = plan.hourly * slow[len(slow) // 2] / 3600 if plan.hourly and slow else None
    return told


def _hourly(per_vote: float | None, seconds: float | None) -> float | None:
    return per_vote * 3600 / seconds if per_vote is not None and seconds else None


def _gold(plan: LabelPlan, store: "VoteStore") -> dict[str, tuple[int, int]]:
    """Return (right, asked) of gold questions by annotator; what they answered before they were taught counts."""
    found: dict[str, tuple[int, int]] = {}
    for gold in store.gold.list():
        question = plan.question(gold.question)
        if question is None:
            continue
        for annotator, value in first_answers(store, gold.sample, question).items():
            right, asked = found.get(annotator, (0, 0))
            found[annotator] = (right + is_right(question, value, gold.value), asked + 1)
    return found


def _wilson(right: int, asked: int, z: float = 1.96) -> dict[str, float | None]:
    """Return a share with its 95 % interval (Wilson 1927, the score interval)."""
    if not asked:
        return {"share": None, "low": None, "high": None}
    share = right / asked
    middle = (share + z * z / (2 * asked)) / (1 + z * z / asked)
    half = z * ((share * (1 - share) + z * z / (4 * asked)) / asked) ** 0.5 / (1 + z * z / asked)
    return {"share": share, "low": middle - half, "high": middle + half}


def _alike(main: "pa.Table") -> dict[str, float]:
    """Return how often each annotator's answers are those of the others on the same samples."""
    import numpy as np
    import pyarrow.compute as pc

    part = main.filter(pc.is_valid(main["value"]))
    if not part.num_rows:
        return {}
    codes, names = {}, {}
    for column in ("sample", "annotator", "value"):
        found = part[column].combine_chunks().dictionary_encode()
        codes[column] = found.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        names[column] = found.dictionary.to_pylist()
    many = len(names["value"])
    total = np.bincount(codes["sample"])[codes["sample"]]
    cell = codes["sample"] * many + codes["value"]
    _, place, count = np.unique(cell, return_inverse=True, return_counts=True)
    several = total > 1
    share = (count[place] - 1)[several] / (total - 1)[several]
    who = codes["annotator"][several]
    sums = np.bincount(who, share, len(names["annotator"]))
    counts = np.bincount(who, minlength=len(names["annotator"]))
    return {name: float(sums[at] / counts[at]) for at, name in enumerate(names["annotator"]) if counts[at]}


def _again(table: "pa.Table", question: Question) -> dict[str, dict[str, float]]:
    """Return how often annotators answered a repeated sample as they did before."""
    import pyarrow.compute as pc

    part = table.filter(pc.and_(pc.equal(table["question"], question.name), pc.invert(table["decides"])))
    later = part.filter(pc.greater(part["repeat"], 0))
    if not later.num_rows:
        return {}
    held = part.filter(pc.and_(pc.equal(part["repeat"], 0), pc.is_in(part["sample"], pc.unique(later["sample"]))))
    columns = ["sample", "annotator", "value"]
    before = {(row["sample"], row["annotator"]): row["value"] for row in held.select(columns).to_pylist()}
    found: dict[str, dict[str, float]] = {}
    for row in later.select(columns).to_pylist():
        earlier = before.get((row["sample"], row["annotator"]))
        if earlier is None or row["value"] is None:
            continue
        told = found.setdefault(row["annotator"], {"same": 0, "seen": 0})
        same = earlier == row["value"]
        if not same and is_compared(question):
            same = is_right(question, from_text(question.kind, row["value"]), from_text(question.kind, earlier))
        told["same"] += same
        told["seen"] += 1
    return found
