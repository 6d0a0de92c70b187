"""Agreement of two annotators: Cohen's kappa, plain and weighted, for one pair or for all of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from datastork.consensus.agreement.bootstrap import Estimate, Resampling
from datastork.consensus.agreement.coefficients import corrected, ratio
from datastork.consensus.agreement.ratings import Ratings, pairs
from datastork.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MOST = 500  # classes of two annotators whose shares are resampled
Weights = Literal["none", "linear", "quadratic"]


def cohen(
    first: "Array",
    second: "Array",
    classes: int,
    *,
    weights: Weights = "none",
    levels: "Array | None" = None,
    replicates: int = 1000,
    seed: int = 0,
) -> Estimate:
    """Return Cohen's kappa of two annotators: `first[n]` and `second[n]` are their classes (numbers) on the same items.

    weights: "none" counts what is not equal as wrong, "linear" by its distance, "quadratic" by its square
    levels: the numbers the classes stand for, for the distance; by default their places
    nan where both always give one and the same class.

    Sources: Cohen 1960, A coefficient of agreement for nominal scales; Cohen 1968, Weighted kappa.

    >>> import numpy as np
    >>> round(cohen(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), 2).value, 3)
    0.5
    """
    import numpy as np

    first, second = np.asarray(first, np.int64), np.asarray(second, np.int64)
    again = Resampling(len(first), replicates=replicates, seed=seed)
    every = np.arange(len(first))
    ones = np.ones(len(first))
    total = again.sums(every, ones)[:, 0]
    if weights == "none":
        return Estimate.of(_by_equality(again, first, second, classes))
    place = np.arange(classes, dtype=float) if levels is None else np.asarray(levels, float)
    place = (place - place.mean()) / (np.ptp(place) or 1.0) if classes else place
    a, b = place[first], place[second]
    if weights == "quadratic":
        apart = again.sums(every, (a - b) ** 2)[:, 0]
        own, other, squares = (again.sums(every, part)[:, 0] for part in (a, b, a**2 + b**2))
        chance = ratio(total * squares - 2 * own * other, total)
    else:
        if classes > MOST:
            raise DataError(f'{classes} different values are too many for weights = "linear"; use "quadratic"')
        apart = again.sums(every, np.abs(a - b))[:, 0]
        rows, columns = again.sums(every, ones, first, classes), again.sums(every, ones, second, classes)
        chance = ratio((rows @ np.abs(place[:, None] - place[None, :]) * columns).sum(axis=1), total)
    return Estimate.of(1 - ratio(apart, chance))


def _by_equality(again: Resampling, first: "Array", second: "Array", classes: int) -> "Array":
    """Return plain kappa of each replicate; only classes that both use say anything of chance."""
    import numpy as np

    every = np.arange(len(first))
    sizes = np.bincount(first, minlength=classes) * np.bincount(second, minlength=classes)
    order = np.lexsort((np.arange(classes), -sizes))
    shown = order[:MOST][sizes[order[:MOST]] > 0]
    place = np.full(classes, -1)
    place[shown] = np.arange(len(shown))
    total = again.sums(every, np.ones(len(first)))[:, 0]
    margins = []
    for side in (first, second):
        here = place[side] >= 0
        margins.append(again.sums(every[here], np.ones(int(here.sum())), place[side][here], len(shown)))
    rest = float(sizes[order[MOST:]].sum()) / max(1, len(first)) ** 2
    chance = ratio((margins[0] * margins[1]).sum(axis=1), total**2) + rest
    return corrected(ratio(again.sums(every, first == second)[:, 0], total), chance)


@dataclass(frozen=True, slots=True)
class OfPair:
    """How far two annotators agree on the `items` both voted on: share of equal votes, and Cohen's kappa."""

    first: int
    second: int
    items: int
    equal: Estimate
    kappa: Estimate


def by_pair(
    ratings: Ratings, *, most: int = 50, weights: Weights = "none", replicates: int = 1000, seed: int = 0
) -> list[OfPair]:
    """Return the agreement of the pairs of annotators with the most items in common, at most `most` of them."""
    import numpy as np

    who, values, _ = pairs(ratings)
    code = who[:, 0] * ratings.n_annotators + who[:, 1]
    order = np.argsort(code, kind="stable")
    each, start, size = np.unique(code[order], return_index=True, return_counts=True)
    found = []
    for at in np.lexsort((each, -size))[:most]:
        rows = values[order[start[at] : start[at] + size[at]]]
        there, short = np.unique(rows, return_inverse=True)  # classes the two use
        short = short.reshape(rows.shape)
        levels = np.asarray(ratings.levels)[there]
        equal = Resampling(len(rows), replicates=replicates, seed=seed)
        share = equal.sums(np.arange(len(rows)), rows[:, 0] == rows[:, 1])[:, 0] / len(rows)
        settings = {"weights": weights, "levels": levels, "replicates": replicates, "seed": seed}
        kappa = cohen(short[:, 0], short[:, 1], len(there), **settings)
        first, second = divmod(int(each[at]), ratings.n_annotators)
        found.append(OfPair(first, second, int(size[at]), Estimate.of(share), kappa))
    return found


def mean_kappa(ratings: Ratings, *, least: int = 10) -> float:
    """Return Cohen's kappa averaged over all pairs of annotators with `least` or more items in common; nan if none.

    Source: Light 1971, Measures of response agreement for qualitative data.
    """
    import numpy as np
    from scipy import sparse

    who, values, _ = pairs(ratings)
    code, pair = np.unique(who[:, 0] * ratings.n_annotators + who[:, 1], return_inverse=True)
    size = np.bincount(pair, minlength=len(code))
    equal = np.bincount(pair, values[:, 0] == values[:, 1], len(code)) / np.maximum(size, 1)
    shape = (len(code), ratings.n_classes)
    one = np.ones(len(pair))
    sides = [sparse.csr_matrix((one, (pair, values[:, side])), shape=shape) for side in (0, 1)]
    chance = np.asarray(sides[0].multiply(sides[1]).sum(axis=1)).ravel() / np.maximum(size, 1) ** 2
    kappa = corrected(equal, chance)[size >= least]
    kappa = kappa[np.isfinite(kappa)]
    return float(kappa.mean()) if len(kappa) else float("nan")
