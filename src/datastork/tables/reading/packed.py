"""Reading Parquet: typed columns, a bounded number of rows at a time."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from datastork.core.errors import SourceError
from datastork.tables.reading.chunks import Chunk, Reading

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

ROWS = 1 << 16
BYTES = 64 << 20  # of a chunk, about


def read_parquet(name: str, path: str, only: Sequence[str] | None = None) -> Reading:
    """Return a Parquet file, with the types it has; columns of bytes are left out and noted.

    `only` names the columns to read. Raises SourceError for what cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        schema = file.schema_arrow
    except (pa.ArrowException, OSError, ValueError) as error:
        raise SourceError(f"{name} cannot be read as Parquet: {error}") from error
    columns = [field.name for field in schema if not _holds_bytes(field.type)]
    if len(set(columns)) < len(columns):
        raise SourceError(f"{name} has two columns of one name")
    left = [field.name for field in schema if _holds_bytes(field.type)]
    notes = [f"{name}: the columns {', '.join(left)} hold bytes, and were left out"] if left else []
    wanted = columns if only is None else [column for column in columns if column in only]
    return Reading(name, columns, chunks_of(name, file, wanted), notes)


def _holds_bytes(kind: "pa.DataType") -> bool:
    import pyarrow.types as t

    if t.is_struct(kind):
        return any(_holds_bytes(field.type) for field in kind)
    return any(
        is_bytes(kind) for is_bytes in (t.is_binary, t.is_large_binary, t.is_binary_view, t.is_fixed_size_binary)
    )


def chunks_of(name: str, file: "pq.ParquetFile", columns: list[str]) -> Iterator[Chunk]:
    """Yield the rows of an open Parquet file, with the types it has."""
    import pyarrow as pa

    start = 0
    held = file.metadata.num_rows or 1
    size = sum(file.metadata.row_group(at).total_byte_size for at in range(file.metadata.num_row_groups))
    rows = max(1, min(ROWS, BYTES * held // max(size, 1)))
    try:
        for batch in file.iter_batches(batch_size=rows, columns=columns):
            table = pa.Table.from_batches([batch])
            yield Chunk(start, table, pa.nulls(batch.num_rows, pa.string()))
            start += batch.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise SourceError(f"{name} is damaged: {error}") from error
