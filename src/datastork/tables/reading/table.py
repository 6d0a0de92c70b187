"""A whole table in memory, as a grid of text: for commands that work on one file."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import IO

from datastork.core.errors import RecipeError, SourceError
from datastork.core.findings import plural
from datastork.tables.grid import Column, Grid
from datastork.tables.reading.chunks import SHOWN, Chunk, Reading
from datastork.tables.reading.encoding import Guess
from datastork.tables.reading.lines import read_lines
from datastork.tables.reading.packed import read_parquet
from datastork.tables.reading.separated import read_separated
from datastork.tables.reading.sheet import ENDINGS, read_sheet

SEPARATED = (".csv", ".tsv", ".tab", ".txt")
LINES = (".jsonl", ".ndjson")


def read_table(
    path: str | os.PathLike[str],
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    quotes: bool | None = None,
    header: bool | None = None,
    names: Sequence[str] | None = None,
    sheet: str | None = None,
    wanted: Sequence[str] = (),
    guess: Guess | None = None,
    bad: list[str] | None = None,
) -> tuple[Grid, list[str]]:
    """Return a table as a grid of text, and what the user should know: how it is written, which rows are bad.

    By the ending of its name: CSV and TSV (also `.gz`), lines of JSON, Parquet, a spreadsheet. Text is as it is
    written; other values as JSON writes them, null and empty cells of spreadsheets as not given. Bad rows are left out,
    and told: the first in the notes, all of them in `bad` where a list is given.

    delimiter, encoding, quotes, header, names, wanted, guess: as for `reading.separated.read_separated`
    sheet: the sheet of a spreadsheet; the first if not given

    Raises SourceError for a file that is missing or cannot be read, RecipeError for settings that do not fit it,
    MissingExtraError for a spreadsheet without the extra `excel`.

    Example: `grid, notes = read_table("beers.csv")`.
    """
    name = os.path.basename(path)
    ending = Path(name.lower().removesuffix(".gz")).suffix
    if not os.path.isfile(path):
        raise SourceError(f"{path} is {'a folder' if os.path.isdir(path) else 'not there'}")
    if sheet is not None and ending not in ENDINGS:
        raise RecipeError([f"sheet: {name} is no spreadsheet"])
    opener = partial[IO[bytes]](open, path, "rb")
    if ending in SEPARATED:
        reading = read_separated(
            name, opener, names=names, header=header, delimiter=delimiter, encoding=encoding, quotes=quotes,
            wanted=wanted, guess=guess,
        )  # fmt: skip
    elif ending in LINES:
        reading = read_lines(name, opener)
    elif ending == ".parquet":
        reading = read_parquet(name, str(path))
    elif ending in ENDINGS:
        reading = _of_sheet(name, str(path), sheet, names, header, wanted)
    else:
        raise RecipeError(
            [f"{name} is no table; tables end in {', '.join((*SEPARATED, *LINES, '.parquet', *ENDINGS))}"]
        )
    return _grid(reading, bad)


def _grid(reading: Reading, bad: list[str] | None) -> tuple[Grid, list[str]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    from datastork.tables.reading.values import text_of

    parts: dict[str, list[pa.Array]] = {}
    problems: list[str] = []
    rows = 0
    for chunk in reading.chunks:
        table = chunk.table
        if chunk.problems.null_count < len(chunk.problems):
            problems += chunk.problems.drop_null().to_pylist()
            table = table.filter(pc.is_null(chunk.problems))
        for name in table.column_names:
            held = parts.setdefault(name, [pa.nulls(rows, pa.large_string())] if rows else [])
            held += [text_of(part) for part in table[name].chunks]
        for name in parts.keys() - set(table.column_names):
            parts[name].append(pa.nulls(table.num_rows, pa.large_string()))
        rows += table.num_rows
    columns = []
    for name in reading.columns:
        columns.append(Column.of(name, pa.chunked_array(parts.pop(name, []), pa.large_string())))
    if bad is not None:
        bad += problems
    notes = list(reading.notes)
    if problems:
        more = f"; and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        notes.append(
            f"{reading.name} has {plural(len(problems), 'bad row')}, left out: {'; '.join(problems[:SHOWN])}{more}"
        )
    if not rows:
        notes.append(f"{reading.name} has no rows")
    return Grid(tuple(columns)), notes


def _of_sheet(
    name: str, path: str, sheet: str | None, names: Sequence[str] | None, header: bool | None, wanted: Sequence[str]
) -> Reading:
    import pyarrow as pa

    from datastork.tables.reading.values import text

    found = read_sheet(name, path, sheet=sheet, names=names, header=header, wanted=wanted)
    rows = [[text(value) for value in row] for row in found.rows]
    columns = [pa.array(values, pa.large_string()) for values in zip(*rows, strict=True)]
    table = pa.table(columns or [pa.array([], pa.large_string())] * len(found.columns), found.columns)
    return Reading(name, found.columns, iter([Chunk(0, table, pa.nulls(len(rows), pa.string()))]), found.notes)
