"""How well people do the task, each annotator against the others: beyond that a model's figures say little."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.consensus.agreement.bootstrap import Estimate, Resampling
from datastork.consensus.agreement.coefficients import ratio
from datastork.consensus.agreement.ratings import Ratings

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What `ceiling` found: `accuracy` over items, each annotator's share of `right` votes among `votes` compared."""

    accuracy: Estimate
    items: int
    votes: "Array"
    right: "Array"


def ceiling(ratings: Ratings, resampling: Resampling | None = None) -> Ceiling:
    """Return how often one annotator is right, where the majority of the others on the same item is taken for right.

    Every vote is left out in turn and held against the majority of the rest; where k classes are tied in front, a vote
    for one of them is right by 1/k. Items with one vote say nothing; all others count the same. The others are a few
    people and no oracle: where they are few, the figure is too low.
    """
    import numpy as np

    again = resampling or Resampling(ratings.n_items)
    cells = ratings.cells
    several = cells.total > 1
    # only the one class in front of all others can stay in front when one of its votes is taken away
    best = np.zeros(ratings.n_items, np.int64)
    np.maximum.at(best, cells.item, cells.count)
    front = cells.count == best[cells.item]
    alone = front & (np.bincount(cells.item[front], minlength=ratings.n_items)[cells.item] == 1)
    behind = np.bincount(cells.item[cells.count == best[cells.item] - 1], minlength=ratings.n_items)
    credit = np.where(alone & (cells.count > 1), 1 / (1 + behind[cells.item]), 0.0)
    item, count, total = cells.item[several], cells.count[several], cells.total[several]
    mean = again.sums(item, credit[several] * count / total)[:, 0]
    items = again.sums(item, count / total)[:, 0]
    used = several[cells.of_vote]
    who = ratings.annotators[used]
    votes = np.bincount(who, minlength=ratings.n_annotators)
    right = np.bincount(who, credit[cells.of_vote][used], ratings.n_annotators)
    return Ceiling(Estimate.of(ratio(mean, items)), round(float(items[0])), votes, ratio(right, votes))
