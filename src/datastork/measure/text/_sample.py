"""Texts out of the lazy frame: a sample of bounded size, or all of them, batch by batch."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from datastork.core import Frame
from datastork.media.text.codec import decode
from datastork.store.columns import take

if TYPE_CHECKING:
    import pyarrow as pa


class Sample(NamedTuple):
    """Some texts with what is known of them, by id: `texts` is `rows["media"]` decoded; `total` texts there are."""

    rows: "pa.Table"
    texts: list[str]
    total: int

    @property
    def said(self) -> str:
        """Say what was measured: all texts, or how many of them."""
        count = len(self.texts)
        if count == self.total:
            return f"all {count:,} texts" if count > 1 else "one text"
        return f"{count:,} of {self.total:,} texts, drawn by id"


def only_texts(frame: Frame) -> Frame:
    """Return the samples that are texts."""
    from daft import col

    return frame.where(col("media_modality") == "text") if "media_modality" in frame.column_names else frame


def sample(frame: Frame, most: int, **optional: str) -> Sample:
    """Return texts of at most `most` characters together, with `optional` columns, in the order of their ids.

    The texts with the smallest ids are taken. The last one is cut where it would be too long.
    """
    import numpy as np
    import pyarrow.compute as pc
    from daft import col

    frame = only_texts(frame)
    sizes = take(frame, media_size="int64")
    held = np.cumsum(pc.fill_null(sizes["media_size"], 0).to_numpy())
    count = min(sizes.num_rows, int(np.searchsorted(held, most)) + 1)
    if count < sizes.num_rows:
        frame = frame.where(col("id") <= sizes["id"][count - 1].as_py())
    rows = take(frame, "media", **optional)
    texts, left = [], most
    for data in rows["media"]:
        text = content(data)
        texts.append(text[:left])
        left -= len(texts[-1])
        if left <= 0:
            break
    return Sample(rows.drop_columns(["media"]).slice(0, len(texts)), texts, sizes.num_rows)


def content(data: "pa.Scalar") -> str:
    """Return the text in a cell of the column `media`; nothing where there is none."""
    stored = data.as_py()
    return decode(stored).content if stored is not None else ""


def batches(frame: Frame, *columns: str) -> Iterator["pa.Table"]:
    """Yield `id`, `columns` and `media` of all texts, a batch in memory at a time."""
    import pyarrow as pa

    for batch in only_texts(frame).select("id", *columns, "media").to_arrow_iter():
        if batch.num_rows:
            yield pa.table(batch)
