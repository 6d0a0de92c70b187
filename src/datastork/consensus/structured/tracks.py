"""Tracks of boxes through a video: matched by what they cover in space and time, fused frame by frame.

A track is there from its first keyframe to its last, but where a keyframe says that it is outside; between keyframes
its box moves evenly.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from datastork.consensus.structured.matching.answer import Answer, Fused, Region, centre, elect
from datastork.consensus.structured.matching.fusion import Fusion, fuse_regions

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

THRESHOLD = 0.3  # mean intersection over union in space and time from which tracks are the same
LOOKED_AT = 2_000  # frames of each comparison, evenly spread, at most
SIDES = ("x", "y", "width", "height")


def fuse(answers: Sequence[Answer], *, threshold: float = THRESHOLD, by_class: bool = False) -> list[Fused]:
    """Return the tracks that the answers about one sample come to, in the order of their first frames.

    A fused track has the keyframes of all its members; it is there where half of them or more say so. Tracks are
    numbered from 1.

    threshold: mean intersection over union, in space and time (0 to 1), from which tracks are the same
    by_class: whether tracks with different labels are always different; else the label is voted on
    """
    return fuse_all([answers], threshold=threshold, by_class=by_class).samples[0]


def fuse_all(samples: Sequence[Sequence[Answer]], *, threshold: float = THRESHOLD, by_class: bool = False) -> Fusion:
    """Return what `fuse` does, for many samples at once: annotators' skills are learned from all of them."""
    fused, skills = fuse_regions(samples, alike, blend, threshold=threshold, by_class=by_class, order=_order)
    for tracks in fused:
        for number, one in enumerate(tracks, start=1):
            one.region["track"] = number
    return Fusion(fused, skills)


def alike(first: Sequence[Region], second: Sequence[Region]) -> "Array":
    """Return shared over covered area, summed over frames, of each two tracks, float64[n, m]."""
    import numpy as np

    every = [frame["frame"] for track in (*first, *second) for frame in track["keyframes"]]
    if not every:
        return np.ones((len(first), len(second)))
    low, high = min(every), max(every)
    frames = np.unique(np.linspace(low, high, min(LOOKED_AT, high - low + 1)).round())
    a, b = (np.stack([at_frames(track, frames) for track in side]) if side else None for side in (first, second))
    if a is None or b is None:
        return np.zeros((len(first), len(second)))
    found = np.zeros((len(first), len(second)))
    size_a, size_b = (np.nan_to_num(side[..., 2] * side[..., 3]) for side in (a, b))
    for row, one in enumerate(a):
        left_top = np.maximum(one[None, :, :2], b[..., :2])
        right_bottom = np.minimum(one[None, :, :2] + one[None, :, 2:], b[..., :2] + b[..., 2:])
        shared = np.nan_to_num(np.clip(right_bottom - left_top, 0, None).prod(axis=2)).sum(axis=1)
        union = size_a[row].sum() + size_b.sum(axis=1) - shared
        found[row] = np.divide(shared, union, out=np.ones(len(b)), where=union > 0)
    return found


def at_frames(track: Region, frames: "Array") -> "Array":
    """Return x, y, width and height of a track at each frame, float64[n, 4]; nan where it is not there."""
    import numpy as np

    keys = sorted(track["keyframes"], key=lambda frame: frame["frame"])
    if not keys:
        return np.full((len(frames), 4), np.nan)
    places = np.array([key["frame"] for key in keys], float)
    found = np.stack([np.interp(frames, places, [key[side] for key in keys]) for side in SIDES], axis=1)
    before = np.clip(np.searchsorted(places, frames, side="right") - 1, 0, None)
    outside = np.array([bool(key.get("outside")) for key in keys])
    # towards a keyframe from which it is outside, it keeps the box it had
    leaving = np.append(outside[1:], False)
    held = np.array([[key[side] for side in SIDES] for key in keys], float)
    keep = leaving[before] & (frames > places[before]) & ~np.isin(frames, places)
    found[keep] = held[before[keep]]
    found[outside[before] | (frames < places[0]) | (frames > places[-1])] = np.nan
    return found


def blend(members: Sequence[Region], weights: "Array") -> dict[str, Any]:
    """Return the track that the members mean, with a keyframe wherever one of them has one."""
    import numpy as np

    times = {key["frame"]: key["time"] for member in members for key in member["keyframes"] if "time" in key}
    frames = np.array(sorted({key["frame"] for member in members for key in member["keyframes"]}), float)
    each = np.stack([at_frames(member, frames) for member in members])
    there = ~np.isnan(each[:, :, 0])
    heavy = weights if weights.sum() > 0 else np.ones(len(members))
    present = heavy @ there >= heavy.sum() / 2 - 1e-9
    keys: list[dict[str, Any]] = []
    for at, frame in enumerate(frames.astype(int).tolist()):
        if not present[at]:
            if keys and not keys[-1]["outside"]:
                keys.append(keys[-1] | {"frame": frame, "outside": True} | _time(times, frame))
            continue
        here = np.flatnonzero(there[:, at])
        middle = centre(each[here, at], heavy[here]).tolist()
        hidden = [_occluded(members[one], frame) for one in here.tolist()]
        occluded, _ = elect(hidden, heavy[here].tolist())
        box = dict(zip(SIDES, middle, strict=True))
        keys.append({"frame": frame, **box, "outside": False, "occluded": occluded} | _time(times, frame))
    return {"track": 1, "keyframes": keys}


def _time(times: dict[int, float], frame: int) -> dict[str, float]:
    return {"time": times[frame]} if frame in times else {}


def _occluded(track: Region, frame: int) -> bool:
    before = [key for key in track["keyframes"] if key["frame"] <= frame]
    return bool(max(before, key=lambda key: key["frame"]).get("occluded")) if before else False


def _order(track: dict[str, Any]) -> tuple[int, float, float]:
    keys = track["keyframes"]
    return (keys[0]["frame"], keys[0]["y"], keys[0]["x"]) if keys else (0, 0.0, 0.0)
