"""Reading CSV and JSON lines in batches, strictly: a bad row gets a problem, and no value is converted."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, Any, Literal

from datastork.core.errors import DataError, SourceError
from datastork.media.row import parse_object

LONGEST = 16 << 20  # characters of one line, and of one field
BATCH = 8192
FIRST = 256  # rows of JSON lines that are read to know their columns
AS_THEY_ARE = "where quotation marks are part of what is said: quotes = false"
Kind = Literal["int", "float", "bool", "text"]
Quoting = Literal[0, 3]  # csv.QUOTE_MINIMAL, csv.QUOTE_NONE


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows in their order, the first of them `start`; None where a row is bad, the reason in `problems`."""

    start: int
    rows: list[dict[str, Any] | None]
    problems: list[str | None]


@dataclass(slots=True)
class Table:
    """A table to be read: columns (None where only reading tells), rows, what the user should know."""

    name: str
    columns: list[str] | None
    batches: Iterator[Batch]
    notes: list[str] = field(default_factory=list)


Opener = Callable[[], IO[bytes]]


def read_csv(
    name: str, opener: Opener, *, names: list[str] | None, delimiter: str | None, quotes: bool = True
) -> Table:
    """Return a CSV or TSV file; `names` are the columns of one without a header line.

    UTF-8 with or without a mark, UTF-16 with one, else Latin-1 (noted). The delimiter is found among `, ;
    tab |`. Without `quotes` a quotation mark is a character like any other.
    """
    encoding = _encoding(name, opener)
    quoting: Quoting = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    notes = [f"{name} is not UTF-8; it was read as {encoding}"] if encoding in {"latin-1", "utf-16"} else []
    if delimiter is None:
        delimiter = "\t" if name.lower().endswith(".tsv") else _delimiter(opener, encoding, quoting)
        if delimiter != "," and not name.lower().endswith(".tsv"):
            notes.append(f"{name} is separated by {'tabs' if delimiter == chr(9) else repr(delimiter)}")
    header = list(names) if names is not None else _header(name, opener, encoding, delimiter, quoting, notes)
    header = _unique(name, header, notes)
    batches = _csv_batches(name, opener, encoding, delimiter, quoting, header, skip=names is None)
    return Table(name, header, batches, notes)


def read_jsonl(name: str, opener: Opener, *, row: int = 0, line: int = 0) -> Table:
    """Return a file with one JSON object a line; empty lines are passed over.

    `row` and `line` are how many come before what `opener` gives.
    """
    return Table(name, None, _jsonl_batches(opener, row, line))


def converted(batch: Batch, types: dict[str, Kind]) -> Batch:
    """Return the batch with text turned into numbers where `types` asks for it; what is none is a bad row."""
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
                fresh[name] = _convert(fresh[name], kind)
            except ValueError:
                problems[at] = f"row {batch.start + at}: {name} {fresh[name][:40]!r} is no {kind}"
                fresh = None
        rows.append(fresh)
    return Batch(batch.start, rows, problems)


def _convert(text: str, kind: Kind) -> Any:
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
    if not text.isascii() or "_" in text:
        raise ValueError(text)  # Python would take 1_000 and Arabic digits
    if kind == "float":
        return float(text)
    number = int(text)
    if abs(number) >= 2**63:
        raise ValueError(text)
    return number


