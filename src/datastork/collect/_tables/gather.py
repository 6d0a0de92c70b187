"""From the rows of a table to columns of a listing: labels, groups, licences, columns of the user's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.collect._merge import as_text, column, own_name, votes_column
from datastork.collect._tables.text_tables import Batch
from datastork.tables.reading.chunks import Chunk
from datastork.tables.reading.values import text_of

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column means what. `own` are the user's columns to keep; None keeps all others."""

    key: str | None = None
    label: str | None = None
    annotator: str | None = None
    votes: tuple[str, ...] = ()
    group: str | None = None
    license: str | None = None
    author: str | None = None
    own: tuple[str, ...] | None = None

    def named(self) -> list[tuple[str, str]]:
        """Return (setting, column) for every column that is named."""
        single = ("key", "label", "annotator", "group", "license", "author")
        found = [(name, value) for name in single if (value := getattr(self, name)) is not None]
        return [
            *found,
            *(("votes", name) for name in self.votes),
            *(("columns", name) for name in self.own or ()),
        ]


def gather(batches: Iterable[Batch], mapping: Mapping, name: str) -> "pa.Table":
    """Return all rows as one table: `row`, `key`, `problem`, `votes`, fields, own columns.

    `name` is the table's file name: its labels are votes of the annotator `table:NAME`.
    """
    return together([gather_batch(batch, mapping, name) for batch in batches])


def together(parts: list["pa.Table"]) -> "pa.Table":
    """Return the parts below one another; a column that has several types becomes text."""
    import pyarrow as pa

    parts = [part for part in parts if part.num_rows] or parts[:1]
    try:
        return pa.concat_tables(parts, promote_options="permissive")
    except pa.ArrowException:
        return pa.concat_tables(_same_types(parts), promote_options="permissive")


def gather_batch(batch: Batch, mapping: Mapping, name: str) -> "pa.Table":
    """Return one batch as a table; see `gather`."""
    import pyarrow as pa

    rows = [row if row is not None else {} for row in batch.rows]
    count = len(rows)
    columns: dict[str, Any] = {
        "row": pa.array(range(batch.start, batch.start + count), pa.int64()),
        "key": _texts(rows, mapping.key),
        "problem": pa.array(batch.problems, pa.string()),
        "votes": votes_column(count, _votes(rows, mapping, name)),
        "group": _texts(rows, mapping.group),
        "license": _texts(rows, mapping.license),
        "author": _texts(rows, mapping.author),
    }
    own = mapping.own
    if own is None:
        meant = {column for _, column in mapping.named()}
        own = tuple(dict.fromkeys(column for row in rows for column in row if column not in meant))
    for given in own:
        target = own_name(given)
        while target in columns:
            target += "_given"
        columns[target] = column([row.get(given) for row in rows])
    return pa.table(columns)


def gather_chunk(chunk: Chunk, mapping: Mapping, name: str) -> "pa.Table":
    """Return rows that are columns as a table; see `gather`. Of the user's columns those named are kept."""
    import pyarrow as pa

    table = chunk.table
    count = table.num_rows
    columns: dict[str, Any] = {
        "row": pa.array(range(chunk.start, chunk.start + count), pa.int64()),
        "problem": chunk.problems,
        "votes": votes_column(count, _chunk_votes(table, mapping, name)),
        **{field: _given(table, getattr(mapping, field)) for field in ("group", "license", "author")},
    }
    for given in mapping.own or ():
        target = own_name(given)
        while target in columns:
            target += "_given"
        columns[target] = table[given].combine_chunks()
    return pa.table(columns)


def _given(table: "pa.Table", name: str | None) -> "pa.Array":
    import pyarrow as pa
    import pyarrow.compute as pc

    if name is None:
        return pa.nulls(table.num_rows, pa.string())
    column = text_of(table[name].combine_chunks()).cast(pa.string())
    return pc.if_else(pc.equal(column, ""), None, column)


def _chunk_votes(table: "pa.Table", mapping: Mapping, name: str) -> Iterable[tuple[Any, Any, Any]]:
    import pyarrow.compute as pc

    for source in (*((mapping.label,) if mapping.label else ()), *mapping.votes):
        who: Any = f"table:{name}" if source == mapping.label else source
        if mapping.annotator is not None and source == mapping.label:
            who = pc.coalesce(_given(table, mapping.annotator), f"table:{name}")
        yield range(table.num_rows), who, _given(table, source)


def _texts(rows: list[dict[str, Any]], name: str | None) -> "pa.Array":
    import pyarrow as pa

    if name is None:
        return pa.nulls(len(rows), pa.string())
    return pa.array([as_text(row.get(name)) or None for row in rows], pa.string())


def _votes(rows: list[dict[str, Any]], mapping: Mapping, name: str) -> Iterable[tuple[Any, Any, Any]]:
    import pyarrow as pa

    for source in (*((mapping.label,) if mapping.label else ()), *mapping.votes):
        at: list[int] = []
        values: list[str] = []
        who: list[str | None] = []
        for number, row in enumerate(rows):
            given = row.get(source)
            for value in given if isinstance(given, list) else (given,):
                if value is None or value == "":
                    continue
                at.append(number)
                values.append(as_text(value) or "")
                if mapping.annotator is not None and source == mapping.label:
                    who.append(as_text(row.get(mapping.annotator)) or f"table:{name}")
                else:
                    who.append(f"table:{name}" if source == mapping.label else source)
        yield at, pa.array(who, pa.string()), pa.array(values, pa.string())


def _same_types(parts: list["pa.Table"]) -> list["pa.Table"]:
    """Turn every column that has several types into text."""
    import pyarrow as pa

    kinds: dict[str, set[Any]] = {}
    for part in parts:
        for one in part.schema:
            if not pa.types.is_null(one.type):
                kinds.setdefault(one.name, set()).add(one.type)
    mixed = {name for name, found in kinds.items() if len(found) > 1}
    done = []
    for part in parts:
        for name in mixed.intersection(part.column_names):
            texts = pa.array([as_text(value) for value in part.column(name).to_pylist()], pa.string())
            part = part.set_column(part.column_names.index(name), name, texts)
        done.append(part)
    return done
