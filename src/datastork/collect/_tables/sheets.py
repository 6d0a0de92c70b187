"""Sheets of spreadsheets as tables. A file that is as it was is not opened to know its columns."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from datastork.collect._tables.ends import ends_of
from datastork.collect._tables.text_tables import BATCH, Batch, Table
from datastork.core.errors import StoreError
from datastork.core.hashing import key_of
from datastork.store.home import read_json, write_json
from datastork.store.spool import FOLDER
from datastork.tables.reading.sheet import Sheet, read_sheet


def read_spreadsheet(
    root: Path,
    uri: str,
    stamp: int | None,
    size: int | None,
    *,
    sheet: str | None,
    names: list[str] | None,
    header: bool | None,
    wanted: Sequence[str],
) -> Table:
    """Return a sheet of the spreadsheet at `uri`, of this size and time; see `tables.reading.sheet.read_sheet`.

    Columns and notes are kept with what tells the file apart; of one that is as it was, rows are read when asked for.
    """
    path, name = os.path.join(root, uri), os.path.basename(uri)

    def read() -> Sheet:
        return read_sheet(name, path, sheet=sheet, names=names, header=header, wanted=wanted)

    kept = root / FOLDER / f"{key_of('sheet', 1, uri, sheet, names, header, sorted(set(wanted)))}.json"
    like = [stamp, size, ends_of(path)]
    known: dict[str, Any] = {}
    with suppress(StoreError):  # what was kept is damaged: the file is read
        known = read_json(kept, {})
    if known.get("like") == like:
        return Table(name, known["columns"], _batches(known["columns"], read), known["notes"])
    found = read()
    write_json(kept, {"like": like, "columns": found.columns, "notes": found.notes})
    return Table(name, found.columns, _batches(found.columns, lambda: found), found.notes)


def _batches(columns: list[str], read: Callable[[], Sheet]) -> Iterator[Batch]:
    start, rows = 0, read().rows
    while part := list(islice(rows, BATCH)):
        yield Batch(start, [dict(zip(columns, row, strict=True)) for row in part], [None] * len(part))
        start += len(part)
