"""Samples that are rows: their JSON objects become columns, of one type each over the whole release."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from datastork.media.row import parse_object
from datastork.publish._content import Content
from datastork.publish._features import Feature, feature_of, plain
from datastork.publish._media import Media

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 2_000
WHOLE = r"^(0|-?[1-9]\d{0,17})$"  # as a whole number of 64 bits is written
FRACTION = r"^-?(\d+\.\d+|\d(\.\d+)?e[+-]\d+)$"


@dataclass(frozen=True, slots=True)
class RowColumns:
    """The columns of a published table: those of the rows keep their names, those of the samples give way.

    `types`  key of the row -> type of its column, in the order in which the columns came. Values of mixed types become
             text; text becomes numbers where each of them is written as the number would be, and "" is null there
    `names`  column of `Content.columns` -> what it is called here
    """

    types: dict[str, "pa.DataType"]
    names: dict[str, str]

    def features(self, content: Content) -> dict[str, Feature]:
        """Return what each published column is."""
        own = {name: feature_of(kind, name) for name, kind in self.types.items()}
        return {**own, **{new: content.features[old] for old, new in self.names.items()}}

    def table(self, content: Content, start: int, rows: list[dict[str, Any]]) -> "pa.Table":
        """Return rows that begin at place `start` of the content as a table."""
        import pyarrow as pa

        own = {name: _array([row.get(name) for row in rows], kind) for name, kind in self.types.items()}
        part = content.columns.slice(start, len(rows))
        return pa.table({**own, **{new: part[old] for old, new in self.names.items()}})


def batches(media: Media, start: int, length: int, size: int = BATCH) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Yield (place of the first, rows), a batch in memory at a time."""
    stream = media.stream(start, length)
    while part := list(islice(stream, size)):
        yield part[0][0], [parse_object(data) for _, data, _ in part]


def columns_of(media: Media, content: Content, order: Sequence[str] = ()) -> RowColumns:
    """Read all rows once and return the columns they make; those in `order` come first."""
    import pyarrow.types as t

    types: dict[str, pa.DataType] = {}
    numbers: dict[str, Numbers] = {}
    same_label = content.texts is not None
    for start, rows in batches(media, 0, content.samples.num_rows):
        for key in dict.fromkeys(key for row in rows for key in row):
            values = [row.get(key) for row in rows]
            kind = _infer(values)
            types[key] = _merge(types[key], kind) if key in types else kind
            if t.is_string(types[key]):
                numbers.setdefault(key, Numbers()).look(values)
        if same_label and content.texts is not None:
            texts = content.texts.slice(start, len(rows)).to_pylist()
            same_label = all(_text(row.get("label")) == text for row, text in zip(rows, texts, strict=True))
    types = {key: kind for key, kind in types.items() if not t.is_null(kind)}
    types |= {key: numbers[key].kind() for key, kind in types.items() if t.is_string(kind)}
    types = {key: types[key] for key in (*(name for name in order if name in types), *types)}
    if same_label:
        types.pop("label", None)  # the column of the sample says the same, with the names of the classes
    names = {}
    for name in content.columns.column_names:
        new = name
        while new in types:
            new = f"sample_{new}"
        names[name] = new
    return RowColumns(types, names)


class Numbers:
    """Whether all texts of a column are numbers, each written as the number itself would be."""

    def __init__(self) -> None:
        self._may = {"int": True, "float": True}
        self._given = False

    def look(self, values: list[Any]) -> None:
        """Look at some of the values; null and "" are not given."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if not any(self._may.values()):
            return
        given = [value for value in values if value is not None and value != ""]
        if not all(isinstance(value, str) for value in given):
            self._may = dict.fromkeys(self._may, False)
            return
        self._given = self._given or bool(given)
        texts = pa.array(given, pa.string())
        for name, form in (("int", WHOLE), ("float", FRACTION)):
            self._may[name] = self._may[name] and pc.all(pc.match_substring_regex(texts, form)).as_py() is not False
        if self._may["float"]:
            self._may["float"] = all(repr(float(text)) == text for text in dict.fromkeys(given))

    def kind(self) -> "pa.DataType":
        """Return the type that loses nothing."""
        import pyarrow as pa

        if not self._given:
            return pa.string()
        return pa.int64() if self._may["int"] else pa.float64() if self._may["float"] else pa.string()


def _text(value: Any) -> str | None:
    """Return a value of a row as it is written where only text can stand."""
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _infer(values: list[Any]) -> "pa.DataType":
    import pyarrow as pa

    try:
        return plain(pa.array(values).type)
    except (pa.ArrowException, OverflowError):
        return pa.string()


def _merge(first: "pa.DataType", second: "pa.DataType") -> "pa.DataType":
    import pyarrow as pa

    if first == second:
        return first
    try:
        both = [pa.schema([("x", first)]), pa.schema([("x", second)])]
        return pa.unify_schemas(both, promote_options="permissive").field("x").type
    except pa.ArrowException:
        return pa.string()


def _array(values: list[Any], kind: "pa.DataType") -> "pa.Array":
    import pyarrow as pa

    if pa.types.is_string(kind):
        values = [_text(value) for value in values]
    elif pa.types.is_int64(kind) or pa.types.is_float64(kind):
        number = int if pa.types.is_int64(kind) else float
        values = [(number(value) if value else None) if isinstance(value, str) else value for value in values]
    return pa.array(values, kind)
