"""Stretches of video frames: matched by the frames they share, fused to whole frames with their true times."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from datastork.consensus.structured.matching.answer import Answer, Fused, Region, centre
from datastork.consensus.structured.matching.fusion import Fusion, fuse_regions
from datastork.consensus.structured.spans import alike, limits

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

THRESHOLD = 0.3  # mean share of frames in common from which stretches are the same


def fuse(answers: Sequence[Answer], *, threshold: float = THRESHOLD, by_class: bool = True) -> list[Fused]:
    """Return the stretches that the answers about one sample come to, in the order of time.

    threshold: mean share of the frames of two stretches that both hold (0 to 1) from which they are the same
    by_class: whether stretches with different labels are always different; else the label is voted on
    """
    return fuse_all([answers], threshold=threshold, by_class=by_class).samples[0]


def fuse_all(samples: Sequence[Sequence[Answer]], *, threshold: float = THRESHOLD, by_class: bool = True) -> Fusion:
    """Return what `fuse` does, for many samples at once: annotators' skills are learned from all of them."""
    return fuse_regions(samples, alike, blend, threshold=threshold, by_class=by_class, order=_order)


def blend(members: Sequence[Region], weights: "Array") -> dict[str, Any]:
    """Return the stretch that the members mean; the times of its frames are read between those the members give."""
    import numpy as np

    start, end = (round(one) for one in centre(limits(members, "start", "end"), weights).tolist())
    end = max(end, start + 1)
    found: dict[str, Any] = {"start": start, "end": end}
    timed = [member for member in members if member.get("onset") is not None and member.get("offset") is not None]
    if timed:
        known, first = np.unique(limits(timed, "start", "end").ravel(), return_index=True)
        times = limits(timed, "onset", "offset").ravel()[first]
        found["onset"], found["offset"] = np.interp([start, end], known, times).tolist()
    return found


def _order(stretch: dict[str, Any]) -> tuple[int, int]:
    return stretch["start"], stretch["end"]
