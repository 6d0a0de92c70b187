"""The candidates `auto` weighs against one another."""

from collections.abc import Callable
from dataclasses import dataclass

from datastork.consensus.answer_rates import fit_answer_rates
from datastork.consensus.dawid_skene import fit_dawid_skene
from datastork.consensus.fitting.confusions import Toward
from datastork.consensus.fitting.incidence import Incidence
from datastork.consensus.fitting.posterior import ClassShares, Shares, start, weighed
from datastork.consensus.fitting.rounds import Fit
from datastork.consensus.glad import fit_glad
from datastork.consensus.mace import fit_mace
from datastork.consensus.one_coin import fit_one_coin
from datastork.consensus.subtypes import fit_subtypes

Run = Callable[[Incidence, int, float], Fit]

MOST_CELLS = 500_000  # of occurring answers by classes; beyond, no candidate has confusion matrices
SHARES: tuple[Shares, ...] = ("learned", "damped", "uniform")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to fit a crowd: its name, the family it is of, how much it counts before any vote is seen, and the fit."""

    name: str
    family: str
    weight: float
    run: Run


def candidates(votes: Incidence) -> list[Candidate]:
    """Return the candidates for this crowd; those with confusion matrices only where the tables are not too large.

    Their weights are near to equal: on made-up crowds (tests/consensus/made_up_crowds.py) none were clearly better.
    """
    found = [
        Candidate("Wawa", "majority", 1.0, _wawa),
        *(Candidate(f"one-coin ({shares})", "one-coin", 1.0, _one_coin(shares)) for shares in SHARES),
        Candidate("GLAD", "GLAD", 2.0, _glad),
        Candidate("MACE", "MACE", 2.0, _mace),
    ]
    if votes.cells > MOST_CELLS:
        return found
    return [
        *found,
        *(Candidate(f"subtypes ({shares})", "subtypes", 2.0, _subtypes(shares)) for shares in SHARES[:2]),
        *(Candidate(f"Dawid-Skene ({shares})", "Dawid-Skene", 1.0, _dawid_skene(shares)) for shares in SHARES),
        Candidate("Dawid-Skene (skill, uniform)", "Dawid-Skene", 2.0, _dawid_skene("uniform", "skill")),
        Candidate("Dawid-Skene (skill, free)", "Dawid-Skene", 2.0, _dawid_skene("learned", "skill", 2.0)),
    ]


def for_one_class_each(votes: Incidence) -> list[Candidate]:
    """Return what is averaged where most annotators speak for one class each: no score of hidden votes tells there."""
    found = [
        Candidate("majority", "majority", 1.0, _majority),
        Candidate("Wawa", "majority", 1.0, _wawa),
        Candidate(
            "answer rates",
            "answer rates",
            1.0,
            lambda v, i, t: fit_answer_rates(v, "uniform", iterations=i, tolerance=t),
        ),
    ]
    if votes.cells <= MOST_CELLS:
        found.append(Candidate("Dawid-Skene (skill, uniform)", "Dawid-Skene", 1.0, _dawid_skene("uniform", "skill")))
    return found


def _majority(votes: Incidence, iterations: int, tolerance: float) -> Fit:
    rows = start(votes)
    return Fit(rows, ClassShares(votes, None).of(rows), 0.0, 1, True)


def _wawa(votes: Incidence, iterations: int, tolerance: float) -> Fit:
    rows = weighed(votes)
    return Fit(rows, ClassShares(votes, None).of(rows), 0.0, 1, True)


def _one_coin(shares: Shares) -> Run:
    return lambda votes, iterations, tolerance: fit_one_coin(votes, shares, iterations=iterations, tolerance=tolerance)


def _glad(votes: Incidence, iterations: int, tolerance: float) -> Fit:
    return fit_glad(votes, "learned", iterations=iterations, tolerance=tolerance)[0]


def _mace(votes: Incidence, iterations: int, tolerance: float) -> Fit:
    return fit_mace(votes, "damped", restarts=0, seed=0, iterations=iterations, tolerance=tolerance)


def _answer_rates(votes: Incidence, iterations: int, tolerance: float) -> Fit:
    return fit_answer_rates(votes, "uniform", iterations=iterations, tolerance=tolerance)


def _subtypes(shares: Shares) -> Run:
    return lambda votes, iterations, tolerance: fit_subtypes(
        votes, shares, kinds=2, iterations=iterations, tolerance=tolerance
    )


def _dawid_skene(shares: Shares, toward: Toward = "pooled", strength: float | None = None) -> Run:
    return lambda votes, iterations, tolerance: fit_dawid_skene(
        votes, shares, toward=toward, strength=strength, iterations=iterations, tolerance=tolerance
    )
