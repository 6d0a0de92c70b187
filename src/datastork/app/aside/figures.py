"""What the owner sees, from all current votes at once. Runs in a helper."""

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from datastork.app.aside.doubt import doubts
from datastork.app.aside.people import annotators, pay
from datastork.app.aside.shapes import interval, shapes
from datastork.app.judging.doubts import is_compared
from datastork.app.plan import read_plan
from datastork.consensus.agreement.bootstrap import Resampling
from datastork.consensus.agreement.coefficients import gwet, krippendorff, percent
from datastork.consensus.agreement.per_class import confused, per_class
from datastork.consensus.agreement.ratings import Ratings
from datastork.core.answers import from_text
from datastork.core.questions import Question
from datastork.store.home import Home
from datastork.store.votes import open_votes

if TYPE_CHECKING:
    import pyarrow as pa

Tell = Callable[[dict[str, Any]], None]

CODED = frozenset({"choice", "taxonomy", "open", "rating", "tags", "preference"})
MOST_CLASSES = 500
UNSURE = 500  # samples on the list of reviewers
REPLICATES = 500


def figures(home: Home, request: dict[str, Any], tell: Tell) -> tuple[dict[str, Any], bytes]:
    """Return progress, agreement, annotators, confusion and pay. Only samples in `only`, where that is given.

    `cpu` is what it cost, in seconds.
    """
    began = time.thread_time()
    _, plan = read_plan(home)
    store = open_votes(home, plan.store)
    table = store.read.table()
    if request.get("only") is not None:
        import pyarrow as pa
        import pyarrow.compute as pc

        table = table.filter(pc.is_in(table["sample"], pa.array(request["only"], pa.string())))
    told: dict[str, Any] = {"progress": _progress(table, plan.main), "agreement": {}, "confusion": {}}
    alike: dict[str, float] | None = None
    for question in plan.questions:
        if is_compared(question):
            agreed, mistaken, each = shapes(table, question)
            told["agreement"][question.name], told["confusion"][question.name] = agreed, mistaken
            alike = each if question is plan.main else alike
        elif question.kind in CODED:
            ratings, classes, _ = coded(table, question)
            told["agreement"][question.name] = _agreement(ratings, classes, question)
            told["confusion"][question.name] = [
                {"classes": [classes[a], classes[b]], "times": round(times, 3), "share": share}
                for a, b, times, share in (confused(ratings) if told["agreement"][question.name]["items"] else ())
            ]
    told["annotators"] = annotators(table, plan, store, alike)
    told["pay"] = pay(told["annotators"], plan)
    if not is_compared(plan.main):
        told["unsure"] = _unsure(table, plan.main)
    else:  # of all samples `judging.doubts` knows it
        differ = doubts(store, plan.main, request.get("only") or ())["doubts"].items()
        unsure = [{"sample": name, "entropy": 1 - one["likeness"]} for name, one in differ if one["differ"]]
        told["unsure"] = sorted(unsure, key=lambda one: -one["entropy"])[:UNSURE]
    return _plain(told) | {"cpu": time.thread_time() - began}, b""


