"""Agreement on stretches of a text, a sound or a video beyond chance: character by character, second by second."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from datastork.consensus.agreement.bootstrap import Estimate, Resampling
from datastork.consensus.agreement.coefficients import ratio
from datastork.consensus.structured.matching.answer import Answer

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

ENDS = {"spans": ("start", "end"), "frames": ("start", "end"), "events": ("onset", "offset")}
MOST = 500  # labels, the commonest


def stretch_alpha(
    kind: str, samples: Sequence[Sequence[Answer]], lengths: Sequence[float] | None = None, *, again: Resampling
) -> Estimate:
    """Return Krippendorff's alpha of "is this label here?", over every point of every sample and all labels.

    Each character (frame, moment) of a sample that two or more answered about is a unit, held by a label or not; labels
    may overlap. `lengths` are those of the samples, in the unit of the regions; without them a sample ends where the
    last region of anybody does, which makes alpha too low rather than too high. nan where nobody marked anything.

    Sources: Krippendorff 2011 (alpha); the continuum as units of any length, as in Krippendorff, Mathet, Bouvry and
    Widlöcher 2016, On the reliability of unitizing textual continua.
    """
    import numpy as np

    low, high = ENDS[kind]
    sizes: dict[str, float] = {}
    for answers in samples:
        for region in (region for answer in answers for region in answer.regions):
            sizes[str(region.get("label"))] = sizes.get(str(region.get("label")), 0.0) + region[high] - region[low]
    column = {label: at for at, label in enumerate(sorted(sizes, key=lambda label: (-sizes[label], label))[:MOST])}
    if not column:
        return Estimate(float("nan"), float("nan"), float("nan"))
    item, where, held, both = [], [], [], []
    whole = np.zeros(len(samples))
    for at, answers in enumerate(samples):
        if len(answers) < 2:
            continue
        every = [region for answer in answers for region in answer.regions]
        end = max((float(region[high]) for region in every), default=0.0)
        whole[at] = len(answers) * max(end, float(lengths[at]) if lengths is not None else 0.0)
        for label in {str(region.get("label")) for region in every} & set(column):
            own = [[region for region in answer.regions if str(region.get("label")) == label] for answer in answers]
            edges = np.unique([one[side] for regions in own for one in regions for side in (low, high)])
            long = np.diff(edges)
            there = np.zeros((len(answers), len(long)), bool)
            for row, regions in enumerate(own):
                for one in regions:
                    there[row, np.searchsorted(edges, one[low]) : np.searchsorted(edges, one[high])] = True
            count = there.sum(axis=0)
            item.append(at)
            where.append(column[label])
            held.append(float((count * long).sum()))
            both.append(float((count * (count - 1) * long).sum() / (len(answers) - 1)))
    place, labels = np.array(item, np.int64), np.array(where, np.int64)
    votes = again.sums(np.arange(len(samples)), whole)
    yes = again.sums(place, np.array(held), labels, len(column))
    same = again.sums(place, np.array(both), labels, len(column))
    observed = 2 * (yes - same).sum(axis=1)
    expected = (2 * yes * (votes - yes)).sum(axis=1)
    return Estimate.of(1 - ratio(votes[:, 0] * observed, expected))
