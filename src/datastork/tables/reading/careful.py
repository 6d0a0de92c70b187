"""Records that are not regular, one by one: what is wrong with each, and where the next one begins."""

import csv
from collections.abc import Iterator
from typing import NamedTuple

from datastork.core.findings import plural
from datastork.tables.reading.dialect import Dialect

LONGEST = 16 << 20  # characters of one line, and of one field
FAR = 1000  # lines that a quotation mark may swallow before the next look whether what follows is regular
LOOKED_AT = 20  # lines behind a bad one that say whether they are records of their own
AS_THEY_ARE = "where quotation marks are part of what is said: quotes = false"
Record = tuple[list[str] | None, str | None]  # fields, or what is wrong


class Careful(NamedTuple):
    """Records, how many bytes and lines they take, and whether the next one needs more than was given."""

    records: list[Record]
    size: int
    lines: int
    more: bool


def careful(
    data: bytes, dialect: Dialect, width: int | None, line: int, *, final: bool, cut: bool | None = None,
    most: int | None = None,
) -> Careful:  # fmt: skip
    """Return the records in `data`, at most `most`; the first line has the number `line`.

    `final` says that no record goes on behind `data`, `cut` that its last line does (by default where not `final`).
    None for `width` allows any. A quotation mark that is never closed spoils its own line alone where the lines behind
    it are records.
    """
    pieces = data.splitlines(keepends=True)
    if (not final if cut is None else cut) and pieces:
        pieces = pieces[:-1]
    lines = _Lines(pieces)
    found: list[Record] = []
    limit = csv.field_size_limit(LONGEST)
    try:
        reader = _reader(lines, dialect)
        while most is None or len(found) < most:
            first = lines.at
            try:
                fields = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                if lines.ended and not final:
                    lines.at = first
                    return _so_far(found, pieces, first, more=True)
                swallowed = lines.at - first
                if swallowed > 1 and not _go_on(lines, first, dialect, width, final):
                    return _so_far(found, pieces, first, more=True)
                found.append((None, f"{_lines_of(line + first, line + lines.at - 1)}: {_said(error)}"))
                lines.ended = False
                if swallowed > FAR:
                    break
            else:
                if fields:
                    problem = _problem(fields, width, line + first)
                    found.append((fields if problem is None else None, problem))
    finally:
        csv.field_size_limit(limit)
    return _so_far(found, pieces, lines.at, more=False)


class _Lines:
    """Lines for a reader that can be set back."""

    def __init__(self, lines: list[bytes]) -> None:
        self.all = lines
        self.at = 0
        self.ended = False  # whether more was asked for than there is

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at >= len(self.all):
            self.ended = True
            raise StopIteration
        self.at += 1
        return _decoded(self.all[self.at - 1])


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")


def _reader(lines: Iterator[str], dialect: Dialect) -> Iterator[list[str]]:
    return csv.reader(
        lines, delimiter=dialect.delimiter, quotechar=dialect.quote or '"', escapechar=dialect.escape,
        quoting=dialect.quoting, strict=True,
    )  # fmt: skip


def _so_far(found: list[Record], pieces: list[bytes], lines: int, *, more: bool) -> Careful:
    return Careful(found, sum(map(len, pieces[:lines])), lines, more)


def _go_on(lines: _Lines, first: int, dialect: Dialect, width: int | None, final: bool) -> bool:
    """Set the lines behind a bad record of several lines; say whether there were enough of them to tell where.

    Where the lines that a quotation mark swallowed are records, they are read again. Else the record goes on to where
    its marks are even, if that is near.
    """
    if _records(lines.all[first + 1 : lines.at], dialect, width):
        lines.at = first + 1
        return True
    mark = (dialect.quote or '"').encode()
    odd = sum(line.count(mark) for line in lines.all[first : lines.at]) % 2
    for at in range(lines.at, lines.at + LOOKED_AT if odd else lines.at):
        if at >= len(lines.all):
            return final
        if lines.all[at].count(mark) % 2:
            lines.at = at + 1
            break
    return True


def _records(lines: list[bytes], dialect: Dialect, width: int | None) -> bool:
    """Say whether lines that a quotation mark swallowed are records of their own, by the first of them."""
    for line in map(_decoded, lines[:LOOKED_AT]):
        try:
            fields = next(_reader(iter([line]), dialect), [])
        except csv.Error:
            return False
        if line.count(dialect.quote or '"') % 2 or (fields and width is not None and len(fields) != width):
            return False
    return True


def _problem(fields: list[str], width: int | None, line: int) -> str | None:
    for field in fields:
        if not field.isascii() and not _is_text(field):
            byte = next(ord(one) - 0xDC00 for one in field if 0xDC80 <= ord(one) <= 0xDCFF)
            return f"line {line}: it holds a byte (0x{byte:02X}) that cannot be decoded"
        if "\0" in field:
            return f"line {line}: it holds a NUL byte"
    if width is not None and len(fields) != width:
        return f"line {line}: {plural(len(fields), 'field')}, not {width:,}"
    return None


def _is_text(field: str) -> bool:
    try:
        field.encode()
    except UnicodeEncodeError:
        return False
    return True


def _lines_of(first: int, last: int) -> str:
    """Name the lines of a bad row: a quotation mark may have taken several into it."""
    return f"line {first}" if last <= first else f"lines {first} to {last}"


def _said(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return f"a quote that opens here is never closed; {AS_THEY_ARE}"
    if "field limit" in str(error):
        return f"a value of more than {LONGEST:,} characters, or a quote that opens here is never closed; {AS_THEY_ARE}"
    if "expected after" in str(error):
        return f"text follows a closing quote; {AS_THEY_ARE}"
    return str(error)
