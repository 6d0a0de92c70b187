"""A confusion matrix per annotator, shrunk to what is expected of somebody of that skill."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from datastork.consensus.crowd import Consensus, Crowd
from datastork.consensus.fitting.confusions import Confusions, Toward, confusions, dense
from datastork.consensus.fitting.incidence import Incidence, incidence
from datastork.consensus.fitting.posterior import Shares
from datastork.consensus.fitting.rounds import Evidence, Fit, consensus, guarded
from datastork.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np

AGAIN = 10  # strengths are found anew in the first rounds and then every so many
FIRST = 2
MOST_CELLS = 50_000_000  # of a table of occurring answers by classes: 400 MB
MOST_SHOWN = 20_000_000  # of the confusion matrices given out: 160 MB


def dawid_skene(
    crowd: Crowd,
    *,
    prior: "np.ndarray | Shares | None" = None,
    gold: Mapping[int, int] | None = None,
    toward: Toward = "pooled",
    strength: float | None = None,
    iterations: int = 100,
    tolerance: float = 1e-5,
) -> Consensus:
    """Return the consensus where each annotator has a probability of each answer for each true class.

    Rounds of expectation and maximisation (Dawid and Skene, Applied Statistics 28, 1979) with a Dirichlet prior on each
    row of each matrix (maximum a posteriori). Its mean is what is expected of the annotator: the crowd's matrix, moved
    to the annotator's own skill, or that skill alone with mistakes spread evenly; an annotator with few votes is
    expected to be like the others, one with many stands for himself. A fit that falls into one class or exchanges
    classes is done again more carefully, and the notes say so.

    prior: shares of the classes, or "learned" (default), "uniform", "damped"
    gold: class by item, for items whose class is known
    toward: "pooled" shrinks to the crowd's matrix, "skill" to even mistakes
    strength: how many votes the expectation is worth in each row; by default as the votes say (empirical Bayes)
    iterations: most rounds; tolerance: the rounds end when no probability moves by so much

    Raises DataError where a table of all occurring answers by classes has more than 50 million cells.
    """
    if strength is not None and not strength >= 0:
        raise DataError(f"strength must be at least 0, not {strength}")
    votes = incidence(crowd, gold)
    if votes.cells > MOST_CELLS:
        raise DataError(
            f"{crowd.n_annotators:,} annotators with {len(votes.answer):,} different answers in {crowd.n_classes:,} "
            "classes are too many for confusion matrices",
            hint="use one_coin, which needs none",
        )
    fit = fit_dawid_skene(votes, prior, toward=toward, strength=strength, iterations=iterations, tolerance=tolerance)
    found = confusions(votes, fit.rows, toward=toward, strength=strength)
    notes: tuple[str, ...] = ()
    full = None
    if crowd.n_annotators * crowd.n_classes**2 <= MOST_SHOWN:
        full = dense(votes, found)
    else:
        notes = ("confusion matrices are left out: they would be too large",)
    return consensus(votes, fit, "dawid_skene", found.skill, confusion=full, notes=notes)


def fit_dawid_skene(
    votes: Incidence,
    prior: "np.ndarray | Shares | None",
    *,
    toward: Toward,
    strength: float | None,
    iterations: int,
    tolerance: float,
) -> Fit:
    """Return the fit of the confusion model, guarded."""
    import numpy as np

    def evidence() -> Evidence:
        last: Confusions | None = None

        def of(rows: "np.ndarray", at: int) -> "np.ndarray":
            nonlocal last
            find = last is None or at <= FIRST or at % AGAIN == 0
            last = confusions(
                votes,
                rows,
                toward=toward,
                strength=strength if strength is not None or find or last is None else last.strength,
                skill_strength=None if find or last is None else last.skill_strength,
            )
            return votes.evidence(np.log(last.table.astype(votes.votes.dtype, copy=False)))

        return of

    return guarded(votes, evidence, prior, iterations=iterations, tolerance=tolerance)
