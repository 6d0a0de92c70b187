"""The rows of a spool as Arrow tables: made from dictionaries, packed, read, and brought to one schema."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.core.errors import StoreError
from datastork.core.hashing import canonical
from datastork.store.home import reason
from datastork.store.listing import Listing, listing_schema

if TYPE_CHECKING:
    import pyarrow as pa

Rows = list[dict[str, Any]]
STATE = b"state"  # in the metadata of the finished table


def batch_of(rows: Rows) -> "pa.Table":
    """Return rows given as dictionaries as a table of a listing; a column of several types becomes text."""
    import pyarrow as pa

    schema = listing_schema()
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        known = name in schema.names
        columns[name] = pa.array(values, schema.field(name).type) if known else _column(values)
    return listed(pa.table(columns))


def listed(rows: "pa.Table") -> "pa.Table":
    """Return a table with all columns of a listing, in their order, then the user's own."""
    return Listing.empty(Path()).add(rows).table


def serialized(rows: "pa.Table") -> bytes:
    """Return a table as bytes."""
    import pyarrow as pa

    rows = listed(rows)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(rows)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def read(path: Path, start: int, size: int) -> "pa.Table":
    """Return the table that lies there. Raises StoreError where it is damaged."""
    import pyarrow as pa

    try:
        with path.open("rb") as file:
            file.seek(start)
            return pa.ipc.open_stream(file.read(size)).read_all()
    except (OSError, pa.ArrowInvalid) as error:
        raise _damaged(path, error) from error


def finished_state(path: Path) -> dict[str, Any]:
    """Return the last state of a finished spool. Raises StoreError where its table is damaged."""
    import pyarrow as pa

    try:
        with pa.memory_map(str(path)) as file:
            found: dict[str, Any] = json.loads((pa.ipc.open_file(file).schema.metadata or {}).get(STATE, b"{}"))
    except (OSError, pa.ArrowInvalid, ValueError) as error:
        raise _damaged(path, error) from error
    return found


def _damaged(path: Path, error: Exception) -> StoreError:
    return StoreError(f"{path} is damaged: {reason(error)}", hint="remove it; it is then collected again")


def unwritten(path: Path, error: OSError) -> StoreError:
    """Return the error of a file that cannot be written."""
    return StoreError(f"cannot write {path}: {reason(error)}", hint="is the disk full?")


def split(values: "pa.Array | pa.ChunkedArray") -> tuple[list[int], memoryview, list[bool]]:
    """Return where values begin and end, the bytes they lie in, and which are given."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(values, pa.ChunkedArray):
        values = values.cast(pa.large_binary()).combine_chunks()
    else:
        values = values.cast(pa.large_binary())
    if not len(values):
        return [0], memoryview(b""), []
    given = values.is_valid().to_pylist()
    if values.null_count:
        values = pc.fill_null(values, b"")
    _, offsets, data = values.buffers()
    found = np.frombuffer(offsets, np.int64)[values.offset : values.offset + len(values) + 1]
    return found.tolist(), memoryview(data) if data is not None else memoryview(b""), given


def unified(schemas: "Iterable[pa.Schema]") -> "pa.Schema":
    """Return the schema that holds the rows of all: numbers widen, types that do not fit together become text."""
    import pyarrow as pa

    kinds: dict[str, Any] = {one.name: one for one in listing_schema()}
    for schema in schemas:
        for one in schema:
            before = kinds.get(one.name, one)
            if before.type == one.type:
                kinds[one.name] = before
                continue
            try:
                joined = pa.unify_schemas([pa.schema([before]), pa.schema([one])], promote_options="permissive")
                kinds[one.name] = joined.field(0)
            except (pa.ArrowTypeError, pa.ArrowInvalid):
                kinds[one.name] = pa.field(one.name, pa.string())
    return pa.schema(list(kinds.values()))


def fitted(rows: "pa.Table", schema: "pa.Schema") -> "pa.Table":
    """Return rows as `schema` wants them; see `unified`."""
    import pyarrow as pa

    columns = []
    for one in schema:
        if one.name not in rows.column_names:
            columns.append(pa.nulls(rows.num_rows, one.type))
            continue
        column = rows.column(one.name)
        if column.type != one.type and pa.types.is_string(one.type) and not pa.types.is_null(column.type):
            column = pa.array([_text(value) for value in column.to_pylist()], pa.string())
        columns.append(column.cast(one.type))
    return pa.table(columns, schema=schema)


def _column(values: list[Any]) -> "pa.Array":
    import pyarrow as pa

    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([_text(value) for value in values], pa.string())


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else canonical(value)
