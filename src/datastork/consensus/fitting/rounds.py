"""Expectation and maximisation in turn, until nothing moves; with the guard around it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.consensus.crowd import Consensus
from datastork.consensus.fitting.guard import fault, put_back
from datastork.consensus.fitting.posterior import ClassShares, Shares, clamp, probabilities, start, weighed

if TYPE_CHECKING:
    import numpy as np

    from datastork.consensus.fitting.incidence import Incidence

FALLEN = "all items fell into one class"
EXCHANGED = "classes changed places"


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """How a fit ended: posterior by row, class shares, log-likelihood in nats, rounds, whether it came to rest."""

    rows: "np.ndarray"
    prior: "np.ndarray"
    log_likelihood: float
    iterations: int
    converged: bool
    notes: tuple[str, ...] = ()


Evidence = Callable[["np.ndarray", int], "np.ndarray"]
"""From the posterior of the round before and the number of the round: float64[rows, classes], log of the probability of
each row's votes by class."""


def rounds(
    votes: "Incidence",
    evidence: Evidence,
    prior: "np.ndarray | Shares | None",
    *,
    iterations: int,
    tolerance: float,
    begin: "np.ndarray",
) -> Fit:
    """Return the fit that the rounds end in: when no probability moves by `tolerance` (0: after all rounds)."""
    import numpy as np

    shares = ClassShares(votes, prior)
    rows = begin
    covered = votes.times * (votes.total > 0)
    share, sums, peaks = shares.of(rows), np.ones(len(rows)), np.zeros(len(rows))
    done, converged = 0, False
    while done < iterations and not converged:
        share = shares.of(rows)
        new, sums, peaks = probabilities(evidence(rows, done), share)
        clamp(new, votes.gold)
        if tolerance > 0:
            moved = np.subtract(new, rows)
            converged = bool(max(moved.max(initial=0.0), -moved.min(initial=0.0)) < tolerance)
        rows, done = new, done + 1
    return Fit(rows, share, float(np.sum(covered * (np.log(sums) + peaks))), done, converged)


def guarded(
    votes: "Incidence",
    evidence: Callable[[], Evidence],
    prior: "np.ndarray | Shares | None",
    *,
    iterations: int,
    tolerance: float,
    begin: "np.ndarray | None" = None,
) -> Fit:
    """Return the fit, or a more careful one where it falls into one class or exchanges classes.

    First classes are put back in place and the fit goes on; then class shares are held equal; what is still false then
    gives way to votes weighted by agreement. Notes say so.
    """
    reference = start(votes)

    def fit(begin: "np.ndarray", prior: "np.ndarray | Shares | None") -> Fit:
        return rounds(votes, evidence(), prior, iterations=iterations, tolerance=tolerance, begin=begin)

    found = fit(reference if begin is None else begin, prior)
    notes: list[str] = []
    wrong = fault(votes, found.rows, reference)
    if wrong == "exchanged":
        notes.append(f"{EXCHANGED}; they were put back where most votes have them")
        found = fit(put_back(votes, found.rows, reference), prior)
        wrong = fault(votes, found.rows, reference)
    if wrong and (prior is None or isinstance(prior, str)) and prior != "uniform":
        notes.append(f"{FALLEN if wrong == 'fallen' else EXCHANGED}; class shares were held equal instead")
        found = fit(reference, "uniform")
        wrong = fault(votes, found.rows, reference)
    if wrong:
        notes.append(
            f"{FALLEN if wrong == 'fallen' else EXCHANGED}; votes weighted by agreement with the majority stand instead"
        )
        reference = weighed(votes)
        prior_ = ClassShares(votes, prior).of(reference)
        reference[votes.total <= 0] = prior_
        found = Fit(clamp(reference, votes.gold), prior_, found.log_likelihood, found.iterations, False)
    return Fit(found.rows, found.prior, found.log_likelihood, found.iterations, found.converged, tuple(notes))


def skills(votes: "Incidence", rows: "np.ndarray", worth: float = 4.0) -> "np.ndarray":
    """Return float64[annotators]: share of each one's votes that are right, with `worth` votes at the crowd's mean."""
    import numpy as np

    right = np.asarray(votes.of @ votes.agreement(rows))
    cast = np.asarray(votes.of @ votes.used)
    mean = (right.sum() + 1.0) / (cast.sum() + 1.0 + (votes.n_classes > 1))
    return np.asarray((right + worth * mean) / (cast + worth))


def consensus(
    votes: "Incidence",
    fit: Fit,
    method: str,
    skill: "np.ndarray",
    *,
    confusion: "np.ndarray | None" = None,
    difficulty: "np.ndarray | None" = None,
    notes: tuple[str, ...] = (),
) -> Consensus:
    """Return a fit as a consensus: rows spread over the items they stand for."""
    posterior = votes.spread(fit.rows)
    covered = votes.spread(votes.total > 0)
    labels = posterior.argmax(axis=1)
    labels[~covered & (votes.spread(votes.gold) < 0)] = -1
    return Consensus(
        posterior=posterior,
        labels=labels,
        skill=skill,
        prior=fit.prior,
        covered=covered,
        method=method,
        confusion=confusion,
        difficulty=None if difficulty is None else votes.spread(difficulty),
        log_likelihood=fit.log_likelihood,
        iterations=fit.iterations,
        converged=fit.converged,
        notes=fit.notes + notes,
    )
