"""Values of Arrow columns as JSON writes them, column by column."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_ESCAPED = r'[\x00-\x1f"\\]'


def json_of(column: "pa.Array") -> "pa.Array":
    """Return the JSON text of each value (large strings [n]); of null it is `null`.

    Texts, whole numbers and truth values are written by Arrow; of others each distinct value by Python, so that a
    number is the shortest that is the same. What JSON cannot say is written as text: dates as ISO 8601, decimals as
    their digits. Infinities are `Infinity`, which no reader of JSON should take.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as t

    if t.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if t.is_string(kind) or t.is_large_string(kind):
        texts = column.cast(pa.large_string())
        if pc.any(pc.match_substring_regex(texts, _ESCAPED)).as_py():
            return _each(texts)
        return pc.coalesce(joined('"', texts, '"'), pa.scalar("null", pa.large_string()))
    if t.is_integer(kind) or t.is_boolean(kind):
        return pc.coalesce(column.cast(pa.large_string()), pa.scalar("null", pa.large_string()))
    return _each(column)


def joined(*parts: "str | pa.Array", between: str = "") -> "pa.Array":
    """Return large strings, each the parts behind one another; null where one of them is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = pa.large_string()
    arrays = [pa.scalar(part, kind) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*arrays, pa.scalar(between, kind))


def text_of(column: "pa.Array") -> "pa.Array":
    """Return each value as text (large strings [n]): text as it is, null as null, all else as JSON writes it."""
    import pyarrow as pa
    import pyarrow.types as t

    if t.is_dictionary(column.type):
        column = column.dictionary_decode()
    if t.is_string(column.type) or t.is_large_string(column.type):
        return column.cast(pa.large_string())
    if t.is_integer(column.type) or t.is_boolean(column.type):
        return column.cast(pa.large_string())
    made = [text(value) for value in _plain(column)]
    return pa.array(made, pa.large_string())


def _each(column: "pa.Array") -> "pa.Array":
    """Write each distinct value once."""
    import pyarrow as pa
    import pyarrow.types as t

    if t.is_nested(column.type) or t.is_null(column.type):
        return pa.array([_json(value) for value in _plain(column)], pa.large_string())
    packed = column.dictionary_encode(null_encoding="encode")
    written = pa.array([_json(value) for value in _plain(packed.dictionary)], pa.large_string())
    return written.take(packed.indices)


def _plain(column: "pa.Array") -> list[Any]:
    return [plain(value) for value in column.to_pylist()]


def plain(value: Any) -> Any:
    """Return a value as JSON can say it, or as text; NaN, how data frames write "missing", as None."""
    if isinstance(value, float) and value != value:
        return None
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, dict):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def text(value: Any) -> str | None:
    """Return a JSON value as text: text as it is, None as None, all else as JSON writes it."""
    return value if value is None or isinstance(value, str) else _json(value)
