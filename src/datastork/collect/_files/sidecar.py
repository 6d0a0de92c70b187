"""What lies beside the files: `metadata.csv`, `x.jpg.json`, and files that are no samples (README, LICENSE).

A file `metadata.csv`, `metadata.jsonl` or `metadata.parquet` with a column `file_name` (as Hugging Face has
it) tells about the files of its folder and of the folders below; `x.jpg.json` or `x.json`, a JSON object,
tells about `x.jpg`.
"""

import io
import os
import posixpath
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.collect._tables.gather import Mapping, gather
from datastork.collect._tables.parquet import read_parquet
from datastork.collect._tables.text_tables import Batch, Table, read_csv, read_jsonl
from datastork.collect._walks.walk import Folder, Walk
from datastork.core.errors import DataError, SourceError
from datastork.media.row import parse_object
from datastork.store.sources import read_bytes

if TYPE_CHECKING:
    import pyarrow as pa

METADATA = ("metadata.csv", "metadata.jsonl", "metadata.parquet")
LARGEST = 256 << 20  # bytes of one metadata file
LARGEST_JSON = 4 << 20
_HOUSEKEEPING = re.compile(
    r"(readme|licen[cs]e|citation|notice|changelog|authors|copying|contributors|(md5|sha\d+)sums)(\.\w+)?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Beside:
    """What sidecars said: one table a sidecar with `key` the uri it is about; and what to tell the user."""

    tables: list["pa.Table"] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)


def set_aside(walks: Sequence[Walk]) -> list[str]:
    """Take READMEs, licences and checksums out of what was found by patterns that name no kind of file."""
    names: Counter[str] = Counter()
    for walk in walks:
        for folder in walk.folders:
            if folder.takes_any:
                gone = {name for name in folder.names if _HOUSEKEEPING.fullmatch(name)}
                _remove(folder, gone)
                names.update(gone)
    total = names.total()
    return [f"{total} files are no samples: {', '.join(sorted(names)[:5])}"] if total else []


def read_sidecars(root: Path, walks: Sequence[Walk]) -> Beside:
    """Read every sidecar, and take it out of what was found where the pattern names no kind of file."""
    beside = Beside()
    done: dict[str, set[str]] = {}  # two patterns may lead to one folder
    for walk in walks:
        for folder in walk.folders:
            there = folder.others.union(folder.names)
            used = done.setdefault(folder.uri, set())
            new = [name for name in METADATA if name in there and name not in used]
            used.update(name for name in new if _metadata(root, folder, name, beside))
            if any(name.endswith(".json") for name in there):
                used.update(_json_files(root, folder, there - used, beside))
            if folder.takes_any:
                _remove(folder, used)
    return beside


def _metadata(root: Path, folder: Folder, name: str, beside: Beside) -> bool:
    uri = folder.uri + name
    try:
        data = read_bytes(root, uri, limit=LARGEST)
        table = _read(name, data)
        if table.columns is not None and "file_name" not in table.columns:
            beside.notes.append(f"{uri} has no column 'file_name'; it was not used")
            return False
        mapping = Mapping(
            key="file_name",
            label=_if_there("label", table),
            group=_if_there("group", table),
            license=_if_there("license", table),
            author=_if_there("author", table),
        )
        rows = gather(table.batches, mapping, name)
    except (DataError, SourceError) as error:
        beside.notes.append(f"{uri} was not used: {error.message}")
        return False
    if rows.column("key").null_count == rows.num_rows:
        beside.notes.append(f"{uri} has no 'file_name'; it was not used")
        return False
    bad = rows.num_rows - rows.column("problem").null_count
    if bad:
        first = rows.column("problem").drop_null()[0].as_py()
        beside.notes.append(f"{uri} has {bad} bad rows: {first}")
    beside.notes += table.notes
    beside.tables.append(_with_uris(rows, folder.uri))
    return True


def _read(name: str, data: bytes) -> Table:
    def opener() -> io.BytesIO:
        return io.BytesIO(data)

    if name.endswith(".csv"):
        return read_csv(name, opener, names=None, delimiter=None)
    return read_jsonl(name, opener) if name.endswith(".jsonl") else read_parquet(name, data, None)[0]


def _if_there(name: str, table: Table) -> str | None:
    return name if table.columns is None or name in table.columns else None


def _with_uris(rows: "pa.Table", prefix: str) -> "pa.Table":
    """Put the uri in place of the file name; a name that leads out of the folder is no name."""
    import pyarrow as pa

    uris = []
    for name in rows.column("key").to_pylist():
        plain = None if name is None else posixpath.normpath(name)
        uris.append(None if plain is None or plain.startswith(("..", "/")) else prefix + plain)
    return rows.set_column(rows.column_names.index("key"), "key", pa.array(uris, pa.string()))


def _json_files(root: Path, folder: Folder, there: set[str], beside: Beside) -> set[str]:
    stems: dict[str, list[str]] = {}
    for name in folder.names:
        if not name.endswith(".json"):
            stems.setdefault(os.path.splitext(name)[0], []).append(name)
    media = set(folder.names)
    used = set()
    rows: list[dict[str, Any] | None] = []
    for name in sorted(there):
        stem = name.removesuffix(".json")
        if stem == name:
            continue
        about = [stem] if stem in media else stems.get(stem, [])
        if len(about) != 1:
            continue
        used.add(name)
        try:
            values = parse_object(read_bytes(root, folder.uri + name, limit=LARGEST_JSON))
        except DataError as error:
            beside.notes.append(f"{folder.uri}{name} was not used: {error.message}")
            continue
        rows.append({**values, _ABOUT: folder.uri + about[0]})
    if rows:
        mapping = Mapping(key=_ABOUT, label="label", group="group", license="license", author="author")
        beside.tables.append(gather([Batch(0, rows, [None] * len(rows))], mapping, "sidecar"))
    return used


_ABOUT = "\0about"  # cannot be the name of a column in a file


def _remove(folder: Folder, gone: set[str]) -> None:
    if not gone:
        return
    kept = [at for at, name in enumerate(folder.names) if name not in gone]
    folder.names = [folder.names[at] for at in kept]
    folder.sizes = [folder.sizes[at] for at in kept]
    folder.stamps = [folder.stamps[at] for at in kept]
    folder.problems = [folder.problems[at] for at in kept]
