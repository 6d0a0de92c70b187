"""What a user should see before rules are applied: rules against each other, and rules that would change a lot."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from datastork.core.findings import plural
from datastork.tables.grid import Grid
from datastork.tables.rules.checks.groups import Groups
from datastork.tables.rules.checks.trusted import trusted
from datastork.tables.rules.checks.violations import violations
from datastork.tables.rules.effects.certain import carried_out
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
    Unit,
    hidden_fd,
)

MUCH = 0.2  # of a column: research on repair has it that a rule which changes more is often wrong (guard 10)
AGAINST = 0.02  # of the rows that two dependencies both speak of: more are no slips of the pen
LEAST_GROUP = 2  # rows that a usual value needs on both sides, for two dependencies to contradict each other


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something about rules that a person should look at first.

    `lines`    the numbers of the lines, one or two
    `what`     "against" (two rules cannot both hold), "much" (one would change more than a fifth of a column),
               "nothing" (it speaks of no row)
    `message`  a sentence that says it, with figures
    `share`    of the column's rows, 0 where the text of the rules alone tells
    `examples` some cells, each in a short line
    """

    lines: tuple[int, ...]
    what: str
    message: str
    share: float = 0.0
    examples: tuple[str, ...] = ()


def contradictions(rules: Rules, grid: Grid) -> list[Contradiction]:
    """Return what should be looked at before the rules are applied, in the order of the lines.

    Rules of one column that cannot both hold; dependencies that tell another usual value for many rows; rules that
    turn cells out of a range; rules that would change more than a fifth of a column; authorities nobody has.
    """
    found = [
        *_of_text(rules),
        *_much(rules, grid),
        *_out_of_range(rules, grid),
        *_dependencies(rules, grid),
        *_nobody(rules, grid),
    ]
    return sorted(found, key=lambda one: one.lines)


def _of_text(rules: Rules) -> Iterator[Contradiction]:
    """Give the rules that cannot both hold whatever the table is."""
    for one, other in combinations(rules.lines, 2):
        name = getattr(one, "column", None)
        if name is None or name != getattr(other, "column", None) or one.line == other.line:
            continue
        match one, other:
            case (Pin(), Format(kind="number" | "whole number" | "percent")):
                reason = "is text in one line and a number in the other"
            case (Format(kind="number" | "whole number" | "percent"), Pin()):
                reason = "is a number in one line and text in the other"
            case (Format(kind=str() as a), Format(kind=str() as b)) if a != b:
                reason = f"is {a} in one line and {b} in the other"
            case (Unit(unit=a), Unit(unit=b)) if a != b:
                reason = f"is in {a} in one line and in {b} in the other"
            case (Range(), Range()) if _apart(one, other):
                reason = "has two ranges without a common number"
            case (Derived(expression=x), Derived(expression=y)) if x != y:
                reason = "is derived in two ways"
            case _:
                continue
        yield Contradiction((one.line, other.line), "against", f"column {name!r} {reason}")


def _apart(one: Range, other: Range) -> bool:
    low = max((end for end in (one.low, other.low) if end is not None), default=float("-inf"))
    high = min((end for end in (one.high, other.high) if end is not None), default=float("inf"))
    return low > high


def _much(rules: Rules, grid: Grid) -> Iterator[Contradiction]:
    given = carried_out(rules.of(Missing), grid).grid
    for rule in rules.lines:
        if isinstance(rule, Fd | Trust) or _hidden(rule):
            for found in violations(Rules((rule,)), given):
                yield from _if_much(rule, found.columns[0], found.count, found.examples, "are against it", grid)
        elif isinstance(rule, Format | Pin | Unit | Derived | Split):
            changed = carried_out([rule], given).changes().column
            for found in violations(Rules((rule,)), given):
                for name in found.columns:
                    count = int((changed == grid.place(name)).sum())
                    examples = tuple(one for one in found.examples if "→" in one)
                    yield from _if_much(rule, name, count, examples, "would be written in another way", grid)


def _if_much(
    rule: Rule, column: str, count: int, examples: tuple[str, ...], what: str, grid: Grid
) -> Iterator[Contradiction]:
    share = count / max(grid.rows, 1)
    if share > MUCH:
        cells = f"{count:,} of {grid.rows:,} cells ({share:.0%}) of {column!r}"
        yield Contradiction((rule.line,), "much", f"line {rule.line}: {cells} {what}: {rule.text}", share, examples)


def _hidden(rule: Rule) -> bool:
    """Return whether a rule is a dependency in the form of a denial constraint."""
    return isinstance(rule, Denial) and hidden_fd(rule) is not None


def _out_of_range(rules: Rules, grid: Grid) -> Iterator[Contradiction]:
    """Give the ranges that cells leave because of other rules."""
    ranges = rules.of(Range)
    if not ranges:
        return
    after = carried_out([one for one in rules.lines if not isinstance(one, Range)], grid).grid
    before = violations(Rules(ranges), grid)
    for old, new in zip(before, violations(Rules(ranges), after), strict=True):
        worse = new.rows & ~old.rows
        if count := int(worse.sum()):
            mine = [one.line for one in rules.lines if getattr(one, "column", None) == new.columns[0]]
            others = tuple(sorted({*mine, old.rule.line}))
            message = (
                f"other rules turn {plural(count, 'cell')} of {new.columns[0]!r} out of the range {old.rule.text!r}"
            )
            yield Contradiction(others, "against", message, count / grid.rows, new.examples)


def _dependencies(rules: Rules, grid: Grid) -> Iterator[Contradiction]:
    """Give the pairs of dependencies that tell different usual values of one column for many rows."""
    by_column: dict[str, dict[tuple[str, ...], int]] = {}
    for given, column, rule in rules.dependencies():
        by_column.setdefault(column, {}).setdefault(given, rule.line)
    for column, several in by_column.items():
        told = [(given, line, *Groups.of(grid, given, column).usual()) for given, line in several.items()]
        for (one, line, value, rows), (other, second, rival, others) in combinations(told, 2):
            both = (value >= 0) & (rival >= 0) & (rows >= LEAST_GROUP) & (others >= LEAST_GROUP)
            against = both & (value != rival)
            share = int(against.sum()) / max(int(both.sum()), 1)
            if share > AGAINST:
                text: Callable[[int], str] = grid[column].values.__getitem__
                row = int(against.argmax())
                example = (
                    f"row {row:,}: by {', '.join(one)} it is {text(int(value[row]))!r}, "
                    f"by {', '.join(other)} {text(int(rival[row]))!r}"
                )
                message = (
                    f"{', '.join(one)} and {', '.join(other)} tell different values of {column!r} "
                    f"for {plural(int(against.sum()), 'row')} ({share:.0%})"
                )
                yield Contradiction(tuple(sorted((line, second))), "against", message, share, (example,))


def _nobody(rules: Rules, grid: Grid) -> Iterator[Contradiction]:
    for rule in rules.trusts:
        mask, note = trusted(rule, grid)
        if not mask.any():
            yield Contradiction((rule.line,), "nothing", note)
