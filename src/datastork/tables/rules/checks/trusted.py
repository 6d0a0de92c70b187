"""Rows that a rule says are right about their thing."""

from typing import TYPE_CHECKING

from datastork.core.findings import plural
from datastork.tables.grid import Grid
from datastork.tables.rules.evaluate import Evaluator
from datastork.tables.rules.lines import Trust
from datastork.tables.rules.tree import Call, Compare, Expression, Literal, Logic, Name, Not, Slice

if TYPE_CHECKING:
    import numpy as np


def trusted(rule: Trust, grid: Grid) -> "tuple[np.ndarray, str]":
    """Return the rows an authority line speaks of (bool[n]), and a note where it was not taken word for word.

    Letters' case does not count: sources write their own name in one way and what they tell of in another.
    """
    exact = Evaluator(grid).mask(rule.when)
    mask = Evaluator(grid).mask(_caseless(rule.when))
    count, more = int(mask.sum()), int((mask & ~exact).sum())
    if not count:
        return mask, f"line {rule.line}: no row fits {rule.text.partition(' when ')[2]!r}, so that nothing is trusted"
    return (
        mask,
        f"line {rule.line}: {plural(count, 'row fits', 'rows fit')}, {more:,} of them but for letters' case"
        if more
        else "",
    )


def _caseless(part: Expression) -> Expression:
    """Return a condition in which all texts are in small letters."""
    match part:
        case Compare(op, left, right):
            return Compare(op, _small(left), _small(right))
        case Logic(op, parts):
            return Logic(op, tuple(_caseless(one) for one in parts))
        case Not(inner):
            return Not(_caseless(inner))
    return part


def _small(part: Expression) -> Expression:
    match part:
        case Name() | Slice() | Call("lower" | "upper" | "strip"):
            return Call("lower", (part,))
        case Literal(str() as text):
            return Literal(text.lower())
    return part
