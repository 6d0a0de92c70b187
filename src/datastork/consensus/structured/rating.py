"""Ratings of several annotators, which are whole numbers in an order."""

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


class Ratings(NamedTuple):
    """What the ratings of each sample come to: the weighted `median` (of two in the middle the lower one), the weighted
    `mean`, the weighted standard deviation `spread`, the share of the weight on the median (`probability`), and how
    many `annotators` rated. Without ratings: nan, nan, nan, 0, 0.
    """

    median: "Array"
    mean: "Array"
    spread: "Array"
    probability: "Array"
    annotators: "Array"


def fuse(items: "Array", values: "Array", weights: "Array", n_items: int) -> Ratings:
    """Return what the ratings `values[n]` of `items[n]`, with `weights[n]`, come to; arrays of `n_items` numbers.

    >>> import numpy as np
    >>> fuse(np.array([0, 0, 0]), np.array([4, 5, 1]), np.ones(3), 1).median.tolist()
    [4.0]
    """
    import numpy as np

    items, values, weights = np.asarray(items, np.int64), np.asarray(values, float), np.asarray(weights, float)
    total = np.bincount(items, weights, n_items)
    there = total > 0
    safe = np.where(there, total, 1)
    mean = np.bincount(items, weights * values, n_items) / safe
    square = np.bincount(items, weights * (values - mean[items]) ** 2, n_items) / safe
    order = np.lexsort((values, items))
    item, value, heavy = items[order], values[order], weights[order]
    running = np.cumsum(heavy)
    before = running - heavy
    start = np.full(n_items, np.inf)
    np.minimum.at(start, item, before)
    reached = running - start[item] >= total[item] / 2 - 1e-9
    median = np.full(n_items, np.inf)
    np.minimum.at(median, item[reached], value[reached])
    on = np.bincount(items, weights * (values == median[items]), n_items) / safe
    blank = np.where(there, 0, np.nan)
    median = np.where(there, median, np.nan)
    return Ratings(median, mean + blank, np.sqrt(square) + blank, on, np.bincount(items, minlength=n_items))
