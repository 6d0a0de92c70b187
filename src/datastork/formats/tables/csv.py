"""CSV and TSV: long (a row for each vote, nothing lost) and wide (a row for each sample).

Reading tells the two apart by their columns; `options.layout` chooses in writing: "long" (the default) or "wide".
Source: RFC 4180 for CSV; text/tab-separated-values of IANA, quoted as in CSV.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from datastork.core.errors import DataError
from datastork.core.questions import KINDS, LabelClass, Question
from datastork.formats.declared import used_classes
from datastork.formats.format import READING, WRITING, Format, Options, Refused, Written
from datastork.formats.record import Annotated
from datastork.formats.source import opened
from datastork.formats.tables import long, wide
from datastork.formats.tables.cells import delimiter_of, rows


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield the samples of a table."""
    with opened(path) as file:
        delimiter = delimiter_of(path, file.read(1 << 16).decode("utf-8", "replace"))
    form = "tsv" if delimiter == "\t" else "csv"
    header = next(rows(path, delimiter), None)
    if header is None:
        raise DataError(f"{path.name} is empty")
    reader = long.read if long.is_long(header[1]) else wide.read
    yield from reader(path, questions, options, delimiter, form)


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the classes that answers use."""
    return used_classes(read(path, None, options))


def _write(
    path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options, delimiter: str
) -> Written:
    if options.layout not in (None, "long", "wide"):
        raise DataError(f"layout is 'long' or 'wide', not '{options.layout}'")
    writer = wide.write if options.layout == "wide" else long.write
    return writer(path, samples, questions, options, delimiter)


def write_csv(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write a table divided by commas."""
    return _write(path, samples, questions, options, ",")


def write_tsv(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write a table divided by tabs."""
    return _write(path, samples, questions, options, "\t")


def _sniff_csv(path: Path, head: str) -> bool:
    return path.suffix.lower() == ".csv" and any(mark in head.partition("\n")[0] for mark in ",;\t")


def _sniff_tsv(path: Path, head: str) -> bool:
    return path.suffix.lower() in (".tsv", ".tab") and "\t" in head.partition("\n")[0]


_OPTIONS = READING | WRITING | {"layout", "columns", "spreadsheet", "field"}
CSV = Format(
    name="csv",
    says="a table, a row a vote (long, nothing is lost) or a row a sample (wide)",
    kinds=frozenset(KINDS),
    suffixes=(".csv",),
    sniff=_sniff_csv,
    reader=read,
    writer=write_csv,
    classed=classes,
    options=_OPTIONS,
    lossless=True,
)
TSV = Format(
    name="tsv",
    says="a table divided by tabs, long or wide",
    kinds=frozenset(KINDS),
    suffixes=(".tsv",),
    sniff=_sniff_tsv,
    reader=read,
    writer=write_tsv,
    classed=classes,
    options=_OPTIONS,
    lossless=True,
)
