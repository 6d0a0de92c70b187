"""What is alike: near-duplicate pairs over all modalities of a table, and its samples as vectors."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.core import Frame
from datastork.core.errors import BuildError
from datastork.media.modality import MediaOf, Pairs, modality

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def near_pairs(
    modalities: "pa.ChunkedArray",
    fingerprints: "pa.ChunkedArray",
    *,
    threshold: float | None,
    media: MediaOf,
    mirrored: bool = False,
    rotated: bool = False,
    scratch: str | None = None,
) -> Pairs:
    """Return the pairs of rows of one modality that are at least `threshold` alike (None: as the modality has it).

    `scratch` is a folder in which what was compared may be kept for the next time.
    """
    import numpy as np
    import pyarrow.compute as pc

    found = [Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))]
    for name in names(modalities):
        here = pc.fill_null(pc.and_(pc.equal(modalities, name), pc.is_valid(fingerprints)), False)
        rows = np.flatnonzero(here.to_numpy())
        mine = fingerprints if len(rows) == len(fingerprints) else fingerprints.take(rows)
        pairs = modality(name).near_pairs(
            mine.to_pylist(),
            threshold=likeness(name, threshold),
            media=_within(media, rows),
            mirrored=mirrored,
            rotated=rotated,
            scratch=scratch,
        )
        first, second = rows[pairs.first], rows[pairs.second]
        found.append(Pairs(np.minimum(first, second), np.maximum(first, second), pairs.similarity.astype(np.float64)))
    joined = Pairs(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
    order = np.lexsort((joined.second, joined.first))
    return Pairs(*(part[order] for part in joined))


def names(modalities: "pa.ChunkedArray") -> list[str]:
    """Return the modalities there are in a column, in order."""
    import pyarrow.compute as pc

    return sorted(value for value in pc.unique(modalities).to_pylist() if value is not None)


def likeness(name: str, threshold: float | None) -> float:
    """Return the threshold given, or that of the modality."""
    return modality(name).likeness if threshold is None else threshold


def vectors(name: str, fingerprints: "pa.ChunkedArray", media: MediaOf) -> "np.ndarray | None":
    """Return samples of modality `name` as vectors (n, d), alike where near; None where it has none."""
    found = modality(name)
    return found.vectors(fingerprints.to_pylist(), media) if found.comparable else None


def stored(frame: Frame, ids: "pa.ChunkedArray") -> MediaOf:
    """Return a function that reads the stored media (column `media`) of rows, numbered as in `ids`; no others."""

    def read(rows: Sequence[int]) -> list[bytes]:
        import daft
        import pyarrow as pa
        import pyarrow.compute as pc

        if "media" not in frame.column_names:
            raise BuildError("the samples have no column 'media': the step does not ask for it")
        wanted = ids.take(pa.array(rows, pa.int64())).combine_chunks().cast(pa.large_string())

        # A function, since a list of many ids is slow to plan; it runs before `media` is read.
        def among(series: daft.Series) -> pa.Array:
            return pc.is_in(series.to_arrow().cast(pa.large_string()), wanted)

        asked = daft.func.batch(return_dtype=daft.DataType.bool())(among)
        found = frame.where(asked(frame["id"])).select("id", "media").to_arrow()
        at = pc.index_in(wanted, found["id"].combine_chunks().cast(pa.large_string()))
        values: list[bytes] = found["media"].take(at).to_pylist()
        return values

    return read


def _within(media: MediaOf, rows: "np.ndarray") -> MediaOf:
    """Return `media` for some of its rows, numbered anew."""
    return lambda some: media(rows[list(some)].tolist())
