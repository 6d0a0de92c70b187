"""Rows that a rule says are right about their thing."""

from typing import TYPE_CHECKING

from datastork.tables.grid import Grid
from datastork.tables.rules.evaluate import Evaluator
from datastork.tables.rules.lines import Trust
from datastork.tables.rules.tree import Call, Compare, Expression, Literal, Logic, Name, Not, Slice

if TYPE_CHECKING:
    import numpy as np


def trusted(rule: Trust, grid: Grid) -> "tuple[np.ndarray, str]":
    """Return the rows an authority line speaks of (bool[n]), and a note where it was not taken word for word.

    Where no row fits as written but some do without regard to letters' case, these are meant.
    """
    mask = Evaluator(grid).mask(rule.when)
    if mask.any():
        return mask, ""
    loose = Evaluator(grid).mask(_caseless(rule.when))
    if not loose.any():
        return mask, f"line {rule.line}: no row fits {rule.text.partition(' when ')[2]!r}, so that nothing is trusted"
    return loose, f"line {rule.line}: no row fits as written; letters' case was not regarded, {int(loose.sum()):,} fit"


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
