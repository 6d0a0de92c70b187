"""Tables whose rows hold texts: taken out once, and kept."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from datastork.collect._merge import add
from datastork.collect._tables.gather import Mapping, gather_batch, together
from datastork.collect._tables.kept import Made, kept_rows, plain
from datastork.collect._tables.open import Form, Opened
from datastork.collect._tables.text_tables import Batch, Table
from datastork.core.errors import RecipeError
from datastork.core.findings import plural
from datastork.core.hashing import key_of
from datastork.store.listing import Listing

if TYPE_CHECKING:
    import pyarrow as pa

PART = 4 << 20  # characters taken out before they are written


def list_texts(found: Listing, tables: Sequence[Opened], mapping: Mapping, form: Form, *, column: str) -> Listing:
    """Add one sample for each row: the text in `column`. A row without one goes to quarantine."""
    all_rows: list[pa.Table] = []
    notes: list[str] = []
    for opened in tables:
        base = key_of("texts", 3, opened.uri, opened.name, column, plain(mapping), plain(form))

        def take(table: Table, opened: Opened = opened) -> Iterator[Made]:
            for batches in _pieces(table.batches, column):
                yield _texts(batches, mapping, opened, column)

        rows, told = kept_rows(found, opened, base, form, take)
        notes += told
        if rows is None:
            notes.append(f"{opened.uri} is empty")
            continue
        bad = rows.column("problem").drop_null()
        notes += [f"{opened.uri} has {plural(len(bad), 'bad row')}: {bad[0].as_py()}"] if len(bad) else []
        all_rows.append(rows)
    if not all_rows:
        return replace(found, notes=(*found.notes, *notes))
    rows = together(all_rows)
    _refuse_other_texts(found, rows)
    return add(found, rows, notes)


def _refuse_other_texts(found: Listing, rows: "pa.Table") -> None:
    """Raise RecipeError where a step before took other texts out of the same rows: these would be lost."""
    import pyarrow.compute as pc

    at = pc.index_in(rows["uri"], found.table["uri"].combine_chunks())
    other = pc.not_equal(found.table["media_content"].take(at), rows["media_content"])
    if pc.any(other).as_py():
        uri = rows["uri"].filter(pc.fill_null(other, False))[0].as_py()
        raise RecipeError([f"text: a step before took {uri} from another column, and a row is one sample"])


def _pieces(batches: Iterator[Batch], column: str) -> Iterator[list[Batch]]:
    """Yield batches together until their texts fill a part."""
    held: list[Batch] = []
    size = 0
    for batch in batches:
        held.append(batch)
        size += sum(len(text) for row in batch.rows if row is not None and isinstance(text := row.get(column), str))
        if size >= PART:
            yield held
            held, size = [], 0
    if any(batch.rows for batch in held):
        yield held


def _texts(batches: list[Batch], mapping: Mapping, opened: Opened, column: str) -> tuple["pa.ChunkedArray", "pa.Table"]:
    """Return the texts as bytes, and what the rows say beside them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values: list[pa.Array] = []
    beside = []
    for batch in batches:
        data: list[bytes | None] = []
        rest: list[dict[str, Any] | None] = []
        problems = list(batch.problems)
        for at, row in enumerate(batch.rows):
            text, other, taken = None, None, None
            if row is not None:
                other = dict(row)
                text = other.pop(column, None)
                if isinstance(text, str):
                    taken = text.encode()
                else:
                    said = f"no text in {column!r}" if text is None else f"{column!r} is no text"
                    problems[at] = f"row {batch.start + at}: {said}"
            data.append(taken)
            rest.append(other)
        values.append(pa.array(data, pa.large_binary()))
        beside.append(gather_batch(Batch(batch.start, rest, problems), mapping, opened.name))
    rows = together(beside)
    uris = pc.binary_join_element_wise(opened.uri, rows.column("row").cast(pa.string()), "#")
    rows = rows.append_column("uri", uris).drop_columns(["key", "row"])
    return pa.chunked_array(values, pa.large_binary()), rows
