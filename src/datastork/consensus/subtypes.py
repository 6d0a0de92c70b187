"""Classes that have an easy and a hard kind of item: annotators err together on the hard ones."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from datastork.consensus.crowd import Consensus, Crowd
from datastork.consensus.fitting.confusions import Confusions, confusions
from datastork.consensus.fitting.guard import fault
from datastork.consensus.fitting.incidence import Incidence, incidence
from datastork.consensus.fitting.posterior import ClassShares, Shares, probabilities, start, weighed
from datastork.consensus.fitting.rounds import FALLEN, Fit, consensus
from datastork.consensus.fitting.strength import dirichlet_strength

if TYPE_CHECKING:
    import numpy as np

AGAIN, FIRST = 10, 2
HELD = 1e-12  # what is left to the states of other classes where gold says the class


def subtypes(
    crowd: Crowd,
    *,
    prior: "np.ndarray | Shares | None" = None,
    gold: Mapping[int, int] | None = None,
    kinds: int = 2,
    iterations: int = 100,
    tolerance: float = 1e-4,
) -> Consensus:
    """Return the consensus where each class has `kinds` kinds of items, each with confusion matrices of its own.

    On hard items annotators err alike, which confusion matrices by class take for independent evidence. A kind's
    matrix of an annotator is shrunk to the one he has for the class, as strongly as the votes say, so that kinds that
    the votes do not show cost nothing. The first guess of the kinds is how much the votes on an item agree.
    Source: Li, Rubinstein, Cohn, "Exploiting Worker Correlation for Label Aggregation", ICML 2019 (EBCC).

    prior: shares of the classes, or "learned" (default), "uniform", "damped"
    gold: class by item, for items whose class is known
    kinds: kinds of items a class has
    iterations: most rounds; tolerance: the rounds end when no probability moves by so much
    """
    votes = incidence(crowd, gold)
    fit = fit_subtypes(votes, prior, kinds=kinds, iterations=iterations, tolerance=tolerance)
    return consensus(votes, fit, "subtypes", confusions(votes, fit.rows, toward="skill").skill)


def fit_subtypes(
    votes: Incidence, prior: "np.ndarray | Shares | None", *, kinds: int, iterations: int, tolerance: float
) -> Fit:
    """Return the fit of the model; where it falls into one class, votes weighted by agreement with a note."""
    import numpy as np
    from scipy.special import digamma

    shares = ClassShares(votes, prior)
    reference = start(votes)
    states = _first(reference, kinds, votes.times)
    count, width = votes.n_classes, votes.n_classes * kinds
    weight = votes.times * (votes.total > 0)
    last: Confusions | None = None
    strength, done, converged = 1.0, 0, False
    rows, share, sums, peaks = reference, shares.of(reference), np.ones(len(states)), np.zeros(len(states))
    while done < iterations and not converged:
        find = last is None or done <= FIRST or done % AGAIN == 0
        last = confusions(
            votes,
            rows,
            toward="skill",
            strength=None if find or last is None else last.strength,
            skill_strength=None if find or last is None else last.skill_strength,
        )
        table = np.repeat(last.table, kinds, axis=1)
        counts = votes.counts(states)
        by_annotator = np.asarray(votes.of @ counts)
        if find:
            strength = dirichlet_strength(votes, table, counts, by_annotator)
        table *= strength
        table += counts
        logs = votes.evidence(digamma(table) - digamma(strength + by_annotator)[votes.annotator])
        share = shares.of(rows)
        kind = np.einsum("i,ij->j", weight, states).reshape(count, kinds) + 0.5
        kind /= kind.sum(axis=1, keepdims=True)
        new, sums, peaks = probabilities(logs, (share[:, None] * kind).reshape(width))
        _hold(new, votes.gold, kinds)
        converged = bool(np.abs(new - states).max(initial=0.0) < tolerance)
        states, done = new, done + 1
        rows = states.reshape(-1, count, kinds).sum(axis=2)
    likelihood = float(np.sum(weight * (np.log(sums) + peaks)))
    if fault(votes, rows, reference):
        return Fit(weighed(votes), share, likelihood, done, False, (f"{FALLEN}; weighted votes stand instead",))
    return Fit(rows, share, likelihood, done, converged)


def _first(rows: "np.ndarray", kinds: int, times: "np.ndarray") -> "np.ndarray":
    """Return float64[rows, classes x kinds]: each row's probabilities, dealt to kinds by how much its votes agree."""
    import numpy as np

    _, level = np.unique(np.round(-rows.max(axis=1), 9), return_inverse=True)
    size = np.bincount(level, weights=times)
    middle = (np.cumsum(size) - size / 2) / max(size.sum(), 1.0)  # equal agreement, equal rank
    place = (np.arange(kinds) + 0.5) / kinds
    dealt = np.exp(-(((middle[level][:, None] - place) * 2 * kinds) ** 2)) + 0.1
    dealt /= dealt.sum(axis=1, keepdims=True)
    return np.ascontiguousarray((rows[:, :, None] * dealt[:, None, :]).reshape(len(rows), -1))


def _hold(states: "np.ndarray", gold: "np.ndarray", kinds: int) -> None:
    """Leave rows of known class the states of that class only, in place."""
    import numpy as np

    known = gold >= 0
    if not known.any():
        return
    there = np.arange(states.shape[1]) // kinds == gold[known][:, None]
    held = np.where(there, states[known] + HELD, 0.0)
    states[known] = held / held.sum(axis=1, keepdims=True)
