"""Whether an annotator who sees a sample again gives the same answer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True, eq=False)
class Consistency:
    """How far each annotator agrees with himself.

    `pairs`      int64[n_annotators]: samples seen again; of one seen more than twice, every sighting after the first
    `same`       float64[n_annotators]: share of them with the answer of the sighting before; NaN without any
    `low`, `high`  float64[n_annotators]: Wilson's interval of that share; 0 and 1 without any
    `corrected`  float64[n_annotators]: (same - chance) / (1 - chance), chance being the annotator's own habits (as in
                 Cohen's kappa); NaN without any, or where the annotator gives one answer only
    `overall`, `overall_low`, `overall_high`, `overall_corrected`  the same over all annotators' pairs
    """

    pairs: "np.ndarray"
    same: "np.ndarray"
    low: "np.ndarray"
    high: "np.ndarray"
    corrected: "np.ndarray"
    overall: float
    overall_low: float
    overall_high: float
    overall_corrected: float


def repeat_consistency(
    items: "ArrayLike",
    annotators: "ArrayLike",
    values: "ArrayLike",
    repeats: "ArrayLike",
    *,
    n_annotators: int,
    confidence: float = 0.95,
) -> Consistency:
    """Return how consistent each annotator is with himself on samples shown to him more than once.

    Sources: Wilson, Journal of the American Statistical Association 22 (1927); Cohen's kappa for the correction.

        >>> repeat_consistency([0, 0, 1, 1], [0, 0, 0, 0], [1, 1, 0, 1], [0, 1, 0, 1], n_annotators=1).same
        array([0.5])

    items, annotators, values: int64[n], the votes; any whole numbers serve as items and values
    repeats: int64[n], 0 the first time the annotator saw the item, 1 the second, …
    confidence: of the intervals

    Raises DataError where lengths differ, an annotator is outside, or a sighting is there twice.
    """
    import numpy as np
    from scipy.special import ndtri

    item, who, value, turn = (np.asarray(given, dtype=np.int64) for given in (items, annotators, values, repeats))
    if not len(item) == len(who) == len(value) == len(turn):
        raise DataError(
            f"items, annotators, values and repeats must be of one length, not {len(item)}, {len(who)}, {len(value)}, "
            f"{len(turn)}"
        )
    if who.size and (who.min() < 0 or who.max() >= n_annotators):
        raise DataError(f"annotators must lie from 0 to {n_annotators - 1}")
    if not 0 < confidence < 1:
        raise DataError(f"confidence must lie between 0 and 1, not {confidence}")
    order = np.lexsort((turn, item, who))
    item, who, value, turn = item[order], who[order], value[order], turn[order]
    again = np.zeros(len(item), dtype=bool)
    again[1:] = (item[1:] == item[:-1]) & (who[1:] == who[:-1])
    if (again[1:] & (turn[1:] == turn[:-1])).any():
        at = int(np.flatnonzero(again[1:] & (turn[1:] == turn[:-1]))[0])
        raise DataError(f"annotator {who[at]} answered item {item[at]} twice as repeat {turn[at]}")
    second = np.flatnonzero(again)
    person, first_value, second_value = who[second], value[second - 1], value[second]
    pairs = np.bincount(person, minlength=n_annotators)
    equal = np.bincount(person, weights=first_value == second_value, minlength=n_annotators)
    chance = _by_habit(person, first_value, second_value, pairs)
    everyone = np.zeros(len(person), dtype=np.int64)
    everyones = _by_habit(everyone, first_value, second_value, np.array([len(person)]))
    deviation = float(ndtri(0.5 + confidence / 2))
    same = _share(equal, pairs)
    low, high = _wilson(equal, pairs, deviation)
    total, total_equal = np.array([pairs.sum()]), np.array([equal.sum()])
    all_low, all_high = _wilson(total_equal, total, deviation)
    all_same = _share(total_equal, total)
    return Consistency(
        pairs=pairs,
        same=same,
        low=low,
        high=high,
        corrected=_corrected(same, chance),
        overall=float(all_same[0]),
        overall_low=float(all_low[0]),
        overall_high=float(all_high[0]),
        overall_corrected=float(_corrected(all_same, everyones)[0]),
    )


def _share(count: "np.ndarray", among: "np.ndarray") -> "np.ndarray":
    import numpy as np

    return np.asarray(np.divide(count, among, out=np.full(len(among), np.nan), where=among > 0))


def _by_habit(who: "np.ndarray", first: "np.ndarray", second: "np.ndarray", pairs: "np.ndarray") -> "np.ndarray":
    """Return for each annotator how often two answers would be equal if they were drawn from his answers."""
    import numpy as np

    kinds, value = np.unique(np.concatenate([first, second]), return_inverse=True)
    keys, count = np.unique(np.concatenate([who, who]) * max(len(kinds), 1) + value, return_counts=True)
    owner = keys // max(len(kinds), 1)
    share = count / np.maximum(2 * pairs[owner], 1)
    return np.bincount(owner, weights=share**2, minlength=len(pairs))


def _corrected(same: "np.ndarray", chance: "np.ndarray") -> "np.ndarray":
    import numpy as np

    out = np.full(len(same), np.nan)
    return np.asarray(np.divide(same - chance, 1.0 - chance, out=out, where=chance < 1.0 - 1e-12))


def _wilson(count: "np.ndarray", among: "np.ndarray", deviation: float) -> "tuple[np.ndarray, np.ndarray]":
    import numpy as np

    some = np.maximum(among, 1)
    share, square = count / some, deviation**2 / some
    middle = (share + square / 2) / (1.0 + square)
    reach = deviation * np.sqrt(share * (1.0 - share) / some + square / (4.0 * some)) / (1.0 + square)
    low = np.where(among > 0, np.maximum(middle - reach, 0.0), 0.0)
    high = np.where(among > 0, np.minimum(middle + reach, 1.0), 1.0)
    return low, high
