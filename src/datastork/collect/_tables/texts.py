"""Tables whose rows hold texts: taken out once, kept as values (`store.spool`), and read from there.

What was taken out of a file that is as it was is not read again; of a JSON lines file that only grew, the end alone.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any

from datastork.collect._merge import add
from datastork.collect._tables.gather import Mapping, gather_batch, together
from datastork.collect._tables.open import Opened
from datastork.collect._tables.text_tables import Batch, Table, converted, read_jsonl
from datastork.core.errors import SourceError
from datastork.core.hashing import key_of
from datastork.store.home import read_json, write_json
from datastork.store.listing import Listing
from datastork.store.spool import FOLDER, Spool, write_spool

if TYPE_CHECKING:
    import pyarrow as pa

    from datastork.collect._tables.open import Form

PART = 4 << 20  # characters taken out before they are written


@dataclass(frozen=True, slots=True)
class _Seen:
    """How far a file was taken out: its parts, the rows and lines in them, bytes and hash; stamp of the file then."""

    parts: tuple[str, ...] = ()
    rows: int = 0
    lines: int = 0
    end: int = 0
    hash: str = ""
    stamp: int | None = None
    notes: tuple[str, ...] = ()


def list_texts(found: Listing, tables: Sequence[Opened], mapping: Mapping, form: "Form", *, column: str) -> Listing:
    """Add one sample for each row: the text in `column`. A row without one goes to quarantine."""
    for opened in tables:
        base = key_of("texts", 1, opened.uri, opened.name, column, _plain(mapping), _plain(form))
        seen = _seen(found, base)
        if seen.stamp != opened.stamp or not seen.parts:
            seen = _take_out(found, opened, mapping, form, column, base, _still_good(found, opened, seen))
        parts = [Spool(found.root, key).table() for key in seen.parts]
        rows = _dated(together(parts), opened)
        bad = rows.column("problem").drop_null()
        notes = [f"{opened.uri} has {len(bad)} bad rows: {bad[0].as_py()}"] if len(bad) else []
        found = add(found, rows, [*seen.notes, *notes])
    return found


def _plain(value: Any) -> list[Any]:
    return [getattr(value, name) for name in value.__slots__]


def _state(found: Listing, base: str) -> Any:
    return found.root / FOLDER / f"{base}.json"


def _seen(found: Listing, base: str) -> _Seen:
    state = read_json(_state(found, base), None)
    if state is None or not all(Spool(found.root, key).finished for key in state["parts"]):
        return _Seen()
    return _Seen(**{**state, "parts": tuple(state["parts"]), "notes": tuple(state["notes"])})


def _still_good(found: Listing, opened: Opened, seen: _Seen) -> _Seen:
    """Return what was taken out if it is still the beginning of the file, else nothing."""
    if not seen.hash or not opened.uri.endswith((".jsonl", ".ndjson")):
        return _Seen()
    with open(os.path.join(found.root, opened.uri), "rb") as file:
        same = _hash(file, seen.end) == seen.hash
    return seen if same else _Seen()


def _hash(file: IO[bytes], size: int) -> str:
    """Return a hash of the next `size` bytes, and of whether there are so many."""
    digest = hashlib.sha256()
    while size and (data := file.read(min(size, 1 << 20))):
        digest.update(data)
        size -= len(data)
    return digest.hexdigest() if not size else ""


def _take_out(
    found: Listing, opened: Opened, mapping: Mapping, form: "Form", column: str, base: str, seen: _Seen
) -> _Seen:
    """Take the texts out of a table from where `seen` ends. Raises SourceError, StoreError."""
    path = os.path.join(found.root, opened.uri)
    growing = opened.uri.endswith((".jsonl", ".ndjson"))
    end, digest = _ended(path) if growing else (0, "")
    table = opened.table
    if seen.parts:
        table = _rest(path, opened, form, seen)
    parts = list(seen.parts)
    rows = seen.rows
    for batches in _pieces(table.batches, column):
        key = key_of(base, digest or opened.stamp, len(parts), rows)
        values, said = _texts(batches, mapping, opened, column)
        write_spool(found.root, key, values, said)
        parts.append(key)
        rows += said.num_rows
    lines = _lines_in(path, end) if growing else 0
    now = _Seen(tuple(parts), rows, lines, end, digest, opened.stamp, tuple(dict.fromkeys(table.notes)))
    write_json(_state(found, base), {name: getattr(now, name) for name in now.__slots__})
    return now


def _rest(path: str, opened: Opened, form: "Form", seen: _Seen) -> Table:
    """Return the lines behind those taken out."""

    def opener() -> IO[bytes]:
        file = open(path, "rb")  # noqa: SIM115, closed by the reader
        file.seek(seen.end)
        return file

    table = read_jsonl(os.path.basename(path), opener, row=seen.rows, line=seen.lines)
    return replace(table, batches=(converted(batch, dict(form.types)) for batch in table.batches))


def _ended(path: str) -> tuple[int, str]:
    """Return the size of a file and its hash, or nothing where its last line has no end and may still be growing."""
    try:
        with open(path, "rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - 1))
            if file.read(1) != b"\n":
                return 0, ""
            file.seek(0)
            return end, _hash(file, end)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from error


def _lines_in(path: str, end: int) -> int:
    count = 0
    with open(path, "rb") as file:
        while end and (data := file.read(min(end, 1 << 20))):
            count += data.count(b"\n")
            end -= len(data)
    return count


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


def _dated(rows: "pa.Table", opened: Opened) -> "pa.Table":
    """Give rows taken out of a table its time: when it was read is nothing a sample should know."""
    import pyarrow as pa

    place = rows.schema.get_field_index("stamp")
    stamps = pa.repeat(pa.scalar(opened.stamp, pa.int64()), rows.num_rows)
    return rows.append_column("stamp", stamps) if place < 0 else rows.set_column(place, "stamp", stamps)
