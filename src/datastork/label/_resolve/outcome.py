"""What resolving the votes on one question came to."""

from dataclasses import dataclass, field
from typing import Any

from datastork.core.findings import Cell, Table


@dataclass(slots=True)
class Outcome:
    """New columns by name (Arrow arrays of one value a row), the drops, and what is said of it all.

    `labelled` says which rows have a label now; `reason` why a row must go (or null), with `evidence`.
    """

    columns: dict[str, Any]
    method: str
    labelled: Any = None
    reason: Any = None
    evidence: Any = None
    unlabelled: Any = None
    sentences: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    numbers: dict[str, Cell] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
