"""Agreement on one class against the rest."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.consensus.agreement.bootstrap import Estimate, Resampling
from datastork.consensus.agreement.coefficients import coincidences, ratio
from datastork.consensus.agreement.ratings import Ratings

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class OfClass:
    """How far annotators agree on one class.

    `votes` for it, on items with two votes or more; `again`: the share of the other votes of its items that are for it
    too (positive specific agreement); `alpha`: Krippendorff's, of the class against the rest.
    """

    value: int
    votes: int
    again: Estimate
    alpha: Estimate


def per_class(ratings: Ratings, resampling: Resampling | None = None, *, most: int = 200) -> list[OfClass]:
    """Return the agreement on each class with votes, the most voted `most` of them, in the order of classes.

    Sources: Cicchetti and Feinstein 1990, High agreement but low kappa II (specific agreement); Krippendorff 2011.
    """
    import numpy as np

    draws = resampling or Resampling(ratings.n_items)
    cells = ratings.cells
    here = cells.total > 1
    item, value, count, total = (part[here] for part in (cells.item, cells.value, cells.count, cells.total))
    size = np.bincount(value, count, ratings.n_classes).astype(np.int64)
    shown = np.sort(np.lexsort((np.arange(len(size)), -size))[:most])
    shown = shown[size[shown] > 0]
    column = np.full(ratings.n_classes, -1)
    column[shown] = np.arange(len(shown))
    column = column[value]
    counted = column >= 0
    same = count * (count - 1) / np.maximum(total - 1, 1)
    votes = draws.sums(item, count)
    each = draws.sums(item[counted], count[counted], column[counted], len(shown))
    both = draws.sums(item[counted], same[counted], column[counted], len(shown))
    again = ratio(both, each)
    expected = 2 * each * (votes - each)
    alpha = 1 - ratio((votes - 1) * 2 * (each - both), expected)
    return [
        OfClass(int(one), int(size[one]), Estimate.of(again[:, at]), Estimate.of(alpha[:, at]))
        for at, one in enumerate(shown)
    ]


def confused(ratings: Ratings, most: int = 20) -> list[tuple[int, int, float, float]]:
    """Return the pairs of classes that meet most often on one item: (class, class, meetings, share of all meetings).

    Meetings are those of `coincidences`: an item counts as many votes as it has. The commonest first.
    """
    import numpy as np
    from scipy import sparse

    table = coincidences(ratings)
    total = float(table.sum())
    upper = sparse.triu(table, 1).tocoo()
    there = upper.data > 1e-12
    first, second, times = upper.row[there], upper.col[there], 2 * upper.data[there]
    order = np.lexsort((second, first, -np.round(times, 9)))[:most]
    return [(int(first[at]), int(second[at]), float(times[at]), float(times[at] / total)) for at in order]
