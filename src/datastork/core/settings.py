"""What a signature says of a setting beyond its type: `threshold: Annotated[float, Range(0, 1)] = 0.9`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """A number must lie between `low` and `high`, both included unless `open_low`/`open_high`."""

    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False

    def __str__(self) -> str:
        parts = []
        if self.low is not None:
            parts.append(f"{'>' if self.open_low else '≥'} {self.low:g}")
        if self.high is not None:
            parts.append(f"{'<' if self.open_high else '≤'} {self.high:g}")
        return " and ".join(parts)


@dataclass(frozen=True, slots=True)
class InputFile:
    """The setting names a file (or several, in a list) that the step reads: `against: Annotated[str, InputFile()]`.

    The recipe gives it relative to its own folder; the step gets the absolute path. `stork check` says when it is
    missing, and its content counts in the key of the work: a changed file makes the work due again.
    """


@dataclass(frozen=True, slots=True)
class Column:
    """The setting is filled from a column of the sample: `lines: Annotated[str | None, Column("repeated")] = None`.

    The recipe does not give it. So a per-sample step sees what a whole-table step before it found; it runs in a pass
    of its own behind that step, and a changed value makes the work on that sample due again.
    """

    name: str


@dataclass(frozen=True, slots=True)
class ColumnOrder:
    """The setting is filled with the columns of the tables that samples are rows of, in the order in which they stand
    there: `order: Annotated[list[str] | None, ColumnOrder()] = None`.

    The recipe does not give it. Rows themselves have no order of columns; see `media.row_table.grid_of`.
    """


@dataclass(frozen=True, slots=True)
class Scratch:
    """The setting is filled with a folder in which a whole-table step may keep what saves work the next time:
    `scratch: Annotated[str | None, Scratch()] = None`.

    The recipe does not give it, and it may be empty or None at any time. Uses of the step with other settings share
    it. What lies in it must never change the result, only how soon it is there.
    """
