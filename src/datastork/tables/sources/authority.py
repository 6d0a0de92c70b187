"""Rows that a user says are right about their thing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.grid import Grid
from datastork.tables.rules.checks.trusted import trusted
from datastork.tables.rules.lines import Trust

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
        """Return the rows that a line means; see `rules.checks.trusted`."""
        rows, _ = trusted(trust, grid)
        return cls(tuple(sorted(trust.given)), trust.then, rows, trust.source)
