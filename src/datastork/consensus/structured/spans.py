"""Spans of text: matched by overlap, fused to offsets that somebody marked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from datastork.consensus.structured.matching.answer import Answer, Fused, Region
from datastork.consensus.structured.matching.fusion import Fusion, fuse_regions

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

THRESHOLD = 0.3  # mean overlap (shared over covered characters) from which spans mean the same


def fuse(answers: Sequence[Answer], *, threshold: float = THRESHOLD, by_class: bool = False) -> list[Fused]:
    """Return the spans that the answers about one sample come to, in the order of the text.

    Start and end are each the offset with the most votes, so they are never between words where nobody put them.

    threshold: mean share of the characters of two spans that both hold (0 to 1) from which they mean the same
    by_class: whether spans with different labels are always different; else the label is voted on
    """
    return fuse_all([answers], threshold=threshold, by_class=by_class).samples[0]


def fuse_all(samples: Sequence[Sequence[Answer]], *, threshold: float = THRESHOLD, by_class: bool = False) -> Fusion:
    """Return what `fuse` does, for many samples at once: annotators' skills are learned from all of them."""
    return fuse_regions(samples, alike, blend, threshold=threshold, by_class=by_class, order=_order)


def alike(first: Sequence[Region], second: Sequence[Region]) -> "Array":
    """Return shared over covered characters of each two spans, float64[n, m]."""
    return overlap(limits(first, "start", "end"), limits(second, "start", "end"))


def limits(regions: Sequence[Region], low: str, high: str) -> "Array":
    """Return two fields of each region, float64[n, 2]."""
    import numpy as np

    return np.array([(region[low], region[high]) for region in regions], float).reshape(-1, 2)


def overlap(first: "Array", second: "Array") -> "Array":
    """Return intersection over union of each two intervals (n × 2, m × 2), float64[n, m]; equal empty ones: 1."""
    import numpy as np

    low = np.maximum(first[:, None, 0], second[None, :, 0])
    high = np.minimum(first[:, None, 1], second[None, :, 1])
    common = np.clip(high - low, 0, None)
    union = (first[:, 1] - first[:, 0])[:, None] + (second[:, 1] - second[:, 0])[None, :] - common
    same = (first[:, None] == second[None, :]).all(axis=2).astype(float)
    likeness: Array = np.divide(common, union, out=same, where=union > 0)
    return likeness


def blend(members: Sequence[Region], weights: "Array") -> dict[str, Any]:
    """Return the offsets that the members mean; of offsets with equal votes the one nearest to the middle of all."""
    import numpy as np

    ends = limits(members, "start", "end").astype(np.int64)
    start, end = (_voted(ends[:, side], weights) for side in (0, 1))
    if start >= end:  # members that hardly overlap: the most typical one
        start, end = ends[int(np.argmax(np.round(alike(members, members) @ weights, 9)))].tolist()
    found: dict[str, Any] = {"start": start, "end": end}
    same = [member for member in members if (member["start"], member["end"]) == (start, end) and member.get("text")]
    return found | ({"text": same[0]["text"]} if same else {})


def _voted(offsets: "Array", weights: "Array") -> int:
    import numpy as np

    values, place = np.unique(offsets, return_inverse=True)
    votes = np.round(np.bincount(place, weights), 9)
    leaders = values[votes == votes.max()]
    middle = np.median(offsets)
    return int(leaders[np.lexsort((leaders, np.abs(leaders - middle)))[0]])


def _order(span: dict[str, Any]) -> tuple[int, int]:
    return span["start"], span["end"]
