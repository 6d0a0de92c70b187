"""When two annotators' regions count as the same: the criteria of each kind, and how many regions meet them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from datastork.consensus.structured.kinds import alike
from datastork.consensus.structured.matching.answer import Region

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

COLLAR, SHARE = 0.2, 0.2  # seconds an onset may be off; an offset also by this share of the event's length
SEGMENT = 1.0  # seconds


class Hits(NamedTuple):
    """Regions (or segments) of one label: how many two annotators have in common, and how many both have together.

    F1 is 2 · `common` / `both`. Of a criterion that looks at no labels, the label is None.
    """

    label: str | None
    common: float
    both: float


Score = Callable[[Sequence[Region], Sequence[Region]], list[Hits]]


def criteria(kind: str) -> dict[str, Score]:
    """Return the criteria for a kind of regions by name, the main one first.

    For boxes, polygons, masks, frames and tracks: intersection over union of at least .5, of .75, and of .5 whatever
    the label. For keypoints the same on object keypoint similarity. For spans: the same offsets and label; some overlap
    and the same label. For events: onset within 200 ms and offset within 200 ms or 20 % of the length, onset alone, and
    segments of a second.
    Sources: COCO, https://cocodataset.org/#detection-eval; Mesaros, Heittola and Virtanen 2016, Metrics for polyphonic
    sound event detection (events, as in sed_eval).
    """
    if kind == "spans":
        return {"exact": _exact, "overlap": partial(by_likeness, kind=kind, least=1e-9)}
    if kind == "events":
        return {"event": by_event, "onset": partial(by_event, offsets=False), "segment": by_segment}
    name = "oks" if kind == "keypoints" else "iou"
    return {
        f"{name}_50": partial(by_likeness, kind=kind, least=0.5),
        f"{name}_75": partial(by_likeness, kind=kind, least=0.75),
        f"{name}_50_any_label": partial(by_likeness, kind=kind, least=0.5, labels=False),
    }


def by_likeness(
    first: Sequence[Region], second: Sequence[Region], *, kind: str, least: float, labels: bool = True
) -> list[Hits]:
    """Return the regions that are alike by at least `least` and, with `labels`, have the same label, one to one."""
    if not labels:
        first, second = ([{**one, "label": None} for one in side] for side in (first, second))
    return _each_label(first, second, lambda one, other: matched(alike(kind, one, other), least))


def by_event(
    first: Sequence[Region],
    second: Sequence[Region],
    *,
    offsets: bool = True,
    collar: float = COLLAR,
    share: float = SHARE,
) -> list[Hits]:
    """Return the events with the same label, onset and (with `offsets`) offset, one to one.

    Each is held against the other with either annotator as the reference, since 20 % of its length is allowed.
    """

    def count(one: Sequence[Region], other: Sequence[Region]) -> float:
        return (_near(one, other, offsets, collar, share) + _near(other, one, offsets, collar, share)) / 2

    return _each_label(first, second, count)


def by_segment(first: Sequence[Region], second: Sequence[Region], *, segment: float = SEGMENT) -> list[Hits]:
    """Return for each label the segments of `segment` seconds in which both, and either, heard it."""
    found = []
    for label in _labels(first, second):
        one, other = (
            _segments([event for event in side if event.get("label") == label], segment) for side in (first, second)
        )
        found.append(Hits(label, len(one & other), len(one) + len(other)))
    return found


def matched(likeness: "Array", least: float) -> int:
    """Return how many of n × m likenesses reach `least` at most, where each row and column is used once."""
    from scipy.optimize import linear_sum_assignment

    enough = likeness >= least
    if min(enough.shape) <= 1:
        return int(enough.any())
    rows, columns = linear_sum_assignment(-(enough + 1e-3 * enough * likeness))
    return int(enough[rows, columns].sum())


def _near(reference: Sequence[Region], other: Sequence[Region], offsets: bool, collar: float, share: float) -> int:
    import numpy as np

    a, b = (np.array([(one["onset"], one["offset"]) for one in side], float) for side in (reference, other))
    near = np.abs(a[:, None, 0] - b[None, :, 0]) <= collar + 1e-9
    if offsets:
        allowed = np.maximum(collar, share * (a[:, 1] - a[:, 0]))
        near &= np.abs(a[:, None, 1] - b[None, :, 1]) <= allowed[:, None] + 1e-9
    return matched(near.astype(float), 0.5)


def _exact(first: Sequence[Region], second: Sequence[Region]) -> list[Hits]:
    def count(one: Sequence[Region], other: Sequence[Region]) -> float:
        a, b = ({(span["start"], span["end"]) for span in side} for side in (one, other))
        return len(a & b)

    return _each_label(first, second, count)


def _each_label(
    first: Sequence[Region],
    second: Sequence[Region],
    count: Callable[[Sequence[Region], Sequence[Region]], float],
) -> list[Hits]:
    found = []
    for label in _labels(first, second):
        one, other = ([region for region in side if region.get("label") == label] for side in (first, second))
        found.append(Hits(label, count(one, other) if one and other else 0, len(one) + len(other)))
    return found


def _labels(first: Sequence[Region], second: Sequence[Region]) -> list[str | None]:
    return sorted({region.get("label") for region in (*first, *second)}, key=str)


def _segments(events: Sequence[Mapping[str, Any]], segment: float) -> set[int]:
    import math

    found: set[int] = set()
    for event in events:
        start = math.floor(event["onset"] / segment + 1e-9)
        found.update(range(start, max(start + 1, math.ceil(event["offset"] / segment - 1e-9))))
    return found
