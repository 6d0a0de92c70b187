"""Cells of a Parquet file that hold bytes, read one by one in any order, one row group in memory."""

import threading
from bisect import bisect_right
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from datastork.core.errors import DataError, TooLargeError

if TYPE_CHECKING:
    import pyarrow as pa

MAX_COLUMN_CHUNK = 4 << 30  # bytes of one column in one row group, expanded
KEPT = 2  # row groups in memory for each file: two, because readers meet at the border of row groups


class ParquetCells:
    """An open Parquet file. Safe for many threads."""

    def __init__(self, path: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, ValueError) as error:
            raise DataError(f"it cannot be read as Parquet: {error}") from error
        metadata = self._file.metadata
        self._starts = [0]
        for group in range(metadata.num_row_groups):
            self._starts.append(self._starts[-1] + metadata.row_group(group).num_rows)
        self._kept: OrderedDict[tuple[int, str], pa.ChunkedArray] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, column: str, row: int, limit: int) -> bytes:
        """Return the bytes in one cell: binary, or the field `bytes` of a struct, as Hugging Face does."""
        if not 0 <= row < self._starts[-1]:
            raise DataError(f"no row {row}: it has {self._starts[-1]}")
        group = bisect_right(self._starts, row) - 1
        cell = self._column(group, column)[row - self._starts[group]]
        value: Any = cell["bytes"] if "struct" in str(cell.type)[:6] and cell.is_valid else cell
        if not value.is_valid:
            raise DataError(f"row {row} of column {column!r} is null")
        view = memoryview(value.as_buffer())
        if view.nbytes > limit:
            raise TooLargeError(f"{view.nbytes:,} bytes; the limit is {limit:,}")
        return bytes(view)

    def _column(self, group: int, column: str) -> "pa.ChunkedArray":
        import pyarrow as pa

        with self._lock:
            found = self._kept.get((group, column))
            if found is not None:
                return found
            try:
                kind = self._file.schema_arrow.field(column).type
            except KeyError:
                raise DataError(f"no column {column!r}") from None
            if not holds_bytes(kind):
                raise DataError(f"column {column!r} holds {kind}, not bytes")
            size = _expanded_size(self._file.metadata.row_group(group), column)
            if size > MAX_COLUMN_CHUNK:
                raise TooLargeError(f"row group {group} of column {column!r} has {size:,} bytes")
            while len(self._kept) >= KEPT:
                self._kept.popitem(last=False)
            try:
                found = self._file.read_row_group(group, columns=[column]).column(0)
            except (pa.ArrowException, OSError, ValueError) as error:
                raise DataError(f"row group {group} is damaged: {error}") from error
            self._kept[(group, column)] = found
            return found


def holds_bytes(kind: "pa.DataType") -> bool:
    """Say whether a column of this type holds bytes, plain or as a struct with a field `bytes`."""
    import pyarrow as pa

    if pa.types.is_struct(kind):
        return any(kind.field(i).name == "bytes" and holds_bytes(kind.field(i).type) for i in range(kind.num_fields))
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _expanded_size(group: Any, column: str) -> int:
    size = 0
    for number in range(group.num_columns):
        chunk = group.column(number)
        if chunk.path_in_schema == column or chunk.path_in_schema.startswith(f"{column}."):
            size += chunk.total_uncompressed_size
    return size
