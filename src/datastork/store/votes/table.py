"""The current votes as an Arrow table: lines from the database, read by Arrow's own CSV reader.

No text of a vote holds a control character (`cast` refuses them, JSON escapes them), so lines and fields are parted
by them and nothing is quoted.
"""

import io
import json
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from datastork.store.votes.beside.taxonomy import Migrations
from datastork.store.votes.engine import Base

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = (
    "seq",
    "uuid",
    "sample",
    "question",
    "annotator",
    "value",
    "confidence",
    "difficulty",
    "prominence",
    "seconds",
    "device",
    "schema_version",
    "changed",
    "created_at",
    "skipped",
    "repeat",
    "decides",
)
REAL = ("confidence", "seconds")
PART = "\x1f"
LINES = 20_000  # given to the reader together
_WHERE = """
FROM votes v LEFT JOIN stale s ON s.seq = v.seq AND s."by" <= {last}
WHERE v.seq <= {last} AND s.seq IS NULL AND (v.value IS NOT NULL OR v.skipped IS NOT NULL)
"""


def votes_table(base: Base, question: str | None) -> "pa.Table":
    """Return the current votes; see `Reader.table`."""
    import pyarrow as pa

    with base.read() as connection:
        migrations = Migrations.load(connection)
        last = int(connection.execute(sa.text("SELECT last FROM desk")).scalar_one())
    where = _WHERE.format(last=last)
    if base.postgres:
        tables = [_read(block, COLUMNS) for block in _copied(base, where, question)]
    else:
        tables = _selected(base, where, question, last)
    table = pa.concat_tables([_schema().empty_table(), *tables]) if tables else _schema().empty_table()
    return _plain(_carried(table, migrations))


def _selected(base: Base, where: str, question: str | None, last: int) -> "list[pa.Table]":
    """Return the votes of SQLite, range by range, on all cores: SQLite and Arrow both work without Python's lock.

    Numbers with a fraction travel as such, since SQLite writes 15 digits of them.
    """
    from concurrent.futures import ThreadPoolExecutor

    import pyarrow as pa

    texts = [f"v.{name}" for name in COLUMNS if name not in REAL]
    line = f"printf('{PART.join('%s' for _ in texts)}', {', '.join(texts)})"
    asked = "" if question is None else " AND v.question = :question"
    query = f"SELECT {line}, {', '.join(f'v.{name}' for name in REAL)} {where}{asked}"
    query += " AND v.seq > :low AND v.seq <= :high ORDER BY v.seq"

    def part(low: int) -> "pa.Table | None":
        with base.read() as connection:
            given = {"question": question, "low": low, "high": low + LINES}
            cursor = connection.connection.cursor()
            try:
                cursor.execute(query, given)
                rows = cursor.fetchall()
            finally:
                cursor.close()
        if not rows:
            return None
        lines, *numbers = zip(*rows, strict=True)
        table = _read("\n".join(lines).encode(), [name for name in COLUMNS if name not in REAL])
        for name, values in zip(REAL, numbers, strict=True):
            table = table.append_column(name, pa.array(values, pa.float64()))
        return table.select(COLUMNS)

    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        return [table for table in pool.map(part, range(0, last, LINES)) if table is not None]


def _copied(base: Base, where: str, question: str | None) -> Iterator[bytes]:
    """Yield lines from PostgreSQL, as COPY gives them; it escapes backslashes, so they travel as another character."""
    names = ", ".join("replace(v.value, '\\', E'\\x1e') AS value" if one == "value" else f"v.{one}" for one in COLUMNS)
    if question is not None:
        quoted = question.replace("'", "''")
        where += f" AND v.question = '{quoted}'"
    command = f"COPY (SELECT {names} {where} ORDER BY v.seq) TO STDOUT WITH (DELIMITER E'\\x1f', NULL '')"
    with base.read() as connection:
        out = _Lines()
        cursor: Any = connection.connection.cursor()
        cursor.execute("BEGIN")
        try:
            cursor.execute(command, stream=out)
        finally:
            cursor.execute("ROLLBACK")
            cursor.close()
    yield from out.blocks()


