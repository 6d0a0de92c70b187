"""How a file of separated values is written, found from its beginning and told in words."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Quoting = Literal[0, 3]  # csv.QUOTE_MINIMAL, csv.QUOTE_NONE
HEAD = 1 << 18  # bytes that are looked at
RECORDS = 200
DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}
LEAST_ALIKE = 0.5  # of the records must have as many fields as most have
LEAST_QUOTED = 10  # fields in single quotation marks, all of those that hold any
LEAST_BROKEN = 5  # records that break the form, none of them if quotation marks are a character like any other
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+")
_WHOLE = re.compile(r"[+-]?\d+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table of text is written.

    `quote` and `escape` are None where no character means that. `decimal` is the sign before the fraction of its
    numbers. `thousands` says whether numbers are written with the other sign between groups of three digits;
    `found_unquoted` that nobody said that quotation marks mean nothing, but the records do.
    """

    delimiter: str = ","
    quote: str | None = '"'
    escape: str | None = None
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    thousands: bool = False
    found_unquoted: bool = False

    @property
    def quoting(self) -> Quoting:
        """The setting of Python's `csv`."""
        return csv.QUOTE_NONE if self.quote is None else csv.QUOTE_MINIMAL

    def words(self) -> list[str]:
        """Return what is not as in most tables, one short sentence each.

        >>> Dialect(";", decimal=",").words()
        ['separated by semicolons', 'numbers have a decimal comma; they stay text as they are written']
        """
        said = []
        if self.delimiter != ",":
            said.append(f"separated by {NAMES.get(self.delimiter, repr(self.delimiter))}")
        if self.quote is None and self.found_unquoted:
            said.append("quotation marks are part of its values, for as quotes they would break many rows")
        if self.quote not in ('"', None):
            said.append(f"values are quoted by {self.quote}")
        if self.escape is not None:
            said.append(f"quotation marks inside values are written {self.escape}{self.quote}")
        if self.decimal == ",":
            said.append("numbers have a decimal comma; they stay text as they are written")
        if self.thousands:
            said.append("numbers have thousands separators; they stay text as they are written")
        return said


def find_dialect(head: str, *, whole: bool, delimiter: str | None = None, quotes: bool | None = None) -> Dialect:
    """Return how the text that begins with `head` is written; `whole` says that there is no more of it.

    The delimiter is the one that cuts most records into the same number of fields; of several, the one that leaves the
    fewest of the others inside fields, then the one with most fields.
    """
    plain = Dialect(quote=None if quotes is False else '"')
    found = plain
    if delimiter is not None:
        found = replace(plain, delimiter=delimiter)
    else:
        best = (0.0, 0.0, 0)
        for candidate in DELIMITERS:
            tried = replace(plain, delimiter=candidate)
            scored = _score(_cut(head, tried, whole))
            if scored > best:
                found, best = tried, scored
    if quotes is not False and '"' not in head and _single_quoted(head, found, whole):
        found = replace(found, quote="'")
    if quotes is not False and '\\"' in head and _failures(head, found) > _failures(head, replace(found, escape="\\")):
        found = replace(found, escape="\\")
    if quotes is None and '"' in head and _unquoted(head, found, whole):
        found = replace(found, quote=None, found_unquoted=True)
    return _with_numbers(found, _cut(head, found, whole)[1:])


def _cut(head: str, dialect: Dialect, whole: bool) -> list[list[str]]:
    """Return the first records, without the last where it may be cut."""
    records: list[list[str]] = []
    try:
        for record in _records(head, dialect, strict=False):
            if record:
                records.append(record)
            if len(records) > RECORDS:
                break
    except csv.Error:
        pass
    return records if (whole and len(records) <= RECORDS) or len(records) < 2 else records[:-1]


def _records(text: str, dialect: Dialect, *, strict: bool) -> Iterator[list[str]]:
    return csv.reader(
        io.StringIO(text, newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote or '"',
        escapechar=dialect.escape, quoting=dialect.quoting, doublequote=True, strict=strict,
    )  # fmt: skip


def _score(records: list[list[str]]) -> tuple[float, float, int]:
    """Return how alike the records are, how few other delimiters their fields hold (both rounded), and their width."""
    if not records:
        return 0.0, 0.0, 0
    width, count = Counter(map(len, records)).most_common(1)[0]
    alike = count / len(records)
    if width < 2 or alike < LEAST_ALIKE:
        return 0.0, 0.0, 0
    fields = [field for record in records for field in record]
    clean = sum(not any(other in field for other in ";\t|") for field in fields) / len(fields)
    return round(alike, 1), round(clean, 1), width


def _single_quoted(head: str, dialect: Dialect, whole: bool) -> bool:
    """Say whether ' quotes values: all of many that hold it are wrapped in it, or without it records are torn."""
    plain, single = replace(dialect, quote=None), replace(dialect, quote="'")
    quoted = [field for record in _cut(head, plain, whole) for field in record if "'" in field]
    wrapped = sum(len(field) > 1 and field[0] == field[-1] == "'" and "'" not in field[1:-1] for field in quoted)
    if wrapped < LEAST_QUOTED:
        return False
    return wrapped == len(quoted) or _failures(head, single) == 0 < _failures(head, plain)


def _unquoted(head: str, dialect: Dialect, whole: bool) -> bool:
    """Say whether quotation marks mean nothing: as quotes they break many records, else none, and few are quoted."""
    plain = replace(dialect, quote=None)
    broken = _failures(head, dialect)
    if broken < LEAST_BROKEN or _failures(head, plain):
        return False
    fields = (field for record in _cut(head, plain, whole) for field in record)
    quoted = sum(len(field) > 1 and field[0] == field[-1] == '"' and '"' not in field[1:-1] for field in fields)
    return 2 * quoted <= broken


def _failures(head: str, dialect: Dialect) -> int:
    """Return how many records break the form, or are of another width than most."""
    failed, widths = 0, list[int]()
    reader = _records(head, dialect, strict=True)
    while len(widths) + failed < RECORDS:
        try:
            widths.append(len(next(reader)))
        except StopIteration:
            break
        except csv.Error:
            failed += 1
    common = Counter(widths).most_common(1)[0][0] if widths else 0
    return failed + sum(width != common for width in widths)


def _with_numbers(dialect: Dialect, body: list[list[str]]) -> Dialect:
    """Add how numbers are written: by the columns of which most values are numbers with a comma."""
    decimal, grouped = 0, 0
    for column in zip(*(row for row in body if len(row) == len(body[0])), strict=True):
        given = [value.strip() for value in column if value.strip()]
        if len(given) < 2:
            continue
        whole = sum(_WHOLE.fullmatch(value) is not None for value in given)
        comma = sum(_COMMA.fullmatch(value) is not None for value in given)
        thousands = sum(_GROUPED.fullmatch(value) is not None for value in given)
        if thousands and thousands == comma - sum(
            "." in value and value.rfind(".") < value.find(",") for value in given
        ):
            comma = 0  # 1,234 in every value is 1234
        if comma and comma + whole >= 0.9 * len(given):
            decimal += 1
        plain = sum(re.fullmatch(r"[+-]?\d+(\.\d+)?", value) is not None for value in given)
        if not comma and thousands and thousands + plain >= 0.9 * len(given):
            grouped += 1
    if decimal > grouped:
        return replace(dialect, decimal=",", thousands=False)
    return replace(dialect, thousands=grouped > 0)
