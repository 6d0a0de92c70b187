"""Agreement of any number of annotators, each on any of the items: percent, Fleiss, Krippendorff, Gwet."""

from typing import TYPE_CHECKING, Any, Literal

from datastork.consensus.agreement.bootstrap import NUMBERS, Estimate, Resampling
from datastork.consensus.agreement.ratings import Ratings
from datastork.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

Level = Literal["nominal", "ordinal", "interval", "ratio"]
COINCIDENCES = 64  # different values up to which the table of all pairs of values is resampled


def percent(ratings: Ratings, resampling: Resampling | None = None) -> Estimate:
    """Return how often two annotators of one item agree: the mean over items of the share of equal pairs.

    >>> percent(Ratings.of([[0, 0, 1], [1, 1, 1]])).value
    0.6666666666666666
    """
    again = resampling or Resampling(ratings.n_items)
    agreeing, _ = _agreeing(ratings, again, "nominal")
    return Estimate.of(agreeing)


def fleiss(ratings: Ratings, resampling: Resampling | None = None, *, level: Level = "nominal") -> Estimate:
    """Return Fleiss' kappa; beyond "nominal" with quadratic weights; items may have different numbers of votes.

    Source: Fleiss 1971, Measuring nominal scale agreement among many raters; for missing votes and weights, Gwet 2014,
    Handbook of Inter-Rater Reliability, 4th ed., section 3.5.
    """
    again = resampling or Resampling(ratings.n_items)
    agreeing, seen = _agreeing(ratings, again, level)
    cells = ratings.cells
    share = cells.count / cells.total
    if level == "nominal":
        chance = ratio(again.squares(cells.item, share, cells.value, ratings.n_classes), seen**2)
    else:
        place = _places(ratings, level)[cells.value]
        square, plain = (again.sums(cells.item, share * place**power)[:, 0] for power in (2, 1))
        chance = 1 - 2 * (ratio(square, seen) - ratio(plain, seen) ** 2) / _span(ratings, level) ** 2
    return Estimate.of(corrected(agreeing, chance))


def gwet(ratings: Ratings, resampling: Resampling | None = None, *, level: Level = "nominal") -> Estimate:
    """Return Gwet's AC1; beyond "nominal" AC2 with quadratic weights. Not misled where one class is very common.

    Source: Gwet 2008, Computing inter-rater reliability and its variance in the presence of high agreement.
    """
    again = resampling or Resampling(ratings.n_items)
    agreeing, seen = _agreeing(ratings, again, level)
    cells = ratings.cells
    square = again.squares(cells.item, cells.count / cells.total, cells.value, ratings.n_classes)
    classes = ratings.n_classes
    weights = float(classes)  # the sum of the table of weights
    if level != "nominal":
        place = _places(ratings, level)
        apart = 2 * (classes * (place**2).sum() - place.sum() ** 2)
        weights = classes**2 - float(apart) / _span(ratings, level) ** 2
    chance = weights / max(1, classes * (classes - 1)) * (1 - ratio(square, seen**2))
    return Estimate.of(corrected(agreeing, chance))


def krippendorff(ratings: Ratings, resampling: Resampling | None = None, *, level: Level = "nominal") -> Estimate:
    """Return Krippendorff's alpha; items with fewer than two votes say nothing and are left out.

    nan where all votes are for one class: then nothing can be said of chance.
    With "ordinal" and more than 64 different values, the interval holds the mean ranks of values to be known.
    Raises DataError for "ratio" with more than 64 different values, or with values below 0.

    Source: Krippendorff 2011, Computing Krippendorff's alpha-reliability.
    """
    import numpy as np

    again = resampling or Resampling(ratings.n_items)
    cells = ratings.cells
    here = cells.total > 1
    item, value, count, total = (part[here] for part in (cells.item, cells.value, cells.count, cells.total))
    many = ratings.n_classes > COINCIDENCES
    if level == "ratio" or (level == "ordinal" and not many):
        return Estimate.of(_by_coincidences(ratings, again, level))
    if level == "nominal":
        same, votes = (again.sums(item, part)[:, 0] for part in (count * (count - 1) / (total - 1), count))
        observed, expected = votes - same, votes**2 - again.squares(item, count, value, ratings.n_classes)
    else:
        place = _places(ratings, level)
        if level == "ordinal":
            size = np.bincount(value, count, ratings.n_classes)
            place = np.cumsum(size) - size / 2
        place = place[value] - np.average(place[value], weights=count) if len(value) else place[value]
        square, plain = _per_item(ratings, item, count * place**2), _per_item(ratings, item, count * place)
        voted = _per_item(ratings, item, count)
        spread = 2 * (voted * square - plain**2) / np.maximum(voted - 1, 1)
        every = _everything(ratings)
        observed, votes, squares, sums = (again.sums(every, part)[:, 0] for part in (spread, voted, square, plain))
        expected = 2 * (votes * squares - sums**2)
    return Estimate.of(1 - ratio((votes - 1) * observed, np.maximum(expected, 0)))


