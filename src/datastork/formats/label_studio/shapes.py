"""Coordinates of Label Studio and ours: per cent and pixels, corners and centres, UTF-16 and code points, frames."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from datastork.core.errors import DataError
from datastork.formats.casting import number, whole


class Offsets:
    """Places in a text, counted in code points (ours) and in UTF-16 units (those of browsers).

    >>> Offsets("a😀b").to_units(2), Offsets("a😀b").to_points(3)
    (3, 2)
    """

    def __init__(self, text: str) -> None:
        self._units: list[int] | None = None
        if not text.isascii() and max(text) > "\uffff":
            self._units = [0, *accumulate(2 if one > "\uffff" else 1 for one in text)]

    def to_units(self, place: int) -> int:
        """Return the place in UTF-16 units; behind the end, the end and what is over."""
        if self._units is None:
            return place
        last = len(self._units) - 1
        return self._units[min(place, last)] + max(0, place - last)

    def to_points(self, units: int) -> int:
        """Return the place in code points. Raises DataError within a character."""
        if self._units is None:
            return units
        if units >= self._units[-1]:
            return len(self._units) - 1 + units - self._units[-1]
        place = bisect_right(self._units, units) - 1
        if self._units[place] != units:
            raise DataError(f"offset {units} lies within a character of the text")
        return place


def box_to_percent(box: Mapping[str, Any], width: float, height: float) -> dict[str, float]:
    """Return a box in per cent; a rotated one by the corner that was its top left, about which Label Studio turns."""
    x, y, w, h = box["x"], box["y"], box["width"], box["height"]
    angle = box.get("rotation", 0.0) % 360
    if angle:
        turn = math.radians(angle)
        cx, cy = x + w / 2, y + h / 2
        x = cx - (w / 2 * math.cos(turn) - h / 2 * math.sin(turn))
        y = cy - (w / 2 * math.sin(turn) + h / 2 * math.cos(turn))
    sides = {"x": x / width, "y": y / height, "width": w / width, "height": h / height}
    return {**{name: one * 100 for name, one in sides.items()}, "rotation": angle}


def box_to_pixels(value: Mapping[str, Any], width: float, height: float) -> dict[str, float]:
    """Return a box of Label Studio in pixels, by its corner before it was rotated about its centre."""
    x, w = (number(value.get(name), f"{name} in per cent") * width / 100 for name in ("x", "width"))
    y, h = (number(value.get(name), f"{name} in per cent") * height / 100 for name in ("y", "height"))
    angle = number(value.get("rotation") or 0, "rotation in degrees") % 360
    if not angle:
        return {"x": x, "y": y, "width": w, "height": h}
    turn = math.radians(angle)
    cx = x + (w / 2 * math.cos(turn) - h / 2 * math.sin(turn))
    cy = y + (w / 2 * math.sin(turn) + h / 2 * math.cos(turn))
    return {"x": cx - w / 2, "y": cy - h / 2, "width": w, "height": h, "rotation": angle}


def points_to_percent(points: Sequence[Sequence[float]], width: float, height: float) -> list[list[float]]:
    """Return points in per cent."""
    return [[x / width * 100, y / height * 100] for x, y in points]


def points_to_pixels(points: Any, width: float, height: float) -> list[list[float]]:
    """Return points of Label Studio in pixels."""
    if not isinstance(points, list) or not all(isinstance(one, list | tuple) and len(one) == 2 for one in points):
        raise DataError(f"points are a list of [x, y], not {points!r:.60}")
    return [[number(x, "per cent") * width / 100, number(y, "per cent") * height / 100] for x, y in points]


def sequence_of(
    keyframes: Sequence[Mapping[str, Any]], width: float, height: float, fps: float | None
) -> list[dict[str, Any]]:
    """Return keyframes as Label Studio has them: frames from 1, and `enabled` false on the last one that is seen.

    Where a keyframe says that the object is gone, Label Studio ends it in the frame before, where it still is.
    """
    sequence: list[dict[str, Any]] = []
    for at, frame in enumerate(keyframes):
        if frame.get("outside"):
            before = keyframes[at - 1] if at else None
            if before is None or before.get("outside"):
                continue
            if frame["frame"] - 1 > before["frame"]:
                sequence.append(_moment(before, frame["frame"] - 1, width, height, fps))
            sequence[-1]["enabled"] = False
        else:
            sequence.append(_moment(frame, frame["frame"], width, height, fps))
    return sequence


def _moment(frame: Mapping[str, Any], at: int, width: float, height: float, fps: float | None) -> dict[str, Any]:
    percent = box_to_percent(frame, width, height)
    time = (at + 1) / fps if fps else 0.0
    return {"frame": at + 1, "enabled": True, "time": time, **percent}


def keyframes_of(sequence: Any, width: float, height: float, fps: float | None) -> list[dict[str, Any]]:
    """Return the keyframes of a video region, frames from 0; after `enabled` false the object is gone."""
    if not isinstance(sequence, list) or not all(isinstance(one, dict) for one in sequence):
        raise DataError(f"a sequence is a list of keyframes, not {sequence!r:.60}")
    rows = sorted(sequence, key=lambda one: whole(one.get("frame"), "a frame number"))
    found: list[dict[str, Any]] = []
    for at, one in enumerate(rows):
        frame = whole(one["frame"]) - 1
        box = box_to_pixels({**one, "rotation": 0}, width, height)
        ends = one.get("enabled") is False
        held = found and not found[-1]["outside"] and all(abs(found[-1][k] - box[k]) < 1e-6 for k in box)
        if not (ends and held):
            found.append(_keyframe(frame, box, False, fps))
        following = whole(rows[at + 1]["frame"]) - 1 if at + 1 < len(rows) else None
        if ends and following != frame + 1:
            found.append(_keyframe(frame + 1, box, True, fps))
    return found


def _keyframe(frame: int, box: Mapping[str, float], outside: bool, fps: float | None) -> dict[str, Any]:
    time = {"time": frame / fps} if fps else {}
    return {"frame": frame, **time, **box, "outside": outside, "occluded": False}
