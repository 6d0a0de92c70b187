"""Media of samples, by where it lies: a pass table and a row in it."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from datastork.store.home import Home
from datastork.store.passes import take

if TYPE_CHECKING:
    import pyarrow as pa


def read_media(home: Home, samples: "pa.Table") -> list[bytes | None]:
    """Return the media of each row of `samples` (columns `media_pass`, `media_row`); None where none is stored."""
    return read_column(home, samples, "media")


def read_column(home: Home, samples: "pa.Table", column: str) -> list[bytes | None]:
    """Return one stored column (media, a fingerprint) of each row of `samples`, read in one go per pass table."""
    places = list(zip(samples["media_pass"].to_pylist(), samples["media_row"].to_pylist(), strict=True))
    wanted: dict[str, list[int]] = defaultdict(list)
    for index, (key, row) in enumerate(places):
        if key is not None and row is not None:
            wanted[key].append(index)
    found: list[bytes | None] = [None] * len(places)
    for key, indices in wanted.items():
        values = take(home.pass_table(key), [places[index][1] for index in indices], column)
        for index, value in zip(indices, values, strict=True):
            found[index] = value
    return found


def stream_media(home: Home, samples: "pa.Table", batch: int = 256) -> Iterator[tuple[int, bytes | None]]:
    """Yield (row number, media) for every row, a batch in memory at a time."""
    for start in range(0, samples.num_rows, batch):
        part = samples.slice(start, batch)
        for offset, data in enumerate(read_media(home, part)):
            yield start + offset, data