def _encoding(name: str, opener: Opener) -> str:
    """Read the whole file once; return its encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with closing(opener()) as raw:
        part = raw.read(1 << 20)
        if not part:
            raise SourceError(f"{name} is empty")
        if part.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        marked = part.startswith(codecs.BOM_UTF8)
        utf8 = True
        while part:
            if b"\0" in part:
                raise SourceError(f"{name} is no text (it holds NUL bytes)")
            if utf8:
                try:
                    decoder.decode(part)
                except UnicodeDecodeError:
                    utf8 = False
            part = raw.read(1 << 20)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            utf8 = False
    return "latin-1" if not utf8 else "utf-8-sig" if marked else "utf-8"


def _delimiter(opener: Opener, encoding: str, quoting: Quoting) -> str:
    """Return the delimiter that cuts the first lines into the same number of fields, more than one."""
    with closing(opener()) as raw, io.TextIOWrapper(raw, encoding, errors="replace", newline="") as opened:
        text = opened.read(1 << 16)
    best, score = ",", 1
    for candidate in (",", ";", "\t", "|"):
        lengths = []
        try:
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=candidate, quoting=quoting):
                lengths.append(len(row))
                if len(lengths) == 20:
                    break
        except csv.Error:
            continue
        whole = lengths[:-1] if len(text) == 1 << 16 and len(lengths) > 1 else lengths
        alike = sum(length == lengths[0] for length in whole) / max(len(whole), 1)
        if lengths and lengths[0] > score and alike >= 0.5:
            best, score = candidate, lengths[0]
    return best


def _header(name: str, opener: Opener, encoding: str, delimiter: str, quoting: Quoting, notes: list[str]) -> list[str]:
    with closing(opener()) as raw, _text(raw, encoding) as text:
        try:
            header = next(csv.reader(_lines(name, text), delimiter=delimiter, quoting=quoting, strict=True), None)
        except csv.Error as error:
            raise SourceError(f"{name}: its first line cannot be read: {error}") from error
    if not header:
        raise SourceError(f"{name} has no header line")
    unnamed = [at for at, column in enumerate(header) if not column.strip()]
    if unnamed:
        notes.append(f"{name} has {len(unnamed)} columns without a name; they are called column_NUMBER")
    return [column.strip() or f"column_{at}" for at, column in enumerate(header)]


def _unique(name: str, header: list[str], notes: list[str]) -> list[str]:
    """Give the second column called `a` the name `a_2`."""
    found: list[str] = []
    renamed = []
    for column in header:
        fresh, number = column, 1
        while fresh in found or (number > 1 and fresh in header):
            number += 1
            fresh = f"{column}_{number}"
        if fresh != column:
            renamed.append(fresh)
        found.append(fresh)
    if renamed:
        notes.append(f"{name} has columns of the same name; the later ones are called {', '.join(renamed)}")
    return found


def _text(raw: IO[bytes], encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(raw, encoding, errors="strict", newline="")


def _lines(name: str, text: io.TextIOWrapper) -> Iterator[str]:
    """Yield lines, none of them so long that it would fill the memory."""
    while line := text.readline(LONGEST):
        if len(line) == LONGEST and not line.endswith(("\n", "\r")):
            raise SourceError(f"{name} has a line of more than {LONGEST:,} characters")
        yield line


def _csv_batches(
    name: str, opener: Opener, encoding: str, delimiter: str, quoting: Quoting, header: list[str], *, skip: bool
) -> Iterator[Batch]:
    limit = csv.field_size_limit(LONGEST)
    try:
        with closing(opener()) as raw, _text(raw, encoding) as text:
            reader = csv.reader(_lines(name, text), delimiter=delimiter, quoting=quoting, strict=True)
            if skip:
                next(reader)
            start = 0
            rows: list[dict[str, Any] | None] = []
            problems: list[str | None] = []
            while True:
                line = reader.line_num + 1
                try:
                    fields = next(reader)
                except StopIteration:
                    break
                except csv.Error as error:
                    rows.append(None)
                    problems.append(f"{_lines_of(line, reader.line_num)}: {_csv_said(error)}")
                else:
                    if not fields:
                        continue  # an empty line
                    fits = len(fields) == len(header)
                    rows.append(dict(zip(header, fields, strict=True)) if fits else None)
                    problems.append(None if fits else f"line {line}: {len(fields)} fields, not {len(header)}")
                if len(rows) == BATCH:
                    yield Batch(start, rows, problems)
                    start += len(rows)
                    rows, problems = [], []
            yield Batch(start, rows, problems)
    except UnicodeError as error:
        raise SourceError(f"{name} is damaged: {error}") from error
    finally:
        csv.field_size_limit(limit)


def _lines_of(first: int, last: int) -> str:
    """Name the lines of a bad row: a quotation mark may have taken several into it."""
    return f"line {first}" if last <= first else f"lines {first} to {last}"


def _csv_said(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return f"a quote that opens here is never closed; {AS_THEY_ARE}"
    if "expected after" in str(error):
        return f"text follows a closing quote; {AS_THEY_ARE}"
    return str(error)


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
