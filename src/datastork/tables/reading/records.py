"""The rows of separated values: regular parts by Arrow, the rest record by record, in memory that does not grow."""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from datastork.core.errors import SourceError
from datastork.core.findings import plural
from datastork.tables.reading import careful as by_record
from datastork.tables.reading.blocks import lines_in, regular
from datastork.tables.reading.careful import Careful, careful
from datastork.tables.reading.chunks import Chunk
from datastork.tables.reading.dialect import Dialect
from datastork.tables.reading.opening import Bytes, Opener, Utf8

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

BLOCK = 4 << 20  # bytes read at a time
IRREGULAR = 1 << 18  # bytes read record by record before the next look whether it is regular again


def chunks(
    name: str, opener: Opener, dialect: Dialect, columns: list[str], *, skip: int, row: int = 0, line: int = 1
) -> Iterator[Chunk]:
    """Yield the rows of a file behind the first `skip` records.

    `row` and `line` are the numbers of the first that `opener` gives, where it gives the end of a file alone.
    """
    with closing(Bytes(name, opener)) as source:
        rows = _Rows(name, Utf8(source, dialect.encoding), dialect, columns)
        rows.start, rows.line = row, line
        for _ in range(skip):
            rows.skip()
        yield from rows.chunks()


class _Rows:
    """What of a file is not yet given: the bytes at hand, and the numbers of the next line and row."""

    def __init__(self, name: str, stream: Utf8, dialect: Dialect, columns: list[str]) -> None:
        self.name = name
        self.stream = stream
        self.dialect = dialect
        self.columns = columns
        self.pending = b""
        self.final = False
        self.line = 1
        self.start = 0
        self.look = IRREGULAR

    def fill(self, size: int) -> None:
        """Read until `size` bytes are at hand, or all there are."""
        parts = [self.pending]
        have = len(self.pending)
        while have < size and not self.final:
            part = self.stream.read(BLOCK)
            self.final = not part
            parts.append(part)
            have += len(part)
        self.pending = b"".join(parts) if len(parts) > 1 else self.pending

    def skip(self) -> None:
        """Leave out the first record."""
        size = BLOCK
        while True:
            self.fill(size)
            taken = careful(
                self.pending, self.dialect, None, self.line, final=self.final or size > by_record.LONGEST, most=1
            )
            if taken.records or self.final:  # a file may have become shorter since its beginning was read
                self._drop(taken.size, taken.lines)
                return
            size *= 2

    def chunks(self) -> Iterator[Chunk]:
        """Yield what is left."""
        size = BLOCK
        while True:
            self.fill(size)
            if not self.pending:
                return
            if self.dialect.escape is not None:
                end, careful_next = 0, True
            else:
                part = regular(self.pending, self.dialect.delimiter, self.dialect.quote, final=self.final)
                end, careful_next = part.end, part.after == "careful"
            if end:
                yield from self._regular(end)
                size = BLOCK
            if careful_next:
                yield from self._irregular()
            elif not end:
                if len(self.pending) > by_record.LONGEST:
                    yield from self._irregular()
                size = 2 * len(self.pending)

    def _drop(self, size: int, lines: int) -> None:
        self.pending = self.pending[size:]
        self.line += lines

    def _regular(self, end: int) -> Iterator[Chunk]:
        data = self.pending[:end]
        table, wrong = parsed(data, self.columns, self.dialect)
        if table is None:
            yield self._chunk(careful(data, self.dialect, len(self.columns), self.line, final=True))
            self._drop(end, lines_in(data))
            return
        chunk = self._with_wrong(data, table, wrong) if wrong else Chunk(self.start, table, _fine(table.num_rows))
        self.start += chunk.table.num_rows
        self._drop(end, lines_in(data))
        if chunk.table.num_rows:
            yield chunk

    def _irregular(self) -> Iterator[Chunk]:
        """Take records one by one. The part that is looked at grows until one of them is whole."""
        look = IRREGULAR
        while True:
            self.fill(look)
            all_of_it = self.final and look >= len(self.pending)
            forced = look > by_record.LONGEST
            taken = careful(
                self.pending[:look],
                self.dialect,
                len(self.columns),
                self.line,
                final=all_of_it or forced,
                cut=not all_of_it,
            )
            if taken.lines:
                yield self._chunk(taken)
                self._drop(taken.size, taken.lines)
                return
            if forced:
                raise SourceError(f"{self.name} has a line of more than {by_record.LONGEST:,} characters")
            look *= 2

    def _chunk(self, taken: Careful) -> Chunk:
        import pyarrow as pa

        bad: list[str | None] = [None] * len(self.columns)
        columns = zip(*(fields or bad for fields, _ in taken.records), strict=True)
        arrays = [pa.array(column, pa.string()) for column in columns] or [pa.array([], pa.string())] * len(
            self.columns
        )
        chunk = Chunk(
            self.start,
            pa.table(arrays, self.columns),
            pa.array([problem for _, problem in taken.records], pa.string()),
        )
        self.start += len(taken.records)
        return chunk

    def _with_wrong(self, data: bytes, table: "pa.Table", wrong: dict[int, int]) -> Chunk:
        """Put rows of another width where they belong; `wrong` says which rows these are, and how wide."""
        import numpy as np
        import pyarrow as pa

        count = table.num_rows + len(wrong)
        bad = np.zeros(count, bool)
        bad[list(wrong)] = True
        take = np.where(bad, 0, np.cumsum(~bad) - 1)
        problems = np.full(count, None, object)
        lines = self.line + _lines_of(data, self.dialect.quote, np.array(list(wrong)))
        for (row, width), line in zip(wrong.items(), lines.tolist(), strict=True):
            problems[row] = f"line {line}: {plural(width, 'field')}, not {len(self.columns):,}"
        return Chunk(self.start, table.take(pa.array(take, mask=bad)), pa.array(problems, pa.string()))


