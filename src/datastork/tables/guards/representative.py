"""Whether a table still speaks for the same population after it was repaired: before and after, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from datastork.core.errors import BuildError
from datastork.core.nearest import did_you_mean
from datastork.tables.changes import LAYERS, Changes
from datastork.tables.grid import Grid
from datastork.tables.guards.beside import backed
from datastork.tables.guards.shift import FEW, Shift, joint_codes, shift_of
from datastork.tables.guards.ties import Levels, Tie, levels_of, tie

if TYPE_CHECKING:
    import numpy as np

    from datastork.core.findings import Table

LIMIT = 0.02  # total variation that fails
NOTHING = "no rule, form, unit, vote, answer or row beside"
FAIR = 0.8  # the four-fifths rule: the least ratio of the shares of rows left alone in two groups
APART = 0.1  # change of an association worth a warning
COLUMNS = 24  # whose pairs are looked at; those that changed most
GROUPS = 50  # values of a protected column and of the label, the most frequent
ROWS = 30  # of a group, from which its share counts


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one value of a protected column with one label ("" where no label was named).

    `touched`: rows dropped, or with a changed cell; `before` and `after` count rows by what they hold then.
    """

    column: str
    group: str
    label: str
    before: int
    after: int
    touched: int


@dataclass(frozen=True, slots=True)
class Representation:
    """What a change did to a table.

    `shifts`    the columns that changed, the most changed first
    `ties`      pairs of columns, those first whose association changed most
    `groups`    rows of each protected group by label
    `impact`    by protected column: the least share of rows left alone over the greatest (groups of at least 30 rows)
    `problems`  why the table no longer speaks for the same population, a sentence each; empty where it does
    """

    rows_before: int
    rows_after: int
    shifts: tuple[Shift, ...]
    ties: tuple[Tie, ...]
    groups: tuple[Group, ...]
    impact: dict[str, float]
    problems: tuple[str, ...]

    @property
    def warnings(self) -> list[str]:
        """What does not fail and should be looked at: groups touched unevenly, associations that changed."""
        told = [
            f"{name}: of some groups far more rows were changed or dropped than of others (least share left alone over "
            f"greatest {ratio:.2f}; at least {FAIR} is even)"
            for name, ratio in self.impact.items()
            if ratio < FAIR
        ]
        apart = [one for one in self.ties if one.change >= APART and one.after < one.before]  # repairs bring together
        return told + [
            f"{one.first} and {one.second} go together less than before: {one.measure} {one.before:.2f}, "
            f"now {one.after:.2f}"
            for one in apart[:5]
        ]

    @property
    def fails(self) -> bool:
        """Whether total variation or a vanished category is beyond what listed repairs explain."""
        return bool(self.problems)

    def tables(self) -> "Sequence[Table]":
        """Return it as tables for a report: bounded, with only what changed."""
        from datastork.tables.guards.told import tables

        return tables(self)


def representative(
    before: Grid,
    after: Grid,
    *,
    rows: "np.ndarray | None" = None,
    changes: Changes | None = None,
    label: str | None = None,
    protect: Sequence[str] = (),
) -> Representation:
    """Compare a table before and after a change.

    It fails where total variation between the categories of a column is above 0.02 and at least five rows, or where
    a value of at least five rows is gone, unless `changes` list repairs that a rule, the form or unit of a value, a
    vote among sources or a person explains, or the cell now holds what the rows beside it held all along (those with
    the same value in a column that tells this one). All else that the model of the table changed must leave the
    shares alone. A value of fewer than five rows is no category.

    rows: int64[m], which row of `before` each row of `after` is; by default all, in order
    changes: the repairs made, with rows and columns of `before`
    label, protect: names of columns, of whose values rows are counted

    Raises BuildError where rows do not fit or a column is not there.
    """
    import numpy as np

    for name in (*protect, *([label] if label else [])):
        if name not in before.names or name not in after.names:
            raise BuildError(f"the table has no column {name!r}{did_you_mean(name, before.names)}")
    rows = np.arange(before.rows) if rows is None else np.asarray(rows, np.int64)
    if len(rows) != after.rows:
        raise BuildError(f"{after.rows:,} rows after the change are said to be {len(rows):,} rows before it")
    dropped = np.ones(before.rows, bool)
    dropped[rows] = False
    listed = Changes.none() if changes is None else changes.where(changes.layer != LAYERS.index("model"))
    touched = dropped.copy()
    shifts: list[Shift] = []
    levels: dict[str, Levels | None] = {}
    for place, column in enumerate(before.columns):
        if column.name not in after.names:
            continue
        other = after[column.name]
        if other is column and not dropped.any():
            continue
        values, new = joint_codes(column, other)
        old = column.codes.astype(np.int64)
        changed = old[rows] != new
        if not changed.any() and not dropped.any():
            continue
        touched[rows[changed]] = True
        explained = np.zeros(before.rows, bool)
        explained[listed.row[listed.column == place]] = True
        explained[rows] &= changed
        if not explained[rows[changed]].all():
            late = old.copy()
            late[rows] = new
            explained |= backed(old, late, [one.codes for one in before.columns if one is not column])
        shifts.append(shift_of(column.name, values, old, new, rows, explained[rows], numbers_in(values)))
    shifts.sort(key=lambda one: (-one.unexplained, -one.variation, -one.cells, one.column))
    for name in [one.column for one in shifts][:COLUMNS] + [n for n in before.names if n in after.names]:
        if len(levels) < COLUMNS and name not in levels:
            values, new = joint_codes(before[name], after[name])
            levels[name] = levels_of(name, before[name].codes.astype(np.int64), new, numbers_in(values))
    known = [one for one in levels.values() if one]
    moved = {one.column for one in shifts}
    found = [tie(a, b) for a, b in combinations(known, 2) if a.column in moved or b.column in moved]
    groups, impact = _groups(before, after, label, protect, touched)
    return Representation(
        before.rows,
        after.rows,
        tuple(shifts),
        tuple(sorted((one for one in found if one), key=lambda one: (-one.change, one.first, one.second))),
        groups,
        impact,
        tuple(_problems(shifts)),
    )


