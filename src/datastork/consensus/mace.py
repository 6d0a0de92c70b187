"""Annotators who at times do not look and give an answer from habit."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from datastork.consensus.crowd import Consensus, Crowd
from datastork.consensus.fitting.incidence import Incidence, incidence
from datastork.consensus.fitting.posterior import Shares, clamp, start
from datastork.consensus.fitting.rounds import Evidence, Fit, consensus, guarded, skills

if TYPE_CHECKING:
    import numpy as np

LOOKING = 0.5  # prior counts of looking and of not looking, as in the source
HABIT = 0.5  # prior count of each habitual answer, as in the source


def mace(
    crowd: Crowd,
    *,
    prior: "np.ndarray | Shares | None" = "uniform",
    gold: Mapping[int, int] | None = None,
    restarts: int = 4,
    seed: int = 0,
    iterations: int = 50,
    tolerance: float = 1e-4,
) -> Consensus:
    """Return the consensus where each annotator either looks, and is right, or answers from a habit of his own.

    Rounds of variational Bayes. The first fit starts from the shares of the votes, each restart from the same with
    noise; the one under which the votes are likeliest stands. `skill` is the probability of being right, by
    looking or by habit.
    Source: Hovy and others, "Learning Whom to Trust with MACE", NAACL 2013.

    prior: shares of the classes, "uniform" (default, as in the source), "learned" or "damped"
    gold: class by item, for items whose class is known
    restarts: fits from noisy starts; seed: of the noise
    iterations: most rounds; tolerance: the rounds end when no probability moves by so much
    """
    votes = incidence(crowd, gold)
    fit = fit_mace(votes, prior, restarts=restarts, seed=seed, iterations=iterations, tolerance=tolerance)
    return consensus(votes, fit, "mace", skills(votes, fit.rows))


def fit_mace(
    votes: Incidence,
    prior: "np.ndarray | Shares | None",
    *,
    restarts: int,
    seed: int,
    iterations: int,
    tolerance: float,
) -> Fit:
    """Return the likeliest of the fits of the model, guarded."""
    import numpy as np

    evidence = _model(votes)
    draw = np.random.default_rng(seed)
    fits: list[Fit] = []
    for at in range(restarts + 1):
        begin = start(votes)
        if at:
            begin = clamp(0.5 * begin + 0.5 * draw.dirichlet(np.ones(votes.n_classes), len(begin)), votes.gold)
        fits.append(guarded(votes, evidence, prior, iterations=iterations, tolerance=tolerance, begin=begin))
    return max(fits, key=lambda fit: round(fit.log_likelihood, 6))


def _model(votes: Incidence) -> Callable[[], Evidence]:
    """Return what makes the evidence of the model: from the expected logarithms of its parameters."""
    import numpy as np
    from scipy.special import digamma

    used = votes.used
    cast = np.asarray(votes.of @ used)

    def evidence() -> Evidence:
        looked = np.full(len(used), 0.5)  # of right answers, the share given by looking

        def of(rows: "np.ndarray", at: int) -> "np.ndarray":
            seen = votes.agreement(rows) * looked
            habit = np.maximum(used - seen, 0.0)
            seen_by, habit_by = votes.of @ seen, votes.of @ habit
            sure = np.exp(digamma(LOOKING + seen_by) - digamma(2 * LOOKING + cast))[votes.annotator]
            idle = np.exp(digamma(LOOKING + habit_by) - digamma(2 * LOOKING + cast))[votes.annotator]
            answer = digamma(HABIT + habit) - digamma(HABIT * votes.n_classes + habit_by)[votes.annotator]
            by_habit = np.maximum(idle * np.exp(answer), 1e-12)
            looked[:] = sure / (sure + by_habit)
            return np.asarray(votes.by_class(np.log1p(sure / by_habit)) + votes.evidence(np.log(by_habit)[:, None]))

        return of

    return evidence
