"""The spool: values a collecting step brought home or took out of a table, so that they are read once and kept.

A spool lies under `.stork/collected/`: `<key>.values`, the values one behind the other, and `<key>.rows`, a line of
JSON for each with what the listing says of it, or for many added at once a line that says where their rows lie in
`<key>.parts`. These files only grow. A process that is killed loses at most what it was writing; the next one goes on
behind the last whole line. When all is there, `finish` turns the lines into a table, `<key>.arrow`, which later
builds read at once.

    spool = Spool(found.root, key_of("collect.feed", url))
    if not spool.finished:
        for entry in entries[spool.count:]:
            spool.add(entry.text.encode(), uri=entry.link, author=entry.author, label="news")
        spool.finish()
    return found.add(spool.table())

Neither adding nor finishing holds more in memory than was given at once.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

from datastork.core.errors import DataError, StoreError, TooLargeError
from datastork.core.hashing import content_id
from datastork.store.spooled_rows import (
    STATE,
    Rows,
    batch_of,
    finished_state,
    fitted,
    serialized,
    split,
    unified,
    unwritten,
)
from datastork.store.spooled_rows import read as read_rows

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER = Path(".stork") / "collected"
END = ".values"
RUN = 20_000  # rows added one by one that become one batch


def value_place(key: str, offset: int, size: int) -> str:
    """Return the place (see `store.sources`) of a value in the spool called `key`."""
    return f"{FOLDER.as_posix()}/{key}{END}!/{offset}+{size}"


class Spool:
    """Values under one key. `state` is what the last `note` said: where to go on, or in the end what to tell."""

    def __init__(self, root: Path, key: str) -> None:
        self.key = key
        self.count = 0
        self.last: str | None = None  # the place of the value added last
        self.state: dict[str, Any] = {}
        self._folder = root / FOLDER
        self._files: dict[str, BinaryIO] = {}
        self._ends = {END: 0, ".parts": 0, ".rows": 0}  # how much of each file counts
        if self.finished:
            self._clear()
            self.state = finished_state(self._path(".arrow"))
        else:
            self._recover()

    @property
    def finished(self) -> bool:
        """Whether everything is there."""
        return self._path(".arrow").is_file()

    def add(self, data: bytes | None, *, uri: str, **columns: Any) -> None:
        """Add a value, with columns of the listing or of the user's own.

        `label=` is short for a vote of the annotator `source`. Without `data` the row needs a `problem`, and goes to
        quarantine; or a `media_place` of its own. Raises StoreError where it cannot be written.
        """
        row: dict[str, Any] = {"uri": uri, **columns}
        row.setdefault("stamp", time.time_ns())
        label = row.pop("label", None)
        if label is not None:
            row["votes"] = [{"annotator": "source", "value": str(label), "confidence": None}, *row.get("votes", ())]
        place = None if data is None else value_place(self.key, self._ends[END], len(data))
        if data is not None:
            row |= {"media_place": place, "media_content": content_id(data), "size": len(data)}
        self._write(data or b"", {"row": row})
        self.count += 1
        self.last = place

    def add_many(
        self, values: "pa.Array | pa.ChunkedArray", rows: "pa.Table", *, state: dict[str, Any] | None = None
    ) -> None:
        """Add many values at once (binary or text, null where a row has a problem), with their rows; see `add`.

        With `state` it is also noted where to go on: after an interruption either both are there or neither.
        """
        import pyarrow as pa

        offsets, data, given = split(values)
        sizes = [end - start for start, end in pairwise(offsets)]
        first = self._ends[END] - offsets[0]
        view = data[offsets[0] : offsets[-1]] if sizes else b""
        places, contents = [], []
        for valid, start, size in zip(given, offsets, sizes, strict=False):
            places.append(value_place(self.key, first + start, size) if valid else None)
            contents.append(content_id(bytes(data[start : start + size])) if valid else None)
        columns = {"media_place": pa.array(places, pa.string()), "media_content": pa.array(contents, pa.string())}
        columns["size"] = pa.array([s if valid else None for s, valid in zip(sizes, given, strict=True)], pa.int64())
        if "stamp" not in rows.column_names:
            columns["stamp"] = pa.array([time.time_ns()] * rows.num_rows, pa.int64())
        for name, column in columns.items():
            rows = rows.append_column(name, column)
        packed = serialized(rows)
        entry: dict[str, Any] = {"part": [self._ends[".parts"], len(packed), rows.num_rows]}
        if state is not None:
            entry["state"] = state
        self._write(view, entry, packed)
        self.count += rows.num_rows
        self.state = self.state if state is None else state

    def note(self, **state: Any) -> None:
        """Keep where to go on after an interruption (the next page, the last id)."""
        self._write(b"", {"state": state})
        self.state = state

    def discard(self) -> None:
        """Begin again, with nothing in it."""
        self.close()
        self._clear(".arrow", *self._ends)
        self._ends = dict.fromkeys(self._ends, 0)
        self.count, self.state, self.last = 0, {}, None

    def finish(self) -> None:
        """Say that everything is there; later builds read it at once."""
        if self.finished:
            return
        import pyarrow as pa

        schema = unified(batch.schema for batch in self._batches())
        state = json.dumps(self.state)
        target = self._path(".arrow")
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if END in self._files:
                os.fsync(self._files[END].fileno())
            with partial.open("wb") as file:
                options = pa.ipc.IpcWriteOptions(compression="zstd")
                with pa.ipc.new_file(file, schema.with_metadata({STATE: state}), options=options) as writer:
                    for batch in self._batches():
                        writer.write_table(fitted(batch, schema))
                file.flush()
                os.fsync(file.fileno())
            self.close()
            partial.replace(target)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise unwritten(self._path(END), error) from error
        self._clear()

    def table(self) -> "pa.Table":
        """Return the rows so far, for `Listing.add`."""
        import pyarrow as pa

        if self.finished:
            with pa.memory_map(str(self._path(".arrow"))) as file:
                return pa.ipc.open_file(file).read_all().replace_schema_metadata(None)
        batches = list(self._batches())
        schema = unified(batch.schema for batch in batches)
        return pa.concat_tables([schema.empty_table(), *(fitted(batch, schema) for batch in batches)])

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()
        self._files = {}

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _path(self, end: str) -> Path:
        return self._folder / f"{self.key}{end}"

    def _clear(self, *ends: str) -> None:
        for end in ends or (".rows", ".parts"):  # what the table says now
            with suppress(OSError):
                self._path(end).unlink(missing_ok=True)

    def _write(self, data: "bytes | memoryview", entry: dict[str, Any], packed: bytes = b"") -> None:
        """Write values, rows of many and, last, the line that makes them count."""
        if self.finished:
            raise StoreError(f"{self._path('.arrow')} is finished: nothing can be added")
        entry["end"] = self._ends[END] + len(data)
        line = json.dumps(entry, ensure_ascii=True).encode() + b"\n"
        given = {END: data, ".parts": packed, ".rows": line}
        try:
            for end, new in given.items():
                if len(new) or end == END:
                    view = memoryview(new)
                    file = self._open(end)
                    while view:
                        view = view[file.write(view) :]
        except OSError as error:
            self.close()  # opened again, they are cut back to what counts
            raise unwritten(self._path(END), error) from error
        for end, new in given.items():
            self._ends[end] += len(new)

    def _open(self, end: str) -> BinaryIO:
        if end not in self._files:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._files[end] = self._path(end).open("ab", buffering=0)
            os.ftruncate(self._files[end].fileno(), self._ends[end])
        return self._files[end]

    def _recover(self) -> None:
        """Go on behind the last whole line, and cut off what a killed process left half-written."""
        for entry in self._entries():
            self._ends[END] = entry["end"]
            self._ends[".rows"] += entry["length"]
            self.state = entry.get("state", self.state)
            if "part" in entry:
                start, size, count = entry["part"]
                self._ends[".parts"] = start + size
                self.count += count
            else:
                self.count += "row" in entry
        for end, whole in self._ends.items():
            if self._path(end).is_file() and self._path(end).stat().st_size > whole:
                os.truncate(self._path(end), whole)

    def _entries(self) -> Iterator[dict[str, Any]]:
        """Yield the whole lines whose values are there, each with its `length`."""
        if not self._path(".rows").is_file():
            return
        held = {end: self._path(end).stat().st_size if self._path(end).is_file() else 0 for end in (END, ".parts")}
        with self._path(".rows").open("rb") as file:
            for line in file:
                try:
                    entry = json.loads(line)
                    start, size, _ = entry.get("part", (0, 0, 0))
                    there = line.endswith(b"\n") and entry["end"] <= held[END] and start + size <= held[".parts"]
                except (ValueError, TypeError, KeyError, AttributeError):
                    return
                if not there:
                    return
                yield {**entry, "length": len(line)}

    def _batches(self) -> Iterator["pa.Table"]:
        """Yield the rows so far, in their order."""
        run: Rows = []
        for entry in self._entries():
            if "row" in entry:
                run.append(entry["row"])
            if run and (len(run) == RUN or "part" in entry):
                yield batch_of(run)
                run = []
            if "part" in entry:
                yield read_rows(self._path(".parts"), entry["part"][0], entry["part"][1])
        if run:
            yield batch_of(run)


def write_spool(root: Path, key: str, values: "pa.ChunkedArray", rows: "pa.Table") -> "pa.Table":
    """Write many values (null where a row has a problem), unless they are there; return their rows. See `Spool`."""
    spool = Spool(root, key)
    if not spool.finished:
        step = max(1, int(len(values) * (32 << 20) / max(values.nbytes, 1)))
        with spool:
            for start in range(spool.count, len(values), step):
                spool.add_many(values.slice(start, step), rows.slice(start, step))
            spool.finish()
    return spool.table()


def read_value(path: str, inside: str, limit: int) -> bytes:
    """Return the value at `offset+size` of a file of values. Raises DataError where it is not there."""
    offset, _, size = inside.partition("+")
    if not (inside.isascii() and offset.isdecimal() and size.isdecimal() and len(inside) < 40):
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
