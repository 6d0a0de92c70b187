"""WARC files that are there already: their pages as samples."""

import glob
import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.collect._web.entry import Entry
from datastork.collect._web.pages.look import look
from datastork.collect._web.plan import Plan
from datastork.collect._web.rows import COLUMNS, NOTES, _kinds, read_rows
from datastork.core.errors import DataError, MissingExtraError, SourceError
from datastork.core.hashing import key_of
from datastork.fetch import Answer, Refused
from datastork.fetch.target import target_of
from datastork.store.home import write_whole
from datastork.store.spool import FOLDER
from datastork.store.web.warc import ENDS, read_stored

if TYPE_CHECKING:
    import pyarrow as pa


def find_warcs(root: Path, patterns: list[str]) -> list[str]:
    """Return the WARC files that patterns name, relative to `root` where they are below it. Raises SourceError."""
    found: list[str] = []
    for pattern in patterns:
        names = sorted(glob.glob(os.path.join(root, pattern), recursive=True))
        files = [name for name in names if name.endswith(ENDS) and os.path.isfile(name)]
        if not files:
            raise SourceError(f"warc: {pattern!r} names no file that ends in .warc or .warc.gz")
        base = f"{root}{os.sep}"
        found += [name[len(base) :] if name.startswith(base) and not os.path.isabs(pattern) else name for name in files]
    return list(dict.fromkeys(found))


def rows_of_warc(root: Path, path: str, plan: Plan) -> tuple["pa.Table", list[str]]:
    """Return the rows and notes of one WARC file; read once for as long as the file stays as it is."""
    import pyarrow as pa

    try:
        seen = os.stat(os.path.join(root, path))
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error
    key = key_of(
        "collect.web warc", 1, path, seen.st_size, seen.st_mtime_ns, plan.folder_key, plan.include, plan.exclude
    )
    kept = root / FOLDER / f"warc-{key}.arrow"
    if not kept.is_file():
        rows, notes = _read(root, path, plan)
        columns = {name: pa.array([row.get(name) for row in rows], _kinds()[name]) for name in COLUMNS}
        table = pa.table(columns).replace_schema_metadata({NOTES: json.dumps(notes).encode()})
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(table)
        write_whole(kept, sink.getvalue().to_pybytes())
    return read_rows(kept)


def _read(root: Path, path: str, plan: Plan) -> tuple[list[dict[str, Any]], list[str]]:
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ModuleNotFoundError as error:
        raise MissingExtraError("collect.web with `warc`", "warcio", "web") from error

    rows: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    notes: list[str] = []
    full = os.path.join(root, path)
    offsets: list[int] = []
    with open(full, "rb") as file:
        try:
            records = ArchiveIterator(file, no_record_parse=True)
            for record in records:
                if record.rec_type != "response":
                    counts[f"records of {record.rec_type}"] += record.rec_type not in {
                        "request",
                        "warcinfo",
                        "metadata",
                    }
                else:
                    offsets.append(records.get_record_offset())
        except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:
            notes.append(f"{path} is broken after {len(offsets):,} pages: {str(error).strip().splitlines()[0][:200]}")
    for offset in offsets:
        _add(rows, counts, full, path, offset, plan)
    notes += [f"{path}: left out {count:,} {why}" for why, count in sorted(counts.items()) if count]
    return rows, notes


def _add(rows: list[dict[str, Any]], counts: "Counter[str]", full: str, path: str, offset: int, plan: Plan) -> None:
    place = f"{path}!/{offset}"
    try:
        stored = read_stored(full, offset, plan.max_bytes)
    except DataError as error:
        rows.append({"uri": place, "problem": error.message})
        return
    entry = Entry(stored.url)
    if stored.truncated:
        counts["pages that were not kept whole"] += 1
        return
    if stored.status != 200:
        counts[f"pages that answered {stored.status}"] += 1
        return
    if not plan.wants(stored.url):
        counts["pages left out by pattern"] += 1
        return
    look(entry, Answer(stored.url, stored.status, stored.headers, stored.body), plan, plan.policy.name)
    try:
        host = target_of(stored.url).host
    except Refused:
        host = None
    row = {"uri": stored.url, "stamp": stored.when, "group": host}
    if entry.problem is not None:
        rows.append({**row, "problem": entry.problem})
    elif entry.opt_out is not None:
        counts[f"pages that opted out: {entry.opt_out}"] += 1
    elif entry.content is None:
        counts["pages of another type"] += 1
    else:
        row |= {"size": entry.size, "media_place": place, "media_content": entry.content}
        rows.append({**row, "license": entry.license, "author": entry.author})
