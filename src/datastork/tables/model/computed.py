"""Cells of columns that others make up: filled, and put right where only one of them can be wrong."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.changes import Changes
from datastork.tables.dependencies.derivation import Derivation
from datastork.tables.grid import Column, Grid
from datastork.tables.model.likeness import slips

if TYPE_CHECKING:
    import numpy as np

LEAST = (
    0.6  # share of rows that must keep a relation: with errors in a tenth of each of three columns three quarters do
)
AGAIN = 2  # rows that keep the relation and hold a value, for it to be one of the column
NAMED = 0.9  # share of those rows whose value is there again, for a column to have no others
SLIP = 0.99  # that a cell is wrong which is one slip away from what the others make of it
UNSURE = 0.9  # of the confidence where something quite different stands in the cell
WRITTEN = 0.99  # share of the rows that keep the relation whose numbers are written as they would be here


@dataclass(frozen=True, slots=True)
class _Side:
    """What a relation makes of one of its columns, in n rows.

    `column`  its place; `held` object[n]: the text there, None where blank; `made` object[n]: what it should be, None
              where another column is not given, is no number, or nothing would fit
    `usable`  bool[n]: the cell is a number (or a text) that the others can be made of
    """

    column: int
    held: "np.ndarray"
    made: "np.ndarray"
    usable: "np.ndarray"


def by_relation(grid: Grid, relations: Sequence[Derivation], keep: Collection[str]) -> Changes:
    """Return what columns that others make up say of one another: sums and products of two numbers, two texts joined.

    Of three cells, a blank one is filled by the other two, as sure as these are by the share of rows that keep the
    relation. One that is no number, or is a slip away from what the others make, is wrong. Of three that do not fit,
    one is wrong where the two others would have to be values that their columns never hold; else nothing is said.
    """
    parts = []
    for one in relations:
        if len(one.parts) != 2 or one.how not in ("sum", "product", "joined"):
            continue
        sides = _texts(grid, one) if one.how == "joined" else _numbers(grid, one)
        if sides:
            parts += list(_changes(grid, one, sides, keep))
    return Changes.joined(parts).best()


def _changes(grid: Grid, one: Derivation, sides: Sequence[_Side], keep: Collection[str]) -> Iterator[Changes]:
    import numpy as np

    given = np.stack([side.usable for side in sides])
    fits = given.all(axis=0) & (sides[-1].held == sides[-1].made)
    both = float(fits.sum() / max(1, given.all(axis=0).sum()))  # that the two others are right; a little more often
    known = [_known(side, fits) for side in sides]
    why = f"{one.column} is {one.text}"
    for place, side in enumerate(sides):
        if grid.names[side.column] in keep:
            continue
        others = [at for at in range(len(sides)) if at != place]
        told = np.array([text is not None for text in side.made], bool) & given[others].all(axis=0)
        rows = np.flatnonzero(told & (side.held != side.made))
        blank = np.array([text is None for text in side.held[rows]], bool)
        near = np.zeros(len(rows), bool)
        near[~blank] = slips(side.held[rows][~blank].tolist(), side.made[rows][~blank].tolist()) == 1
        possible = [known[at][rows] for at in others]
        fine = known[place][rows]
        alone = given[place][rows] & fine & ~possible[0] & ~possible[1]
        broken = ~blank & ~given[place][rows]
        sure = np.where(blank, both, np.where(broken, np.where(near, SLIP, UNSURE * both), 0.0))
        # of a text that fits neither of its parts these may both be wrong
        sure = np.where(alone, np.where(near, SLIP, both * (UNSURE if one.how == "joined" else 1)), sure)
        sure = np.where(fine, sure, np.minimum(sure, UNSURE))
        kept = sure > 0
        yield Changes.of("model", rows[kept], side.column, side.made[rows][kept].tolist(), sure[kept], why)


def _known(side: _Side, fits: "np.ndarray") -> "np.ndarray":
    """Return where what a side should be is a value it may have (bool[n]): any, where most values come once."""
    import numpy as np

    values, counts = np.unique(side.held[fits].astype(str), return_counts=True)
    there = np.array([text is not None for text in side.made], bool)
    if counts[counts >= AGAIN].sum() < NAMED * counts.sum():
        return there
    return np.asarray(there & np.isin(side.made.astype(str), values[counts >= AGAIN]))


def _held(column: Column) -> "np.ndarray":
    import numpy as np

    texts = np.array([*(text if text.strip() else None for text in column.values), None], object)
    return np.asarray(texts[column.codes])


def _numbers(grid: Grid, one: Derivation) -> list[_Side]:
    """Return the sides of a sum or product of two columns; none where the numbers are not all written alike."""
    import numpy as np

    columns = [grid[name] for name in (*one.parts, one.column)]
    a, b, whole = (_floats(column) for column in columns)
    with np.errstate(all="ignore"):
        made = [whole - b, whole - a, a + b] if one.how == "sum" else [whole / b, whole / a, a * b]
    held = [_held(column) for column in columns]
    sides = []
    for column, has, number, text in zip(columns, (a, b, whole), made, held, strict=True):
        near = np.isclose(has, number, rtol=1e-9, atol=1e-9)
        fits = np.flatnonzero(near)
        if not len(fits):
            return []
        digits = np.array([len(t.partition(".")[2]) for t in text[fits].tolist()])
        decimals = int(np.bincount(digits).argmax())
        there = np.flatnonzero(np.isfinite(number) & (np.abs(number) < 1e15))
        there = there[np.isclose(number[there], np.round(number[there], decimals), rtol=1e-9, atol=1e-9)]
        new = np.full(grid.rows, None, object)
        new[there] = [f"{x:.{decimals}f}" for x in (np.round(number[there], decimals) + 0.0).tolist()]
        if np.mean(new[fits] == text[fits]) < WRITTEN:
            return []
        sides.append(_Side(grid.place(column.name), text, new, np.isfinite(has)))
    return sides


def _floats(column: Column) -> "np.ndarray":
    """Return the cells as numbers, nan where they are not plainly one: float64[n]."""
    import numpy as np

    plain = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
    values = [float(text) if plain.fullmatch(text) else np.nan for text in column.values]
    return np.asarray(np.array([*values, np.nan])[column.codes])


def _texts(grid: Grid, one: Derivation) -> list[_Side]:
    """Return the sides of two texts joined by what stands between them in most rows."""
    import numpy as np

    columns = [grid[name] for name in (*one.parts, one.column)]
    a, b, whole = (_held(column) for column in columns)
    between: dict[str, int] = {}
    rows = list(zip(a.tolist(), b.tolist(), whole.tolist(), strict=True))
    for x, y, z in rows:
        if x and y and z and len(z) >= len(x) + len(y) and z.startswith(x) and z.endswith(y):
            middle = z[len(x) : len(z) - len(y)]
            between[middle] = between.get(middle, 0) + 1
    if not between:
        return []
    by = max(between, key=lambda text: (between[text], text))
    made = np.full((3, grid.rows), None, object)
    for row, (x, y, z) in enumerate(rows):
        if x and y:
            made[2, row] = x + by + y
        if z and y and z.endswith(by + y) and len(z) > len(by + y):
            made[0, row] = z[: len(z) - len(by + y)]
        if z and x and z.startswith(x + by) and len(z) > len(x + by):
            made[1, row] = z[len(x + by) :]
    given = [np.array([text is not None for text in held], bool) for held in (a, b, whole)]
    places = [grid.place(column.name) for column in columns]
    return [_Side(*side) for side in zip(places, (a, b, whole), made, given, strict=True)]
