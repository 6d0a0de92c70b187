"""Polygons: drawn on a common grid, then matched and fused as masks are, and traced back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from datastork.consensus.structured.masks import Method
from datastork.consensus.structured.masks import blend as masks_blend
from datastork.consensus.structured.matching.answer import Answer, Fused, Region
from datastork.consensus.structured.matching.fusion import Fusion, fuse_regions
from datastork.consensus.structured.outlines import from_polygon, outline
from datastork.consensus.structured.runs import Mask, ious

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

THRESHOLD = 0.3  # mean intersection over union from which polygons mean the same object
CELLS = 512  # of the grid along the longer side of what is compared
FINE, WIDEST, COARSE = 96, 8_192, 32  # cells: wanted along the smallest, at most in all, at least along any
TOLERANCE = 0.7  # cells by which the traced outline may leave out corners


def fuse(
    answers: Sequence[Answer], *, threshold: float = THRESHOLD, by_class: bool = False, method: Method = "staple"
) -> list[Fused]:
    """Return the polygons that the answers about one sample come to, from the top of the picture to its bottom.

    Corners are exact to some 1/500 of the object. Where a fused object falls apart, its largest part is kept.

    threshold: mean intersection over union (0 to 1) from which polygons of different annotators mean the same object
    by_class: whether polygons with different labels are always different objects; else the label is voted on
    method: how the area is decided, as in `masks.fuse`
    """
    return fuse_all([answers], threshold=threshold, by_class=by_class, method=method).samples[0]


def fuse_all(
    samples: Sequence[Sequence[Answer]],
    *,
    threshold: float = THRESHOLD,
    by_class: bool = False,
    method: Method = "staple",
) -> Fusion:
    """Return what `fuse` does, for many samples at once: annotators' skills are learned from all of them."""

    def blended(members: Sequence[Region], weights: "Array") -> dict[str, Any]:
        return blend(members, weights, method=method)

    return fuse_regions(samples, alike, blended, threshold=threshold, by_class=by_class, order=_order)


def alike(first: Sequence[Region], second: Sequence[Region]) -> "Array":
    """Return intersection over union of each two polygons, float64[n, m].

    All are drawn on one grid, of `FINE` cells along the smallest of them; those that are too small for it beside the
    others are drawn two by two.
    """
    import numpy as np

    same = first is second
    corners = [np.asarray(one["points"], float) for one in (first if same else [*first, *second])]
    if not corners or not len(first) or not len(second):
        return np.zeros((len(first), len(second)))
    low, high = np.array([one.min(axis=0) for one in corners]), np.array([one.max(axis=0) for one in corners])
    side = np.maximum((high - low).max(axis=1), 1e-9)
    whole = float((high.max(axis=0) - low.min(axis=0)).max())
    scale = min(FINE / float(side.min()), WIDEST / max(whole, 1e-9))
    grid, _ = _drawn(corners, scale)
    masks = grid if same else grid[: len(first)]
    found = ious(masks, masks if same else grid[len(first) :])
    start = 0 if same else len(first)
    coarse = side * scale < COARSE
    touching = (np.maximum(low[:, None], low[None]) < np.minimum(high[:, None], high[None])).all(axis=2)
    for row, column in np.argwhere(touching[: len(first), start:]).tolist():
        one, other = corners[row], corners[start + column]
        if one.shape == other.shape and (one == other).all():
            found[row, column] = 1.0
        elif coarse[row] or coarse[start + column]:
            pair, _ = _drawn([one, other])
            found[row, column] = ious(pair[:1], pair[1:])[0, 0]
    return np.where(touching[: len(first), start:], found, 0.0)


def blend(members: Sequence[Region], weights: "Array", *, method: Method = "staple") -> dict[str, Any]:
    """Return the polygon that the members mean."""
    import numpy as np

    corners = [np.asarray(member["points"], float) for member in members]
    if all(one.shape == corners[0].shape and (one == corners[0]).all() for one in corners):
        return {"points": corners[0].tolist()}
    grid, (corner, scale) = _drawn(corners)
    ring = outline(masks_blend(grid, weights, method=method), TOLERANCE)
    if len(ring) < 3:  # thinner than the grid is fine: the heaviest member speaks for all
        return {"points": corners[int(np.argmax(weights))].tolist()}
    return {"points": (np.asarray(ring) / scale + corner).tolist()}


def _drawn(polygons: "Sequence[Array]", scale: float = 0.0) -> "tuple[list[Mask], tuple[Array, float]]":
    """Return masks of the polygons on one grid, and the point of its corner with its cells per pixel.

    Without a scale, the grid has `CELLS` cells.
    """
    import numpy as np

    low = np.min([one.min(axis=0) for one in polygons], axis=0)
    high = np.max([one.max(axis=0) for one in polygons], axis=0)
    scale = scale or CELLS / max(float((high - low).max()), 1e-9)
    width, height = (int(np.ceil(side)) + 1 for side in (high - low) * scale)
    return [from_polygon(((one - low) * scale).tolist(), height, width) for one in polygons], (low, scale)


def _order(polygon: dict[str, Any]) -> tuple[float, float]:
    return min((point[1], point[0]) for point in polygon["points"])
