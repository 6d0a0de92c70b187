"""Thresholds by group: from which probability a model says the favourable label, so that groups get it alike."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.learning.fair.groups import Groups
from datastork.learning.fair.metrics import Fairness, fairness

if TYPE_CHECKING:
    import numpy as np

STEPS = 99  # thresholds of the privileged group that are tried, from 0.01 to 0.99


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds by group, and what they do on the rows they were found on.

    `by_group`  float64[g]: a row is foretold the favourable label where its probability is above that of its group
    """

    by_group: "np.ndarray"
    fairness: Fairness


def thresholds(sure: "np.ndarray", groups: Groups, target: float) -> Thresholds:
    """Return the thresholds that reach a target at the least cost.

    For each threshold of the privileged group, the others move from 0.5 as little as gives them the favourable label
    at between `target` and 1 / `target` times its rate; of these sets that with the best accuracy is taken, as the
    probabilities themselves expect it, which is steadier than counting. Groups too small to compare keep 0.5.

    sure: float64[n], the probability of the favourable label, of rows the model was not fitted on
    target: the disparate impact to reach (0 to 1)

    Source: Hardt, Price and Srebro, Equality of opportunity in supervised learning, 2016, with the constraint of
    Feldman et al., Certifying and removing disparate impact, 2015.
    """
    import numpy as np

    ranked = {at: np.sort(sure[groups.code == at]) for at in groups.compared}
    expected = {at: np.append(np.cumsum((2 * one - 1)[::-1])[::-1], 0.0) for at, one in ranked.items()}
    best, chosen = -np.inf, np.full(len(groups.names), 0.5)
    for limit in np.linspace(0.01, 0.99, STEPS):
        first = ranked[groups.privileged]
        above = len(first) - int(np.searchsorted(first, limit, "right"))
        value, found = float(expected[groups.privileged][len(first) - above]), np.full(len(groups.names), 0.5)
        found[groups.privileged] = limit
        for at in ranked:
            if at == groups.privileged:
                continue
            share, count = above / max(len(first), 1), len(ranked[at])
            mine = count - int(np.searchsorted(ranked[at], 0.5, "right"))
            least, most = int(np.ceil(target * share * count)), int(share / target * count)
            many = int(np.clip(mine, min(least, count), max(min(most, count), least)))
            value += float(expected[at][count - many])
            if many != mine:
                found[at] = _between(ranked[at], count - many)
        if above and value > best:
            best, chosen = value, found
    return Thresholds(chosen, fairness(sure > chosen[groups.code], groups))


def _between(ranked: "np.ndarray", place: int) -> float:
    """Return a threshold with the probabilities from `place` on above it."""
    below = ranked[place - 1] if place else 0.0
    return float((below + ranked[place]) / 2) if place < len(ranked) else float(below)
