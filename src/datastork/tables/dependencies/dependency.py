"""The word for columns that tell another, and which columns tell one another."""

from dataclasses import dataclass

AGREE = 0.9  # share of covered rows that must hold the usual value of their group


@dataclass(frozen=True, slots=True)
class CounterExample:
    """A row against a dependency: its group, what the group usually has, what this row has instead.

    `rows` of the group have the usual value, `others` have this one; `row` is the first of these.
    """

    given: tuple[str, ...]
    usual: str
    rows: int
    other: str
    others: int
    row: int


@dataclass(frozen=True, slots=True)
class Dependency:
    """The columns `given` tell `column`.

    `gain`        what the other rows of a group tell beyond the commonest value of the whole column, times coverage
    `agreement`   share of supporting rows that hold the usual value of their group
    `support`     rows whose group has another row
    `violations`  rows that do not hold the usual value of their group
    `examples`    some of these, those of the surest groups first
    """

    given: tuple[str, ...]
    column: str
    gain: float
    agreement: float
    support: int
    violations: int
    examples: tuple[CounterExample, ...]

    def __str__(self) -> str:
        """Return the dependency as a line of rules."""
        return f"{', '.join(self.given)} -> {self.column}"


def equivalent_columns(dependencies: list[Dependency]) -> list[tuple[str, ...]]:
    """Return the groups of columns that tell one another, in each the column first that tells most of the table."""
    told: dict[str, float] = {}
    for one in dependencies:
        if len(one.given) == 1:
            told[one.given[0]] = told.get(one.given[0], 0.0) + one.gain
    arrows = {(one.given[0], one.column) for one in dependencies if len(one.given) == 1 and one.agreement >= AGREE}
    groups: list[list[str]] = []
    for a, b in sorted(arrows):
        if (b, a) not in arrows or a > b:
            continue
        mine = [group for group in groups if a in group or b in group]
        merged = list(dict.fromkeys([*(name for group in mine for name in group), a, b]))
        groups = [group for group in groups if group not in mine] + [merged]
    return [tuple(sorted(group, key=lambda name: (-told[name], name))) for group in groups]
