"""The tree of a condition or of a derived column."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A column; of row "a" or "b" of two, or "" of the row itself."""

    column: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or a number."""

    value: str | float


@dataclass(frozen=True, slots=True)
class Call:
    """A function of some values."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """Some characters of a text, by place, as Python counts them."""

    of: "Expression"
    start: int | None
    stop: int | None


@dataclass(frozen=True, slots=True)
class Sum:
    """Two values joined by + - * or /."""

    op: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values compared."""

    op: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Among:
    """Whether a value is one of several."""

    of: "Expression"
    values: tuple[str | float, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """Several conditions of which all ("and") or any ("or") hold."""

    op: str
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    part: "Expression"


Expression = Name | Literal | Call | Slice | Sum | Compare | Among | Logic | Not


def is_condition(part: Expression) -> bool:
    """Return whether an expression is true or false rather than a value."""
    return isinstance(part, Compare | Among | Logic | Not) or (
        isinstance(part, Call) and part.name in ("missing", "similar")
    )


def conjunction(part: Expression) -> tuple[Expression, ...]:
    """Return the conditions that all must hold for this one to hold."""
    return part.parts if isinstance(part, Logic) and part.op == "and" else (part,)


def names_in(part: Expression) -> Iterator[Name]:
    """Give every column an expression speaks of, in order, as often as it does."""
    match part:
        case Name():
            yield part
        case Call(_, several) | Logic(_, several):
            for one in several:
                yield from names_in(one)
        case Sum(_, left, right) | Compare(_, left, right):
            yield from names_in(left)
            yield from names_in(right)
        case Slice(of) | Among(of) | Not(of):
            yield from names_in(of)
