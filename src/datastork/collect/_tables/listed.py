"""Rows of tables that become rows of a listing: files they name, and cells with media."""

import os
import posixpath
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from datastork.collect._merge import add, attach, pairs
from datastork.collect._tables.gather import Mapping, gather
from datastork.collect._tables.open import Opened
from datastork.core.errors import RecipeError
from datastork.core.findings import plural
from datastork.store.listing import Listing
from datastork.store.sources import MARK, stat_of

if TYPE_CHECKING:
    import pyarrow as pa

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_INNER = ("row", "key")


def list_cells(found: Listing, tables: Sequence[Opened], mapping: Mapping, *, column: str) -> Listing:
    """Add one sample for each cell of a Parquet column with media. The media is not read."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for opened in tables:
        rows = gather(opened.table.batches, mapping, opened.name)
        uris = pc.binary_join_element_wise(f"{opened.uri}{MARK}{column}/", rows.column("row").cast(pa.string()), "")
        rows = rows.append_column("uri", uris)
        rows = rows.append_column("stamp", pa.repeat(pa.scalar(opened.stamp, pa.int64()), rows.num_rows))
        found = add(found, rows.drop_columns([*_INNER]), _notes(opened, rows))
    return found


def list_files(found: Listing, tables: Sequence[Opened], mapping: Mapping, *, outside: bool) -> Listing:
    """Add the files that rows name. A file named twice, or listed before, is one sample with all votes."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    for opened in tables:
        rows = gather(opened.table.batches, mapping, opened.name)
        rows = _with_uris(found, rows, opened, outside)
        bad = rows.filter(pc.is_valid(rows.column("problem")))
        good = rows.filter(pc.is_null(rows.column("problem")))
        uris = good.column("uri").combine_chunks()
        fresh = pc.unique(uris)
        if found.table.num_rows:
            fresh = fresh.filter(pc.invert(pc.is_in(fresh, value_set=found.table.column("uri").combine_chunks())))
        stats = [stat_of(found.root, uri) for uri in fresh.to_pylist()]
        listed = {
            "uri": fresh,
            "size": pa.array([one.size for one in stats], pa.int64()),
            "stamp": pa.array([one.stamp for one in stats], pa.int64()),
            "problem": pa.array([one.problem for one in stats], pa.string()),
        }
        found = found.add(pa.table(listed), tuple(_notes(opened, bad)))
        samples, at = pairs(found.table.column("uri").combine_chunks(), uris)
        said = good.drop_columns([*_INNER, "uri", "problem"]).take(pa.array(at))
        found = replace(found, table=attach(found.table, samples, said, override=True))
        missing = sum(one.problem is not None for one in stats)
        if missing:
            found = replace(
                found, notes=(*found.notes, f"{plural(missing, 'file')} named by {opened.uri} cannot be read")
            )
        repeated = good.num_rows - len(np.unique(samples))
        if repeated:
            names = "names" if repeated == 1 else "name"
            note = f"{plural(repeated, 'row')} of {opened.uri} {names} a file again; the votes were gathered"
            found = replace(found, notes=(*found.notes, note))
        if bad.num_rows:
            found = add(found, _numbered(bad.drop_columns(["uri"]), opened))
    return found


def bad_rows(found: Listing, rows: "pa.Table", opened: Opened) -> Listing:
    """Add the bad rows of a table that is joined, so that they are quarantined and not lost."""
    import pyarrow.compute as pc

    bad = rows.filter(pc.is_valid(rows.column("problem")))
    return add(found, _numbered(bad, opened), _notes(opened, bad))


def _numbered(rows: "pa.Table", opened: Opened) -> "pa.Table":
    """Give rows that are no files the uri `table.csv#17`, and the time of the table."""
    import pyarrow as pa
    import pyarrow.compute as pc

    uris = pc.binary_join_element_wise(opened.uri, rows.column("row").cast(pa.string()), "#")
    rows = rows.append_column("uri", uris)
    rows = rows.append_column("stamp", pa.repeat(pa.scalar(opened.stamp, pa.int64()), rows.num_rows))
    return rows.drop_columns([*_INNER])


def _notes(opened: Opened, rows: "pa.Table") -> list[str]:
    bad = rows.column("problem").drop_null()
    said = [f"{opened.uri} has {plural(len(bad), 'bad row')}: {bad[0].as_py()}"] if len(bad) else []
    return [*opened.table.notes, *said]


def _with_uris(found: Listing, rows: "pa.Table", opened: Opened, outside: bool) -> "pa.Table":
    """Return the rows with the uri of the file each names, or a problem."""
    import pyarrow as pa

    folder = posixpath.dirname(opened.uri)
    inside = _Inside(os.path.join(found.root, folder))
    uris: list[str | None] = []
    problems: list[str | None] = []
    for row, key, problem in zip(*(rows.column(name).to_pylist() for name in ("row", "key", "problem")), strict=True):
        uri, why = (None, problem) if problem is not None else _uri_of(key, folder, inside, outside)
        uris.append(uri)
        problems.append(why if why is None or problem is not None else f"row {row}: {why}")
    if (
        problems
        and None not in problems
        and (fatal := {_FATAL.get((text or "").partition(": ")[2]) for text in problems})
    ):
        reason = fatal.pop() if len(fatal) == 1 else None
        if reason:
            raise RecipeError([f"file: {opened.uri}: {reason}"])
    rows = rows.set_column(rows.column_names.index("problem"), "problem", pa.array(problems, pa.string()))
    return rows.append_column("uri", pa.array(uris, pa.string()))


_NO_URL = "it names an address on the web; files must be here: fetch them first"
_LEADS_OUT = "its path leads out of the folder of the table"
_FATAL = {
    _NO_URL: "every row names an address on the web, not a file: fetch them first",
    _LEADS_OUT: "every path leads out of the folder of the table; `outside = true` allows it",
}


def _uri_of(key: str | None, folder: str, inside: "_Inside", outside: bool) -> tuple[str | None, str | None]:
    if key is None:
        return None, "it names no file"
    if _URL.match(key):
        return None, _NO_URL
    if "\0" in key:
        return None, "the path holds a NUL character"
    try:
        key.encode()
    except UnicodeEncodeError:
        return None, "the path is no valid text"
    uri = posixpath.normpath(posixpath.join(folder, key))
    if not outside:
        away = posixpath.relpath(uri, folder) if posixpath.isabs(uri) == posixpath.isabs(folder) else uri
        if away.startswith(("../", "/")) or away == ".." or not inside.holds(away):
            return None, _LEADS_OUT
    return uri, None


class _Inside:
    """Whether a path stays in a folder when links are followed. Folders are asked once."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._real = os.path.realpath(folder)
        self._known: dict[str, bool] = {"": True}

    def holds(self, path: str) -> bool:
        above, name = posixpath.split(path.partition(MARK)[0])
        known = self._known.get(above)
        if known is None:
            known = self._known[above] = self._within(above)
        return known and (not os.path.islink(os.path.join(self._folder, above, name)) or self._within(path))

    def _within(self, path: str) -> bool:
        real = os.path.realpath(os.path.join(self._folder, path))
        return real == self._real or real.startswith(self._real.rstrip("/") + "/")


def first_texts(values: Any, count: int = 3) -> str:
    """Return the first few values as one text, for a note."""
    return ", ".join(str(value) for value in values[:count].to_pylist())
