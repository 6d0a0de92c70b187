"""Opening the tables a recipe names, and checking at once that the columns it names are there."""

import os
from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO

from datastork.collect._tables.gather import Mapping
from datastork.collect._tables.parquet import read_parquet
from datastork.collect._tables.sheets import read_spreadsheet
from datastork.collect._tables.text_tables import Batch, Kind, Table, converted, read_csv, read_jsonl
from datastork.collect._walks.pattern import parse
from datastork.collect._walks.walk import nothing_found, walk
from datastork.core.errors import RecipeError, SourceError
from datastork.core.nearest import did_you_mean
from datastork.tables.reading.dialect import Dialect
from datastork.tables.reading.sheet import ENDINGS

KINDS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    **dict.fromkeys(ENDINGS, "sheet"),
}
PACKED = (".csv", ".tsv", ".tab", ".txt", ".jsonl", ".ndjson")  # kinds that may end in .gz too
MADE_FOR = {  # settings that only some kinds know
    "names": ("csv", "sheet"),
    "header": ("csv", "sheet"),
    "delimiter": ("csv",),
    "encoding": ("csv",),
    "quotes": ("csv",),
    "sheet": ("sheet",),
    "query": (),
}


@dataclass(frozen=True, slots=True)
class Form:
    """How a table is written, where the recipe says so."""

    types: Dictionary[str, Kind] = field(default_factory=dict)
    names: list[str] | None = None
    header: bool | None = None
    delimiter: str | None = None
    encoding: str | None = None
    quotes: bool | None = None
    sheet: str | None = None
    query: str | None = None


@dataclass(slots=True)
class Opened:
    """One table: its uri, the time it was changed (nanoseconds), its rows, under which name it votes, its bytes."""

    uri: str
    stamp: int | None
    table: Table
    name: str
    size: int | None = None


def open_tables(
    root: Path, path: str, mapping: Mapping, form: Form, *, text: str | None = None, cells: str | None, whole: bool
) -> list[Opened]:
    """Return the tables that `path` names, in the order of their names, not yet read.

    `text` is the column with the texts, `cells` the one with bytes; `whole` says that every column is wanted.
    Raises RecipeError for columns that are not there, all at once, and SourceError for a table that is missing or
    cannot be read.
    """
    _check_form(form)
    walks = [walk(root, pattern, hidden=False) for pattern in parse(root, path)]
    if not any(one.found for one in walks):
        raise SourceError(nothing_found(root, walks[0]))
    files = {
        folder.uri + name: (stamp, size)
        for one in walks
        for folder in one.folders
        for name, stamp, size in zip(folder.names, folder.stamps, folder.sizes, strict=True)
    }
    vote_name = os.path.basename(path)
    opened = []
    for uri in sorted(files):
        kind = _kind(uri)
        stamp, size = files[uri]
        table = _open(root, uri, kind, mapping, form, text, cells, whole, (stamp, size))
        opened.append(Opened(uri, stamp, table, vote_name, size))
    return opened


def _kind(uri: str) -> str:
    """Return what kind of table a file is. Raises RecipeError for one that is none."""
    name, ending = os.path.splitext(uri.lower())
    if ending == ".gz" and os.path.splitext(name)[1] in PACKED:
        ending = os.path.splitext(name)[1]
    if ending not in KINDS:
        raise RecipeError([f"path: {uri} is no table; tables end in {', '.join(KINDS)}"])
    return KINDS[ending]


def _open(
    root: Path,
    uri: str,
    kind: str,
    mapping: Mapping,
    form: Form,
    text: str | None,
    cells: str | None,
    whole: bool,
    like: tuple[int | None, int | None],
) -> Table:
    path = os.path.join(root, uri)
    name = os.path.basename(uri)
    for setting, kinds in MADE_FOR.items():
        if getattr(form, setting) is not None and kind not in kinds:
            no = {"sheet": "spreadsheet", "query": "database"}.get(setting, "CSV file")
            raise RecipeError([f"{setting}: {name} is no {no}"])
    if cells is not None and kind != "parquet":
        raise RecipeError([f"bytes = {cells!r}: {name} is no Parquet file"])
    opener = partial[IO[bytes]](open, path, "rb")
    wanted = [*mapping.named(), *((("text", text),) if text else ()), *(("types", column) for column in form.types)]
    named = [column for _, column in wanted]
    try:
        if kind == "csv":
            table = read_csv(
                name, opener, names=form.names, header=form.header, delimiter=form.delimiter, encoding=form.encoding,
                quotes=form.quotes, wanted=named, only=None if whole or mapping.own is None else named,
            )  # fmt: skip
        elif kind == "jsonl":
            table = read_jsonl(name, opener)
        elif kind == "sheet":
            table = read_spreadsheet(
                root, uri, *like, sheet=form.sheet, names=form.names, header=form.header, wanted=named
            )
        else:
            table = _parquet(path, name, mapping, text, cells, whole)
    except OSError as error:
        raise SourceError(f"{uri} cannot be read: {error.strerror or error}") from error
    return checked(table, wanted, form)


def checked(table: Table, wanted: list[tuple[str, str]], form: Form) -> Table:
    """Return a table that has the columns `wanted`, of which each comes with its setting, its values `form.types`.

    Raises RecipeError for columns that are not there.
    """
    known = table.columns
    if known is None:
        first = next(table.batches)
        known = list(dict.fromkeys(column for row in first.rows if row is not None for column in row))
        table = replace(table, columns=known, batches=chain([first], table.batches))
        if not known:  # empty, or nothing but bad rows: there is nothing to hold the recipe against
            return replace(table, batches=_converted(table.batches, dict(form.types)))
    problems = [
        f"{setting}: {table.name} has no column {column!r}{did_you_mean(column, known) or _there(known)}"
        for setting, column in wanted
        if column not in known
    ]
    if problems:
        raise RecipeError(problems)
    dialect = table.reading.dialect if table.reading is not None else None
    return replace(table, batches=_converted(table.batches, dict(form.types), dialect))


def _parquet(path: str, name: str, mapping: Mapping, text: str | None, cells: str | None, whole: bool) -> Table:
    named = [column for _, column in mapping.named()] + ([text] if text else [])
    only = None if whole or mapping.own is None else named
    table, binary = read_parquet(name, path, only)
    if cells is None:
        if whole and binary:
            hint = f"bytes = {binary[0]!r} makes samples of them"
            raise RecipeError([f"{name}: the column {binary[0]!r} holds bytes, which a row cannot; {hint}"])
    elif cells not in binary:
        known = table.columns or []
        why = (
            "does not hold bytes" if cells in known else f"is not there{did_you_mean(cells, binary) or _there(binary)}"
        )
        raise RecipeError([f"bytes: the column {cells!r} of {name} {why}"])
    return table


def _converted(batches: Iterator[Batch], types: dict[str, Kind], dialect: Dialect | None = None) -> Iterator[Batch]:
    return (converted(batch, types, dialect) for batch in batches)


def _check_form(form: Form) -> None:
    problems = []
    if form.delimiter is not None and (len(form.delimiter) != 1 or form.delimiter in '"\r\n'):
        problems.append(f"delimiter: {form.delimiter!r} is not one character")
    if form.names is not None and (not form.names or len(set(form.names)) < len(form.names)):
        problems.append("names: the columns need different names")
    if problems:
        raise RecipeError(problems)


def _there(known: list[str]) -> str:
    return f"; there are {', '.join(known[:12])}{', …' if len(known) > 12 else ''}" if known else ""
