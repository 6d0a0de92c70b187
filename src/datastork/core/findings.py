"""What a measuring step found, in a form that can be shown, saved as JSON and quoted on a card."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Cell = str | int | float | bool | None


def plural(count: int, one: str, many: str = "") -> str:
    """Return "1 sample" or "1,234 samples".

    >>> plural(1, "cell was", "cells were"), plural(2000, "row")
    ('1 cell was', '2,000 rows')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of numbers with a caption.

    `bar` names the column drawn as a bar beside its number; `chart` says what the picture is: "bars" keeps one row
    per line, "histogram" draws the rows as adjoining columns (first column = left edge of the bin), "curve" draws the
    second column over the first as points and every further one as a line, "loglog" the same on logarithmic axes,
    "map" a line of squares for each row, the darker the greater the number.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    bar: str | None = None
    chart: Literal["bars", "histogram", "curve", "loglog", "map"] = "bars"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two samples a person should look at side by side, and why."""

    first: str
    second: str
    note: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of a measuring step.

    `numbers` are single values by name (the names are stable: they are what cards and papers quote);
    `sentences` say in words what matters most; `warnings` say what a careful person would look into.
    """

    title: str
    sentences: Sequence[str] = ()
    warnings: Sequence[str] = ()
    numbers: dict[str, Cell] = field(default_factory=dict)
    tables: Sequence[Table] = ()
    pairs: Sequence[Pair] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the findings as plain lists and dictionaries, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> "Findings":
        """Read findings back from `as_dict`."""
        return cls(
            title=saved["title"],
            sentences=tuple(saved["sentences"]),
            warnings=tuple(saved["warnings"]),
            numbers=dict(saved["numbers"]),
            tables=tuple(Table(**table) for table in saved["tables"]),
            pairs=tuple(Pair(**pair) for pair in saved["pairs"]),
        )
