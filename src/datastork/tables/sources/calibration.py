"""How sure a vote may be: what is made of its odds, and what things with a known truth say of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from datastork.tables.sources.claims import Claims
from datastork.tables.sources.truth import Truth

if TYPE_CHECKING:
    import numpy as np

SLOPE = 0.7  # of log-odds; measured on made tables with and without sources that copy
FOLDS = 4
FEWEST = 8  # things with a known truth that say something of the others
WORSE = 2.0  # standard errors that it may be worse than it says


def tempered(chance: "np.ndarray") -> "np.ndarray":
    """Return probabilities with what the sources depend on one another unseen taken off."""
    import numpy as np

    inner = np.clip(chance, 1e-9, 1 - 1e-9)
    found: np.ndarray = np.where(chance > 0, 1 / (1 + ((1 - inner) / inner) ** SLOPE), 0.0)
    return found


def ceilings(
    claims: list[Claims], known: list["np.ndarray"], find: Callable[[list["np.ndarray"]], list[Truth]]
) -> list[float]:
    """Return for each column how sure a vote may be at the most.

    Things with a known truth are voted on as if a quarter of them were not known. Where the vote is wrong far more
    often than it says, it may be no surer than it was right; else it is taken at its word.

    `known` float64[c] for each column: 1 for true candidates, 0 for wrong ones, nan where nobody knows; `find` votes.
    """
    import numpy as np

    things = np.unique(np.concatenate([one.thing[~np.isnan(k)] for one, k in zip(claims, known, strict=True)]))
    if len(things) < FEWEST:
        return [1.0] * len(claims)
    tried: list[list[np.ndarray]] = [[] for _ in claims]
    for fold in range(FOLDS):
        hidden = things[fold::FOLDS]
        seen = [np.where(np.isin(one.thing, hidden), np.nan, k) for one, k in zip(claims, known, strict=True)]
        for place, truth in enumerate(find(seen)):
            first = claims[place].winners(truth.chance)
            first = first[np.isin(claims[place].thing[first], hidden) & ~np.isnan(known[place][first])]
            tried[place].append(np.stack([tempered(truth.chance[first]), known[place][first]]))
    return [_ceiling(*np.concatenate(one, axis=1)) for one in tried]


def _ceiling(sure: "np.ndarray", right: "np.ndarray") -> float:
    """Return how sure a vote may be that said `sure` float64[m] and was `right` (0 or 1)."""
    if len(sure) < FEWEST:
        return 1.0
    missed = float(sure.sum() - right.sum())
    error = float((sure * (1 - sure)).sum() + 1) ** 0.5
    return 1.0 if missed <= WORSE * error else float((right.sum() + 1) / (len(right) + 2))
