"""What readers of tables give: rows in their order, a bounded number at a time, and a reason for every bad one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from datastork.tables.reading.dialect import Dialect

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = 5  # bad rows that a note names


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows in their order, the first of them `start`.

    `table`     n rows; a bad row is null in every column
    `problems`  strings [n]: why a row is bad; null where it is not
    """

    start: int
    table: "pa.Table"
    problems: "pa.Array"


@dataclass(slots=True)
class Reading:
    """A table to be read once: its columns in their order, its rows, and what the user should know.

    `columns` and `notes` are complete when all chunks were read. `dialect` is how a file of text is written, and
    `skip` how many records come before its rows.
    """

    name: str
    columns: list[str]
    chunks: Iterator[Chunk]
    notes: list[str] = field(default_factory=list)
    dialect: Dialect | None = None
    skip: int = 0
