"""What a cell holds, rewritten as people rewrote cells like it."""

from collections import Counter, defaultdict

from datastork.tables.changes import Changes
from datastork.tables.examples.evidence import KEPT, STRONG, Example, doubt_after, explain, with_forms
from datastork.tables.examples.search import transforms
from datastork.tables.examples.shapes import shape_of, width_of, zeros_of
from datastork.tables.grid import Column
from datastork.tables.kinds.missing import says_missing

SEARCHED = 40  # examples of a column that transforms are searched for
COMMON = 0.05  # share of the rows of a column in which a shape counts as one of true values
REPEATS = 2  # rows in which a value has to be corrected in the same way to be corrected elsewhere

Made = tuple[str | None, float, str]  # a new text, its confidence, why


def rewritten(column: Column, place: int, told: dict[int, str | None]) -> Changes:
    """Return changes of cells that hold something, but for those in `told`, the true values by row."""
    import numpy as np

    pairs = Counter((text, value) for row, value in told.items() if (text := column.text(row) or "").strip())
    examples = [Example(old, new or "", rows) for (old, new), rows in pairs.items()]
    changed = sorted((one for one in examples if one.old != one.new and one.new), key=lambda one: (-one.count, one.old))
    learned = explain(examples, dict.fromkeys(t for one in changed[:SEARCHED] for t in transforms(one.old, one.new)))
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for text in column.values:
        texts[shape_of(text)].append(text)
        if (width := width_of(text)) != text:
            texts[width].append(text)
    learned = [with_forms(one, examples, texts) for one in learned]
    true_shapes = shapes_of_true(column, [value for value in told.values() if value])
    zeros = frozenset(zeros_of(value) for value in told.values() if value)
    strange = {one.old for one in changed if not any(way.support >= STRONG and way.run(one.old) for way in learned)}
    made = _repeated(pairs, strange)
    for text in column.values:
        for one in learned:
            new = one.run(text)
            if new is None:
                continue
            shape = shape_of(text)
            others = sum(way.rows for way in learned if shape in way.seen and way.run(text) not in (None, new))
            sure = one.confidence(text, new, true_shapes, zeros) * one.rows / (one.rows + others)
            if text not in made or sure > made[text][1]:
                made[text] = new, sure, f"{one.transform.says} ({as_in(one.rows)})"
            break
    chosen = np.array([text in made for text in column.values] + [False])[column.codes]
    chosen[list(told)] = False
    rows = np.flatnonzero(chosen)
    found = [made[column.values[code]] for code in column.codes[rows].tolist()]
    return Changes.of("example", rows, place, [m[0] for m in found], [m[1] for m in found], [m[2] for m in found])


def _repeated(pairs: Counter[tuple[str, str | None]], strange: set[str]) -> dict[str, Made]:
    """Return what is made of values that were corrected alike in several rows, and of words that say missing.

    strange: the corrected values that no well supported transform explains.
    """
    outcomes: defaultdict[str, set[str | None]] = defaultdict(set)
    for old, new in pairs:
        outcomes[old].add(new)
    words = tuple(old for old, new in pairs if not new)
    says = says_missing(words, numeric=False).tolist() if words else []
    clear = {word for word, missing in zip(words, says, strict=True) if missing}
    found: dict[str, Made] = {}
    right = {old for (old, new), rows in pairs.items() if old == new and rows >= KEPT}
    for (old, new), rows in pairs.items():
        if old != new and len(outcomes[old]) == 1 and (rows >= REPEATS or old in clear):
            what = f"write {new!r} for {old!r}" if new else f"{old!r} says that nothing is known"
            found[old] = (
                new,
                1 - doubt_after(rows, old in clear or new in right, 0 if old in clear else len(strange - {old})),
                f"{what} ({as_in(rows)})",
            )
    return found


def shapes_of_true(column: Column, true: list[str]) -> frozenset[str]:
    """Return the shapes of values told to be true, and of those that many rows have."""
    shapes: Counter[str] = Counter()
    for text, count in zip(column.values, column.counts.tolist(), strict=True):
        shapes[shape_of(text)] += count
    common = {shape for shape, count in shapes.items() if shape and count >= COMMON * column.rows}
    return frozenset(common | {shape for shape, rows in Counter(map(shape_of, true)).items() if rows > 1})


def as_in(rows: int) -> str:
    """Return in words how many corrected cells speak for something."""
    return f"as in {rows} corrected cell{'s' * (rows != 1)}"
