"""Texts on their way out: as a column of Parquet, as lines of JSON, or as one file each."""

import json
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from datastork.media.text.codec import decode
from datastork.publish._content import Content
from datastork.publish._features import Feature
from datastork.publish._media import Media
from datastork.publish._place import Folder

if TYPE_CHECKING:
    import pyarrow as pa

TEXT: Feature = {"dtype": "string", "_type": "Value"}
BATCH_BYTES, BATCH_ROWS = 8 << 20, 5_000  # of texts in memory
SHARD = 200_000_000  # bytes of a file of JSON lines, about


def text_groups(content: Content, media: Media, start: int, length: int, most: int) -> Iterator["pa.Table"]:
    """Yield tables of texts with all that is known of them, none of more than `most` bytes unless one text has."""
    import pyarrow as pa

    def group(first: int, texts: list[str]) -> "pa.Table":
        part = content.columns.slice(first, len(texts))
        return pa.table({"text": pa.array(texts, pa.string()), **{name: part[name] for name in part.column_names}})

    held: list[str] = []
    size, first = 0, start
    for row, data, _ in media.stream(start, length):
        if held and (size + len(data) > most or len(held) >= BATCH_ROWS):
            yield group(first, held)
            first, size, held = row, 0, []
        held.append(decode(data).content)
        size += len(data)
    if held:
        yield group(first, held)


def write_lines(place: Folder, content: Content, media: Media, shard: int = SHARD) -> dict[str, int]:
    """Write `data/<split>-00000-of-0000N.jsonl`, labels as text; return the bytes of each split."""
    (place.path / "data").mkdir()
    sizes = {}
    for split, (start, length) in content.splits.items():
        shards = _lines_of(place, content, media, split, start, length, shard)
        for number in range(shards):
            name = f"data/{split}-{number:05d}-of-{shards:05d}.jsonl"
            (place.path / "data" / f"{split}-{number:05d}").rename(place.path / name)
            place.add(name)
        sizes[split] = sum(size for name, size in place.sizes.items() if name.startswith(f"data/{split}-"))
    return sizes


def _lines_of(place: Folder, content: Content, media: Media, split: str, start: int, length: int, shard: int) -> int:
    """Write the lines of a split into files without endings; return how many."""
    shards, held, file, first = 0, 0, None, start
    try:
        for table in text_groups(content, media, start, length, BATCH_BYTES):
            rows = with_labels(content, table, first)
            first += table.num_rows
            data = "".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows).encode()
            if file is not None and held + len(data) > shard:
                file.close()
                file = None
            if file is None:
                file = (place.path / "data" / f"{split}-{shards:05d}").open("xb")
                shards, held = shards + 1, 0
            file.write(data)
            held += len(data)
    finally:
        if file is not None:
            file.close()
    return shards


def with_labels(content: Content, table: "pa.Table", first: int) -> list[dict[str, Any]]:
    """Return rows that begin at place `first` of the content as JSON can hold them, the id before the text."""
    rows: list[dict[str, Any]] = table.to_pylist()
    labels = content.texts.slice(first, len(rows)).to_pylist() if content.texts is not None else None
    for at, row in enumerate(rows):
        if labels is not None:
            row["label"] = labels[at]
        for name, value in row.items():
            if isinstance(value, float) and not math.isfinite(value):
                row[name] = None
    return rows


def line_features(content: Content) -> dict[str, Feature]:
    """Return the columns a reader of the lines gets: a label is its name."""
    found = {"text": TEXT, **content.features}
    return {**found, "label": TEXT} if content.texts is not None else found
