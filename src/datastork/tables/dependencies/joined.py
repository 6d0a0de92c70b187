"""Columns of text that are others again, joined or cut."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from datastork.tables.dependencies.derivation import LEAST_ROWS, Derivation, How, drawn
from datastork.tables.dependencies.pairs import joint_codes
from datastork.tables.grid import Grid
from datastork.tables.kinds import Kind

SEPARATORS = 3  # characters between joined parts, at most


def joined_texts(
    grid: Grid, kinds: Mapping[str, Kind], names: list[str], least: float, seed: int
) -> Iterator[Derivation]:
    """Yield equal columns, joined columns and parts of columns."""
    rows = drawn(grid.rows, seed)
    missing = {name: {*kinds[name].missing_tokens, ""} for name in names}
    wordy = Grid(tuple(grid[name] for name in names if kinds[name].name not in ("boolean", "number")))
    cells = {
        column.name: [None if text is None or text in missing[column.name] else text for text in column.texts()]
        for column in wordy.take(rows).columns
    }
    cells = {name: some for name, some in cells.items() if len({*some} - {None}) > 2}
    for a, b in combinations(cells, 2):
        both = [(x, y) for x, y in zip(cells[a], cells[b], strict=True) if x is not None and y is not None]
        if len(both) >= LEAST_ROWS and sum(x == y for x, y in both) >= least * len(both):
            yield _checked_text(grid, missing, b, (a,), "equal", a, lambda parts: parts[0])
    for name, texts in cells.items():
        if kinds[name].is_number:
            continue
        heads, tails = (_within(cells, name, texts, least, ends=ends) for ends in (False, True))
        for a in heads:
            yield from _joined(grid, missing, cells, name, a, tails, least)
        for ends, some in ((False, heads), (True, tails)):
            for a in some:
                widths = Counter(len(text) for text in cells[a] if text is not None)
                if len(widths) == 1 and len({*cells[a]} - {None}) >= 5:
                    width = next(iter(widths))
                    text = f"the {'last' if ends else 'first'} {width} characters of {name}"
                    cut = (lambda parts, w=width: parts[0][-w:]) if ends else (lambda parts, w=width: parts[0][:w])
                    yield _checked_text(grid, missing, a, (name,), "part", text, cut)


def _within(
    cells: Mapping[str, list[str | None]], name: str, texts: list[str | None], least: float, *, ends: bool
) -> list[str]:
    """Return the columns whose values the values of `name` begin (or end) with, and go on."""
    found = []
    for other, some in cells.items():
        if other == name:
            continue
        both = [(x, y) for x, y in zip(texts, some, strict=True) if x is not None and y is not None]
        fit = sum((x.endswith(y) if ends else x.startswith(y)) and len(x) > len(y) for x, y in both)
        if len(both) >= LEAST_ROWS and fit >= least * len(both):
            found.append(other)
    return found


def _joined(
    grid: Grid,
    missing: Mapping[str, set[str]],
    cells: Mapping[str, list[str | None]],
    name: str,
    head: str,
    tails: list[str],
    least: float,
) -> Iterator[Derivation]:
    for tail in tails:
        if tail == head:
            continue
        between: Counter[str | None] = Counter()
        for whole, a, b in zip(cells[name], cells[head], cells[tail], strict=True):
            if whole is not None and a is not None and b is not None:
                fits = whole.startswith(a) and whole.endswith(b) and len(whole) >= len(a) + len(b)
                between[whole[len(a) : len(whole) - len(b)] if fits else None] += 1
        if not between:
            continue
        usual, count = max(between.items(), key=lambda one: (one[1], str(one[0])))
        if usual is not None and len(usual) <= SEPARATORS and count >= least * between.total():
            text = f"{head} + {usual!r} + {tail}" if usual else f"{head} + {tail}"
            yield _checked_text(grid, missing, name, (head, tail), "joined", text, usual.join)


def _checked_text(
    grid: Grid,
    missing: Mapping[str, set[str]],
    column: str,
    parts: tuple[str, ...],
    how: How,
    text: str,
    make: "Callable[[list[str]], str]",
) -> Derivation:
    """Return the derivation with its figures on all rows: on the distinct combinations of values."""
    import numpy as np

    columns = [grid[name] for name in (*parts, column)]
    joint = joint_codes([one.codes for one in columns])
    _, first, counts = np.unique(joint, return_index=True, return_counts=True)
    kept: list[tuple[int, str, bool]] = []
    values = [[one.values[code] if code >= 0 else None for code in one.codes[first].tolist()] for one in columns]
    for count, *some in zip(counts.tolist(), *values, strict=True):
        if all(
            text is not None and text not in missing[name] for text, name in zip(some, (*parts, column), strict=True)
        ):
            kept.append((count, some[-1], make(some[:-1]) == some[-1]))
    usual = Counter[str]()
    for count, whole, _ in kept:
        usual[whole] += count
    most = max(usual, key=lambda one: (usual[one], one), default="")
    told = sum(count for count, whole, fits in kept if fits and whole != most)
    return Derivation(
        column,
        parts,
        how,
        text,
        usual.total(),
        sum(count for count, _, fits in kept if not fits),
        told / max(usual.total() - usual[most], 1),
    )
