"""Reading Parquet in batches. Columns of bytes are not loaded: their cells are read one by one later."""

import json
from collections.abc import Iterator
from typing import Any

from datastork.collect._tables.text_tables import Batch, Table
from datastork.core.errors import SourceError
from datastork.store.cells import holds_bytes
from datastork.tables.reading.chunks import Chunk, Reading
from datastork.tables.reading.packed import chunks_of

BATCH = 4096
NAN = "values are NaN and became null"


def read_parquet(name: str, source: str | bytes, only: list[str] | None) -> tuple[Table, list[str]]:
    """Return a Parquet file, and the names of its columns that hold bytes, which the rows leave out.

    `source` is its path or its bytes.
    `only` names the columns to read. What JSON cannot say becomes text (dates as ISO 8601, decimals as
    digits); NaN, which is how data frames write "missing", becomes null and is noted. Class numbers of
    Hugging Face become the names the file gives them.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(source) if isinstance(source, bytes) else source)
        schema = file.schema_arrow
    except (pa.ArrowException, OSError, ValueError) as error:
        raise SourceError(f"{name} cannot be read as Parquet: {error}") from error
    binary = [field.name for field in schema if holds_bytes(field.type)]
    columns = [field.name for field in schema if field.name not in binary]
    if len(set(columns)) < len(columns):
        raise SourceError(f"{name} has two columns of one name")
    wanted = columns if only is None else [column for column in columns if column in only]
    table = Table(name, [field.name for field in schema], iter(()))
    classes = {column: names for column, names in _classes(schema).items() if column in wanted}
    if classes:
        table.notes.append(f"{name}: numbers of {', '.join(sorted(classes))} became the class names in the file")
    table.batches = _batches(name, file, wanted, classes, table.notes)
    if only is None and not classes and not binary and not any(pa.types.is_nested(field.type) for field in schema):
        chunks = _said_by_json(name, chunks_of(name, file, wanted), table.notes)
        table.reading = Reading(name, wanted, chunks, table.notes)
    return table, binary


def _said_by_json(name: str, chunks: Iterator[Chunk], notes: list[str]) -> Iterator[Chunk]:
    """Yield chunks without infinite numbers, whose rows are bad, and with NaN as null, which is noted."""
    import pyarrow as pa
    import pyarrow.compute as pc

    missing = 0
    for chunk in chunks:
        table, problems = chunk.table, chunk.problems
        for place, field in enumerate(table.schema):
            if not pa.types.is_floating(field.type):
                continue
            column = table[field.name].combine_chunks()
            nan = pc.is_nan(column)
            missing += pc.sum(nan).as_py() or 0
            table = table.set_column(place, field.name, pc.if_else(nan, None, column))
            endless = pc.fill_null(pc.is_inf(column), False)
            if pc.any(endless).as_py():
                rows = pa.array(range(chunk.start, chunk.start + len(column))).cast(pa.string())
                values = pc.if_else(pc.greater(column, 0), "inf", "-inf")
                said = pc.binary_join_element_wise("row ", rows, ": a value is ", values, ", which JSON cannot say", "")
                problems = pc.coalesce(problems, pc.if_else(endless, said, None))
        yield Chunk(chunk.start, table, problems)
    if missing:
        notes.append(f"{name}: {missing} {NAN}")


def _batches(
    name: str, file: Any, wanted: list[str], classes: dict[str, list[str]], notes: list[str]
) -> Iterator[Batch]:
    import pyarrow as pa

    start = 0
    missing = 0
    try:
        if not wanted:
            for at in range(0, file.metadata.num_rows, BATCH):
                count = min(BATCH, file.metadata.num_rows - at)
                yield Batch(at, [{} for _ in range(count)], [None] * count)
            return
        for batch in file.iter_batches(batch_size=BATCH, columns=wanted):
            rows: list[dict[str, Any] | None] = []
            for row in batch.to_pylist():
                plain = {column: _plain(value) for column, value in row.items() if column in wanted}
                for column, value in plain.items():
                    if isinstance(value, float) and value != value:  # NaN
                        plain[column] = None
                        missing += 1
                for column, names in classes.items():
                    value = plain.get(column)
                    if isinstance(value, int) and 0 <= value < len(names):
                        plain[column] = names[value]
                rows.append(plain)
            yield Batch(start, rows, [None] * len(rows))
            start += len(rows)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise SourceError(f"{name} is damaged: {error}") from error
    if missing:
        notes.append(f"{name}: {missing} {NAN}")


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _classes(schema: Any) -> dict[str, list[str]]:
    """Return the class names that Hugging Face keeps in the metadata of the schema, by column."""
    raw = (schema.metadata or {}).get(b"huggingface")
    if raw is None or len(raw) > 1 << 24:
        return {}
    try:
        features = json.loads(raw)["info"]["features"]
        return {
            column: [str(name) for name in feature["names"]]
            for column, feature in features.items()
            if isinstance(feature, dict) and feature.get("_type") == "ClassLabel" and feature.get("names")
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