def _plain(value: Any) -> Any:
    """Return values with null for what is no number: JSON has none such."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def coded(table: "pa.Table", question: Question) -> tuple[Ratings, list[str], list[str]]:
    """Return the answers to one question as numbers, with the names of classes and of items.

    First answers of annotators only: no repeats, no decisions, no skips. Tags are compared as sets.
    """
    import numpy as np
    import pyarrow.compute as pc

    mask = pc.and_(pc.equal(table["question"], question.name), pc.is_valid(table["value"]))
    mask = pc.and_(mask, pc.and_(pc.equal(table["repeat"], 0), pc.invert(table["decides"])))
    part = table.filter(mask)
    codes, names = [], []
    for column in ("sample", "annotator", "value"):
        found = part[column].combine_chunks().dictionary_encode()
        codes.append(found.indices.to_numpy(zero_copy_only=False).astype(np.int64))
        names.append(found.dictionary.to_pylist())
    samples, people, values = names
    shown = [_shown(question.kind, value) for value in values]
    if question.kind == "rating":
        order = sorted(range(len(values)), key=lambda at: float(shown[at]))
        place = np.empty(len(values), np.int64)
        place[order] = np.arange(len(values))
        codes[2] = place[codes[2]] if len(values) else codes[2]
        shown = [shown[at] for at in order]
    levels = np.array([float(one) for one in shown]) if question.kind == "rating" else None
    ratings = Ratings(codes[0], codes[1], codes[2], len(samples), len(people), len(shown), levels)
    return ratings, shown, samples


def _shown(kind: str, value: str) -> str:
    """Return what an answer is called: a class by its id, tags as a list, a preference by its side."""
    found = from_text(kind, value)
    if isinstance(found, list):
        return ", ".join(map(str, found)) or "(none)"
    if isinstance(found, dict):
        return str(found.get("answer", value))
    return str(found)


def _agreement(ratings: Ratings, classes: list[str], question: Question) -> dict[str, Any]:
    import numpy as np

    seen = np.bincount(ratings.items, minlength=ratings.n_items)
    several = int((seen > 1).sum())
    told: dict[str, Any] = {"items": several, "votes": len(ratings.items), "classes": []}
    if not several:
        return told
    draws = Resampling(ratings.n_items, replicates=REPLICATES)
    told["percent"] = interval(percent(ratings, draws))
    told["krippendorff"] = interval(
        krippendorff(ratings, draws, level="ordinal" if question.kind == "rating" else "nominal")
    )
    told["gwet"] = interval(gwet(ratings, draws))
    told["classes"] = [
        {
            "class": classes[one.value],
            "votes": one.votes,
            "again": interval(one.again),
            "alpha": interval(one.alpha),
        }
        for one in per_class(ratings, draws)
    ]
    return told


def _progress(table: "pa.Table", main: Question) -> dict[str, Any]:
    """Return answers by class and by hour."""
    import pyarrow.compute as pc

    mask = pc.and_(pc.equal(table["question"], main.name), pc.invert(table["decides"]))
    part = table.filter(mask)
    answered = part.filter(pc.is_valid(part["value"]))
    values = {row["values"]: row["counts"] for row in pc.value_counts(answered["value"]).to_pylist()}
    counted: dict[str, int] = {}
    for text, count in values.items():
        found = from_text(main.kind, text)
        names = {_shown(main.kind, text)}
        if isinstance(found, list):
            names = {one["label"] if isinstance(one, dict) else str(one) for one in found} or {"(none)"}
        for name in names:
            counted[name] = counted.get(name, 0) + count
    by_class = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_CLASSES]
    hours = pc.strftime(part["created_at"], format="%Y-%m-%dT%H:00Z")
    skipped = part.filter(pc.is_valid(part["skipped"]))
    return {
        "answers": answered.num_rows,
        "by_class": [{"class": name, "answers": count} for name, count in by_class],
        "by_hour": [
            {"hour": row["values"], "answers": row["counts"]}
            for row in sorted(pc.value_counts(hours).to_pylist(), key=lambda row: str(row["values"]))
        ],
        "skips": {row["values"]: row["counts"] for row in pc.value_counts(skipped["skipped"]).to_pylist()},
    }


def _unsure(table: "pa.Table", main: Question) -> list[dict[str, Any]]:
    """Return the samples whose answers differ most, by the entropy of the votes in nats; decided ones are left out."""
    import numpy as np
    import pyarrow.compute as pc

    decided = pc.unique(table.filter(table["decides"])["sample"])
    ratings, _, samples = coded(table, main)
    if not len(ratings.items):
        return []
    cells = ratings.cells
    share = cells.count / cells.total
    entropy = np.bincount(cells.item, -share * np.log(share), ratings.n_items)
    order = np.lexsort((np.arange(len(entropy)), -np.round(entropy, 9)))
    settled = set(decided.to_pylist())
    found: list[dict[str, Any]] = []
    for at in order.tolist():
        if entropy[at] <= 0 or len(found) >= UNSURE:
            break
        if samples[at] not in settled:
            found.append({"sample": samples[at], "entropy": float(entropy[at])})
    return found
