"""What is worth a look in columns taken together: what should hold and does not, what is said twice."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from datastork.tables.dependencies import Association, Dependency, Derivation, equivalent_columns
from datastork.tables.profile.column import ColumnProfile
from datastork.tables.profile.remark import Remark, listed, percent, quoted, rows_of

if TYPE_CHECKING:
    import numpy as np

RISE = 0.98  # Spearman's correlation from which two numbers say the same
SURE = 0.9  # agreement from which exceptions are worth naming
CLEAR = 3  # times as many rows of a group that have the usual value as have another, for an example
BROKEN = 8  # dependencies with exceptions that are named
IN_ORDER = 0.99  # share of rows with the same order of two dates, from which the others are exceptions
VARIED = 10  # different dates of a column that has an order
MOST_DATES = 20  # columns of dates that are held against each other
ORDERS = 6  # that are told
MOST_MISSING = 300  # columns with missing cells that are held against each other
TOGETHER = 0.95  # share of rows missing in either that are missing in both


def minimal(dependencies: Sequence[Dependency], equivalents: Sequence[tuple[str, ...]]) -> list[Dependency]:
    """Return the dependencies that do not follow from others.

    Of each group of equivalent columns the first stands for all as what is given, and the second tells the first; of a
    chain a -> b -> c, a -> c is left out unless it holds better than both.
    """
    stand_in = {name: group[0] for group in equivalents for name in group[1:]}
    back = {(group[1:2], group[0]) for group in equivalents}
    every = {(one.given, one.column): one for one in dependencies}
    kept = []
    for one in dependencies:
        if (one.given, one.column) in back:
            kept.append(one)
            continue
        if any(name in stand_in for name in one.given):
            continue
        through = (
            (every.get((one.given, middle)), every.get(((middle,), one.column)))
            for middle in {two.column for two in dependencies if two.given == one.given}
            if middle != one.column and stand_in.get(middle, middle) not in one.given
        )
        if any(a and b and min(a.agreement, b.agreement) >= one.agreement - 0.005 for a, b in through):
            continue
        kept.append(one)
    return kept


def remarks_together(
    columns: Mapping[str, ColumnProfile],
    dependencies: Sequence[Dependency],
    derived: Sequence[Derivation],
    strengths: Sequence[Association],
    label: str | None,
) -> Iterator[Remark]:
    """Yield what a careful person would look into in several columns at once."""
    same: set[frozenset[str]] = set()
    twins: dict[str, str] = {}  # a column that says what another says, and that other
    for made in derived:
        same.add(frozenset((made.column, *made.parts)))
        if made.how in ("equal", "scaled"):
            twins[made.column] = made.parts[0]
        if made.violations:
            but = f"but not in {rows_of(made.violations)} of {made.support:,}"
            text = f"{made.column} is {made.text}, {but}: which side is right?"
            yield Remark((made.column, *made.parts), "derived_broken", 2, text)
        elif made.how in ("equal", "scaled"):
            text = f"{made.column} is {made.text} in every row: one of them is enough."
            yield Remark((made.column, *made.parts), "same", 2, text)
    broken = [
        one
        for one in minimal(dependencies, equivalent_columns(list(dependencies)))
        if one.violations and one.agreement >= SURE and frozenset((*one.given, one.column)) not in same
        if one.column != label and any(example.rows >= CLEAR * example.others for example in one.examples)
    ]
    by_given: dict[tuple[str, ...], list[Dependency]] = {}
    for one in sorted(broken, key=lambda one: (one.violations > 0.05 * one.support, -one.gain)):
        by_given.setdefault(one.given, []).append(one)
    for some in list(by_given.values())[:BROKEN]:
        yield _broken(some)
    yield from _correlated(strengths, twins, same)
    yield from _missing_together(columns)
    yield from _out_of_order(columns)


def _correlated(
    strengths: Sequence[Association], twins: Mapping[str, str], same: set[frozenset[str]]
) -> Iterator[Remark]:
    """Yield groups of numbers that say nearly the same, other than columns that were told to be made of others."""
    groups: list[set[str]] = []
    for one in strengths:
        pair = {one.first, one.second}
        if one.measure != "spearman" or abs(one.value) < RISE or pair & twins.keys() or frozenset(pair) in same:
            continue
        touched = [group for group in groups if group & pair]
        groups = [group for group in groups if group not in touched] + [pair.union(*touched)]
    for group in groups:
        names = list(dict.fromkeys(name for one in strengths for name in (one.first, one.second) if name in group))
        text = f"{listed(names, 8)} rise and fall together (rank correlation from {RISE:.2f}): one may be enough."
        yield Remark(tuple(names), "correlated", 1, text)


def _out_of_order(columns: Mapping[str, ColumnProfile]) -> Iterator[Remark]:
    """Yield dates that come before others in nearly all rows, and the rows in which they do not."""
    import numpy as np

    days = {
        name: np.floor(one.cells() / 86400)
        for name, one in columns.items()
        if one.kind.name in ("date", "datetime") and one.distinct >= VARIED
    }
    found = []
    for first, second in combinations(list(days)[:MOST_DATES], 2):
        apart = days[second] - days[first]
        apart = apart[np.isfinite(apart) & (apart != 0)]
        late, early = int((apart > 0).sum()), int((apart < 0).sum())
        fewer = min(late, early)
        if fewer and fewer <= (1 - IN_ORDER) * len(apart):
            found.append((fewer / len(apart), fewer, *((first, second) if late > early else (second, first))))
    for _, count, first, second in sorted(found)[:ORDERS]:
        text = f"{second} comes before {first} in {rows_of(count)}, after it in all others: which of the two is wrong?"
        yield Remark((first, second), "order", 2, text)


def _broken(some: list[Dependency]) -> Remark:
    """Return what one given side tells, and that some rows say otherwise."""
    first = some[0]
    example = next(example for example in first.examples if example.rows >= CLEAR * example.others)
    given = listed(f"{name} {quoted(value)}" for name, value in zip(first.given, example.given, strict=True))
    columns = [one.column for one in some]
    rows = sum(one.violations for one in some)
    cells = "row says" if rows == 1 else "rows say" if len(some) == 1 else "cells say"
    tell = "tells" if len(first.given) == 1 else "tell"
    text = (
        f"{listed(first.given)} {tell} {listed(columns, 8)}, but {rows:,} {cells} "
        f"otherwise: {given} has {first.column} {quoted(example.usual)} in {rows_of(example.rows)}, "
        f"{quoted(example.other)} in {example.others:,}."
    )
    return Remark((*first.given, *columns), "exceptions", 2, text)


def _missing_together(columns: Mapping[str, ColumnProfile]) -> Iterator[Remark]:
    """Yield groups of columns that are missing in (nearly) the same rows."""
    masks: dict[str, np.ndarray] = {}
    for name, one in columns.items():
        gone = one.missing + one.said_missing
        if 10 <= gone < one.rows:
            masks[name] = missing_cells(one)
    left = sorted(list(masks)[:MOST_MISSING], key=lambda name: int(masks[name].sum()))
    while left:
        first, *others = left
        mine = masks[first]
        group = [first]
        for name in others:
            if int(masks[name].sum()) * TOGETHER > int(mine.sum()):
                break
            if (mine & masks[name]).sum() >= TOGETHER * (mine | masks[name]).sum():
                group.append(name)
        if len(group) > 1:
            share = float(mine.mean())
            text = f"{listed(group, 6)} are missing in the same rows ({percent(share)}): one fact, not {len(group)}."
            yield Remark(tuple(group), "missing_together", 1, text)
        left = [name for name in left if name not in group]


def missing_cells(one: ColumnProfile) -> "np.ndarray":
    """Return bool[n]: the cells that are not given or say so."""
    import numpy as np

    tokens = set(one.kind.missing_tokens)
    if not tokens:
        return one.column.codes < 0
    gone = np.array([*(value in tokens for value in one.column.values), True], bool)
    found: np.ndarray = gone[one.column.codes]
    return found
