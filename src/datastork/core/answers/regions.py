"""Regions in answers: spans, boxes, polygons, masks, keypoints, events, frames and tracks; their fields and limits.

Coordinates are pixels of the media as shown, with the origin at the top left; times are seconds; offsets in texts are
Unicode code points. Ends are exclusive.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

MAX_POINTS = 20_000  # points of a polygon, keyframes of a track
MAX_RUNS = 2_000_000  # run lengths of a mask
MAX_LABEL = 1000  # characters
SLACK = 1.0  # pixels a region may reach over the border: tools round differently
TIME_SLACK = 0.1  # seconds, likewise

REGION_FIELDS: dict[str, tuple[str, ...]] = {
    "spans": ("start", "end", "label"),
    "boxes": ("label", "x", "y", "width", "height"),
    "polygons": ("label", "points"),
    "masks": ("label", "size", "counts"),
    "keypoints": ("label", "points"),
    "events": ("label", "onset", "offset"),
    "frames": ("label", "start", "end"),
    "tracks": ("label", "track", "keyframes"),
}
OPTIONAL: dict[str, tuple[str, ...]] = {
    "boxes": ("rotation",),
    "events": ("low", "high", "text"),
    "frames": ("onset", "offset"),
    "spans": ("text",),
}
ANY = ("id", "attributes", "iscrowd")
KEYFRAME = ("frame", "time", "x", "y", "width", "height", "outside", "occluded")


def region_problems(
    kind: str, one: Mapping[str, Any], media: Mapping[str, Any], points: Sequence[str] = ()
) -> list[str]:
    """Return what is wrong with one region; `media` as in `core.answers.problems_of`, `points` names of keypoints."""
    known = (*REGION_FIELDS[kind], *OPTIONAL.get(kind, ()), *ANY)
    problems = [f"unknown field {str(name)[:40]!r}" for name in one if name not in known]
    missing = [name for name in REGION_FIELDS[kind] if name not in one]
    if missing:
        return [*problems, f"without {', '.join(missing)}"]
    label = one["label"]
    if not isinstance(label, str) or not label or len(label) > MAX_LABEL:
        problems.append("the label must be the name of a class")
    if "id" in one and (not isinstance(one["id"], str) or not 0 < len(one["id"]) <= 200):
        problems.append("the id must be a short text")
    if "iscrowd" in one and not isinstance(one["iscrowd"], bool):
        problems.append("iscrowd must be true or false")
    problems += _attribute_problems(one.get("attributes"))
    return problems + _SHAPES[kind](one, media, points)


def canonical_region(kind: str, one: Mapping[str, Any]) -> dict[str, Any]:
    """Return a right region in its one form: numbers of one type, empty extras left out."""
    done: dict[str, Any] = {}
    for name, value in one.items():
        if name in ("attributes",) and not value:
            continue
        if (name == "rotation" and float(value) % 360 == 0) or (name == "iscrowd" and not value):
            continue
        done[name] = _number(kind, name, value)
    return dict(sorted(done.items()))


def _number(kind: str, name: str, value: Any) -> Any:
    if name in ("x", "y", "width", "height", "onset", "offset", "low", "high", "time"):
        return round(float(value), 6)
    if name == "rotation":
        return round(float(value) % 360, 6)
    if name == "points" and kind == "polygons":
        return [[round(float(x), 6), round(float(y), 6)] for x, y in value]
    if name == "points":
        return [{key: _number(kind, key, part) for key, part in sorted(point.items())} for point in value]
    if name == "keyframes":
        done = [{key: _number(kind, key, part) for key, part in sorted(frame.items())} for frame in value]
        return sorted(done, key=lambda frame: frame["frame"])
    return value


def _attribute_problems(given: Any) -> list[str]:
    if given is None:
        return []
    if not isinstance(given, dict) or len(given) > 100:
        return ["attributes must be values by name"]
    return [
        f"attribute {str(name)[:40]!r} must be a text, a number, true or false"
        for name, value in given.items()
        if not isinstance(value, str | int | float | bool)
        or (isinstance(value, str) and len(value) > 10_000)
        or (isinstance(value, float) and not math.isfinite(value))
    ]


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12


def _interval(one: Mapping[str, Any], first: str, last: str, whole: bool, end: float | None, unit: str) -> list[str]:
    begin, stop = one[first], one[last]
    fits = _whole if whole else _finite
    if not fits(begin) or not fits(stop):
        return [f"{first} and {last} must be {'whole ' if whole else ''}numbers"]
    if begin < 0 or stop < begin or (whole and stop == begin):
        return [f"{first} {begin} and {last} {stop} are no interval"]
    if end is not None and stop > end + (0 if whole else TIME_SLACK):
        return [f"it ends at {stop:g}, behind the end of the sample ({end:g} {unit})"]
    return []


def _span(one: Mapping[str, Any], media: Mapping[str, Any], points: Sequence[str]) -> list[str]:
    return _interval(one, "start", "end", True, media.get("characters"), "characters")


def _event(one: Mapping[str, Any], media: Mapping[str, Any], points: Sequence[str]) -> list[str]:
    problems = _interval(one, "onset", "offset", False, media.get("seconds"), "s")
    low, high = one.get("low"), one.get("high")
    if any(value is not None and (not _finite(value) or value < 0) for value in (low, high)):
        problems.append("low and high must be frequencies in Hz")
    elif low is not None and high is not None and high < low:
        problems.append(f"high {high:g} Hz lies under low {low:g} Hz")
    if "text" in one and not isinstance(one["text"], str):
        problems.append("text must be a text")
    return problems


def _frames(one: Mapping[str, Any], media: Mapping[str, Any], points: Sequence[str]) -> list[str]:
    problems = _interval(one, "start", "end", True, media.get("frames"), "frames")
    if "onset" in one or "offset" in one:
        if not ("onset" in one and "offset" in one):
            return [*problems, "onset and offset come together"]
        problems += _interval(one, "onset", "offset", False, media.get("seconds"), "s")
    return problems


def _rectangle(one: Mapping[str, Any], media: Mapping[str, Any], rotated: bool = False) -> list[str]:
    if not all(_finite(one.get(name)) for name in ("x", "y", "width", "height")):
        return ["x, y, width and height must be numbers"]
    if one["width"] < 0 or one["height"] < 0:
        return [f"width {one['width']:g} and height {one['height']:g} may not be negative"]
    if not rotated:
        return _within(one["x"], one["y"], media) + _within(one["x"] + one["width"], one["y"] + one["height"], media)
    return _within(one["x"] + one["width"] / 2, one["y"] + one["height"] / 2, media)


def _within(x: float, y: float, media: Mapping[str, Any]) -> list[str]:
    problems = []
    for value, name, size in ((x, "x", media.get("width")), (y, "y", media.get("height"))):
        if size is not None and not -SLACK <= value <= size + SLACK:
            problems.append(f"{name} {value:g} lies outside the sample (0 to {size:g} pixels)")
    return problems


def _box(one: Mapping[str, Any], media: Mapping[str, Any], points: Sequence[str]) -> list[str]:
    rotation = one.get("rotation", 0)
    if not _finite(rotation):
        return ["rotation must be a number of degrees"]
    return _rectangle(one, media, rotated=rotation % 360 != 0)


def _polygon(one: Mapping[str, Any], media: Mapping[str, Any], points: Sequence[str]) -> list[str]:
    corners = one["points"]
    if not isinstance(corners, list) or not 3 <= len(corners) <= MAX_POINTS:
        return [f"points must be a list of 3 to {MAX_POINTS:,} points"]
    if not all(isinstance(p, list | tuple) and len(p) == 2 and _finite(p[0]) and _finite(p[1]) for p in corners):
        return ["every point must be two numbers [x, y]"]
    outside = [problem for x, y in corners for problem in _within(x, y, media)]
    return outside[:1]


def _mask(one: Mapping[str, Any], media: Mapping[str, Any], points: Sequence[str]) -> list[str]:
    size, counts = one["size"], one["counts"]
    if not isinstance(size, list) or len(size) != 2 or not all(_whole(n) and 0 < n < 100_000 for n in size):
        return ["size must be [height, width] in pixels"]
    for at, name in enumerate(("height", "width")):
        if media.get(name) is not None and size[at] != media[name]:
            return [f"the mask's {name} is {size[at]}, the sample's {media[name]}"]
    if not isinstance(counts, list) or len(counts) > MAX_RUNS:
        return [f"counts must be a list of at most {MAX_RUNS:,} run lengths"]
    if not all(_whole(n) for n in counts) or sum(counts) != size[0] * size[1]:
        return [f"counts must be run lengths that add up to {size[0]} × {size[1]}"]
    return []


def _keypoints(one: Mapping[str, Any], media: Mapping[str, Any], points: Sequence[str]) -> list[str]:
    given = one["points"]
    if not isinstance(given, list) or not 0 < len(given) <= 1000:
        return ["points must be a list of named points"]
    problems: list[str] = []
    seen: set[str] = set()
    for point in given:
        if not isinstance(point, dict) or set(point) != {"name", "x", "y", "visible"}:
            return ["every point needs name, x, y and visible, and nothing else"]
        name = point["name"]
        if not isinstance(name, str) or name in seen or (points and name not in points):
            problems.append(f"{str(name)[:40]!r} is no point, or given twice")
            continue
        seen.add(name)
        if point["visible"] not in (0, 1, 2) or isinstance(point["visible"], bool):
            problems.append(f"{name}: visible is 0 (not labelled), 1 (hidden) or 2 (visible)")
        elif not (_finite(point["x"]) and _finite(point["y"])):
            problems.append(f"{name}: x and y must be numbers")
        elif point["visible"]:
            problems += _within(point["x"], point["y"], media)
    return problems


def _track(one: Mapping[str, Any], media: Mapping[str, Any], points: Sequence[str]) -> list[str]:
    frames = one["keyframes"]
    if not _whole(one["track"]):
        return ["track must be a whole number"]
    if not isinstance(frames, list) or not 0 < len(frames) <= MAX_POINTS:
        return [f"keyframes must be a list of 1 to {MAX_POINTS:,}"]
    seen: set[int] = set()
    for frame in frames:
        needed = ("frame", "x", "y", "width", "height")
        if not isinstance(frame, dict) or any(name not in frame for name in needed):
            return ["every keyframe needs frame, x, y, width and height"]
        if any(name not in KEYFRAME for name in frame):
            return [f"a keyframe has fields {', '.join(KEYFRAME)} only"]
        if not _whole(frame["frame"]) or frame["frame"] in seen:
            return [f"frame {frame['frame']!r} is no frame number, or given twice"]
        seen.add(frame["frame"])
        if media.get("frames") is not None and frame["frame"] >= media["frames"]:
            return [f"frame {frame['frame']} lies behind the last one ({media['frames'] - 1})"]
        if "time" in frame and not _finite(frame["time"]):
            return ["time must be a number of seconds"]
        if any(not isinstance(frame.get(name, False), bool) for name in ("outside", "occluded")):
            return ["outside and occluded are true or false"]
        problems = _rectangle(frame, media)
        if problems:
            return [f"frame {frame['frame']}: {problems[0]}"]
    return []


_SHAPES = {
    "spans": _span,
    "boxes": _box,
    "polygons": _polygon,
    "masks": _mask,
    "keypoints": _keypoints,
    "events": _event,
    "frames": _frames,
    "tracks": _track,
}
