"""One skill per annotator: all wrong answers are equally likely."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from datastork.consensus.crowd import Consensus, Crowd
from datastork.consensus.fitting.incidence import Incidence, incidence
from datastork.consensus.fitting.posterior import Shares
from datastork.consensus.fitting.rounds import Evidence, Fit, consensus, guarded, skills
from datastork.consensus.fitting.strength import beta_strength

if TYPE_CHECKING:
    import numpy as np

AGAIN = 5  # the strength of the crowd's mean skill is found anew every so many rounds


def one_coin(
    crowd: Crowd,
    *,
    prior: "np.ndarray | Shares | None" = None,
    gold: Mapping[int, int] | None = None,
    iterations: int = 100,
    tolerance: float = 1e-5,
) -> Consensus:
    """Return the consensus where each annotator has one probability of being right, in all classes alike.

    Skills have a beta prior with the crowd's mean, as strong as the votes say (empirical Bayes); rounds are of
    variational Bayes, so that a skill known from few votes counts for less. Fits where votes per annotator are few.
    Source: Zhang, Chen, Zhou, Jordan, "Spectral Methods Meet EM", JMLR 17 (2016), the one-coin model.

    prior: shares of the classes, or "learned" (default), "uniform", "damped"
    gold: class by item, for items whose class is known
    iterations: most rounds; tolerance: the rounds end when no probability moves by so much
    """
    votes = incidence(crowd, gold)
    fit = fit_one_coin(votes, prior, iterations=iterations, tolerance=tolerance)
    return consensus(votes, fit, "one_coin", skills(votes, fit.rows))


def fit_one_coin(votes: Incidence, prior: "np.ndarray | Shares | None", *, iterations: int, tolerance: float) -> Fit:
    """Return the fit of the one-coin model, guarded."""
    import numpy as np
    from scipy.special import digamma

    cast = np.asarray(votes.of @ votes.used)

    def evidence() -> Evidence:
        worth = 0.0

        def of(rows: "np.ndarray", at: int) -> "np.ndarray":
            nonlocal worth
            right = np.asarray(votes.of @ votes.agreement(rows))
            low = 1.0 / votes.n_classes + 1e-3 if votes.n_classes > 1 else 0.5
            mean = float(np.clip((right.sum() + 2.0) / (cast.sum() + 2.5), low, 0.999))
            if at % AGAIN == 0:
                worth = beta_strength(right, cast, mean)
            odds = digamma(worth * mean + right) - digamma(worth * (1.0 - mean) + np.maximum(cast - right, 0.0))
            odds += np.log(max(votes.n_classes - 1, 1))
            return votes.by_class(odds[votes.annotator])

        return of

    return guarded(votes, evidence, prior, iterations=iterations, tolerance=tolerance)
