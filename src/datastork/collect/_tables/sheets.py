"""Sheets of spreadsheets as tables."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from datastork.collect._tables.text_tables import BATCH, Batch, Table
from datastork.tables.reading.sheet import read_sheet


def read_spreadsheet(
    name: str, path: str, *, sheet: str | None, names: list[str] | None, header: bool | None, wanted: Sequence[str]
) -> Table:
    """Return a sheet of a spreadsheet; see `tables.reading.sheet.read_sheet`."""
    found = read_sheet(name, path, sheet=sheet, names=names, header=header, wanted=wanted)
    return Table(name, found.columns, _batches(found.columns, found.rows), found.notes)


def _batches(columns: list[str], rows: Iterator[list[Any]]) -> Iterator[Batch]:
    start = 0
    while part := list(islice(rows, BATCH)):
        yield Batch(start, [dict(zip(columns, row, strict=True)) for row in part], [None] * len(part))
        start += len(part)