def coincidences(ratings: Ratings) -> Any:
    """Return how often each two classes met on one item (a sparse classes × classes matrix; the sum is that of votes).

    Each item counts as many votes as it has, so one with many pairs counts no more than its votes. Symmetric.
    Source: Krippendorff 2011, the coincidence matrix.
    """
    import numpy as np
    from scipy import sparse

    cells = ratings.cells
    here = cells.total > 1
    item, value, count, total = (part[here] for part in (cells.item, cells.value, cells.count, cells.total))
    shape = (ratings.n_items, ratings.n_classes)
    votes = sparse.csr_matrix((count.astype(float), (item, value)), shape=shape)
    shares = sparse.csr_matrix((count / (total - 1), (item, value)), shape=shape)
    self_pairs = np.bincount(value, count / (total - 1), ratings.n_classes)
    return (votes.T @ shares - sparse.diags(self_pairs)).tocsr()


def _by_coincidences(ratings: Ratings, again: Resampling, level: Level) -> "Array":
    import numpy as np

    classes, levels = ratings.n_classes, np.asarray(ratings.levels)
    if classes > COINCIDENCES:
        raise DataError(f'{classes} different values are too many for level = "ratio"; use "interval"')
    if level == "ratio" and classes and levels[0] < 0:
        raise DataError('level = "ratio" needs numbers from 0 on')
    first, second, item, weight = _meetings(ratings)
    pair = first * classes + second
    each = np.bincount(again.block[item] * classes**2 + pair, weight, again.blocks * classes**2)
    each = each.reshape(again.blocks, classes**2)
    found = []
    rows = max(1, NUMBERS // max(1, classes**2))
    for start in range(0, len(again.times), rows):
        table = (again.times[start : start + rows] @ each).reshape(-1, classes, classes)
        size = table.sum(axis=2)
        if level == "ordinal":  # the distance is that of the mean ranks
            place = np.cumsum(size, axis=1) - size / 2
            apart = (place[:, :, None] - place[:, None, :]) ** 2
        else:
            both = levels[:, None] + levels[None, :]
            apart = ((levels[:, None] - levels[None, :]) / np.where(both == 0, 1, both))[None] ** 2
        observed = (table * apart).sum(axis=(1, 2))
        expected = (size[:, :, None] * size[:, None, :] * apart).sum(axis=(1, 2))
        found.append(1 - ratio((size.sum(axis=1) - 1) * observed, expected))
    return np.concatenate(found) if found else np.full(1, np.nan)


def _meetings(ratings: Ratings) -> "tuple[Array, Array, Array, Array]":
    """Return (class, class, item, weight) of all ordered pairs of votes on one item, alike ones summed up."""
    import numpy as np

    cells = ratings.cells
    here = cells.total > 1
    item, value, count, total = (part[here] for part in (cells.item, cells.value, cells.count, cells.total))
    _, start, size = np.unique(item, return_index=True, return_counts=True)
    left = np.repeat(np.arange(len(item)), np.repeat(size, size))  # every cell with every cell of its item
    offset = np.arange(len(left)) - np.repeat(
        np.cumsum(np.repeat(size, size)) - np.repeat(size, size), np.repeat(size, size)
    )
    right = np.repeat(start, size)[left] + offset
    weight = count[left] * (count[right] - (left == right)) / (total[left] - 1)
    return value[left], value[right], item[left], weight


def _agreeing(ratings: Ratings, again: Resampling, level: Level) -> "tuple[Array, Array]":
    """Return the mean over items of the (weighted) share of agreeing pairs, and how many items have votes."""
    import numpy as np

    cells = ratings.cells
    here = cells.total > 1
    item, count, total = cells.item[here], cells.count[here], cells.total[here]
    voted = _per_item(ratings, cells.item, cells.count)
    if level != "nominal":
        place = _places(ratings, level)[cells.value[here]]
        square, plain = _per_item(ratings, item, count * place**2), _per_item(ratings, item, count * place)
        apart = 2 * (voted * square - plain**2) / np.maximum(voted * (voted - 1), 1)
        agreeing = np.where(voted > 1, 1 - apart / _span(ratings, level) ** 2, 0)
    else:
        agreeing = _per_item(ratings, item, count * (count - 1) / (total * (total - 1)))
    every = _everything(ratings)
    shares, several, seen = (again.sums(every, part)[:, 0] for part in (agreeing, voted > 1, voted > 0))
    return ratio(shares, several), seen


def _places(ratings: Ratings, level: Level) -> "Array":
    import numpy as np

    place = np.arange(ratings.n_classes, dtype=float) if level == "ordinal" else np.asarray(ratings.levels)
    return place - place.mean() if len(place) else place  # squares of small numbers keep their digits


def _span(ratings: Ratings, level: Level) -> float:
    place = _places(ratings, level)
    return float(place[-1] - place[0]) or 1.0 if len(place) else 1.0


def _per_item(ratings: Ratings, item: "Array", weight: "Array") -> "Array":
    import numpy as np

    summed: Array = np.bincount(item, weight, ratings.n_items)
    return summed


def _everything(ratings: Ratings) -> "Array":
    import numpy as np

    return np.arange(ratings.n_items)


def ratio(over: "Array", under: "Array") -> "Array":
    """Return `over` divided by `under`, nan where that is 0."""
    import numpy as np

    nothing = np.full(np.broadcast(over, under).shape, np.nan)
    found: Array = np.divide(over, under, out=nothing, where=under != 0)
    return found


def corrected(agreement: "Array", chance: "Array") -> "Array":
    """Return the agreement beyond chance, as a share of what there can be; nan where chance leaves nothing."""
    import numpy as np

    return ratio(agreement - chance, np.where(chance > 1 - 1e-12, 0, 1 - chance))
