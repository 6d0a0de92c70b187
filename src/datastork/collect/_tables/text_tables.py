"""Reading CSV and JSON lines in batches, strictly: a bad row gets a problem, and no value is converted."""

import codecs
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Literal

from datastork.core.errors import DataError
from datastork.media.row import parse_object
from datastork.media.text.encodings import guess
from datastork.tables.reading.chunks import Chunk, Reading
from datastork.tables.reading.dialect import Dialect
from datastork.tables.reading.opening import Opener, unpacking
from datastork.tables.reading.separated import read_separated

LONGEST = 16 << 20  # bytes of one line of JSON
BATCH = 8192
FIRST = 256  # rows of JSON lines that are read to know their columns
Kind = Literal["int", "float", "bool", "text"]
_GROUPED = {  # numbers with thousands separators that can be nothing else, by the decimal sign
    ".": re.compile(r"[+-]?\d{1,3}((,\d{3})+\.\d+|(,\d{3}){2,})"),
    ",": re.compile(r"[+-]?\d{1,3}((\.\d{3})+,\d+|(\.\d{3}){2,})"),
}
_ONE_GROUP = re.compile(r"[+-]?\d{1,3},\d{3}")


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows in their order, the first of them `start`; None where a row is bad, the reason in `problems`."""

    start: int
    rows: list[dict[str, Any] | None]
    problems: list[str | None]


@dataclass(slots=True)
class Table:
    """A table to be read: columns (None where only reading tells), rows, what the user should know.

    `reading` gives the rows as columns, in place of `batches`, where a reader can.
    """

    name: str
    columns: list[str] | None
    batches: Iterator[Batch]
    notes: list[str] = field(default_factory=list)
    reading: Reading | None = None


def read_csv(
    name: str,
    opener: Opener,
    *,
    names: list[str] | None = None,
    header: bool | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    quotes: bool | None = None,
    wanted: Sequence[str] = (),
    only: Sequence[str] | None = None,
) -> Table:
    """Return a CSV or TSV file; see `tables.reading.separated.read_separated`. `only` names the columns of its rows."""
    reading = read_separated(
        name, opener, names=names, header=header, delimiter=delimiter, encoding=encoding, quotes=quotes,
        wanted=wanted, guess=guess,
    )  # fmt: skip
    table = Table(name, reading.columns, iter(()), reading.notes, reading)
    table.batches = (batch_of(chunk, only) for chunk in reading.chunks)
    return table


def batch_of(chunk: Chunk, only: Sequence[str] | None = None) -> Batch:
    """Return rows that are columns as dictionaries; `only` names the columns to take."""
    names = chunk.table.column_names if only is None else [name for name in chunk.table.column_names if name in only]
    problems = chunk.problems.to_pylist()
    columns = [chunk.table[name].to_pylist() for name in names]
    values = zip(*columns, strict=True) if columns else iter([()] * len(problems))
    rows = [
        dict(zip(names, row, strict=True)) if problem is None else None
        for row, problem in zip(values, problems, strict=True)
    ]
    return Batch(chunk.start, rows, problems)


def read_jsonl(name: str, opener: Opener, *, row: int = 0, line: int = 0) -> Table:
    """Return a file with one JSON object a line; empty lines are passed over.

    `row` and `line` are how many come before what `opener` gives.
    """
    return Table(name, None, _jsonl_batches(unpacking(name, opener), row, line))


def converted(batch: Batch, types: dict[str, Kind], dialect: Dialect | None = None) -> Batch:
    """Return the batch with text turned into numbers where `types` asks for it; what is none is a bad row.

    Numbers are read as the table writes them: with a decimal comma, or thousands separators.
    """
    if not types:
        return batch
    rows: list[dict[str, Any] | None] = []
    problems = list(batch.problems)
    for at, row in enumerate(batch.rows):
        fresh = None if row is None else dict(row)
        for name, kind in types.items():
            if fresh is None or not isinstance(fresh.get(name), str):
                continue
            try:
                fresh[name] = _convert(fresh[name], kind, dialect)
            except ValueError:
                problems[at] = f"row {batch.start + at}: {name} {fresh[name][:40]!r} is no {kind}"
                fresh = None
        rows.append(fresh)
    return Batch(batch.start, rows, problems)


def _convert(text: str, kind: Kind, dialect: Dialect | None) -> Any:
    if kind == "text":
        return text
    if not text.strip():
        return None
    if kind == "bool":
        known = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
        low = text.strip().lower()
        if low not in known:
            raise ValueError(text)
        return known[low]
    decimal = dialect.decimal if dialect is not None else "."
    one = dialect is not None and dialect.thousands and _ONE_GROUP.fullmatch(text.strip())
    if one or (dialect is not None and _GROUPED[decimal].fullmatch(text.strip())):
        text = text.replace("." if decimal == "," else ",", "")
    if decimal == ",":
        text = text.replace(",", ".") if "." not in text else "no number"
    if not text.isascii() or "_" in text:
        raise ValueError(text)  # Python would take 1_000 and Arabic digits
    if kind == "float":
        return float(text)
    number = int(text)
    if abs(number) >= 2**63:
        raise ValueError(text)
    return number


def _jsonl_batches(opener: Opener, start: int, number: int) -> Iterator[Batch]:
    rows: list[dict[str, Any] | None] = []
    problems: list[str | None] = []
    most = FIRST
    with closing(opener()) as raw:
        while line := raw.readline(LONGEST):
            number += 1
            row, problem = None, None
            if len(line) == LONGEST and not line.endswith(b"\n"):
                problem = f"line {number}: more than {LONGEST:,} bytes"
                while (rest := raw.readline(LONGEST)) and not rest.endswith(b"\n"):
                    pass
            else:
                if number == 1:
                    line = line.removeprefix(codecs.BOM_UTF8)
                line = line.strip(b" \t\r\n")
                if not line:
                    continue
                try:
                    row = parse_object(line)
                except DataError as error:
                    problem = f"line {number}: {error.message}"
            rows.append(row)
            problems.append(problem)
            if len(rows) == most:
                yield Batch(start, rows, problems)
                start += len(rows)
                rows, problems, most = [], [], BATCH
    yield Batch(start, rows, problems)
