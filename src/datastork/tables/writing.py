"""Writing a grid as CSV: by RFC 4180, in UTF-8, and so that no spreadsheet runs what a cell says."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from datastork.core.errors import StoreError
from datastork.core.findings import plural
from datastork.tables.grid import Grid
from datastork.tables.reading.values import joined, text_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

ROWS = 1 << 16  # written at a time
FORMULA = r"(?s)^[=+\-@\t\r＝＋－＠]"
HARMLESS = r"^(?:[+-][\d .,\x{a0}\x{202f}]*(?:[eE][+-]?\d+)?%?|[+-]+)$"  # numbers, and dashes for "missing"


class Escaped(NamedTuple):
    """How many cells got an apostrophe so that no spreadsheet runs them, and the first of them as it was."""

    cells: int
    first: str | None

    def note(self, name: str) -> str | None:
        """Return what to tell the user, or None where there is nothing to tell."""
        if not self.cells:
            return None
        return (
            f"{name}: {plural(self.cells, 'cell')} that a spreadsheet would run as a formula "
            f"{'begins' if self.cells == 1 else 'begin'} with an apostrophe, such as {(self.first or '')[:40]!r}"
        )


def write_csv(
    grid: Grid, path: str | os.PathLike[str], *, escape: bool = True, header: bool = True, line_end: str = "\r\n"
) -> Escaped:
    """Write a grid as CSV: its columns in their order, null as an empty cell. The file appears whole or not at all.

    escape: put an apostrophe before cells that begin with = + - @, a tab or a return and are no plain numbers
    header: write the names of the columns
    line_end: what ends a line

    Raises StoreError where it cannot be written.

    Source: RFC 4180; OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection

    Example: `note = write_csv(grid, "clean.csv").note("clean.csv")`.
    """
    import pyarrow as pa

    cells, first, columns = 0, None, []
    for column in grid.columns:
        values, dangerous = _cells(pa.array(column.values, pa.large_string()), escape)
        cells += int(column.counts[dangerous].sum())
        first = first if first is not None or not dangerous.any() else column.values[int(dangerous.argmax())]
        columns.append((values, column.codes))
    target = Path(path)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            if header:
                file.write(header_line(grid.names, escape=escape, line_end=line_end))
            for start in range(0, grid.rows, ROWS):
                held = [(values, codes[start : start + ROWS]) for values, codes in columns]
                file.write(_lines([values.take(pa.array(codes, mask=codes < 0)) for values, codes in held], line_end))
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error
    return Escaped(cells, first)


def header_line(names: Sequence[str], *, escape: bool = True, line_end: str = "\r\n") -> bytes:
    """Return the first line of a CSV, with the names of its columns."""
    import pyarrow as pa

    return _lines([_cells(pa.array([name], pa.large_string()), escape)[0] for name in names], line_end)


def csv_lines(table: "pa.Table", *, escape: bool = True, line_end: str = "\r\n") -> tuple[bytes, Escaped]:
    """Return the rows of an Arrow table as lines of a CSV, without a header; see `write_csv`.

    Text is written as it is, other values as JSON writes them.
    """
    cells, first, columns = 0, None, []
    for name in table.column_names:
        texts = text_of(table[name].combine_chunks())
        written, dangerous = _cells(texts, escape and _is_text(table[name].type))
        cells += int(dangerous.sum())
        first = first if first is not None or not dangerous.any() else texts[int(dangerous.argmax())].as_py()
        columns.append(written)
    return (_lines(columns, line_end) if table.num_rows else b""), Escaped(cells, first)


def _is_text(kind: "pa.DataType") -> bool:
    import pyarrow.types as t

    return not (t.is_integer(kind) or t.is_floating(kind) or t.is_boolean(kind))


def _cells(texts: "pa.Array", escape: bool) -> "tuple[pa.Array, np.ndarray]":
    """Return texts as they stand in a CSV, and which of them got an apostrophe."""
    import numpy as np
    import pyarrow.compute as pc

    dangerous = np.zeros(len(texts), bool)
    if escape:
        begins = pc.match_substring_regex(texts, FORMULA)
        if pc.any(begins).as_py():
            mask = pc.fill_null(pc.and_not(begins, pc.match_substring_regex(texts, HARMLESS)), False)
            texts = pc.if_else(mask, joined("'", texts), texts)
            dangerous = mask.to_numpy(zero_copy_only=False)
    quoted = pc.match_substring_regex(texts, '[",\r\n]')
    if pc.any(quoted).as_py():
        inside = pc.replace_substring(texts, '"', '""')
        texts = pc.if_else(quoted, joined('"', inside, '"'), texts)
    return texts, dangerous


def _lines(columns: "list[pa.Array]", line_end: str) -> bytes:
    """Return lines with these cells; an empty line would be no row, so that a lone empty cell is quoted."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = [pc.fill_null(column, "") for column in columns]
    if len(columns) == 1:
        columns = [pc.if_else(pc.equal(columns[0], ""), pa.scalar('""', pa.large_string()), columns[0])]
    lines = joined(joined(*columns, between=","), line_end)
    first, last = lines.offset, lines.offset + len(lines)
    offsets = memoryview(lines.buffers()[1]).cast("q")
    return bytes(memoryview(lines.buffers()[2])[offsets[first] : offsets[last]])
