"""Sound events: matched by overlap in time, fused onset by onset and offset by offset."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from datastork.consensus.structured.matching.answer import Answer, Fused, Region, centre, elect
from datastork.consensus.structured.matching.fusion import Fusion, fuse_regions
from datastork.consensus.structured.spans import limits, overlap

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

THRESHOLD = 0.3  # mean overlap in time from which events are the same


def fuse(answers: Sequence[Answer], *, threshold: float = THRESHOLD, by_class: bool = True) -> list[Fused]:
    """Return the events that the answers about one sample come to, in the order of time.

    threshold: mean intersection over union in time (0 to 1) from which events of different annotators are the same
    by_class: whether events with different labels are always different, as sounds at the same time often are; else
        the label is voted on
    """
    return fuse_all([answers], threshold=threshold, by_class=by_class).samples[0]


def fuse_all(samples: Sequence[Sequence[Answer]], *, threshold: float = THRESHOLD, by_class: bool = True) -> Fusion:
    """Return what `fuse` does, for many samples at once: annotators' skills are learned from all of them."""
    return fuse_regions(samples, alike, blend, threshold=threshold, by_class=by_class, order=_order)


def alike(first: Sequence[Region], second: Sequence[Region]) -> "Array":
    """Return intersection over union in time of each two events, float64[n, m]."""
    return overlap(limits(first, "onset", "offset"), limits(second, "onset", "offset"))


def blend(members: Sequence[Region], weights: "Array") -> dict[str, Any]:
    """Return the event that the members mean: times, and frequencies where somebody gave them, by `centre`."""
    onset, offset = centre(limits(members, "onset", "offset"), weights).tolist()
    found: dict[str, Any] = {"onset": onset, "offset": offset}
    drawn = [
        at for at, member in enumerate(members) if member.get("low") is not None and member.get("high") is not None
    ]
    if drawn:
        low, high = centre(limits([members[at] for at in drawn], "low", "high"), weights[drawn]).tolist()
        found |= {"low": low, "high": high}
    words = [at for at, member in enumerate(members) if member.get("text")]
    if words:
        found["text"], _ = elect([members[at]["text"] for at in words], weights[words].tolist())
    return found


def _order(event: dict[str, Any]) -> tuple[float, float]:
    return event["onset"], event["offset"]
