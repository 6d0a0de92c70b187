"""Reading a sheet of a spreadsheet: XLSX, XLSM, XLSB, XLS, ODS. Formulas are the values they had when it was saved."""

import datetime
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from datastork.core.errors import MissingExtraError, RecipeError, SourceError
from datastork.core.findings import plural
from datastork.core.nearest import did_you_mean
from datastork.tables.reading.header import is_header, named, numbered
from datastork.tables.reading.opening import EXPANDS, FREE

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
SAMPLE = 200


@dataclass(slots=True)
class Sheet:
    """A sheet: its columns, its rows (values as JSON has them; None in an empty cell), what the user should know."""

    columns: list[str]
    rows: Iterator[list[Any]]
    notes: list[str] = field(default_factory=list)


def read_sheet(
    name: str, path: str, *, sheet: str | None = None, names: Sequence[str] | None = None, header: bool | None = None,
    wanted: Sequence[str] = (),
) -> Sheet:  # fmt: skip
    """Return a sheet of a spreadsheet, the first one if `sheet` names none.

    Numbers are what the file holds (39 and not 39.0), not how a cell shows them; dates are ISO 8601. `names`, `header`
    and `wanted` are as for `read_separated`. The whole sheet is in memory while it is read.

    Raises MissingExtraError without the extra `excel`, RecipeError for a sheet that is not there, SourceError for a
    file that cannot be read.
    """
    try:
        import python_calamine
    except ImportError as error:
        raise MissingExtraError(name, "python-calamine", "excel") from error
    _bound(name, path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        there = book.sheet_names
        if sheet is not None and sheet not in there:
            known = did_you_mean(sheet, there) or f"; there are {', '.join(there[:12])}"
            raise RecipeError([f"sheet: {name} has no sheet {sheet!r}{known}"])
        if not there:
            raise SourceError(f"{name} has no sheet")
        found = book.get_sheet_by_name(sheet or there[0])
        rows = iter(found.to_python(skip_empty_area=True))
    except (python_calamine.CalamineError, python_calamine.PasswordError, python_calamine.ZipError, OSError) as error:
        raise SourceError(f"{name} cannot be read as a spreadsheet: {error}") from error
    notes = []
    if sheet is None and len(there) > 1:
        notes.append(f"{name}: the sheet {there[0]!r} was read; there are also {', '.join(map(repr, there[1:8]))}")
    if found.merged_cell_ranges:
        notes.append(
            f"{name}: {plural(len(found.merged_cell_ranges), 'range')} of merged cells:"
            " the first cell alone has the value"
        )
    head = [values for _, row in zip(range(SAMPLE), rows, strict=False) if any(map(_given, values := _values(row)))]
    if not head:
        raise SourceError(f"{name}: the sheet {sheet or there[0]!r} is empty")
    texts = [["" if value is None else str(value) for value in row] for row in head]
    if names is None and header is None:
        header = bool(set(wanted) & {one.strip() for one in texts[0]}) or is_header(texts[0], texts[1:])
        if not header:
            notes.append(f"{name} has no header line, by what it holds; its columns are called column_0, column_1, …")
    if names is not None:
        columns = named(name, [*names, *[""] * (len(head[0]) - len(names))], notes)
    else:
        columns = named(name, texts[0], notes) if header else numbered(len(head[0]))
    return Sheet(columns, _all(head[1:] if names is None and header else head, rows), notes)


def _all(head: list[list[Any]], rest: Iterator[list[Any]]) -> Iterator[list[Any]]:
    yield from head
    for row in rest:
        values = _values(row)
        if any(map(_given, values)):
            yield values


def _given(value: Any) -> bool:
    return value is not None


def _values(row: list[Any]) -> list[Any]:
    return [_value(value) for value in row]


def _value(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, datetime.datetime) and not (value.hour or value.minute or value.second or value.microsecond):
        value = value.date()
    if isinstance(value, (datetime.date, datetime.datetime, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return str(value)
    return None if value == "" else value


def _bound(name: str, path: str) -> None:
    """Raise SourceError for a file that would fill the memory when it is unpacked."""
    try:
        with zipfile.ZipFile(path) as file:
            packed = sum(one.compress_size for one in file.infolist())
            size = sum(one.file_size for one in file.infolist())
    except (zipfile.BadZipFile, OSError):
        return  # of an older form, or missing: what opens it says so
    if size > max(FREE, EXPANDS * packed):
        raise SourceError(f"{name} becomes more than {EXPANDS} times its size when unpacked")
