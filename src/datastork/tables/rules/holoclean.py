"""Denial constraints as HoloClean writes them: `t1&t2&EQ(t1.City,t2.City)&IQ(t1.State,t2.State)`.

Rekatsinas, Chu, Ilyas, Ré: HoloClean: holistic data repairs with probabilistic inference. VLDB 2017.
"""

import re
from collections.abc import Callable

from datastork.core.nearest import did_you_mean
from datastork.tables.rules.tree import Compare, Expression, Literal, Logic, Name

OPERATORS = {"EQ": "==", "IQ": "!=", "LT": "<", "GT": ">", "LTE": "<=", "GTE": ">="}
ROWS = {"t1": "a", "t2": "b"}
FORM = "the form is: t1&t2&EQ(t1.City,t2.City)&IQ(t1.State,t2.State)"
PREDICATE = re.compile(r"\s*(\w+)\(([^()]*)\)\s*")
SIDE = re.compile(r"""\s*(t\d+)\.(\S.*?)\s*|\s*("[^"]*"|'[^']*')\s*|\s*(-?\d+(?:\.\d+)?)\s*""")


def is_one(line: str) -> bool:
    """Return whether a line is in this form."""
    return re.match(r"\s*t\d+\s*&", line) is not None


def is_pair(line: str) -> bool:
    """Return whether a line speaks of two rows."""
    return re.match(r"\s*t1\s*&\s*t2\s*&", line) is not None


def names(line: str) -> list[str]:
    """Return the names of columns in a line."""
    return [name.strip() for name in re.findall(r"t\d+\.([^,()]+)", line)]


def expression(line: str, name: Callable[[str], str]) -> Expression:
    """Return the condition that a line forbids. Raises ValueError."""
    heads = re.match(r"(\s*t1\s*&)(\s*t2\s*&)?", line)
    if not heads:
        raise ValueError(f"the rows are called t1 and t2; {FORM}")
    parts = []
    for text in _predicates(line[heads.end() :]):
        found = PREDICATE.fullmatch(text)
        if not found:
            raise ValueError(f"{text.strip()!r} is no comparison; {FORM}")
        operator, inner = found[1], found[2]
        if operator not in OPERATORS:
            raise ValueError(f"no operator {operator!r}{did_you_mean(operator, OPERATORS)}; {FORM}")
        sides = re.split(r""",(?=(?:[^"']|"[^"]*"|'[^']*')*$)""", inner)
        if len(sides) != 2:
            raise ValueError(f"{operator}() compares two values, {len(sides)} given; {FORM}")
        left, right = (_side(side, bool(heads[2]), name) for side in sides)
        parts.append(Compare(OPERATORS[operator], left, right))
    return parts[0] if len(parts) == 1 else Logic("and", tuple(parts))


def _predicates(text: str) -> list[str]:
    return re.split(r"&(?=\s*\w+\()", text)


def _side(text: str, pair: bool, name: Callable[[str], str]) -> Expression:
    found = SIDE.fullmatch(text)
    if not found:
        raise ValueError(f"{text.strip()!r} is neither a column (t1.City) nor a text in quotes; {FORM}")
    row, column, string, number = found.groups()
    if string is not None:
        return Literal(string[1:-1])
    if number is not None:
        return Literal(float(number))
    if row not in ROWS or (row == "t2" and not pair):
        raise ValueError(f"{row!r} is not among the rows at the head of the line; {FORM}")
    return Name(name(column), ROWS[row] if pair else "")
