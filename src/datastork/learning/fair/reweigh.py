"""Weights under which an ordinary model treats groups alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from datastork.learning.fair.groups import Groups
from datastork.learning.fair.metrics import Fairness, fairness

if TYPE_CHECKING:
    import numpy as np

Aim = Literal["impact", "odds"]
"""What is to be reached: a disparate impact, or average odds of 0."""
ROUNDS = 6  # powers tried, each with a model fitted for every fold
STRONGEST = 4.0  # the greatest power
NEAR = 0.01  # of the goal, from which no further power is tried


def reweighed(groups: Groups, weight: "np.ndarray | None" = None, *, power: float = 1.0) -> "np.ndarray":
    """Return float64[n]: the weights under which group and label are independent, w(s, y) = P(s) P(y) / P(s, y).

    Multiplied by `weight` where rows had weights before, which then count in the shares; 1 for rows without a label.
    `power` goes less far (below 1), or beyond independence, against what the other columns say of the group. Groups
    too small to compare keep their weights.

    Source: Kamiran and Calders, Data preprocessing techniques for classification without discrimination, 2012.
    """
    import numpy as np

    before = np.ones(len(groups.code)) if weight is None else weight
    counts = groups.counts(before)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = counts.sum(1, keepdims=True) * counts.sum(0) / (counts.sum() * counts)
    factor = np.where(np.isfinite(factor) & (factor > 0), factor, 1.0) ** power
    factor[np.setdiff1d(np.arange(len(factor)), groups.compared)] = 1.0
    factor *= counts.sum() / max(float((factor * counts).sum()), 1e-12)
    found: np.ndarray = before * np.where(groups.known, factor[groups.code, groups.favourable.astype(int)], 1.0)
    return found


@dataclass(frozen=True, slots=True)
class Reached:
    """Weights, the power of reweighing they are, and what a model with them does on rows it was not fitted on.

    `met`: whether the goal was reached; `tried`: (power, what came of it) in the order they were tried.
    """

    weight: "np.ndarray"
    power: float
    fairness: Fairness
    met: bool
    tried: tuple[tuple[float, Fairness], ...]


def reach(
    groups: Groups,
    asked: "Callable[[np.ndarray], np.ndarray]",
    target: float,
    weight: "np.ndarray | None" = None,
    *,
    aim: Aim = "impact",
) -> Reached:
    """Return the weakest reweighing under which a model reaches its aim.

    `asked(weights)` gives float64[n], the probability of the favourable label by models that were fitted with weights
    on other rows. The weights of Kamiran and Calders alone may do too little or too much; their power is moved
    towards the aim: a disparate impact of `target` and one standard error of it, so that other rows reach it too, or
    average odds of 0. Weights stay as they are where that is reached without any.
    """
    import numpy as np

    goal = min(1.0, target + impact_error(groups, target)) if aim == "impact" else 0.0
    before = np.ones(len(groups.code)) if weight is None else weight
    low, high, power = 0.0, STRONGEST, 0.0
    tried: list[tuple[float, Fairness]] = []
    for _ in range(ROUNDS):
        found = fairness(asked(reweighed(groups, before, power=power)) > 0.5, groups)
        tried.append((power, found))
        short = goal - _measure(found, aim)
        if abs(short) < NEAR or (power == 0 and short <= 0):
            break
        low, high = (power, high) if short > 0 else (low, power)
        power = 1.0 if len(tried) == 1 else _next(tried, goal, aim, low, high)
    met = [one for one in tried if _measure(one[1], aim) > goal - NEAR]
    power, found = min(met, key=lambda one: one[0]) if met else max(tried, key=lambda one: one[0])
    return Reached(reweighed(groups, before, power=power), power, found, bool(met), tuple(tried))


def impact_error(groups: Groups, ratio: float) -> float:
    """Return about one standard error of a disparate impact in as many rows (delta method, rates as labelled)."""
    import numpy as np

    counts = groups.counts()
    sizes = counts.sum(1)
    rate = np.clip(counts[:, 1].sum() / sizes.sum(), 0.01, 0.99)
    first = max(float(sizes[groups.privileged]), 1.0)
    smallest = max(min(sizes[groups.compared].tolist()), 1.0)
    return float(ratio * np.sqrt((1 - rate) / rate * (1 / smallest + 1 / first)))


def _next(tried: list[tuple[float, Fairness]], goal: float, aim: Aim, low: float, high: float) -> float:
    """Return the power at which a straight line through the two nearest results reaches the goal (ratios as logs)."""
    import numpy as np

    def scaled(value: float) -> float:
        return float(np.log(max(value, 1e-3))) if aim == "impact" else value

    near = sorted(tried, key=lambda one: abs(scaled(_measure(one[1], aim)) - scaled(goal)))[:2]
    (one, first), (other, second) = ((power, scaled(_measure(found, aim))) for power, found in near)
    if first == second:
        return (low + high) / 2
    power = one + (scaled(goal) - first) * (other - one) / (second - first)
    edge = (high - low) / 10  # never so near an end that nothing is learned
    return float(np.clip(power, low + edge, high - edge))


def _measure(found: Fairness, aim: Aim) -> float:
    import numpy as np

    value = found.disparate_impact if aim == "impact" else found.average_odds
    return float(np.nan_to_num(value, nan=-1.0))