def parsed(data: bytes, columns: list[str], dialect: Dialect) -> tuple["pa.Table | None", dict[int, int]]:
    """Return regular records as a table of text, and the width of each that has another; None where it is no UTF-8."""
    import pyarrow as pa
    from pyarrow import csv

    if not _is_utf8(data):
        return None, {}
    wrong: dict[int, int] = {}

    def note(row: Any) -> str:
        wrong[row.number - 1] = row.actual_columns
        return "skip"

    table = csv.read_csv(
        pa.BufferReader(data),
        csv.ReadOptions(column_names=columns, use_threads=False, block_size=len(data) + 1),
        csv.ParseOptions(
            delimiter=dialect.delimiter, quote_char=dialect.quote or False, newlines_in_values=True,
            invalid_row_handler=note,
        ),
        csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()), check_utf8=False),
    )  # fmt: skip
    return table, wrong


def _is_utf8(data: bytes) -> bool:
    try:
        return data.isascii() or bool(data.decode())
    except UnicodeDecodeError:
        return False


def _fine(count: int) -> "pa.Array":
    import pyarrow as pa

    return pa.nulls(count, pa.string())


def _lines_of(data: bytes, quote: str | None, rows: "np.ndarray") -> "np.ndarray":
    """Return on which line, counted from 0, each of these rows of regular data begins."""
    import numpy as np

    view = np.frombuffer(data, np.uint8)
    returns = np.flatnonzero(view == 13)
    returns = returns[np.append(view[1:], 0)[returns] != 10]
    ends = np.union1d(np.flatnonzero(view == 10), returns)
    if not len(ends) or ends[-1] != len(view) - 1:
        ends = np.append(ends, len(view))
    marks = np.flatnonzero(view == ord(quote)) if quote is not None else np.empty(0, np.int64)
    outside = ends[np.searchsorted(marks, ends) % 2 == 0]
    starts = np.append(0, outside[:-1] + 1)
    length = outside - starts
    empty = (length == 0) | ((length == 1) & (view[np.minimum(starts, len(view) - 1)] == 13))
    lines: np.ndarray = np.searchsorted(ends, starts[~empty][rows])
    return lines
