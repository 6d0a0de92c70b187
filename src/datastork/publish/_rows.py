"""Samples that are rows: their JSON objects become columns, of one type each over the whole release."""

import json
from collections.abc import Iterator
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


@dataclass(frozen=True, slots=True)
class RowColumns:
    """The columns of a published table: those of the rows keep their names, those of the samples give way.

    `types`  key of the row -> type of its column; values of mixed types become text
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


def columns_of(media: Media, content: Content) -> RowColumns:
    """Read all rows once and return the columns they make."""
    import pyarrow.types as t

    types: dict[str, pa.DataType] = {}
    same_label = content.texts is not None
    for start, rows in batches(media, 0, content.samples.num_rows):
        for key in dict.fromkeys(key for row in rows for key in row):
            kind = _infer([row.get(key) for row in rows])
            types[key] = _merge(types[key], kind) if key in types else kind
        if same_label and content.texts is not None:
            texts = content.texts.slice(start, len(rows)).to_pylist()
            same_label = all(_text(row.get("label")) == text for row, text in zip(rows, texts, strict=True))
    types = {key: kind for key, kind in types.items() if not t.is_null(kind)}
    if same_label:
        types.pop("label", None)  # the column of the sample says the same, with the names of the classes
    names = {}
    for name in content.columns.column_names:
        new = name
        while new in types:
            new = f"sample_{new}"
        names[name] = new
    return RowColumns(types, names)


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
    return pa.array(values, kind)
