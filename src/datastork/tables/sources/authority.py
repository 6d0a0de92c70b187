"""Rows that a user says are right about their thing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.grid import Grid
from datastork.tables.rules.evaluate import Evaluator
from datastork.tables.rules.lines import Trust
from datastork.tables.rules.tree import Call, Compare, Expression, Logic, Not

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Authority:
    """Of the rows that agree in `given`, those where `rows` (bool[n]) holds are right about the columns `then`.

    `source` is the column that names the source.
    """

    given: tuple[str, ...]
    then: tuple[str, ...]
    rows: "np.ndarray"
    source: str

    @classmethod
    def of(cls, trust: Trust, grid: Grid) -> "Authority":
        """Return the rows that a line means; where it holds of none, or of fewer, capitals make no difference."""
        exact = Evaluator(grid).mask(trust.when)
        folded = Evaluator(grid).mask(_folded(trust.when))
        rows = folded if folded.sum() > exact.sum() else exact
        return cls(tuple(sorted(trust.given)), trust.then, rows, trust.source)


def _folded(part: Expression) -> Expression:
    """Return a condition whose texts are compared without regard to capitals."""
    match part:
        case Compare("==", left, right):
            return Compare("==", Call("lower", (left,)), Call("lower", (right,)))
        case Logic(op, parts):
            return Logic(op, tuple(_folded(one) for one in parts))
        case Not(inner):
            return Not(_folded(inner))
    return part
