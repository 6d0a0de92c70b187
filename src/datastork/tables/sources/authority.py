"""Rows that a user says are right about their thing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Authority:
    """Of the rows that agree in `given`, those where `rows` (bool[n]) holds are right about the columns `then`.

    `source` is the column that names the source, where the rule says it.
    """

    given: tuple[str, ...]
    then: tuple[str, ...]
    rows: "np.ndarray"
    source: str | None = None
