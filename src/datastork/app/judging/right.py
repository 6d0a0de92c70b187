"""Is an answer the known one? Equal where answers are plain, alike enough where they are regions."""

from collections.abc import Mapping
from typing import Any

from datastork.core.answers import canonical
from datastork.core.questions import REGIONS, Question

ALIKE = 0.5  # intersection over union from which two regions are the same, as in PASCAL VOC (Everingham et al. 2010)
Extent = tuple[float, float, float, float]


def is_right(question: Question, value: Any, expected: Any) -> bool:
    """Return whether an answer counts as the expected one.

    Regions: each of one is matched with one of the other of the same label whose bounding boxes (or stretches of time
    or text) have an intersection over union of at least 0.5, and none is left over. Texts: equal but for case and
    spaces. All else: equal.
    """
    if value is None:
        return False
    if question.kind in ("text", "transcript"):
        return " ".join(str(value).split()).casefold() == " ".join(str(expected).split()).casefold()
    if question.kind not in REGIONS:
        return bool(canonical(question, value) == canonical(question, expected))
    if len(value) != len(expected):
        return False
    left = [(one["label"], extent(question.kind, one)) for one in expected]
    for one in value:
        label, own = one["label"], extent(question.kind, one)
        scored = [(overlap(own, other), at) for at, (name, other) in enumerate(left) if name == label]
        best = max(scored, default=(0.0, -1))
        if best[0] < ALIKE:
            return False
        left.pop(best[1])
    return True


def extent(kind: str, region: Mapping[str, Any]) -> Extent:
    """Return (left, top, right, bottom) of a region; for stretches of time or text top and bottom are 0 and 1."""
    if kind == "boxes":
        x, y = region["x"], region["y"]
        return x, y, x + region["width"], y + region["height"]
    if kind == "polygons":
        return _around([(x, y) for x, y in region["points"]])
    if kind == "keypoints":
        return _around([(one["x"], one["y"]) for one in region["points"] if one["visible"]])
    if kind == "masks":
        return _of_runs(region["size"][0], region["counts"])
    if kind == "tracks":
        frames = [one["frame"] for one in region["keyframes"]]
        return min(frames), 0, max(frames) + 1, 1
    first, last = ("onset", "offset") if kind == "events" else ("start", "end")
    return region[first], 0, region[last], 1


def overlap(one: Extent, other: Extent) -> float:
    """Return intersection over union of two extents; 1 for two points in one place.

    >>> overlap((0, 0, 2, 1), (1, 0, 3, 1))
    0.3333333333333333
    """
    if one == other:
        return 1.0
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    both = wide * high
    return float(both / (_area(one) + _area(other) - both))


def _area(one: Extent) -> float:
    return (one[2] - one[0]) * (one[3] - one[1])


def _around(points: list[tuple[float, float]]) -> Extent:
    if not points:
        return 0, 0, 0, 0
    across, down = zip(*points, strict=True)
    return min(across), min(down), max(across) + 1, max(down) + 1


def _of_runs(height: int, counts: list[int]) -> Extent:
    """Return what surrounds the ones of a column-major run-length mask."""
    left, top, right, bottom = float("inf"), float("inf"), 0, 0
    at = 0
    for index, run in enumerate(counts):
        if index % 2 and run and height:
            first, last = at, at + run - 1
            left, right = min(left, first // height), max(right, last // height + 1)
            if first // height == last // height:
                top, bottom = min(top, first % height), max(bottom, last % height + 1)
            else:
                top, bottom = 0, height
        at += run
    return (left, top, right, bottom) if right else (0, 0, 0, 0)
