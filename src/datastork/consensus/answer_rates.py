"""Annotators who each speak for one class: that they speak at all is the evidence."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from datastork.consensus.crowd import Consensus, Crowd
from datastork.consensus.fitting.incidence import Incidence, incidence
from datastork.consensus.fitting.posterior import Shares, start
from datastork.consensus.fitting.rounds import Evidence, Fit, consensus, rounds, skills

if TYPE_CHECKING:
    import numpy as np

WORTH = 5.0  # items at the expected rate


def answer_rates(
    crowd: Crowd,
    *,
    prior: "np.ndarray | Shares | None" = "uniform",
    gold: Mapping[int, int] | None = None,
    iterations: int = 50,
    tolerance: float = 1e-5,
) -> Consensus:
    """Return the consensus where each annotator gives each answer at a rate of its own in each class, or is silent.

    For rules and keywords, which know one class each: what such an annotator answers says nothing (it is always the
    same), when it answers says all, and its silence counts as well. People who are shown some items and not others are
    no case for this. An answer given twice counts once. Class shares cannot be learned here; they are equal unless
    given.
    Source: the abstain-aware model of Ratner and others, "Data Programming", NeurIPS 2016.

    prior: shares of the classes, "uniform" (default), "learned" or "damped"
    gold: class by item, for items whose class is known
    iterations: most rounds; tolerance: the rounds end when no probability moves by so much
    """
    votes = incidence(crowd, gold)
    fit = fit_answer_rates(votes, prior, iterations=iterations, tolerance=tolerance)
    return consensus(votes, fit, "answer_rates", skills(votes, fit.rows))


def fit_answer_rates(
    votes: Incidence, prior: "np.ndarray | Shares | None", *, iterations: int, tolerance: float
) -> Fit:
    """Return the fit of the model of rates."""
    import numpy as np

    once = votes.votes.copy()
    once.sum_duplicates()
    np.minimum(once.data, 1.0, out=once.data)
    votes = replace(votes, votes=once, used=np.asarray(once.T @ votes.times))
    covered = votes.times * (votes.total > 0)
    used = votes.used / max(float(covered.sum()), 1.0)
    lean = votes.n_classes / (votes.n_classes + 1.0)
    expected = np.where(votes.same(), 2.0, 1.0) * lean * used[:, None]

    def evidence(rows: "np.ndarray", at: int) -> "np.ndarray":
        items = np.einsum("i,ij->j", covered, rows)
        rate = (votes.counts(rows) + WORTH * expected) / (items + WORTH)
        rate = np.clip(rate, 1e-6, 1.0 - 1e-6)
        logs = votes.evidence(np.log(rate) - np.log1p(-rate))
        logs += np.log1p(-rate).sum(axis=0)
        logs[votes.total <= 0] = 0.0
        return logs

    given: Evidence = evidence
    return rounds(votes, given, prior, iterations=iterations, tolerance=tolerance, begin=start(votes))
