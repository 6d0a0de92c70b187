"""What is alike: near-duplicate pairs over all modalities of a table, and what they tie together."""

from typing import TYPE_CHECKING

from datastork.media.modality import Pairs, modality

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def near_pairs(
    modalities: "pa.ChunkedArray",
    fingerprints: "pa.ChunkedArray",
    *,
    threshold: float,
    mirrored: bool = False,
    rotated: bool = False,
) -> Pairs:
    """Return every pair of rows of one modality whose fingerprints are at least `threshold` alike."""
    import numpy as np
    import pyarrow.compute as pc

    found = [Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))]
    for name in sorted(value for value in pc.unique(modalities).to_pylist() if value is not None):
        here = pc.fill_null(pc.and_(pc.equal(modalities, name), pc.is_valid(fingerprints)), False)
        rows = np.flatnonzero(here.to_numpy())
        mine = fingerprints if len(rows) == len(fingerprints) else fingerprints.take(rows)
        pairs = modality(name).near_pairs(mine.to_pylist(), threshold=threshold, mirrored=mirrored, rotated=rotated)
        first, second = rows[pairs.first], rows[pairs.second]
        found.append(Pairs(np.minimum(first, second), np.maximum(first, second), pairs.similarity.astype(np.float64)))
    joined = Pairs(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
    order = np.lexsort((joined.second, joined.first))
    return Pairs(*(part[order] for part in joined))


def components(count: int, first: "np.ndarray", second: "np.ndarray") -> "np.ndarray":
    """Return for each of `count` things the smallest one it is tied to, directly or through others.

    `first` and `second` are the ties, as indices.
    """
    import numpy as np

    root = np.arange(count)
    while True:
        a, b = root[first], root[second]
        apart = a != b
        if not apart.any():
            return root
        first, second, a, b = first[apart], second[apart], a[apart], b[apart]
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while True:
            further = root[root]
            if np.array_equal(further, root):
                break
            root = further


def vectors(name: str, fingerprints: "pa.ChunkedArray") -> "np.ndarray | None":
    """Return fingerprints of modality `name` as vectors (n, d), alike where near; None where it has none."""
    found = modality(name)
    return found.vectors(fingerprints.to_pylist()) if found.comparable else None
