"""How far each parent is to be believed: weights of a conditional logit model, fitted on the values as they are."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def learn_weights(features: "np.ndarray", mask: "np.ndarray", pull: float = 1.0) -> "np.ndarray":
    """Return one weight per feature, float64[f], none below 0.

    features: float64[rows, candidates, f], the log of what each parent holds the candidate for; candidate 0 is what
    the cell holds, which is taken as right (most cells are). mask: bool[rows, candidates], which candidates count.
    The negative log-likelihood of candidate 0 plus `pull` times the squared distance from equal weights is minimised
    (L-BFGS-B): the weak supervision of HoloClean (Rekatsinas and others, VLDB 2017) with one weight per parent.
    """
    import numpy as np
    from scipy.optimize import minimize

    rows, _, width = features.shape
    start = np.full(width, 1.0 / width)
    if rows == 0:
        return start

    def loss(weights: "np.ndarray") -> "tuple[float, np.ndarray]":
        scores = np.where(mask, features @ weights, -np.inf)
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        odds /= odds.sum(axis=1, keepdims=True)
        value = -np.log(np.maximum(odds[:, 0], 1e-300)).sum() + pull * float(((weights - start) ** 2).sum())
        odds[:, 0] -= 1
        return value, np.einsum("rc,rcf->f", odds, features) + 2 * pull * (weights - start)

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * width, options={"maxiter": 50})
    return np.asarray(found.x)
