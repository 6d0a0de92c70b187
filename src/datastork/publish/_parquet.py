"""Shards: the rows of a split in Parquet files of about one size, written a row group at a time."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from datastork.core.errors import RecipeError
from datastork.publish._features import MEDIA
from datastork.publish._place import Folder

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

GROUP_BYTES = 32 << 20  # of a row group: what a reader must fetch to see one sample, and what we hold in memory
UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}


def byte_size(value: str | int, setting: str) -> int:
    """Return a size as bytes: a number, or a text such as "500MB" or "1 GiB". Raises RecipeError.

    Example:
        >>> byte_size("1.5 GB", "shard_size")
        1500000000
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-zA-Z]*)", str(value).strip())
    if not match or match[2].upper() not in UNITS or float(match[1]) <= 0:
        raise RecipeError([f"{setting}: {value!r} is no size"], hint='write it as "500MB", "1GiB" or a number of bytes')
    return int(float(match[1]) * UNITS[match[2].upper()])


def write_split(folder: Folder, split: str, groups: Iterator["pa.Table"], shard_size: int) -> int:
    """Write the row groups of a split to `data/<split>-00000-of-0000N.parquet`; return their bytes."""
    data = folder.path / "data"
    data.mkdir(exist_ok=True)
    total, held, shards = 0, 0, 0
    writer: pq.ParquetWriter | None = None
    try:
        for group in groups:
            if writer is not None and held + group.nbytes > shard_size:
                writer.close()
                writer = None
            if writer is None:
                writer = _writer(str(data / f"{split}-{shards:05d}"), group.schema)
                shards, held = shards + 1, 0
            writer.write_table(group, row_group_size=group.num_rows)
            held += group.nbytes
            total += group.nbytes
    finally:
        if writer is not None:
            writer.close()
    for number in range(shards):
        name = f"{split}-{number:05d}-of-{shards:05d}.parquet"
        (data / f"{split}-{number:05d}").rename(data / name)
        folder.add(f"data/{name}")
    return total


def _writer(path: str, schema: "pa.Schema") -> "pq.ParquetWriter":
    """Open a shard. Media is not compressed again; chunks follow the content, so that uploads are small."""
    import pyarrow.parquet as pq

    leaves = _leaves(schema)
    kept = {f"{name}.bytes" for name in MEDIA}
    media = {*kept, "text"}
    compression = dict.fromkeys(leaves, "SNAPPY") | dict.fromkeys(kept, "NONE") | {"text": "ZSTD"}
    return pq.ParquetWriter(
        path,
        schema,
        compression={leaf: compression[leaf] for leaf in leaves},
        use_dictionary=[leaf for leaf in leaves if leaf not in media],
        write_statistics=[leaf for leaf in leaves if leaf not in media],
        write_page_index=True,
        use_content_defined_chunking=True,
    )


def _leaves(schema: "pa.Schema") -> list[str]:
    """Return the paths of the physical columns, as Parquet calls them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(schema.empty_table(), sink)
    found = pq.read_metadata(pa.BufferReader(sink.getvalue())).schema
    return [found.column(i).path for i in range(len(found.names))]
