"""When two annotators' regions count as the same: the criteria of each kind, and how many regions meet them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate, combinations
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
Compared = tuple[int, int, str, list[Hits]]


def criteria(kind: str) -> list[str]:
    """Return the names of the criteria for a kind of regions, the main one first.

    For boxes, polygons, masks, frames and tracks: intersection over union of at least .5, of .75, and of .5 whatever
    the label. For keypoints the same on object keypoint similarity. For spans: the same offsets and label; some overlap
    and the same label. For events: onset within 200 ms and offset within 200 ms or 20 % of the length, onset alone, and
    segments of a second.
    Sources: COCO, https://cocodataset.org/#detection-eval; Mesaros, Heittola and Virtanen 2016, Metrics for polyphonic
    sound event detection (events, as in sed_eval).
    """
    if kind == "events":
        return list(BY_TIME)
    return [name for name, _, _ in _thresholds(kind)]


def main_threshold(kind: str) -> float:
    """Return how alike two regions of the same label must be to count as one by the main criterion.

    Events are held against one another by time instead: see `by_event`.
    """
    return _thresholds(kind)[0][1]


def compare(kind: str, answers: Sequence[Sequence[Region]], *, main: bool = False) -> Iterator[Compared]:
    """Yield for each two answers about a sample, and each criterion, (first, second, criterion, hits by label).

    With `main`, by the main criterion only. Likenesses are computed once for all.
    """
    if kind == "events":
        for one, other in combinations(range(len(answers)), 2):
            for name, rule in list(BY_TIME.items())[: 1 if main else None]:
                yield one, other, name, rule(answers[one], answers[other])
        return
    import numpy as np

    every = [region for regions in answers for region in regions]
    if not every:
        return
    table = alike(kind, every, every)
    names = sorted({str(region.get("label")) for region in every})
    place = {name: at for at, name in enumerate(names)}
    label = np.array([place[str(region.get("label"))] for region in every])
    ends = list(accumulate((len(regions) for regions in answers), initial=0))
    for one, other in combinations(range(len(answers)), 2):
        rows, columns = slice(ends[one], ends[one + 1]), slice(ends[other], ends[other + 1])
        block, equal = table[rows, columns], label[rows, None] == label[None, columns]
        for name, least, labels in _thresholds(kind)[: 1 if main else None]:
            hits = _hits(block, equal, least, labels, label[rows], label[columns], names)
            yield one, other, name, hits


def _thresholds(kind: str) -> list[tuple[str, float, bool]]:
    """Return (name, least likeness, whether labels must be equal) of each criterion."""
    if kind == "spans":
        return [("exact", 1.0, True), ("overlap", 1e-9, True)]
    name = "oks" if kind == "keypoints" else "iou"
    return [(f"{name}_50", 0.5, True), (f"{name}_75", 0.75, True), (f"{name}_50_any_label", 0.5, False)]


def _hits(
    block: "Array", equal: "Array", least: float, labels: bool, first: "Array", second: "Array", names: list[str]
) -> list[Hits]:
    import numpy as np

    rows = matched(np.where(equal, block, 0) if labels else block, least)
    if not labels:
        return [Hits(None, len(rows), len(first) + len(second))]
    common = np.bincount(first[rows], minlength=len(names))
    both = np.bincount(first, minlength=len(names)) + np.bincount(second, minlength=len(names))
    return [Hits(names[at], int(common[at]), int(both[at])) for at in np.flatnonzero(both)]


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


def matched(likeness: "Array", least: float) -> "Array":
    """Return the rows of n × m likenesses of at least `least` that are matched, as many as can be, one to one."""
    import numpy as np

    return np.array([row for row, _ in matched_pairs(likeness, least)], np.int64)


def matched_pairs(likeness: "Array", least: float) -> list[tuple[int, int]]:
    """Return (row, column) of what `matched` matches."""
    from scipy.optimize import linear_sum_assignment

    enough = likeness >= least
    if not enough.any():
        return []
    rows, columns = linear_sum_assignment(-(enough + 1e-3 * enough * likeness))
    there = enough[rows, columns]
    return list(zip(rows[there].tolist(), columns[there].tolist(), strict=True))


def _near(reference: Sequence[Region], other: Sequence[Region], offsets: bool, collar: float, share: float) -> int:
    import numpy as np

    a, b = (np.array([(one["onset"], one["offset"]) for one in side], float) for side in (reference, other))
    near = np.abs(a[:, None, 0] - b[None, :, 0]) <= collar + 1e-9
    if offsets:
        allowed = np.maximum(collar, share * (a[:, 1] - a[:, 0]))
        near &= np.abs(a[:, None, 1] - b[None, :, 1]) <= allowed[:, None] + 1e-9
    return len(matched(near.astype(float), 0.5))


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


BY_TIME: dict[str, Score] = {"event": by_event, "onset": partial(by_event, offsets=False), "segment": by_segment}
