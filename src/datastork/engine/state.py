"""The table of samples while it is being built."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from datastork.core.hashing import key_of
from datastork.store.listing import listing_schema
from datastork.store.samples import sample_schema

if TYPE_CHECKING:
    import pyarrow as pa

COPY = "-c"  # between the content hash and what tells a further copy of the same bytes apart
KEYED = 16_384  # values hashed at a time
PLACE = "__place_"  # prefix of columns that say where a heavy fact of a sample lies; never committed


def from_listing(listing: "pa.Table", measured: Iterable[str] = ()) -> tuple["pa.Table", list[str]]:
    """Return a listing as samples without ids, and notes on columns of the user's that had to be renamed."""
    import pyarrow as pa
    import pyarrow.compute as pc

    count = listing.num_rows
    schema = sample_schema()
    columns: dict[str, Any] = {f.name: pa.nulls(count, f.type) for f in schema}
    stamp = pc.divide(listing["stamp"], 1000).cast(pa.timestamp("us", tz="UTC"))
    source = schema.field("source").type
    parts = {
        "uri": listing["uri"],
        "collected_at": stamp,
        "license": listing["license"],
        "author": listing["author"],
        "query": listing["query"],
        "parent": pa.nulls(count, pa.string()),
    }
    arrays = [_flat(parts[source.field(i).name], source.field(i).type) for i in range(source.num_fields)]
    columns["source"] = pa.StructArray.from_arrays(arrays, fields=list(source))
    columns["votes"] = _flat(listing["votes"], schema.field("votes").type)
    columns["group"] = _flat(listing["group"], pa.string())
    notes = []
    reserved = {*schema.names, *listing_schema().names, *FRAME_COLUMNS, *measured}
    for name in listing.column_names:
        if name in listing_schema().names:
            continue
        kept = _free_name(name, {*reserved, *columns})
        if kept != name:
            notes.append(f"column {name!r} of the source is called {kept!r}: the name is taken, or no word of SQL")
        columns[kept] = listing[name]
    return pa.table(columns), notes


def _free_name(name: str, taken: set[str]) -> str:
    """Return a name that an SQL condition can say and nothing else has: `a.b` is `a_b`, `width` is `width_given`."""
    word = re.sub(r"\W+", "_", name).strip("_") or "column"
    word = f"column_{word}" if word[0].isdigit() else word
    kept = f"{word}_given" if word in taken or word.endswith("_before") else word
    number = 2
    while kept in taken:
        kept, number = f"{word}_given_{number}", number + 1
    return kept


def _flat(column: Any, kind: "pa.DataType") -> "pa.Array":
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return column.cast(kind)


def set_column(table: "pa.Table", name: str, values: Any) -> "pa.Table":
    """Return the table with a column put in place, or added at the end."""
    place = table.schema.get_field_index(name)
    if place < 0:
        return table.append_column(name, values)
    return table.set_column(place, name, values)


FRAME_COLUMNS = (
    "id", "uri", "content", "votes", "label", "label_probability", "group", "cluster", "split", "license", "author",
    "media_modality", "media_format", "media_size",
)  # fmt: skip
HIDDEN = ("state", "dropped", "error", "source", "media_pass", "media_row")


def frame_columns(samples: "pa.Table") -> "pa.Table":
    """Return samples as a step sees them: flat columns, without bookkeeping."""
    import pyarrow.compute as pc

    columns: dict[str, Any] = {}
    for name in FRAME_COLUMNS:
        if name in ("uri", "license", "author"):
            columns[name] = pc.struct_field(samples["source"], name)
        else:
            columns[name] = samples[name]
    own = [n for n in samples.column_names if n not in columns and n not in HIDDEN and not n.startswith("__")]
    import pyarrow as pa

    return pa.table({**columns, **{name: samples[name] for name in own}})


def table_key(table: "pa.Table") -> str:
    """Return a hash of a table's content, row order included, whatever the chunks it lies in."""
    import hashlib

    import pyarrow as pa

    sink = hashlib.sha256(str(table.schema).encode())
    for column in table.columns:
        for start in range(0, table.num_rows, KEYED):
            part = pa.concat_arrays(column.slice(start, KEYED).chunks)
            sink.update(pa.record_batch([pa.concat_arrays([part])], names=["x"]).serialize())
    return sink.hexdigest()[:16]


def copy_suffix(uri: str) -> str:
    """Return what tells a further copy of the same bytes apart: it depends on where it lies, not on the order."""
    return COPY + key_of("copy", uri, length=12)
