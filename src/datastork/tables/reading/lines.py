"""Reading lines of JSON, one object each, as columns of text."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, NoReturn

from datastork.core.errors import SourceError
from datastork.tables.reading.careful import LONGEST
from datastork.tables.reading.chunks import Chunk, Reading
from datastork.tables.reading.opening import Bytes, Opener, Utf8

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 8192


def read_lines(name: str, opener: Opener) -> Reading:
    """Return a file with a JSON object a line: values are text as `reading.values` writes them.

    Its columns are known when it was read. A broken line is a bad row. Raises SourceError for what cannot be read.
    """
    found = Reading(name, [], iter(()))
    found.chunks = _chunks(name, opener, found.columns)
    return found


def _chunks(name: str, opener: Opener, columns: list[str]) -> Iterator[Chunk]:
    known: set[str] = set()
    start, number = 0, 0
    with closing(Bytes(name, opener)) as source:
        stream = Utf8(source, "utf-8")
        rest, ended = b"", False
        while not ended:
            part = stream.read(1 << 20)
            ended = not part
            *lines, rest = (rest + part).split(b"\n")
            if ended:
                lines.append(rest)
            if len(rest) > LONGEST:
                raise SourceError(f"{name} has a line of more than {LONGEST:,} bytes")
            rows: list[dict[str, Any]] = []
            problems: list[str | None] = []
            for line in lines:
                number += 1
                if not line.strip():
                    continue
                row, why = _row(line)
                rows.append(row)
                problems.append(None if why is None else f"line {number}: {why}")
                for column in row:
                    if column not in known:
                        known.add(column)
                        columns.append(column)
            if rows:
                yield Chunk(start, _table(rows, columns), _texts(problems))
                start += len(rows)


def _row(line: bytes) -> tuple[dict[str, Any], str | None]:
    try:
        row = json.loads(line.decode(), parse_constant=_no_constant, object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        return {}, f"it is not UTF-8 (byte {error.start})"
    except (ValueError, RecursionError) as error:
        return {}, f"the JSON is broken: {error or 'nested too deeply'}"
    return (row, None) if isinstance(row, dict) else ({}, "the JSON is no object")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON value")


def _table(rows: list[dict[str, Any]], columns: list[str]) -> "pa.Table":
    import pyarrow as pa

    from datastork.tables.reading.values import text

    return pa.table({name: _texts([text(row.get(name)) for row in rows]) for name in columns})


def _texts(values: list[str | None]) -> "pa.Array":
    import pyarrow as pa

    return pa.array(values, pa.large_string())
