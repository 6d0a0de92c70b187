"""What a line of rules can say: one frozen class for each kind of rule, and all rules of a file together."""

from dataclasses import dataclass
from typing import Literal, TypeVar

from datastork.tables.rules.tree import Compare, Expression, Name, conjunction

Kind = Literal["number", "whole number", "percent", "date", "time", "lower case", "upper case"]
Order = Literal["day first", "month first", "year first"]
T = TypeVar("T", bound="Rule")


@dataclass(frozen=True, slots=True)
class Rule:
    """What every rule has: the number of its line (from 1) and the line as the user wrote it."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Fd(Rule):
    """A functional dependency: rows that agree in `given` agree in each column of `then`."""

    given: tuple[str, ...]
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trust(Rule):
    """An authority: of rows that agree in `given`, those where `when` holds are right about `then`."""

    given: tuple[str, ...]
    then: tuple[str, ...]
    source: str
    when: Expression


@dataclass(frozen=True, slots=True)
class Denial(Rule):
    """What must not be: `expression` holds of no row, or of no two rows a and b (`pairs`)."""

    expression: Expression
    pairs: bool


@dataclass(frozen=True, slots=True)
class Range(Rule):
    """Numbers of a column lie between `low` and `high`, both included; None is open. `unit` may follow the number."""

    column: str
    low: float | None
    high: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Unit(Rule):
    """A column of quantities in one unit.

    `also`: other units, or forms ("1:30"), that occur in it and are converted.
    `maybe`: units that numbers without a word may be in by mistake: the fit to the rest decides.
    """

    column: str
    unit: str
    also: tuple[str, ...]
    maybe: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Format(Rule):
    """How the values of a column are written.

    `strip`: what stands around a value and does not belong to it. `decimals`: how many digits follow the point, None
    as the column has it; `shortest`: as few as the number needs. `comma`: the decimal sign is a comma. `order`, `out`:
    how dates are read and written. `zeros`: numbers that begin with a zero (codes) are left alone, else lose it.
    """

    column: str
    kind: Kind | None
    strip: tuple[str, ...] = ()
    decimals: int | None = None
    shortest: bool = False
    comma: bool = False
    zeros: bool = True
    order: Order = "day first"
    out: str | None = None


@dataclass(frozen=True, slots=True)
class Derived(Rule):
    """A column that follows from others of its row."""

    column: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Missing(Rule):
    """Values that say that nothing is known; in one column, or in all (None)."""

    column: str | None
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pin(Rule):
    """A column of text that is no number even where it looks like one; `digits`: how many, at least and at most."""

    column: str
    digits: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Split(Rule):
    """Two columns, the second of which slipped into the first, as in `example`."""

    first: str
    second: str
    example: str


@dataclass(frozen=True, slots=True)
class Unique(Rule):
    """No two rows have the same values in these columns together."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a file, in its order. `notes`: what was understood in another way than written."""

    lines: tuple[Rule, ...]
    notes: tuple[str, ...] = ()

    def of(self, kind: type[T]) -> tuple[T, ...]:
        """Return the rules of one kind."""
        return tuple(one for one in self.lines if isinstance(one, kind))

    @property
    def fds(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Return each functional dependency once, as (given columns, column), also those inside denial constraints."""
        return tuple(dict.fromkeys((given, column) for given, column, _ in self.dependencies()))

    def dependencies(self) -> list[tuple[tuple[str, ...], str, Rule]]:
        """Return (given columns, column, rule that says so) of each functional dependency."""
        found: list[tuple[tuple[str, ...], str, Rule]] = []
        for one in self.lines:
            if isinstance(one, Fd | Trust):
                found += [(one.given, column, one) for column in one.then]
            elif isinstance(one, Denial) and (hidden := hidden_fd(one)):
                found.append((*hidden, one))
        return found

    @property
    def trusts(self) -> tuple[Trust, ...]:
        """Return the authority lines."""
        return self.of(Trust)

    @property
    def pins(self) -> tuple[Pin, ...]:
        """Return the columns that are text whatever they look like."""
        return self.of(Pin)


def hidden_fd(rule: Denial) -> tuple[tuple[str, ...], str] | None:
    """Return the dependency that `not (a.x == b.x and a.y != b.y)` is another way to write, if it is one."""
    given: list[str] = []
    then: list[str] = []
    for part in conjunction(rule.expression):
        match part:
            case Compare("==" | "!=" as op, Name(x, row), Name(y, other)) if x == y and {row, other} == {"a", "b"}:
                (given if op == "==" else then).append(x)
            case _:
                return None
    return (tuple(given), then[0]) if given and len(then) == 1 else None
