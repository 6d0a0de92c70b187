"""How fairly a model treats groups: disparate impact and the differences of rates, beside accuracy."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from datastork.learning.fair.groups import Groups

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Fairness:
    """What a model does to the group it favours least, compared with the privileged one (all 0 to 1, or differences).

    `disparate_impact`        share foretold the favourable label, over that of the privileged group; 1 is fair, and
                              below 0.8 US agencies look closer (Uniform Guidelines, 29 CFR 1607.4 D)
    `parity_difference`       the same as a difference (demographic parity)
    `opportunity_difference`  of the true positive rates (equal opportunity; Hardt, Price and Srebro 2016)
    `average_odds`            mean of the differences of true and false positive rates (Bellamy et al., AIF360, 2018)
    """

    accuracy: float
    balanced_accuracy: float
    disparate_impact: float
    parity_difference: float
    opportunity_difference: float
    average_odds: float


MEASURES = tuple(field.name for field in fields(Fairness))


def fairness(told: "np.ndarray", groups: Groups) -> Fairness:
    """Return how fairly rows with a label were foretold (bool[n]: favourable or not).

    Groups too small to compare are left out (see `Groups.compared`). A rate nobody can have is nan.
    """
    import numpy as np

    told, groups = told[groups.known], groups.take(groups.known)
    truth = groups.favourable
    size = np.bincount(groups.code, minlength=len(groups.names))
    share = rates(told, groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        true = np.bincount(groups.code, told & truth, len(size)) / np.bincount(groups.code, truth, len(size))
        false = np.bincount(groups.code, told & ~truth, len(size)) / np.bincount(groups.code, ~truth, len(size))
        ratio = share / share[groups.privileged]
    others = [at for at in groups.compared if at != groups.privileged and size[at]]
    worst = min(others, key=lambda at: (ratio[at], at)) if others else groups.privileged
    first = groups.privileged
    return Fairness(
        float(np.mean(told == truth)),
        float(np.mean([np.mean(told[truth]) if truth.any() else 0.0, np.mean(~told[~truth]) if (~truth).any() else 0])),
        float(ratio[worst]),
        float(share[worst] - share[first]),
        float(true[worst] - true[first]),
        float((true[worst] - true[first] + false[worst] - false[first]) / 2),
    )


def rates(told: "np.ndarray", groups: Groups) -> "np.ndarray":
    """Return float64[g]: the share of each group that is foretold the favourable label; nan where it has no rows."""
    import numpy as np

    with np.errstate(invalid="ignore"):
        found: np.ndarray = np.bincount(groups.code, told, len(groups.names)) / np.bincount(
            groups.code, minlength=len(groups.names)
        )
    return found


def mean_and_error(found: Sequence[Fairness]) -> tuple[Fairness, Fairness]:
    """Return the mean over splits, and its standard error (nan for one split)."""
    import numpy as np

    table = np.array([[getattr(one, name) for name in MEASURES] for one in found])
    with np.errstate(invalid="ignore"):
        error = table.std(0, ddof=1) / len(table) ** 0.5 if len(table) > 1 else np.full(len(MEASURES), np.nan)
    return Fairness(*table.mean(0).tolist()), Fairness(*error.tolist())