class _Lines(io.RawIOBase):
    """Takes what COPY sends and gives it back in blocks of whole lines."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def blocks(self) -> Iterator[bytes]:
        block: list[bytes] = []
        for part in self.parts:
            block.append(part)
            if len(block) >= LINES and part.endswith(b"\n"):
                yield b"".join(block).replace(b"\x1e", b"\\")
                block = []
        if block:
            yield b"".join(block).replace(b"\x1e", b"\\")
        self.parts = []


def empty() -> "pa.Table":
    """Return the table of no votes."""
    return _schema().empty_table()


def _schema() -> "pa.Schema":
    import pyarrow as pa

    kinds = {
        "seq": pa.int64(),
        **dict.fromkeys(("confidence", "seconds"), pa.float64()),
        **dict.fromkeys(("difficulty", "prominence", "repeat", "schema_version"), pa.int32()),
        **dict.fromkeys(("changed", "decides"), pa.bool_()),
        "created_at": pa.timestamp("us", "UTC"),
    }
    return pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])


def _read(block: bytes, names: Sequence[str]) -> "pa.Table":
    import pyarrow as pa
    from pyarrow import csv

    schema = _schema()
    kinds = {name: schema.field(name).type for name in names} | {"created_at": pa.string()}
    longest = max(map(len, block.split(b"\n"))) if len(block) > 1 << 20 else len(block)
    table = csv.read_csv(
        pa.BufferReader(block),
        read_options=csv.ReadOptions(column_names=list(names), block_size=max(1 << 20, 2 * longest + 2)),
        parse_options=csv.ParseOptions(delimiter=PART, quote_char=False, escape_char=False),
        convert_options=csv.ConvertOptions(
            column_types=kinds, null_values=[""], strings_can_be_null=True, true_values=["1"], false_values=["0"]
        ),
    )
    at = table.schema.get_field_index("created_at")
    return table.set_column(at, schema.field("created_at"), table["created_at"].cast(schema.field("created_at").type))


def _carried(table: "pa.Table", migrations: Migrations) -> "pa.Table":
    """Apply the migrations of classes to the rows they touch; rows of split classes go."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not migrations.rows or table.num_rows == 0:
        return table
    touched = np.zeros(table.num_rows, bool)
    for question, version in migrations.newest().items():
        of = pc.and_(pc.equal(table["question"], question), pc.less(table["schema_version"], version))
        touched |= pc.and_(of, pc.is_valid(table["value"])).to_numpy()
    places = np.flatnonzero(touched)
    part = table.select(["question", "schema_version", "value"]).take(pa.array(places))
    known: dict[tuple[str, int, str], str | None] = {}
    values = table["value"].to_numpy(zero_copy_only=False).astype(object)
    keep = np.ones(table.num_rows, bool)
    for place, question, version, text in zip(places, *(one.to_pylist() for one in part.columns), strict=True):
        key = (question, version, text)
        if key not in known:
            value = migrations.apply(json.loads(text), question, version)
            known[key] = None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        values[place] = known[key]
        keep[place] = known[key] is not None
    column = pa.array(values.tolist(), pa.string())
    return table.set_column(COLUMNS.index("value"), "value", column).filter(pa.array(keep))


def _plain(table: "pa.Table") -> "pa.Table":
    """Turn values that are JSON texts into the texts they stand for."""
    import pyarrow as pa
    import pyarrow.compute as pc

    value = table["value"].combine_chunks()
    if isinstance(value, pa.ChunkedArray):
        value = value.chunk(0) if value.num_chunks else pa.array([], pa.string())
    text = pc.starts_with(value, '"')
    plain = pc.utf8_slice_codeunits(value, 1, -1)
    value = pc.if_else(text, plain, value)
    escaped = pc.and_(text, pc.match_substring(value, "\\"))
    if pc.any(escaped).as_py():
        mended = pa.array([json.loads(f'"{one}"') for one in value.filter(escaped).to_pylist()], pa.string())
        value = pc.replace_with_mask(value, pc.fill_null(escaped, False), mended)
    return table.set_column(COLUMNS.index("value"), "value", value)
