"""A skill per annotator and a difficulty per item."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from datastork.consensus.crowd import Consensus, Crowd
from datastork.consensus.fitting.incidence import Incidence, incidence
from datastork.consensus.fitting.posterior import Shares
from datastork.consensus.fitting.rounds import Evidence, Fit, consensus, guarded, skills

if TYPE_CHECKING:
    import numpy as np

STEPS = 3  # of Fisher scoring in each round
FARTHEST = 1.0  # no parameter moves more in a step
BOUND = 6.0


def glad(
    crowd: Crowd,
    *,
    prior: "np.ndarray | Shares | None" = None,
    gold: Mapping[int, int] | None = None,
    iterations: int = 50,
    tolerance: float = 1e-4,
) -> Consensus:
    """Return the consensus where an answer is right with probability 1 / (1 + exp(-skill x ease)).

    Skills have a normal prior (mean 1, variance 1), so has the logarithm of the ease of an item (mean 0, variance 1);
    wrong answers are equally likely. Each round takes three steps of Fisher scoring for all at once, so the work is
    bounded. `difficulty` is 1 / ease. Items with exactly the same votes share their difficulty.
    Source: Whitehill and others, "Whose Vote Should Count More", NeurIPS 2009 (GLAD).

    prior: shares of the classes, or "learned" (default), "uniform", "damped"
    gold: class by item, for items whose class is known
    iterations: most rounds; tolerance: the rounds end when no probability moves by so much
    """
    votes = incidence(crowd, gold)
    fit, difficulty = fit_glad(votes, prior, iterations=iterations, tolerance=tolerance)
    return consensus(votes, fit, "glad", skills(votes, fit.rows), difficulty=difficulty)


def fit_glad(
    votes: Incidence, prior: "np.ndarray | Shares | None", *, iterations: int, tolerance: float
) -> "tuple[Fit, np.ndarray]":
    """Return the fit of the model, guarded, and the difficulty of each row (float64[rows])."""
    import numpy as np
    from scipy import sparse

    line = np.repeat(np.arange(len(votes.total)), np.diff(votes.votes.indptr))
    answer, who = votes.answer[votes.votes.indices], votes.annotator[votes.votes.indices]
    weight = votes.votes.data * votes.times[line]
    wrong = np.log(max(votes.n_classes - 1, 1))
    ease = np.zeros(len(votes.total))

    def evidence() -> Evidence:
        skill = np.ones(votes.of.shape[0])
        ease[:] = 0.0

        def of(rows: "np.ndarray", at: int) -> "np.ndarray":
            right = rows[line, answer]
            for _ in range(STEPS):
                times = np.exp(ease[line])
                chance = _chance(skill[who] * times)
                gap, spread = weight * (right - chance), weight * chance * (1.0 - chance)
                _step(skill, who, gap * times, spread * times**2, 1.0)
                force = skill[who] * times
                chance = _chance(force)
                gap, spread = votes.votes.data * (right - chance), votes.votes.data * chance * (1.0 - chance)
                _step(ease, line, gap * force, spread * force**2, 0.0)
            odds = (skill[who] * np.exp(ease[line]) + wrong) * votes.votes.data
            shape = (len(votes.total), votes.n_classes)
            return np.asarray(sparse.csr_matrix((odds, answer, votes.votes.indptr), shape=shape).toarray())

        return of

    fit = guarded(votes, evidence, prior, iterations=iterations, tolerance=tolerance)
    return fit, np.exp(-ease)


def _chance(force: "np.ndarray") -> "np.ndarray":
    from scipy.special import expit

    chance: np.ndarray = expit(force)
    return chance


def _step(values: "np.ndarray", owner: "np.ndarray", slope: "np.ndarray", bend: "np.ndarray", mean: float) -> None:
    """Move each value one step of Fisher scoring up its posterior (normal prior, variance 1), in place."""
    import numpy as np

    up = np.bincount(owner, weights=slope, minlength=len(values)) - (values - mean)
    by = np.bincount(owner, weights=bend, minlength=len(values)) + 1.0
    values += np.clip(up / by, -FARTHEST, FARTHEST)
    np.clip(values, -BOUND, BOUND, out=values)
