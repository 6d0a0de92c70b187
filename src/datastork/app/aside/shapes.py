"""Agreement and confusion where answers are regions or texts, as the owner sees them."""

from typing import TYPE_CHECKING, Any

from datastork.consensus.agreement.bootstrap import Estimate
from datastork.consensus.agreement.mistaken import mistaken_labels, mistaken_words
from datastork.consensus.agreement.regions import region_agreement
from datastork.consensus.agreement.wording import word_agreement
from datastork.consensus.structured.matching.answer import Answer
from datastork.consensus.structured.texts import Written
from datastork.core.answers import from_text
from datastork.core.questions import REGIONS, Question

if TYPE_CHECKING:
    import pyarrow as pa

COMPARED = 1000  # samples with several answers that are compared; of more, every so many-th
REPLICATES = 500
UNKNOWN = Estimate(float("nan"), float("nan"), float("nan"))

Told = dict[str, Any]


def shapes(table: "pa.Table", question: Question) -> tuple[Told, list[Told], dict[str, float]]:
    """Return agreement, confusion and the likeness of each annotator to the others, for regions or texts.

    Agreement has the keys of plain questions: `percent` is F1 of two annotators by the main criterion of the kind (the
    share of regions that the other marked too), or 1 minus the word error rate; `krippendorff` is known for stretches
    of text or time only; `again` of a class is its F1. `measure` says which it is ("f1" or "words"); `f1` has all
    criteria, `errors`, `characters` and `equal` are those of texts, `ceiling` is one annotator against what the others
    come to, `compared` how many of the `items` with several answers were looked at.
    """
    samples, items = several(table, question)
    told: Told = {"items": items, "votes": answered(table, question).num_rows, "classes": []}
    told |= {"measure": "f1" if question.kind in REGIONS else "words", "compared": len(samples)}
    if not samples:
        return told, [], {}
    if question.kind in REGIONS:
        return _regions(samples, question.kind, told)
    return _texts(samples, told)


def answered(table: "pa.Table", question: Question) -> "pa.Table":
    """Return the first answers of annotators to a question: no repeats, no decisions, no skips."""
    import pyarrow.compute as pc

    mask = pc.and_(pc.equal(table["question"], question.name), pc.is_valid(table["value"]))
    return table.filter(pc.and_(mask, pc.and_(pc.equal(table["repeat"], 0), pc.invert(table["decides"]))))


def several(table: "pa.Table", question: Question) -> tuple[list[list[tuple[str, Any]]], int]:
    """Return (annotator, answer) of samples with two answers or more, at most 1,000 of them, and how many there are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    part = answered(table, question).select(["sample", "annotator", "value"])
    counts = part.group_by("sample").aggregate([("annotator", "count")])
    names = counts.filter(pc.greater(counts["annotator_count"], 1))["sample"].to_pylist()
    shown = sorted(names)[:: max(1, -(-len(names) // COMPARED))]
    found: dict[str, list[tuple[str, Any]]] = {name: [] for name in shown}
    for row in part.filter(pc.is_in(part["sample"], pa.array(shown, pa.string()))).to_pylist():
        found[row["sample"]].append((row["annotator"], from_text(question.kind, row["value"])))
    return list(found.values()), len(names)


def _regions(samples: list[list[tuple[str, Any]]], kind: str, told: Told) -> tuple[Told, list[Told], dict[str, float]]:
    answers = [[Answer(who, regions) for who, regions in sample] for sample in samples]
    found = region_agreement(kind, answers, replicates=REPLICATES)
    told |= {
        "main": found.main,
        "percent": interval(found.scores[found.main]),
        "krippendorff": interval(found.alpha or UNKNOWN),
        "gwet": interval(UNKNOWN),
        "f1": {name: interval(one) for name, one in found.scores.items()},
        "ceiling": interval(found.ceiling),
        "classes": [
            {"class": one.label, "votes": one.regions, "again": interval(one.f1), "alpha": interval(UNKNOWN)}
            for one in found.labels
        ],
    }
    confused = mistaken_labels(kind, [[regions for _, regions in sample] for sample in samples])
    return told, _confusion(confused), {name: f1 for name, (_, f1) in found.each.items()}


def _texts(samples: list[list[tuple[str, Any]]], told: Told) -> tuple[Told, list[Told], dict[str, float]]:
    found = word_agreement([[Written(who, text) for who, text in sample] for sample in samples], replicates=REPLICATES)
    told |= {
        "percent": interval(_turned(found.errors)),
        "krippendorff": interval(UNKNOWN),
        "gwet": interval(UNKNOWN),
        "errors": interval(found.errors),
        "characters": interval(found.characters),
        "equal": interval(found.equal),
        "ceiling": interval(found.ceiling),
    }
    confused = mistaken_words([[text for _, text in sample] for sample in samples])
    return told, _confusion(confused), {name: max(0.0, 1 - rate) for name, (_, rate) in found.each.items()}


def _turned(errors: Estimate) -> Estimate:
    """Return 1 minus a rate of errors, which may be above 1."""
    value, high, low = (1 - one if one != one else max(0.0, 1 - one) for one in (errors.value, errors.low, errors.high))
    return Estimate(value, low, high)


def _confusion(pairs: list[tuple[str, str, float, float]]) -> list[Told]:
    return [{"classes": [one, other], "times": round(times, 3), "share": share} for one, other, times, share in pairs]


def interval(one: Estimate) -> dict[str, float]:
    """Return an estimate as it is sent."""
    return {"value": one.value, "low": one.low, "high": one.high}