def numbers_in(values: Sequence[str]) -> "np.ndarray | None":
    """Return the values of a column as float64, nan where one is no number; None where fewer than 95 % are."""
    import numpy as np

    found = np.full(len(values), np.nan)
    for place, value in enumerate(values):
        try:
            found[place] = float(value)
        except ValueError:
            continue
    found[~np.isfinite(found)] = np.nan
    return found if len(values) and np.isfinite(found).mean() >= 0.95 else None


def _problems(shifts: Sequence[Shift]) -> "list[str]":
    told = []
    for one in shifts:
        if one.unexplained > LIMIT and one.moved >= FEW:
            told.append(
                f"{one.column}: the shares of its values moved by {one.unexplained:.3f} (total variation; at most "
                f"{LIMIT} may), {one.moved:,.0f} rows, and {NOTHING} explains it"
            )
        lost = [gone for gone in one.gone if gone.unexplained >= FEW]
        if lost:
            names = ", ".join(f"{gone.value!r} ({gone.rows:,} rows)" for gone in lost[:3])
            more = f" and {len(lost) - 3:,} more" if len(lost) > 3 else ""
            told.append(f"{one.column}: no row is {names}{more} any more, and {NOTHING} explains it")
    return told


def _groups(
    before: Grid, after: Grid, label: str | None, protect: Sequence[str], touched: "np.ndarray"
) -> tuple[tuple[Group, ...], dict[str, float]]:
    """Return the rows of each protected group by label, and the disparate impact by protected column."""
    import numpy as np

    found: list[Group] = []
    impact: dict[str, float] = {}
    for name in protect:
        values, new = joint_codes(before[name], after[name])
        old = before[name].codes
        told, labelled = [""], [np.zeros(before.rows, np.int64), np.zeros(after.rows, np.int64)]
        if label and label != name:
            told, late = joint_codes(before[label], after[label])
            labelled = [before[label].codes.astype(np.int64), late]
        counts = [_cells(old, labelled[0], len(values), len(told)), _cells(new, labelled[1], len(values), len(told))]
        hit = _cells(np.where(touched, old, -1), labelled[0], len(values), len(told))
        size = np.bincount(old[old >= 0], minlength=len(values))
        often = np.argsort(-size, kind="stable")[:GROUPS].tolist()
        common = np.argsort(-counts[0].sum(axis=0), kind="stable")[:GROUPS].tolist()
        found += [
            Group(name, values[g], told[c], int(counts[0][g, c]), int(counts[1][g, c]), int(hit[g, c]))
            for g in often
            for c in common
            if counts[0][g, c] or counts[1][g, c]
        ]
        alone = np.bincount(old[~touched & (old >= 0)], minlength=len(values)) / np.maximum(size, 1)
        large = alone[size >= ROWS]
        if len(large) > 1:
            impact[name] = float(large.min() / large.max()) if large.max() else 1.0
    return tuple(found), impact


def _cells(group: "np.ndarray", label: "np.ndarray", groups: int, labels: int) -> "np.ndarray":
    import numpy as np

    both = (group >= 0) & (label >= 0)
    flat = np.bincount(group[both].astype(np.int64) * labels + label[both], minlength=groups * labels)
    return flat.reshape(groups, labels)
