"""Many rows as a grid of text, for steps on tables; and how their changes go in again."""

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from datastork.core.errors import DataError
from datastork.core.hashing import canonical
from datastork.media.row import MODALITY, Row, in_order, parse_object
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import pyarrow as pa

    from datastork.tables.changes import Changes

BLOCK = 64 << 20  # bytes of JSON that Arrow parses at a time, at most
LOOKED_AT = 256  # rows that say of which type the values of a column are


def text_of(value: Any) -> str | None:
    """Return a JSON value as text: texts as they are, other values as JSON writes them, None for null.

    >>> text_of("02801"), text_of(12.5), text_of(True), text_of(None), text_of([1, 2])
    ('02801', '12.5', 'true', None, '[1,2]')
    """
    return value if value is None or isinstance(value, str) else canonical(value)


def value_of(text: str | None, like: Any) -> Any:
    """Return a text as a JSON value of the type of `like` where it can be read as one, else as text.

    >>> value_of("13", 12.5), value_of("13", "12"), value_of("about 13", 12), value_of(None, 3)
    (13, '13', 'about 13', None)
    """
    if text is None or like is None or isinstance(like, str):
        return text
    try:
        value = parse_object(f'{{"value":{text}}}')["value"]
    except DataError:
        return text
    numbers = (int, float)
    same = type(value) is type(like) or (type(value) in numbers and type(like) in numbers)
    return value if same else text


def grid_of(media: "Iterable[bytes] | pa.Array | pa.ChunkedArray", order: Sequence[str] | None = None) -> Grid:
    """Return rows (JSON objects as bytes) as a grid of text; what a row does not have is not given in it.

    order: columns that come first, in this order; the others follow as they stand in the rows

    Raises DataError where one of them is no JSON object.
    """
    import pyarrow as pa

    rows = media.to_pylist() if isinstance(media, pa.Array | pa.ChunkedArray) else list(media)
    if not rows:
        return Grid(())
    table = _by_arrow(rows) or pa.table(_one_by_one(rows))
    return Grid.of(table.select(in_order(table.column_names, order or ())))


def _by_arrow(rows: Sequence[bytes]) -> "pa.Table | None":
    """Return rows of texts, parsed in C; None where values are something else, or columns come later."""
    import pyarrow as pa
    import pyarrow.json as pj

    names = list(parse_object(rows[0]))
    if not names or max(map(len, rows)) > BLOCK // 2:
        return None
    schema = pa.schema([(name, pa.string()) for name in names])
    how = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error", newlines_in_values=False)
    try:
        table = pj.read_json(pa.py_buffer(b"\n".join(rows)), pj.ReadOptions(block_size=BLOCK), how)
    except pa.ArrowInvalid:
        return None
    return table if table.num_rows == len(rows) and table.schema.equals(schema) else None


def _one_by_one(rows: Sequence[bytes]) -> dict[str, list[str | None]]:
    columns: dict[str, list[str | None]] = {}
    for place, data in enumerate(rows):
        for name, value in parse_object(data).items():
            columns.setdefault(name, [None] * len(rows))[place] = text_of(value)
    return columns


def corrections_type() -> "pa.DataType":
    """Return the type of the column `corrections`, by which a step says which cells of a row are to change."""
    import pyarrow as pa

    parts = [(name, pa.string()) for name in ("column", "old", "new", "why")]
    return pa.list_(pa.struct([*parts, ("confidence", pa.float64())]))


def corrections_of(changes: "Changes", grid: Grid) -> "pa.Array":
    """Return the column `corrections` of changes of a grid: one list for each of its rows."""
    import numpy as np
    import pyarrow as pa

    best = changes.best().real(grid)
    told = best.to_arrow(grid)
    fields = list(corrections_type().value_type)
    parts = pa.StructArray.from_arrays([told[field.name].combine_chunks() for field in fields], fields=fields)
    starts = np.zeros(grid.rows + 1, np.int32)
    starts[1:] = np.cumsum(np.bincount(best.row, minlength=grid.rows))
    return pa.ListArray.from_arrays(pa.array(starts), parts).cast(corrections_type())


def likes(media: Sequence[bytes | None]) -> dict[str, Any]:
    """Return for each column a value of the type that most of some rows have there."""
    counts: dict[str, dict[type, tuple[int, Any]]] = {}
    some = media[:: max(1, len(media) // LOOKED_AT)]
    for data in some:
        for name, value in (parse_object(data) if data is not None else {}).items():
            if value is not None:
                known = counts.setdefault(name, {})
                known[type(value)] = (known.get(type(value), (0, value))[0] + 1, value)
    return {name: max(known.values(), key=lambda pair: pair[0])[1] for name, known in counts.items()}


def corrected(data: bytes, corrections: Sequence[dict[str, Any]], like: dict[str, Any]) -> bytes:
    """Return a row with other values in some columns, in the type the value had, or others of the column have.

    Raises DataError where a cell does not hold what the correction says it does.
    """
    values = json.loads(data)
    for one in corrections:
        name, before = one["column"], values.get(one["column"])
        if text_of(before) != one["old"]:
            raise DataError(f"{name!r} holds {text_of(before)!r}, not {one['old']!r}")
        values[name] = value_of(one["new"], like.get(name) if before is None else before)
    return MODALITY.encode(Row(values)).data
