"""Which numbers of a column lie further out than its own tails lead one to expect."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LEAST = 20  # numbers from which a tail can be seen
TAIL = 0.1  # of the numbers, at each end
BY_CHANCE = 0.05  # how many numbers so far out the tail of a column may have, in all, for one to be flagged
STEP = 0.05  # how much more even a scale must make a column to be preferred to a simpler one
GROUP = 0.02  # share of the numbers from which those far out are a group of their own, and
FEW = 3  # how many they must be
MODE = 0.5  # share of one number from which the others are looked at by themselves


@dataclass(frozen=True, slots=True)
class Extremes:
    """How far out each of n numbers lies.

    `score`    float64[n]: distance from the median in spreads of its side (1.4826 × the median distance there; of
               normal numbers that is the standard deviation), on the scale used; nan where there is no number
    `flagged`  bool[n]
    `scale`    "as it is", "square root", "cube root" or "logarithm": on which the column is most even
    `middle`   the median, in units of the column
    `apart`    how many numbers lie far out and are so many that they are a group of their own: then none is flagged
    """

    score: "np.ndarray"
    flagged: "np.ndarray"
    scale: str
    middle: float
    apart: int = 0


def extremes(numbers: "np.ndarray", *, rows: "np.ndarray | None" = None, threshold: float = 5.0) -> Extremes:
    """Return which numbers (float64[n], nan where none) lie far out.

    The column is put on the scale on which its quantiles are most even, so that the long tail of incomes is none.
    A number is flagged where it is more than `threshold` spreads from the median, and where a tail that goes on as
    the outermost tenth began (exponential on that scale: as heavy as a power law on the logarithm) would have less
    than 0.05 such numbers in the whole column. Where more than half of the numbers are the same, such as 0, the
    others are looked at by themselves.

    rows: int64: those to learn from; by default all

    Source: robust z scores: Rousseeuw and Hubert, Robust statistics for outlier detection, 2011; that skewed data need
    a fence of their own: Hubert and Vandervieren, An adjusted boxplot for skewed distributions, 2008; tails: Pickands,
    Statistical inference using extreme order statistics, 1975.
    """
    import numpy as np

    given = np.isfinite(numbers)
    learned = numbers if rows is None else numbers[rows]
    learned = learned[np.isfinite(learned)]
    values, counts = np.unique(learned, return_counts=True)
    common = None
    if len(values) > 1 and counts.max() > MODE * len(learned):
        common = float(values[counts.argmax()])
        learned = learned[learned != common]
        given = given & (numbers != common)
    nothing = Extremes(np.where(np.isfinite(numbers), 0.0, np.nan), np.zeros(len(numbers), bool), "as it is", 0.0)
    if len(learned) < LEAST or learned.min() == learned.max():
        return nothing
    name, change = _scale(learned)
    known, found = np.sort(change(learned)), change(numbers)
    middle = float(np.median(known))
    score = np.where(np.isfinite(numbers), 0.0, np.nan)
    rare = np.ones(len(numbers))
    for side in (1, -1):
        far, mine = (side * (one - middle) for one in (known, found))
        far = np.sort(far)
        out = given & (mine > 0)
        score[out] = side * mine[out] / _spread(far)
        rare[out] = _chance(far, mine[out])
    flagged = (np.abs(np.nan_to_num(score)) > threshold) & (rare * given.sum() < BY_CHANCE)
    found_out = int(flagged.sum())
    if found_out > max(FEW, GROUP * np.isfinite(numbers).sum()):
        return Extremes(score, np.zeros(len(numbers), bool), name, float(np.median(learned)), found_out)
    return Extremes(score, flagged, name, float(np.median(learned)))


def _scale(learned: "np.ndarray") -> "tuple[str, Callable[[np.ndarray], np.ndarray]]":
    """Return the simplest of four scales on which the quantiles are about as even as on any."""
    import numpy as np

    positive = np.abs(learned[learned != 0])
    unit = float(np.quantile(positive, 0.05)) if len(positive) else 1.0
    scales: list[tuple[str, Callable[[np.ndarray], np.ndarray]]] = [
        ("as it is", lambda x: x),
        ("square root", lambda x: np.sign(x) * np.sqrt(np.abs(x))),
        ("cube root", np.cbrt),
        ("logarithm", lambda x: np.arcsinh(x / unit)),
    ]
    best, least = scales[0], np.inf
    for one in scales:
        low, middle, high = np.quantile(one[1](learned), (TAIL, 0.5, 1 - TAIL))
        uneven = abs((high - middle) - (middle - low)) / (high - low) if high > low else 0.0
        if uneven < least - STEP:
            best, least = one, uneven
    return best


def _spread(far: "np.ndarray") -> float:
    """Return how far numbers of one side lie from the middle, never 0. `far` is sorted, below 0 on the other side."""
    import numpy as np

    mine = far[far > 0]
    middle = 1.4826 * float(np.median(mine)) if len(mine) * 4 > len(far) else 0.0
    steps = np.diff(np.unique(far))
    return max(middle, 1.4826 * float(np.median(np.abs(far))), float(np.median(steps)) if len(steps) else 1.0)


def _chance(far: "np.ndarray", mine: "np.ndarray") -> "np.ndarray":
    """Return which share of numbers lies at least as far out, by a tail that falls as its beginning does."""
    import numpy as np

    begins = float(far[int((1 - TAIL) * (len(far) - 1))])
    half = float(far[int((1 - TAIL / 2) * (len(far) - 1))])
    steps = np.diff(np.unique(far))
    beyond = far[far > begins] - begins
    if len(beyond) >= TAIL / 2 * len(far):  # else many are the same, and the few beyond may be the ones to find
        half = max(half, begins + float(np.median(beyond)))
    fall = max((half - begins) / np.log(2), float(np.median(steps)) if len(steps) else 1.0)
    share: np.ndarray = TAIL * np.exp(-np.clip((mine - begins) / fall, 0, 700))
    return share
