"""Cells of CSV and TSV: texts that may be empty or missing, and formulas that no spreadsheet shall run."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from datastork.core.errors import DataError
from datastork.formats.source import ENTRY, opened
from datastork.formats.stream import dumps, parse

# a spreadsheet takes these for the beginning of a formula (OWASP, "CSV Injection")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED = re.compile(r"'+[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")


def guard(cell: str, spreadsheet: bool) -> str:
    """Return a cell as it is written: with `spreadsheet`, a quote before what would be a formula.

    Cells that look guarded already get a quote more, with or without `spreadsheet`, so that `unguard` is its inverse.

    >>> guard("=1+2", True), unguard("'=1+2"), guard("-3.5", True)
    ("'=1+2", '=1+2', '-3.5')
    """
    if _QUOTED.match(cell) or (spreadsheet and _FORMULA.match(cell) and not _NUMBER.match(cell)):
        return "'" + cell
    return cell


def unguard(cell: str) -> str:
    """Return what a cell says, without the quote that `guard` put before it."""
    return cell[1:] if _QUOTED.match(cell) else cell


def text_cell(value: str | None) -> str:
    """Return a text that may be missing: missing is empty, an empty text is two double quotes."""
    if value is None:
        return ""
    return dumps(value) if not value or value.startswith('"') else value


def cell_text(cell: str) -> str | None:
    """Return the text of `text_cell`."""
    if not cell:
        return None
    if cell.startswith('"'):
        try:
            found = parse(cell)
        except DataError:
            return cell
        return found if isinstance(found, str) else cell
    return cell


def rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (number from 1, cells) of each row that is not empty. Raises DataError for what is no table."""
    csv.field_size_limit(max(csv.field_size_limit(), ENTRY))
    with opened(path) as file:
        reader = csv.reader(_decoded(file), delimiter=delimiter, strict=True)
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                raise DataError(f"line {reader.line_num}: {error}") from error
            except UnicodeDecodeError as error:
                raise DataError(f"line {reader.line_num + 1} is no UTF-8") from error
            if row is None:
                return
            if row:
                yield reader.line_num, [unguard(cell) for cell in row]


def _decoded(file: IO[bytes]) -> Iterator[str]:
    for line in file:
        yield line.decode("utf-8")


def delimiter_of(path: Path, head: str) -> str:
    """Return the delimiter of a table by the name of its file, else by its first line."""
    if path.suffix.lower() == ".tsv":
        return "\t"
    first = head.partition("\n")[0]
    return max(",;\t", key=first.count)


class RowWriter:
    """Writes rows of cells, guarded, ending in a line feed alone."""

    def __init__(self, file: IO[str], delimiter: str, spreadsheet: bool) -> None:
        self._file, self._delimiter, self._spreadsheet = file, delimiter, spreadsheet
        self._quoted = re.compile(f'["\r\n{delimiter}]').search  # the csv module leaves a lone carriage return bare

    def row(self, cells: list[str]) -> None:
        """Write one row."""
        done = [self._cell(cell) for cell in cells]
        self._file.write((self._delimiter.join(done) if done != [""] else '""') + "\n")

    def _cell(self, cell: str) -> str:
        if not cell:
            return cell
        cell = guard(cell, self._spreadsheet)
        return '"' + cell.replace('"', '""') + '"' if self._quoted(cell) else cell
