"""Tables whose rows hold texts: taken out once, kept as values (`store.spool`), and read from there.

What was taken out of a file that is as it was is not read again; of a JSON lines file that only grew, the end alone.
"""

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any

from datastork.collect._merge import add
from datastork.collect._tables.gather import Mapping, gather_batch, together
from datastork.collect._tables.open import Opened
from datastork.collect._tables.text_tables import Batch, Table, converted, read_jsonl
from datastork.core.errors import RecipeError, SourceError, StoreError
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
    """How far a file was taken out: its parts, the rows and lines in them, bytes and hash; stamp and size then."""

    parts: tuple[str, ...] = ()
    rows: int = 0
    lines: int = 0
    end: int = 0
    hash: str = ""
    stamp: int | None = None
    size: int | None = None
    notes: tuple[str, ...] = ()


def list_texts(found: Listing, tables: Sequence[Opened], mapping: Mapping, form: "Form", *, column: str) -> Listing:
    """Add one sample for each row: the text in `column`. A row without one goes to quarantine."""
    all_rows: list[pa.Table] = []
    notes: list[str] = []
    for opened in tables:
        base = key_of("texts", 2, opened.uri, opened.name, column, _plain(mapping), _plain(form))
        seen = _seen(found, base)
        if (seen.stamp, seen.size) != (opened.stamp, opened.size) or not seen.parts:
            seen = _take_out(found, opened, mapping, form, column, base, seen)
        notes += seen.notes
        if not seen.parts:
            notes.append(f"{opened.uri} is empty")
            continue
        rows = _dated(together([Spool(found.root, key).table() for key in seen.parts]), opened)
        bad = rows.column("problem").drop_null()
        notes += [f"{opened.uri} has {len(bad)} bad rows: {bad[0].as_py()}"] if len(bad) else []
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


def _plain(value: Any) -> list[Any]:
    return [getattr(value, name) for name in value.__slots__]


def _state(found: Listing, base: str) -> Any:
    return found.root / FOLDER / f"{base}.json"


def _seen(found: Listing, base: str) -> _Seen:
    """Return how far the file was taken out; nothing where what was noted of it is gone or damaged."""
    try:
        state = read_json(_state(found, base), None)
        seen = _Seen(**{**state, "parts": tuple(state["parts"]), "notes": tuple(state["notes"])})
    except (StoreError, TypeError, KeyError):
        return _Seen()
    return seen if all(Spool(found.root, key).finished for key in seen.parts) else _Seen()


def _take_out(
    found: Listing, opened: Opened, mapping: Mapping, form: "Form", column: str, base: str, seen: _Seen
) -> _Seen:
    """Take the texts out of a table from where `seen` ends. Raises SourceError, StoreError."""
    path = os.path.join(found.root, opened.uri)
    end, lines, digest = 0, 0, ""
    table = opened.table
    if opened.uri.endswith((".jsonl", ".ndjson")):
        end, lines, digest, same = _look(path, seen)
        seen = seen if same else _Seen()
        if digest or seen.parts:
            table = _between(path, opened, form, seen, end if digest else None)
    else:
        seen = _Seen()
    parts = list(seen.parts)
    rows = seen.rows
    for batches in _pieces(table.batches, column):
        key = key_of(base, digest or [opened.stamp, opened.size], len(parts), rows)
        values, said = _texts(batches, mapping, opened, column)
        write_spool(found.root, key, values, said)
        parts.append(key)
        rows += said.num_rows
    notes = tuple(dict.fromkeys(table.notes))
    now = _Seen(tuple(parts), rows, lines, end, digest, opened.stamp, opened.size, notes)
    write_json(_state(found, base), {name: getattr(now, name) for name in now.__slots__})
    return now


def _between(path: str, opened: Opened, form: "Form", seen: _Seen, end: int | None) -> Table:
    """Return the lines behind those taken out, up to byte `end`: a file may grow while it is read."""

    def opener() -> IO[bytes]:
        return io.BufferedReader(_Section(path, seen.end, end))

    table = read_jsonl(os.path.basename(path), opener, row=seen.rows, line=seen.lines)
    return replace(table, batches=(converted(batch, dict(form.types)) for batch in table.batches))


class _Section(io.RawIOBase):
    """The bytes of a file from `start` to `end`, or to where it ends."""

    def __init__(self, path: str, start: int, end: int | None) -> None:
        self._file = open(path, "rb", buffering=0)  # noqa: SIM115, closed with this
        self._file.seek(start)
        self._left = None if end is None else end - start

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(memoryview(buffer)[: self._left])
        if self._left is not None:
            self._left -= count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def _look(path: str, seen: _Seen) -> tuple[int, int, str, bool]:
    """Return the size of a file, its lines and its hash, and whether it begins as what was taken out of it did.

    Size, lines and hash are nothing where its last line has no end and may still be growing.
    """
    digest = hashlib.sha256()
    lines, same = 0, False
    try:
        with open(path, "rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - 1))
            whole = file.read(1) == b"\n"
            file.seek(0)
            if seen.hash and seen.end <= end:
                lines += _read(file, seen.end, digest)
                same = digest.hexdigest() == seen.hash
            if not whole:
                return 0, 0, "", same
            lines += _read(file, end - file.tell(), digest)
            return end, lines, digest.hexdigest(), same
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from error


def _read(file: IO[bytes], size: int, digest: "hashlib._Hash") -> int:
    """Put the next bytes of a file into a hash; return how many lines end in them."""
    lines = 0
    while size and (data := file.read(min(size, 1 << 20))):
        digest.update(data)
        lines += data.count(b"\n")
        size -= len(data)
    return lines


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
