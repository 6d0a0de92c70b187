"""Whom to ask about next: half by chance, half by what an answer would do to the model."""

from typing import TYPE_CHECKING

from datastork.learning.active.donors import NOBODY, donors
from datastork.learning.active.state import State

if TYPE_CHECKING:
    import numpy as np

UNIFORM = 0.5  # share of the questions that falls on all rows alike


def shares(state: State) -> "np.ndarray":
    """Return float64[n]: how large a share of the questions each row of the pool should get; 0 for other rows.

    Half falls on all of them alike, half in proportion to the norm of the gradient of the logistic loss that the row
    is expected to have once it is right (Krishnan et al. 2016, section 6), as its donors have it. What was answered
    so far does not count, so that the share of a row stays what it was when it was asked about.
    """
    import numpy as np

    from datastork.learning.estimators import estimator_of, fitted, probabilities

    found = np.zeros(len(state.answered))
    pool = np.flatnonzero(state.pool)
    if not len(pool):
        return found
    found[pool] = 1 / len(pool)
    fresh = state.first(np.empty(0, np.int64))
    stands = donors(fresh)[pool]
    known = (stands != NOBODY).all(axis=1)
    if not known.any():
        return found
    trusted = np.flatnonzero(fresh.trusted & (fresh.target.codes >= 0))
    codes = fresh.target.codes
    machine = fitted(estimator_of("logistic", fresh.encoder), fresh.matrix[trusted], codes[trusted])
    off = probabilities(machine, fresh.matrix, len(fresh.target.classes))
    off[codes >= 0, codes[codes >= 0]] -= 1
    length = np.sqrt(fresh.matrix.multiply(fresh.matrix).sum(axis=1).A1 + 1)
    steep = np.sqrt((off**2).sum(axis=1)) * length
    effect = np.full(len(pool), steep[stands[known]].mean())
    effect[known] = steep[stands[known]].mean(axis=1)
    found[pool] = UNIFORM / len(pool) + (1 - UNIFORM) * effect / effect.sum()
    return found


def order(state: State, share: "np.ndarray", outside: float) -> "np.ndarray":
    """Return all rows for training, those answered first, then the first to ask about first: int64.

    Those of the pool come by sequential Poisson sampling (Ohlsson 1998), by the lasting random number of a row over
    its share; among them, in even steps, rows that nothing flags, by that number alone. outside: how many of the
    questions fall on these (0 to 1); where the pool is empty, all do.
    """
    import numpy as np

    due = np.zeros(len(state.answered))
    for rows, rank, part in (
        (state.pool, state.chance / np.where(state.pool, share, 1.0), 1 - outside),
        (state.trusted, state.chance, outside),
    ):
        left = np.flatnonzero(rows & ~state.answered)
        due[left[np.argsort(rank[left], kind="stable")]] = (np.arange(len(left)) + 0.5) / max(part, 1e-9)
    found = np.flatnonzero(state.train)
    ordered: np.ndarray = found[np.argsort(due[found], kind="stable")]
    return ordered
