"""Reading separated values: how the file is written is found from its beginning, then its rows are read."""

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from datastork.core.errors import SourceError
from datastork.tables.reading import careful as by_record
from datastork.tables.reading.careful import careful
from datastork.tables.reading.chunks import Reading
from datastork.tables.reading.dialect import HEAD, Dialect, find_dialect
from datastork.tables.reading.encoding import Guess, find_encoding, known
from datastork.tables.reading.header import SAMPLE, is_header, named, numbered
from datastork.tables.reading.opening import Bytes, Opener, Utf8
from datastork.tables.reading.records import chunks


def read_separated(
    name: str,
    opener: Opener,
    *,
    names: Sequence[str] | None = None,
    header: bool | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    quotes: bool | None = None,
    wanted: Sequence[str] = (),
    guess: Guess | None = None,
) -> Reading:
    """Return a CSV or TSV file, every value as it is written.

    `names` are the columns of a file without a header line; `header` says whether there is one, and is found if
    neither is given (`wanted`, names the user speaks of, prove it). Delimiter, quotation mark, escape, encoding and
    decimal sign are found if not given, and told in the notes where they are not the usual ones. `guess` names the
    encoding of bytes that are no UTF-8. A `.gz` is unpacked.

    A record of another width than the header, one with bytes that mean nothing and one that breaks the form is a bad
    row. Raises SourceError for what cannot be read, RecipeError for settings that cannot be.
    """
    notes: list[str] = []
    if encoding is None:
        with closing(Bytes(name, opener)) as source:
            encoding, notes = find_encoding(source, guess)
    else:
        encoding = known(encoding).replace("utf-8-sig", "utf-8")
    head, whole = _head(name, opener, encoding)
    said = _SAID.match(head)  # how Excel is told what separates
    if said is not None:
        head, delimiter = head[said.end() :], delimiter or said[1].decode()
    if delimiter is None and _is_tabbed(name):
        delimiter = "\t"
    dialect = find_dialect(head.decode("utf-8", "replace"), whole=whole, delimiter=delimiter, quotes=quotes)
    dialect = replace(dialect, encoding=encoding)
    told = [one for one in dialect.words() if one != "separated by tabs" or not _is_tabbed(name)]
    notes += [f"{name} is {one}" if one.startswith("separated") else f"{name}: {one}" for one in told]
    columns, has_header = _columns(name, head, dialect, whole, names, header, wanted, notes)
    skip = has_header + (said is not None)
    return Reading(name, columns, chunks(name, opener, dialect, columns, skip=skip), notes, dialect, skip)


_SAID = re.compile(rb"sep=([^\r\n\"\w])(?:\r\n|\r|\n)", re.IGNORECASE)


def _is_tabbed(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith((".tsv", ".tab"))


def _head(name: str, opener: Opener, encoding: str) -> tuple[bytes, bool]:
    """Return the beginning of a file, with its first line whole, and whether that is all of it."""
    head, whole = b"", False
    with closing(Bytes(name, opener)) as source:
        stream = Utf8(source, encoding)
        while not whole and (len(head) < HEAD or not (b"\n" in head or b"\r" in head)):
            part = stream.read(HEAD)
            head += part
            whole = not part
            if len(head) > by_record.LONGEST and not (b"\n" in head or b"\r" in head):
                raise SourceError(f"{name} has a first line of more than {by_record.LONGEST:,} characters")
    if not head:
        raise SourceError(f"{name} is empty")
    return head, whole


def _columns(
    name: str, head: bytes, dialect: Dialect, whole: bool, names: Sequence[str] | None, header: bool | None,
    wanted: Sequence[str], notes: list[str],
) -> tuple[list[str], bool]:  # fmt: skip
    """Return the names of the columns, and whether the first record holds them."""
    if names is not None:
        return named(name, names, notes), False
    found = careful(head, dialect, None, 1, final=True, most=SAMPLE).records
    if not found:
        raise SourceError(f"{name} has no header line")
    first, why = found[0]
    if first is None:
        raise SourceError(f"{name}: its first line cannot be read: {why}")
    if header is None:
        body = [fields for fields, _ in found[1:] if fields is not None]
        header = bool(set(wanted) & {one.strip() for one in first}) or is_header(first, body)
        if not header:
            notes.append(f"{name} has no header line, by what it holds; its columns are called column_0, column_1, …")
    return (named(name, first, notes), True) if header else (numbered(len(first)), False)
