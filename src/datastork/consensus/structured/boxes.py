"""Boxes, upright and rotated: matched by intersection over union, fused edge by edge."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from datastork.consensus.structured.matching.answer import Answer, Fused, Region, centre
from datastork.consensus.structured.matching.fusion import Fusion, fuse_regions

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

THRESHOLD = 0.3  # mean intersection over union from which boxes mean the same object


def fuse(answers: Sequence[Answer], *, threshold: float = THRESHOLD, by_class: bool = False) -> list[Fused]:
    """Return the boxes that the answers about one sample come to, from the top of the picture to its bottom.

    threshold: mean intersection over union (0 to 1) from which boxes of different annotators mean the same object
    by_class: whether boxes with different labels are always different objects; else the label is voted on
    """
    return fuse_all([answers], threshold=threshold, by_class=by_class).samples[0]


def fuse_all(samples: Sequence[Sequence[Answer]], *, threshold: float = THRESHOLD, by_class: bool = False) -> Fusion:
    """Return what `fuse` does, for many samples at once: annotators' skills are learned from all of them."""
    return fuse_regions(samples, alike, blend, threshold=threshold, by_class=by_class, order=_order)


def alike(first: Sequence[Region], second: Sequence[Region]) -> "Array":
    """Return intersection over union of each two boxes, float64[n, m]; turned boxes are compared as they lie."""
    import numpy as np

    a, b = bounds(first), bounds(second)
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=2)
    size_a, size_b = (np.array([one["width"] * one["height"] for one in side], float) for side in (first, second))
    turned_a, turned_b = (np.array([bool(one.get("rotation")) for one in side], bool) for side in (first, second))
    for row, column in np.argwhere((turned_a[:, None] | turned_b[None, :]) & (common > 0)):
        common[row, column] = _shared(corners(first[row]), corners(second[column]))
    union = size_a[:, None] + size_b[None, :] - common
    same = (a[:, None, :] == b[None, :, :]).all(axis=2).astype(float)  # boxes without an area are like themselves
    likeness: Array = np.divide(common, union, out=same, where=union > 0)
    return np.minimum(likeness, 1.0)


def bounds(boxes: Sequence[Region]) -> "Array":
    """Return left, top, right and bottom of each box as it lies, float64[n, 4]."""
    import numpy as np

    found = np.zeros((len(boxes), 4))
    for at, box in enumerate(boxes):
        if box.get("rotation"):
            points = corners(box)
            found[at] = *points.min(axis=0), *points.max(axis=0)
        else:
            found[at] = box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]
    return found


def corners(box: Region) -> "Array":
    """Return the four corners of a box as it lies, clockwise on the screen, float64[4, 2]."""
    import numpy as np

    angle = math.radians(box.get("rotation") or 0.0)
    middle = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [box["width"] / 2, box["height"] / 2]
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    turned: Array = middle + half @ turn
    return turned


def blend(members: Sequence[Region], weights: "Array") -> dict[str, Any]:
    """Return the box that the members mean: each edge is where they say it is, by weighted Hodges-Lehmann estimate."""
    import numpy as np

    if not any(member.get("rotation") for member in members):
        left, top, right, bottom = centre(bounds(members), weights).tolist()
        return {"x": left, "y": top, "width": right - left, "height": bottom - top}
    # a box of w × h at an angle is one of h × w at 90 degrees more: all are written as the most typical one is
    typical = members[int(np.argmax(np.round(alike(members, members).sum(axis=1), 9)))]
    rows = []
    for member in members:
        width, height, angle = member["width"], member["height"], member.get("rotation") or 0.0
        middle = member["x"] + width / 2, member["y"] + height / 2
        off = angle - (typical.get("rotation") or 0.0)
        quarters = round(off / 90)
        if quarters % 2:
            width, height = height, width
        rows.append([*middle, width, height, off - 90 * quarters])
    x, y, width, height, off = centre(np.array(rows), weights).tolist()
    angle = ((typical.get("rotation") or 0.0) + off) % 360
    return {"x": x - width / 2, "y": y - height / 2, "width": width, "height": height, "rotation": angle}


def _order(box: dict[str, Any]) -> tuple[float, float]:
    return box["y"], box["x"]


def _shared(first: "Array", second: "Array") -> float:
    """Return the area that two convex polygons share: the first is cut along every edge of the second."""
    import numpy as np

    points = first
    for start, end in zip(second, np.roll(second, -1, axis=0), strict=True):
        if len(points) < 3:
            return 0.0
        edge = end - start
        side = edge[0] * (points[:, 1] - start[1]) - edge[1] * (points[:, 0] - start[0])
        after, side_after = np.roll(points, -1, axis=0), np.roll(side, -1)
        kept = []
        for point, other, here, there in zip(points, after, side, side_after, strict=True):
            if here >= 0:
                kept.append(point)
            if (here > 0 > there) or (here < 0 < there):
                kept.append(point + (other - point) * (here / (here - there)))
        points = np.array(kept).reshape(-1, 2)
    x, y = points[:, 0], points[:, 1]
    return float(abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2) if len(points) > 2 else 0.0
