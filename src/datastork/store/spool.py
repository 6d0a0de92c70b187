"""The spool: values a collecting step brought home or took out of a table, so that they are read once and kept.

A spool is two files under `.stork/collected/`: `<key>.values`, the values one behind the other, and `<key>.rows`, a
line of JSON for each with what the listing says of it. Both only grow. A process that is killed loses at most the
value it was writing; the next one goes on behind the last whole line. When all is there, `finish` turns the lines
into a table, `<key>.arrow`, which later builds read at once.

    spool = Spool(found.root, key_of("collect.feed", url))
    if not spool.finished:
        for entry in entries[spool.count:]:
            spool.add(entry.text.encode(), uri=entry.link, author=entry.author, label="news")
        spool.finish()
    return found.add(spool.table())
"""

import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

from datastork.core.errors import DataError, StoreError, TooLargeError
from datastork.core.hashing import content_id
from datastork.store.home import reason, write_whole
from datastork.store.listing import Listing

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER = Path(".stork") / "collected"
END = ".values"


def value_place(key: str, offset: int, size: int) -> str:
    """Return the place (see `store.sources`) of a value in the spool called `key`."""
    return f"{FOLDER.as_posix()}/{key}{END}!/{offset}+{size}"


class Spool:
    """Values under one key, to be added to or read. `state` is what the last `note` said: where to go on."""

    def __init__(self, root: Path, key: str) -> None:
        self.key = key
        self.count = 0
        self.state: dict[str, Any] = {}
        self._folder = root / FOLDER
        self._values: BinaryIO | None = None
        self._rows: BinaryIO | None = None
        self._end = 0
        if not self.finished:
            self._recover()

    @property
    def finished(self) -> bool:
        """Whether everything is there."""
        return self._path(".arrow").is_file()

    def add(self, data: bytes | None, *, uri: str, **columns: Any) -> None:
        """Add a value, with what the listing is to say of it: its columns, or ones of the user's own.

        `label=` is short for a vote of the annotator `source`. Without `data` the row needs a `problem`, and goes to
        quarantine. Raises StoreError where it cannot be written.
        """
        row: dict[str, Any] = {"uri": uri, **columns}
        row.setdefault("stamp", time.time_ns())
        label = row.pop("label", None)
        if label is not None:
            row["votes"] = [{"annotator": "source", "value": str(label), "confidence": None}, *row.get("votes", ())]
        if data is not None:
            row |= {"media_place": value_place(self.key, self._end, len(data)), "size": len(data)}
            row["media_content"] = content_id(data)
        self._write(data or b"", row)
        self.count += 1

    def note(self, **state: Any) -> None:
        """Keep where to go on after an interruption (the next page, the last id)."""
        self._write(b"", {"__state": state})
        self.state = state

    def finish(self) -> None:
        """Say that everything is there; later builds read it at once."""
        import pyarrow as pa

        table = self.table()
        self.close()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(table)
        write_whole(self._path(".arrow"), sink.getvalue().to_pybytes())
        self._path(".rows").unlink(missing_ok=True)

    def table(self) -> "pa.Table":
        """Return the rows so far, for `Listing.add`."""
        import pyarrow as pa

        if self.finished:
            return pa.ipc.open_file(pa.BufferReader(self._path(".arrow").read_bytes())).read_all()
        rows = [row for row in self._lines() if "__state" not in row]
        return Listing.empty(self._folder).add_rows(rows).table

    def close(self) -> None:
        """Close the files."""
        for file in (self._values, self._rows):
            if file is not None:
                file.close()
        self._values = self._rows = None

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _path(self, end: str) -> Path:
        return self._folder / f"{self.key}{end}"

    def _write(self, data: bytes, row: dict[str, Any]) -> None:
        try:
            if self._values is None or self._rows is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._values = self._path(END).open("ab", buffering=0)
                self._rows = self._path(".rows").open("ab", buffering=0)
            view = memoryview(data)
            while view:
                view = view[self._values.write(view) :]
            row["__end"] = self._end + len(data)
            self._rows.write(json.dumps(row, ensure_ascii=True).encode() + b"\n")
        except OSError as error:
            raise StoreError(f"cannot write {self._path(END)}: {reason(error)}", hint="is the disk full?") from error
        self._end += len(data)

    def _recover(self) -> None:
        """Go on behind the last whole line, and cut off what a killed process left half-written."""
        path = self._path(".rows")
        if not path.is_file():
            self._path(END).unlink(missing_ok=True)
            return
        whole = 0
        for row in self._lines():
            whole = row["__stop"]
            self._end = row["__end"]
            if "__state" in row:
                self.state = row["__state"]
            else:
                self.count += 1
        os.truncate(path, whole)
        if self._path(END).is_file():
            os.truncate(self._path(END), self._end)

    def _lines(self) -> list[dict[str, Any]]:
        path = self._path(".rows")
        if not path.is_file():
            return []
        rows: list[dict[str, Any]] = []
        stop = 0
        with path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                try:
                    row = json.loads(line)
                except ValueError:
                    break
                stop += len(line)
                rows.append({**row, "__stop": stop})
        held = self._path(END).stat().st_size if self._path(END).is_file() else 0
        return [row for row in rows if row["__end"] <= held]


def write_spool(root: Path, key: str, values: "pa.ChunkedArray", rows: "pa.Table") -> "pa.Table":
    """Write many values at once, and return their rows with `media_place`, `media_content` and `size`; see `Spool`.

    `values` are binary, null where a row has a problem. What is there already under the key is returned as it is.
    """
    spool = Spool(root, key)
    if spool.finished:
        return spool.table()
    import pyarrow as pa

    spool._path(END).parent.mkdir(parents=True, exist_ok=True)
    places: list[str | None] = []
    contents: list[str | None] = []
    sizes: list[int | None] = []
    end = 0
    try:
        with spool._path(END).open("wb") as file:
            for chunk in values.chunks:
                for data in chunk.to_pylist():
                    places.append(None if data is None else value_place(key, end, len(data)))
                    contents.append(None if data is None else content_id(data))
                    sizes.append(None if data is None else len(data))
                    if data is not None:
                        file.write(data)
                        end += len(data)
    except OSError as error:
        raise StoreError(f"cannot write {spool._path(END)}: {reason(error)}", hint="is the disk full?") from error
    for name, column, kind in (
        ("media_place", places, pa.string()),
        ("media_content", contents, pa.string()),
        ("size", sizes, pa.int64()),
    ):
        rows = rows.append_column(name, pa.array(column, kind))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(rows)
    write_whole(spool._path(".arrow"), sink.getvalue().to_pybytes())
    return rows


def read_value(path: str, inside: str, limit: int) -> bytes:
    """Return the value at `offset+size` of a file of values. Raises DataError where it is not there."""
    offset, _, size = inside.partition("+")
    if not (offset.isdecimal() and size.isdecimal()):
        raise DataError("no offset+size")
    if int(size) > limit:
        raise TooLargeError(f"{int(size):,} bytes; the limit is {limit:,}")
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        data = os.pread(descriptor, int(size), int(offset))
    finally:
        os.close(descriptor)
    if len(data) < int(size):
        raise DataError("the collected value is cut short")
    return data
