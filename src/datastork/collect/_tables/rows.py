"""Tables whose rows are samples: records of values, taken out once and kept."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from datastork.collect._merge import add
from datastork.collect._tables.gather import Mapping, gather_batch, gather_chunk, together
from datastork.collect._tables.kept import Made, kept_rows, plain
from datastork.collect._tables.open import Form, Opened
from datastork.collect._tables.text_tables import Batch, Table
from datastork.core.errors import DataError
from datastork.core.findings import plural
from datastork.core.hashing import canonical, key_of
from datastork.media.row import check_values
from datastork.store.listing import Listing, keep_order
from datastork.tables.reading.chunks import Chunk
from datastork.tables.reading.values import joined, json_of

if TYPE_CHECKING:
    import pyarrow as pa

PART = 32 << 20  # bytes taken out before they are written


def list_values(found: Listing, tables: Sequence[Opened], mapping: Mapping, form: Form) -> Listing:
    """Add one sample for each row: a record of values, its data the canonical JSON of the row."""
    order: dict[str, None] = {}
    for opened in tables:
        base = key_of("rows", 1, opened.uri, opened.name, plain(mapping), plain(form))

        def take(table: Table, opened: Opened = opened) -> Iterator[Made]:
            made = (
                _of_columns(table, mapping, opened) if _as_columns(table, form) else _of_batches(table, mapping, opened)
            )
            return _parts(made)

        rows, told = kept_rows(found, opened, base, form, take)
        order |= dict.fromkeys(opened.table.columns or ())
        if rows is None:
            found = replace(found, notes=(*found.notes, *told))
            continue
        bad = rows.column("problem").drop_null()
        said = [f"{opened.uri} has {plural(len(bad), 'bad row')}: {bad[0].as_py()}"] if len(bad) else []
        found = add(found, rows, [*told, *said])
    keep_order(found.root, tables[0].name, list(order))
    return found


def _as_columns(table: Table, form: Form) -> bool:
    return table.reading is not None and not form.types


def _parts(made: Iterator[tuple["pa.Array", "pa.Table"]]) -> Iterator[Made]:
    """Yield values and rows together until they fill a part."""
    import pyarrow as pa

    values: list[pa.Array] = []
    rows: list[pa.Table] = []
    size = 0
    for some, said in made:
        values.append(some)
        rows.append(said)
        size += some.nbytes
        if size >= PART:
            yield pa.chunked_array(values), together(rows)
            values, rows, size = [], [], 0
    if sum(map(len, values)):
        yield pa.chunked_array(values), together(rows)


def _of_columns(table: Table, mapping: Mapping, opened: Opened) -> Iterator[tuple["pa.Array", "pa.Table"]]:
    assert table.reading is not None
    for chunk in table.reading.chunks:
        yield canonical_rows(chunk), _named(gather_chunk(chunk, mapping, opened.name), opened)


def canonical_rows(chunk: Chunk) -> "pa.Array":
    """Return the canonical JSON of rows that are columns, as bytes; null where a row is bad."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts: list[str | pa.Array] = []
    for place, name in enumerate(sorted(chunk.table.column_names)):
        parts.append(f"{',' if place else '{'}{json.dumps(name, ensure_ascii=False)}:")
        parts.append(json_of(chunk.table[name].combine_chunks()))
    texts = joined(*parts, "}")
    return pc.if_else(pc.is_null(chunk.problems), texts, None).cast(pa.large_binary())


def _of_batches(table: Table, mapping: Mapping, opened: Opened) -> Iterator[tuple["pa.Array", "pa.Table"]]:
    import pyarrow as pa

    for batch in table.batches:
        data: list[bytes | None] = []
        problems = list(batch.problems)
        for at, row in enumerate(batch.rows):
            try:
                if row is not None:
                    check_values(row)
                data.append(None if row is None else canonical(row).encode())
            except DataError as error:
                data.append(None)
                problems[at] = f"row {batch.start + at}: {error.message}"
        rows = gather_batch(Batch(batch.start, batch.rows, problems), mapping, opened.name)
        yield pa.array(data, pa.large_binary()), _named(rows.drop_columns(["key"]), opened)


def _named(rows: "pa.Table", opened: Opened) -> "pa.Table":
    """Give rows the uri `table.csv#17`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    uris = pc.binary_join_element_wise(opened.uri, rows["row"].cast(pa.string()), "#")
    return rows.append_column("uri", uris).drop_columns(["row"])
