"""Samples of a version as a lazy Daft frame, media included."""

from typing import TYPE_CHECKING, Any

from datastork.core.errors import NotFoundError
from datastork.engine import runner
from datastork.engine.state import frame_columns
from datastork.media.modality import modality
from datastork.store.home import Home
from datastork.store.media import read_media
from datastork.store.samples import Samples

if TYPE_CHECKING:
    import daft


def frame(
    home: Home, *, split: str | None = None, version: int | str | None = None, media: bool = True
) -> "daft.DataFrame":
    """Return the kept samples of a version as a `daft.DataFrame`, one row each.

    Columns: those of a step's frame (id, uri, label, split, facts, …) and, with `media`, a column named after the
    modality ("image") with the encoded bytes, read from disk batch by batch when it is asked for.
    Raises NotFoundError for a split that does not exist.
    """
    import daft
    import pyarrow as pa
    import pyarrow.compute as pc
    from daft import DataType

    runner.set_up(None, None)
    samples = Samples(home)
    table = samples.table(version)
    table = table.filter(pc.equal(table["state"], "kept"))
    if split is not None:
        known = sorted(name for name in pc.unique(table["split"]).to_pylist() if name is not None)
        if split not in known:
            raise NotFoundError(f"no split {split!r}", hint=f"there are: {', '.join(known) or 'none'}")
        table = table.filter(pc.equal(table["split"], split))
    flat = frame_columns(table)
    if not media:
        return daft.from_arrow(flat)
    places = flat.append_column("__pass", table["media_pass"]).append_column("__row", table["media_row"])

    def read(keys: "daft.Series", rows: "daft.Series") -> pa.Array:
        part = pa.table({"media_pass": keys.to_arrow(), "media_row": rows.to_arrow()})
        return pa.array(read_media(home, part), pa.large_binary())

    load: Any = daft.func.batch(return_dtype=DataType.binary(), batch_size=256)(read)
    name = samples.record(version)["dataset"]["modality"]
    lazy = daft.from_arrow(places)
    return lazy.with_column(modality(name).name, load(lazy["__pass"], lazy["__row"])).exclude("__pass", "__row")
