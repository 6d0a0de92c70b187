"""What was taken out of tables: once, kept as values (`store.spool`), and read from there.

What was taken out of a file that is as it was is not read again; of lines of JSON or separated values that only grew,
the end alone. A file is as it was where its size, the time it was changed, its beginning and its end are.
"""

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from datastork.collect._tables.ends import ends_of
from datastork.collect._tables.gather import together
from datastork.collect._tables.open import Form, Opened
from datastork.collect._tables.text_tables import Table, batch_of, converted, read_jsonl
from datastork.core.errors import SourceError, StoreError
from datastork.core.hashing import key_of
from datastork.store.home import read_json, write_json
from datastork.store.listing import Listing
from datastork.store.spool import END, FOLDER, Spool, write_spool
from datastork.store.spooled_rows import serialized
from datastork.tables.reading.records import chunks

if TYPE_CHECKING:
    import pyarrow as pa

Made = tuple["pa.ChunkedArray", "pa.Table"]  # values as bytes, null where a row has a problem; and their rows
UNCLOSED = "never closed"  # what may read otherwise when a file grows


@dataclass(frozen=True, slots=True)
class _Seen:
    """How far a file was taken out: its parts, the rows and lines in them, bytes and hash; what it was like then."""

    parts: tuple[str, ...] = ()
    rows: int = 0
    lines: int = 0
    end: int = 0
    hash: str = ""
    form: str = ""
    stamp: int | None = None
    size: int | None = None
    ends: str = ""
    notes: tuple[str, ...] = ()


def kept_rows(
    found: Listing, opened: Opened, base: str, form: Form, take: Callable[[Table], Iterator[Made]]
) -> tuple["pa.Table | None", tuple[str, ...]]:
    """Return the rows of a table as the listing knows them, null where it is empty, and what the user should know.

    `take` gives the values of a table and their rows, part by part; it is called for what was not taken out before.
    `base` is the key of what decides about its result. Raises SourceError, StoreError.
    """
    seen = _seen(found, base)
    if opened.size is None:
        seen = _asked(found, opened, base, take, seen)
        return (together([Spool(found.root, key).table() for key in seen.parts]) if seen.parts else None), seen.notes
    ends = ends_of(os.path.join(found.root, opened.uri))
    if (seen.stamp, seen.size, seen.ends) != (opened.stamp, opened.size, ends) or not seen.parts:
        seen = _take_out(found, opened, base, form, take, seen, ends)
    if not seen.parts:
        return None, seen.notes
    return _dated(together([Spool(found.root, key).table() for key in seen.parts]), opened), seen.notes


def plain(value: Any) -> list[Any]:
    """Return the fields of a dataclass, for a key."""
    return [getattr(value, name) for name in value.__slots__]


def _state(found: Listing, base: str) -> Path:
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
    found: Listing, opened: Opened, base: str, form: Form, take: Callable[[Table], Iterator[Made]], before: _Seen,
    ends: str,
) -> _Seen:  # fmt: skip
    """Take out what comes behind `before`, or everything where the file is another. Raises SourceError, StoreError."""
    path = os.path.join(found.root, opened.uri)
    end, lines, digest, same = 0, 0, "", False
    table, written = opened.table, _form(opened.table)
    if written:
        end, lines, digest, same = _look(path, before)
        same = same and before.form == written
    seen = before if same else _Seen()
    if digest or seen.parts:
        table = _between(path, opened, form, seen, end if digest else None)
    parts = list(seen.parts)
    rows = seen.rows
    whole = True
    for values, said in take(table):
        key = key_of(base, digest or [opened.stamp, opened.size, ends], len(parts), rows)
        write_spool(found.root, key, values, said)
        parts.append(key)
        rows += said.num_rows
        whole = whole and not any(UNCLOSED in problem for problem in said["problem"].drop_null().to_pylist())
    notes = tuple(dict.fromkeys(table.notes))
    digest = digest if whole else ""
    now = _Seen(tuple(parts), rows, lines, end, digest, written, opened.stamp, opened.size, ends, notes)
    _keep(found, base, before, now)
    return now


def _asked(found: Listing, opened: Opened, base: str, take: Callable[[Table], Iterator[Made]], before: _Seen) -> _Seen:
    """Take out what a database says, which says not whether it changed: parts that are as they were stay."""
    parts: list[str] = []
    for values, said in take(opened.table):
        digest = hashlib.sha256(serialized(said.append_column("value", values)))
        parts.append(key_of(base, digest.hexdigest(), len(parts)))
        write_spool(found.root, parts[-1], values, said)
    now = _Seen(tuple(parts), notes=tuple(dict.fromkeys(opened.table.notes)))
    _keep(found, base, before, now)
    return now


def _keep(found: Listing, base: str, before: _Seen, now: _Seen) -> None:
    """Note what was taken out, and take away what is not used any more."""
    write_json(_state(found, base), asdict(now))
    for key in set(before.parts).difference(now.parts):
        for ending in (END, ".arrow"):
            with suppress(OSError):
                (found.root / FOLDER / f"{key}{ending}").unlink(missing_ok=True)


def _form(table: Table) -> str:
    """Return what is the same of a table that only grew; nothing where its end cannot be read alone."""
    if table.name.endswith((".jsonl", ".ndjson")):
        return "lines"
    reading = table.reading
    if reading is None or reading.dialect is None or reading.dialect.encoding != "utf-8" or table.name.endswith(".gz"):
        return ""
    return key_of(asdict(reading.dialect), reading.columns)


def _between(path: str, opened: Opened, form: Form, seen: _Seen, end: int | None) -> Table:
    """Return the lines behind those taken out, up to byte `end`: a file may grow while it is read."""

    def opener() -> IO[bytes]:
        return io.BufferedReader(_Section(path, seen.end, end))

    types, reading = dict(form.types), opened.table.reading
    if reading is None or reading.dialect is None:
        table = read_jsonl(os.path.basename(path), opener, row=seen.rows, line=seen.lines)
        return replace(table, batches=(converted(batch, types) for batch in table.batches))
    first = 0 if seen.end else reading.skip
    dialect = reading.dialect
    rest = chunks(opened.table.name, opener, dialect, reading.columns, skip=first, row=seen.rows, line=seen.lines + 1)
    table = replace(opened.table, reading=replace(reading, chunks=rest))
    table.batches = (converted(batch_of(chunk), types, dialect) for chunk in rest)
    return table


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


def _dated(rows: "pa.Table", opened: Opened) -> "pa.Table":
    """Give rows taken out of a table its time: when it was read is nothing a sample should know."""
    import pyarrow as pa

    place = rows.schema.get_field_index("stamp")
    stamps = pa.repeat(pa.scalar(opened.stamp, pa.int64()), rows.num_rows)
    return rows.append_column("stamp", stamps) if place < 0 else rows.set_column(place, "stamp", stamps)
