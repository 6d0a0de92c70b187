"""Agreement of two annotators: Cohen's kappa, plain and weighted, for one pair or for all of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from datastork.consensus.agreement.bootstrap import Estimate, Resampling
from datastork.consensus.agreement.coefficients import corrected, ratio
from datastork.consensus.agreement.ratings import Ratings, pairs

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

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
    far = _distances(classes, weights, levels)
    total = again.sums(every, np.ones(len(first)))[:, 0]
    apart = again.sums(every, far[first, second])[:, 0]
    rows = again.sums(every, np.ones(len(first)), first, classes)
    columns = again.sums(every, np.ones(len(first)), second, classes)
    chance = ratio((rows @ far * columns).sum(axis=1), total**2)
    return Estimate.of(corrected(1 - ratio(apart, total), 1 - chance))


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


def _distances(classes: int, weights: Weights, levels: "Array | None") -> "Array":
    import numpy as np

    place = np.arange(classes, dtype=float) if levels is None else np.asarray(levels, float)
    apart = np.abs(place[:, None] - place[None, :])
    if weights == "none":
        return (apart > 0).astype(float)
    far: Array = apart / (apart.max(initial=0) or 1.0)
    return far if weights == "linear" else far**2
