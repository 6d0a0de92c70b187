"""What of a table is against its rules: rows, cells, counts and examples."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.grid import Column, Grid
from datastork.tables.rules.checks.denials import TooMuchWork, against
from datastork.tables.rules.checks.groups import Groups
from datastork.tables.rules.effects.certain import carried_out
from datastork.tables.rules.forms.formats import fits, pin_fits
from datastork.tables.rules.lines import (
    Denial,
    Derived,
    Fd,
    Format,
    Missing,
    Pin,
    Range,
    Rule,
    Rules,
    Split,
    Trust,
    Unique,
    Unit,
    hidden_fd,
)
from datastork.tables.rules.tree import names_in
from datastork.tables.units.convert import known
from datastork.tables.units.numbers import bare, number_of
from datastork.tables.units.quantities import pointed, read_quantity

if TYPE_CHECKING:
    import numpy as np

SHOWN = 5
LONGEST = 60
BLAMED = 0.5  # of two rows in conflict, those are in doubt that have as much as half of the most conflicts there are


@dataclass(frozen=True, slots=True, eq=False)
class Violation:
    """What is against one rule.

    `rows`      bool[n]: the rows
    `columns`   the columns whose cells are in doubt there
    `count`     how many rows
    `examples`  some of them, each in a short line; rows are counted from 0
    `unchecked` why the rule could not be checked, "" where it was
    """

    rule: Rule
    columns: tuple[str, ...]
    rows: "np.ndarray"
    count: int
    examples: tuple[str, ...] = ()
    unchecked: str = ""


def violations(rules: Rules, grid: Grid) -> list[Violation]:
    """Return what is against each rule, in the order of the lines; a dependency on several columns counts for each.

    Of rows that should agree those count that differ from what most of their group have (all, where no value has
    more than half). Where a rule names tokens that mean missing, the other rules take them so. A rule on two rows that
    cannot be checked in bounded work says so in `unchecked`.
    """
    given = carried_out(rules.of(Missing), grid).grid
    return [found for rule in rules.lines for found in _of_rule(rule, grid if isinstance(rule, Missing) else given)]


def flagged(rules: Rules, grid: Grid) -> "dict[str, np.ndarray]":
    """Return for each column of which rules find cells in doubt which rows these are: bool[n]."""
    import numpy as np

    told: dict[str, np.ndarray] = {}
    for found in violations(rules, grid):
        for column in found.columns if found.count else ():
            told[column] = told[column] | found.rows if column in told else found.rows.copy()
    return told


def _of_rule(rule: Rule, grid: Grid) -> Iterator[Violation]:
    import numpy as np

    match rule:
        case Fd() | Trust():
            for column in rule.then:
                yield _dependency(rule, rule.given, column, grid)
        case Denial() if (hidden := hidden_fd(rule)) is not None:
            yield _dependency(rule, *hidden, grid)
        case Denial():
            yield _denied(rule, grid)
        case Unique():
            yield _repeated(rule, grid)
        case Range():
            yield _by_value(rule, grid[rule.column], lambda value: in_range(rule, value))
        case Format() | Pin() | Unit() | Missing() | Derived() | Split():
            found = list(_unwritten(rule, grid))
            yield from found or [Violation(rule, (), np.zeros(grid.rows, bool), 0)]


def _dependency(rule: Rule, given: tuple[str, ...], column: str, grid: Grid) -> Violation:
    groups = Groups.of(grid, given, column)
    rows = groups.unusual()
    return Violation(rule, (column,), rows, int(rows.sum()), tuple(groups.examples(grid, rows, SHOWN)))


def _denied(rule: Denial, grid: Grid) -> Violation:
    import numpy as np

    names = list(names_in(rule.expression))
    columns = tuple(dict.fromkeys(name.column for name in names))
    try:
        found = against(rule, grid)
    except TooMuchWork as reason:
        return Violation(rule, columns, np.zeros(grid.rows, bool), 0, unchecked=str(reason))
    rows = found.count > 0
    if rule.pairs:
        rows = found.count >= max(1, BLAMED * float(found.count.max(initial=0)))
    shown = [(row,) for row in np.flatnonzero(rows)[:SHOWN].tolist()]
    several = [found.example] if found.example else shown
    examples = tuple(" and ".join(_row(grid, row, columns) for row in one) for one in several)
    return Violation(rule, columns, rows, int((found.count > 0).sum()), examples)


def _repeated(rule: Unique, grid: Grid) -> Violation:
    import numpy as np

    from datastork.tables.dependencies.pairs import joint_codes
    from datastork.tables.rules.evaluate import given_codes

    codes = joint_codes([given_codes(grid[name]) for name in rule.columns])
    counts = np.bincount(codes[codes >= 0], minlength=1)
    rows = (codes >= 0) & (counts[codes] > 1)
    places = np.flatnonzero(rows)
    first = places[np.unique(codes[places], return_index=True)[1]][:SHOWN].tolist()
    examples = tuple(f"{_row(grid, row, rule.columns)}: {counts[codes[row]]} rows" for row in first)
    return Violation(rule, rule.columns, rows, int(rows.sum()), examples)


def _by_value(rule: Rule, column: Column, right: Callable[[str], bool]) -> Violation:
    import numpy as np

    wrong = [bool(value.strip()) and not right(value) for value in column.values]
    rows = np.array([*wrong, False], bool)[column.codes]
    several = sorted(np.flatnonzero(wrong).tolist(), key=lambda place: -int(column.counts[place]))
    examples = tuple(f"{_short(column.values[i])}: {_rows(int(column.counts[i]))}" for i in several[:SHOWN])
    return Violation(rule, (column.name,), rows, int(rows.sum()), examples)


def in_range(rule: Range, value: str) -> bool:
    """Return whether a value is a number in the range of a rule, with or without its unit."""
    text = bare(value, [rule.unit] if rule.unit else [], comma=False)
    number = None if text is None else number_of(text)
    if number is None:
        return False
    return (rule.low is None or number >= rule.low) and (rule.high is None or number <= rule.high)


def _unwritten(rule: Rule, grid: Grid) -> Iterator[Violation]:
    """Give what a rule would write in another way, or cannot read."""
    import numpy as np

    changes = carried_out([rule], grid).changes()
    old = changes.old(grid)
    own = getattr(rule, "column", None)
    for place in sorted({*changes.column.tolist(), *(() if own is None else (grid.place(own),))}):
        column = grid.columns[place]
        mine = np.flatnonzero(changes.column == place)
        unread = _unread(rule, column)
        if not len(mine) and unread is None:
            continue
        rows = np.zeros(grid.rows, bool)
        rows[changes.row[mine]] = True
        pairs: dict[tuple[str | None, str | None], int] = {}
        for at in mine.tolist():
            pair = (old[at], changes.new[at])
            pairs[pair] = pairs.get(pair, 0) + 1
        most = sorted(pairs, key=lambda pair: -pairs[pair])[:SHOWN]
        examples = [f"{_short(a)} → {_short(b)}: {_rows(pairs[a, b])}" for a, b in most]
        if unread is not None:
            more = _by_value(rule, column, lambda value, right=unread: right(value))  # type: ignore[misc]
            examples += [one for one in more.examples if not any(e.startswith(one.rsplit(":", 1)[0]) for e in examples)]
            rows |= more.rows
        yield Violation(rule, (column.name,), rows, int(rows.sum()), tuple(examples[:SHOWN]))


def _unread(rule: Rule, column: Column) -> Callable[[str], bool] | None:
    """Return how to tell whether a value of the rule's column can be read by it; None for other columns."""
    match rule:
        case Format() if rule.column == column.name:
            return lambda value: fits(rule, value) or bare(value, rule.strip, rule.comma) is not None
        case Pin() if rule.column == column.name:
            return lambda value: pin_fits(rule, value)
        case Unit() if rule.column == column.name:
            unit = known(rule.unit)
            points = dict(zip(column.values, pointed(column).values, strict=True))
            return lambda value: read_quantity(points[value], unit, "h:mm" in rule.also) is not None
    return None


def _row(grid: Grid, row: int, columns: Sequence[str]) -> str:
    """Return one row in short, counted from 0."""
    cells = ", ".join(f"{name} {_short(grid[name].text(row))}" for name in columns[:4])
    return f"row {row:,} ({cells})"


def _short(text: str | None) -> str:
    if text is None:
        return "nothing"
    return repr(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
