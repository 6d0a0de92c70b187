"""Agreement on one value for each sample: a class, a rating, which of two is better, what a cell should say."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from datastork.core import Findings
from datastork.core.errors import BuildError
from datastork.core.findings import Cell, Pair, Table
from datastork.measure._agreement.votes import Lines, answers_of
from datastork.measure._agreement.words import (
    SHOWN,
    alpha_warnings,
    beyond_chance,
    by_annotator,
    ceiling_said,
    measures,
    neat,
    reach,
    said,
    three,
    with_interval,
)
from datastork.measure.balance import wilson

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.consensus.agreement.bootstrap import Resampling
    from datastork.consensus.agreement.ratings import Ratings

Level = Literal["nominal", "ordinal", "interval"]
CONFUSED = 0.1  # share of all meetings from which a pair of classes is named
LEAST = 10  # samples from which an annotator, or a pair of them, is judged
GUESSING = "Annotators who agree with the others less than guessing would"
TORN = 20  # samples on which annotators are most divided, shown


def class_findings(
    lines: Lines, kind: str, level: Level, labels: Sequence[str] | None, replicates: int, seed: int
) -> Findings:
    """Return the findings on votes of which each is one value."""
    import numpy as np

    from datastork.consensus.agreement.bootstrap import Resampling
    from datastork.consensus.agreement.ceiling import ceiling
    from datastork.consensus.agreement.coefficients import fleiss, gwet, krippendorff, percent
    from datastork.consensus.agreement.pairwise import mean_kappa

    ratings, names = _ratings(lines, kind, level, labels)
    again = Resampling(ratings.n_items, replicates=replicates, seed=seed)
    found = {
        "share of equal pairs": percent(ratings, again),
        "Krippendorff's alpha": krippendorff(ratings, again, level=level),
        "Fleiss' kappa": fleiss(ratings, again, level=level),
        "Gwet's AC1" if level == "nominal" else "Gwet's AC2": gwet(ratings, again, level=level),
    }
    share, alpha, kappa, ac = found.values()
    top = ceiling(ratings, again)
    found["human ceiling"] = top.accuracy
    numbers: dict[str, Cell] = {
        "votes": len(lines.row),
        "annotators": len(lines.annotators),
        "samples_voted": len(np.unique(lines.row)),
        "samples_compared": top.items if kind not in ("preference", "cells") else _samples(lines),
        "classes": len(names),
        "level": level,
        **with_interval("agreement", share),
        **with_interval("krippendorff_alpha", alpha),
        **with_interval("fleiss_kappa", kappa),
        **with_interval("gwet_ac1" if level == "nominal" else "gwet_ac2", ac),
        "cohen_kappa_mean": neat(mean_kappa(ratings, least=LEAST)),
        **with_interval("ceiling", top.accuracy),
    }
    if not top.items:
        return Findings("Agreement", (reach(numbers), "Nobody can disagree: no sample has two votes."), numbers=numbers)
    people = [
        (lines.annotators[at], int(top.votes[at]), float(top.right[at]))
        for at in range(len(lines.annotators))
        if top.votes[at]
    ]
    meetings, confusion = _confusion(ratings, names)
    sentences = [
        reach(numbers),
        f"Two annotators of a sample agree on {said(share)}.",
        beyond_chance(alpha),
        *ceiling_said(top.accuracy, "the accuracy", "the majority of the others"),
    ]
    if meetings:
        first, second, times = meetings[0]
        sentences.append(
            f"{first!r} and {second!r} are confused most: {100 * times:.1f} % of all meetings of two votes."
        )
    tables = [
        measures(found),
        *_class_table(ratings, names, again),
        *confusion,
        by_annotator(people, "share equal to the majority"),
        *_pair_table(ratings, lines.annotators, level, replicates, seed),
    ]
    lost, who = _lost(people, len(names), level)
    warnings, tables = alpha_warnings(alpha) + lost, tables + who
    shown = _torn(ratings, names, lines) if kind in ("choice", "taxonomy", "open", "rating") else []
    return Findings("Agreement", sentences, warnings, numbers, tables, shown)


def _ratings(lines: Lines, kind: str, level: Level, labels: Sequence[str] | None) -> "tuple[Ratings, list[str]]":
    """Return the votes as numbers of classes, and the names of the classes in their order."""
    import numpy as np

    from datastork.consensus.agreement.ratings import Ratings

    row, who, count, values = lines.row, lines.annotator, len(lines.ids), lines.value
    if kind in ("preference", "cells"):
        row, who, values, count = _parts(lines, kind)
    words = values.dictionary_encode()
    there = set(words.dictionary.to_pylist())
    names = [name for name in labels or () if name in there] + sorted(there - set(labels or ()))
    levels = None
    if level != "nominal":
        numbers = [_number(name) for name in names]
        if all(math.isfinite(one) for one in numbers):
            names = [names[at] for at in np.argsort(numbers, kind="stable")]
            levels = np.sort(numbers)
            if (np.diff(levels) <= 0).any():
                raise BuildError(f"two different answers stand for one number, such as {names[0]!r}")
        elif level == "interval" or not set(names) <= set(labels or ()):
            word = next(name for name, one in zip(names, numbers, strict=True) if not math.isfinite(one))
            raise BuildError(
                f'level = "{level}" needs numbers, or labels in their order; {word!r} is neither',
                hint='name `labels` from the lowest to the highest, or leave level at "nominal"',
            )
    place = {name: at for at, name in enumerate(names)}
    codes = np.array([place[word] for word in words.dictionary.to_pylist()], np.int64)[words.indices.to_numpy()]
    return Ratings(row, who, codes, count, max(1, len(lines.annotators)), len(names), levels), names


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _parts(lines: Lines, kind: str) -> "tuple[np.ndarray, np.ndarray, pa.Array, int]":
    """Return lines of answers with parts: a comparison of two, whichever stood left, or each column of a row."""
    import numpy as np
    import pyarrow as pa

    items: dict[Any, int] = {}
    row, who, values = [], [], []
    answers = list(zip(lines.row.tolist(), lines.annotator.tolist(), answers_of(lines, kind), strict=True))
    columns: dict[int, set[str]] = {}
    if kind == "cells":
        for at, _, answer in answers:
            columns.setdefault(at, set()).update(answer)
    for at, person, answer in answers:
        if kind == "cells":
            parts = [((at, name), answer.get(name, "(as it is)")) for name in sorted(columns[at])]
        else:
            sides = sorted((str(answer["left"]), str(answer["right"])))
            chosen = "tie" if answer["answer"] == "tie" else str(answer[answer["answer"]])
            parts = [((at, *sides), "tie" if chosen == "tie" else ("first", "second")[sides.index(chosen)])]
        for key, value in parts:
            row.append(items.setdefault(key, len(items)))
            who.append(person)
            values.append(value)
    # one annotator may have been asked of a pair both ways round: the last word counts
    last = {(item, person): place for place, (item, person) in enumerate(zip(row, who, strict=True))}
    keep = sorted(last.values())
    return (
        np.array(row, np.int64)[keep],
        np.array(who, np.int64)[keep],
        pa.array([values[at] for at in keep], pa.string()),
        len(items),
    )


def _samples(lines: Lines) -> int:
    import numpy as np

    return int((np.bincount(lines.row) > 1).sum()) if len(lines.row) else 0


def _class_table(ratings: "Ratings", names: list[str], again: "Resampling") -> list[Table]:
    from datastork.consensus.agreement.per_class import per_class

    found = sorted(per_class(ratings, again), key=lambda one: (-one.votes, names[one.value]))
    rows = [(names[one.value], one.votes, *three(one.again), *three(one.alpha)) for one in found[:SHOWN]]
    caption = "Each class against the rest: the share of other votes that are for it too, and Krippendorff's alpha"
    if len(names) > SHOWN:
        caption += f" (the {SHOWN} with the most votes of {len(names):,})"
    columns = ("class", "votes", "agreement", "low", "high", "alpha", "alpha low", "alpha high")
    return [Table(caption, columns, rows, "agreement")] if len(rows) > 1 else []


def _confusion(ratings: "Ratings", names: list[str]) -> tuple[list[tuple[str, str, float]], list[Table]]:
    from datastork.consensus.agreement.per_class import confused

    found = confused(ratings)
    if not found:
        return [], []
    rows = [(names[one], names[other], round(times, 1), round(share, 4)) for one, other, times, share in found]
    caption = "Classes that two annotators of a sample confuse most, and their share of all meetings of two votes"
    table = Table(caption, ("class", "class with it", "meetings", "share"), rows, "share")
    return [(names[one], names[other], share) for one, other, _, share in found], [table]


def _pair_table(ratings: "Ratings", annotators: list[str], level: Level, replicates: int, seed: int) -> list[Table]:
    from datastork.consensus.agreement.pairwise import by_pair

    weights: Literal["none", "quadratic"] = "none" if level == "nominal" else "quadratic"
    found = by_pair(ratings, most=SHOWN, weights=weights, replicates=min(replicates, 1000), seed=seed)
    rows = [
        (annotators[one.first], annotators[one.second], one.items, *three(one.equal), *three(one.kappa))
        for one in found
    ]
    caption = "Pairs of annotators with the most samples in common: share of equal votes, and Cohen's kappa"
    if level != "nominal":
        caption += " with quadratic weights"
    columns = (
        "annotator",
        "annotator with them",
        "samples",
        "equal",
        "low",
        "high",
        "kappa",
        "kappa low",
        "kappa high",
    )
    return [Table(caption, columns, rows, "equal")] if rows else []


def _lost(people: list[tuple[str, int, float]], classes: int, level: Level) -> tuple[list[str], list[Table]]:
    """Return a warning and a table for annotators who agree with the others less than guessing would.

    The names stand in the table alone: sentences are published as they are.
    """
    if level != "nominal" or classes < 2:
        return [], []
    lost = [one for one in people if one[1] >= LEAST and wilson(round(one[2] * one[1]), one[1])[1] < 1 / classes]
    if not lost:
        return [], []
    agree = "1 annotator agrees" if len(lost) == 1 else f"{len(lost):,} annotators agree"
    rows = [(name, count, neat(share)) for name, count, share in sorted(lost, key=lambda one: (-one[1], one[0]))]
    heading = "share equal to the majority"
    table = Table(GUESSING, ("annotator", "samples", heading), rows[:SHOWN], heading)
    return [f"{agree} with the others less than guessing would. Have they understood the question?"], [table]


def _torn(ratings: "Ratings", names: list[str], lines: Lines) -> list[Pair]:
    """Return samples on which annotators are most divided, two of one division beside each other."""
    import numpy as np

    cells = ratings.cells
    share = cells.count / cells.total
    entropy = np.bincount(cells.item, -share * np.log(share), ratings.n_items)
    order = np.lexsort((np.arange(ratings.n_items), -np.round(entropy, 9)))
    order = order[entropy[order] > 0][: 2 * TORN]
    notes = []
    for item in order.tolist():
        here = np.flatnonzero(cells.item == item)
        here = here[np.lexsort((cells.value[here], -cells.count[here]))]
        notes.append(", ".join(f"{int(cells.count[at])} × {names[int(cells.value[at])]}" for at in here[:4]))
    ids = [lines.ids[item].as_py() for item in order.tolist()]
    return [
        Pair(ids[at], ids[at + 1], f"votes are divided: {notes[at]}; and {notes[at + 1]}")
        for at in range(0, len(ids) - 1, 2)
    ]
