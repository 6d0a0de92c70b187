"""Polygons to masks and back."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from datastork.consensus.structured.runs import Mask, box, check_size, decode, from_edges
from datastork.core.errors import DataError, TooLargeError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

CROSSINGS = 2**25  # of the outline of one polygon with the columns of its image


def from_polygon(points: Sequence[Sequence[float]], height: int, width: int) -> Mask:
    """Return the mask of a polygon: the pixels whose centre lies within it by the even-odd rule.

    `points` are [x, y] in pixels, the corner of the image being (0, 0) and the centre of its first pixel (.5, .5).
    Several polygons of one region are joined with `merge`. COCO's tools round corners to fifths of a pixel
    beforehand, so their masks may differ at the border.
    Raises DataError for fewer than 3 points or numbers that are not finite.

    >>> from_polygon([[0, 0], [2, 0], [2, 1], [0, 1]], 2, 3)
    {'size': [2, 3], 'counts': [0, 1, 1, 1, 3]}
    """
    import numpy as np

    check_size(height, width)
    corners = np.asarray(points, float)
    if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < 3:
        raise DataError(f"a polygon has 3 or more points [x, y]; this one has the shape {list(corners.shape)}")
    if not np.isfinite(corners).all():
        raise DataError("a point of the polygon is not a finite number")
    ends = np.stack([corners, np.roll(corners, -1, axis=0)])
    order = np.lexsort((ends[..., 1].T, ends[..., 0].T), axis=-1).T  # by x then y, so that there and back are one line
    (x0, y0), (x1, y1) = np.take_along_axis(ends, order[..., None], axis=0).transpose(0, 2, 1)
    # an edge crosses the middle of column c where x0 <= c + .5 < x1
    first = np.clip(np.ceil(x0 - 0.5), 0, width).astype(np.int64)
    count = np.clip(np.ceil(x1 - 0.5), 0, width).astype(np.int64) - first
    total = int(count.sum())
    if total > CROSSINGS:
        raise TooLargeError(f"the polygon crosses columns {total:,} times; {CROSSINGS:,} are the most")
    edge = np.repeat(np.arange(len(count)), count)
    column = np.arange(total) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    share = (column + 0.5 - x0[edge]) / (x1 - x0)[edge]
    row = np.clip(np.ceil(y0[edge] + share * (y1 - y0)[edge] - 0.5), 0, height).astype(np.int64)
    place, times = np.unique(column * height + row, return_counts=True)
    return from_edges(place[times % 2 == 1], height, width)


def to_polygons(rle: Mapping[str, Any]) -> list[list[list[float]]]:
    """Return the outlines of the mask, one polygon [[x, y], …] for each connected part, along the edges of pixels.

    A hole is joined to the outline of its part by a cut of no width, so that `from_polygon` of each polygon, merged,
    gives the same mask again. Parts that touch at a corner only are one.
    """
    import cv2
    import numpy as np

    left, top, width, height = box(rle)
    if not width:
        return []
    crop = decode(rle)[top : top + height, left : left + width]
    # doubled, so that a contour, which runs through pixels, tells the left edge of a pixel from its right one
    double = np.ascontiguousarray(crop.repeat(2, axis=0).repeat(2, axis=1))
    rings, nested = cv2.findContours(double, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    found: dict[int, list[list[float]]] = {}
    for at, (ring, (_, _, _, parent)) in enumerate(zip(rings, nested[0], strict=True)):
        if parent < 0:
            found[at] = _corners(ring, left, top)
    for ring, (_, _, _, parent) in zip(rings, nested[0], strict=True):
        if parent >= 0:
            hole = _corners(ring, left, top)
            found[parent] += [found[parent][0], *hole, hole[0]]
    return sorted(found.values())


def _corners(ring: "Array", left: int, top: int) -> list[list[float]]:
    """Return the corners of pixels that a contour of the doubled mask stands for."""
    import numpy as np

    points = (ring[:, 0, :].astype(np.int64) + 1) // 2
    points = points[(points != np.roll(points, 1, axis=0)).any(axis=1)]
    before, after = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
    points = points[before[:, 0] * after[:, 1] != before[:, 1] * after[:, 0]]
    corners: list[list[float]] = (points + np.array([left, top])).astype(float).tolist()
    return corners


def outline(rle: Mapping[str, Any], tolerance: float = 0.0) -> list[list[float]]:
    """Return the outer outline of the largest connected part of the mask, [[x, y], …], without its holes.

    tolerance: how far, in pixels, the outline may lie from the edges of pixels, so that it needs fewer corners
    """
    import cv2
    import numpy as np

    left, top, width, height = box(rle)
    if not width:
        return []
    crop = decode(rle)[top : top + height, left : left + width]
    double = np.ascontiguousarray(crop.repeat(2, axis=0).repeat(2, axis=1))
    rings, _ = cv2.findContours(double, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    points = max((_corners(ring, left, top) for ring in rings), key=lambda ring: (_size(ring), ring))
    if tolerance:
        simple = cv2.approxPolyDP(np.asarray(points, np.float32)[:, None, :], tolerance, True)
        points = simple[:, 0, :].astype(float).tolist()
    return points


def _size(ring: list[list[float]]) -> float:
    import numpy as np

    x, y = np.asarray(ring).T
    return float(abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2)
