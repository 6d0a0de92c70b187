"""Rows against denial constraints: by groups and sorting; pair by pair only where that is little work."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from datastork.tables.grid import Grid
from datastork.tables.rules.checks.partners import Side, countable, partners
from datastork.tables.rules.evaluate import Evaluator, opposite
from datastork.tables.rules.lines import Denial
from datastork.tables.rules.tree import Compare, Expression, Logic, Not, names_in

if TYPE_CHECKING:
    import numpy as np

MOST_PAIRS = 5_000_000  # that are looked at one by one, in groups that cannot be counted
BLOCK = 500_000
MOST_CLAUSES = 32


class TooMuchWork(Exception):
    """A constraint cannot be checked in bounded work; the text says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Conflicts:
    """How many other rows each row is in conflict with, as a and as b (int64[n]), and one pair of rows for example."""

    count: "np.ndarray"
    example: tuple[int, int] | None


def against(rule: Denial, grid: Grid) -> Conflicts:
    """Return the rows against a denial constraint; of one over single rows each such row counts one.

    Raises TooMuchWork.
    """
    import numpy as np

    if not rule.pairs:
        count = Evaluator(grid).mask(rule.expression).astype(np.int64)
        return Conflicts(count, None)
    total = np.zeros(grid.rows, np.int64)
    example = None
    for clause in clauses(rule.expression):
        one = _of_clause(clause, grid)
        total += one.count
        example = example or one.example
    return Conflicts(total, example)


def clauses(expression: Expression) -> list[list[Expression]]:
    """Return a condition as a list of conjunctions of which one must hold. Raises TooMuchWork beyond MOST_CLAUSES."""
    match expression:
        case Logic("or", parts):
            found = [clause for part in parts for clause in clauses(part)]
        case Logic(_, parts):
            found = [
                [atom for clause in several for atom in clause] for several in product(*(clauses(one) for one in parts))
            ]
        case Not(Logic() | Compare() | Not() as inner):
            found = clauses(opposite(inner))
        case _:
            found = [[expression]]
    if len(found) > MOST_CLAUSES:
        raise TooMuchWork(f"its 'or' and 'and' make more than {MOST_CLAUSES} cases: divide it into several lines")
    return found


def _of_clause(atoms: Sequence[Expression], grid: Grid) -> Conflicts:
    """Return the conflicts of a conjunction."""
    import numpy as np

    evaluator = Evaluator(grid)
    a, b = np.ones(grid.rows, bool), np.ones(grid.rows, bool)
    sides: list[Side] = []
    others: list[Expression] = []
    for atom in atoms:
        rows = {name.row for name in names_in(atom)}
        if rows == {"a"}:
            a &= evaluator.mask(atom)
        elif rows == {"b"}:
            b &= evaluator.mask(atom)
        elif (side := _side(atom, evaluator)) is not None:
            sides.append(side)
        else:
            others.append(atom)
    if others or not countable(sides):
        return _by_pairs(atoms, sides, a, b, grid)
    turned = [side.turned() for side in sides]
    as_a, as_b = partners(sides, a, b), partners(turned, b, a)
    return Conflicts(as_a + as_b, _example(sides, a, b, as_a))


def _side(atom: Expression, evaluator: Evaluator) -> Side | None:
    """Return a comparison of a value of row a with one of row b; None where values of both rows are mixed."""
    if not isinstance(atom, Compare):
        return None
    left, right = ({name.row for name in names_in(part)} for part in (atom.left, atom.right))
    if {*left} | {*right} != {"a", "b"} or len(left) != 1 or len(right) != 1:
        return None
    side = Side(atom.op, *evaluator.sides(atom.op, atom.left, atom.right))
    return side if left == {"a"} else side.turned()


def _example(sides: Sequence[Side], a: "np.ndarray", b: "np.ndarray", count: "np.ndarray") -> tuple[int, int] | None:
    """Return a pair of rows in conflict."""
    import numpy as np

    from datastork.tables.rules.evaluate import compared

    if not count.any():
        return None
    row = int(np.argmax(count))
    for side in sides:
        b = b & compared(side.op, np.full(len(b), side.a[row]), side.b)
    b[row] = False
    return (row, int(np.argmax(b))) if b.any() else None


def _by_pairs(
    atoms: Sequence[Expression], sides: Sequence[Side], a: "np.ndarray", b: "np.ndarray", grid: Grid
) -> Conflicts:
    """Return the conflicts among the pairs that equalities leave. Raises TooMuchWork where these are too many."""
    import numpy as np

    equal = [side for side in sides if side.op == "=="]
    count = partners(equal, a, b)
    pairs = int(count[a].sum())
    if pairs > MOST_PAIRS:
        raise TooMuchWork(
            f"{pairs:,} pairs of rows would have to be looked at one by one, {MOST_PAIRS:,} are the most: "
            "add an equality, such as a.city == b.city and …"
        )
    whole = Logic("and", tuple(atoms)) if len(atoms) > 1 else atoms[0]
    total = np.zeros(grid.rows, np.int64)
    example = None
    for first, second in _blocks(equal, a, b):
        mask = Evaluator(grid, first, second).mask(whole) & (first != second)
        np.add.at(total, first[mask], 1)
        np.add.at(total, second[mask], 1)
        if example is None and mask.any():
            example = (int(first[mask][0]), int(second[mask][0]))
    return Conflicts(total, example)


def _blocks(equal: Sequence[Side], a: "np.ndarray", b: "np.ndarray") -> "Iterator[tuple[np.ndarray, np.ndarray]]":
    """Give the pairs of rows that are equal where they must be, about BLOCK at a time."""
    import numpy as np

    from datastork.tables.rules.checks.partners import keys_of

    for side in equal:
        a, b = a & (side.a >= 0), b & (side.b >= 0)
    rows, others = np.flatnonzero(a), np.flatnonzero(b)
    mine, theirs = keys_of(equal, rows, others)
    order = np.argsort(theirs, kind="stable")
    start = np.searchsorted(theirs[order], mine, side="left")
    size = np.searchsorted(theirs[order], mine, side="right") - start
    cuts = np.searchsorted(np.cumsum(size), np.arange(BLOCK, int(size.sum()) + BLOCK, BLOCK)) + 1
    for part in np.split(np.arange(len(rows)), np.unique(np.minimum(cuts, len(rows)))):
        if len(part) and (many := size[part]).sum():
            within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
            yield np.repeat(rows[part], many), others[order[np.repeat(start[part], many) + within]]
