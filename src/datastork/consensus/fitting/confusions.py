"""What each annotator answers for each true class, shrunk to what is expected of somebody of that skill."""

from typing import TYPE_CHECKING, Literal, NamedTuple

from datastork.consensus.fitting.strength import beta_strength, dirichlet_strength

if TYPE_CHECKING:
    import numpy as np

    from datastork.consensus.fitting.incidence import Incidence

Toward = Literal["pooled", "skill"]
"""What an annotator's confusion matrix is shrunk to: the crowd's matrix, moved to the annotator's own skill; or that
skill alone, with an equal share of mistakes to all wrong classes."""

RENAMED = 1.5  # in what is expected, a class is answered right so many times as often as taken for any other one
LEAST = 1e-6


class Confusions(NamedTuple):
    """Confusion matrices, as needed.

    `table`     float64[codes, classes]: probability of that answer of that annotator, by true class
    `skill`     float64[annotators]: probability of being right, shrunk to the crowd's
    `diagonal`  float64[annotators, classes]: the expected probability of the right answer, by true class
    `wrong`     float64[classes, classes]: the expected share of each wrong answer (last axis) by true class
    `sums`      float64[annotators, classes]: weight of the votes on each class
    `strength`  how many votes the expectation is worth; `skill_strength` the same for skills
    """

    table: "np.ndarray"
    skill: "np.ndarray"
    diagonal: "np.ndarray"
    wrong: "np.ndarray"
    sums: "np.ndarray"
    strength: float
    skill_strength: float


def confusions(
    votes: "Incidence",
    rows: "np.ndarray",
    *,
    toward: Toward = "pooled",
    strength: float | None = None,
    skill_strength: float | None = None,
) -> Confusions:
    """Return the confusion matrices that go with the posterior `rows` (float64[rows, classes]).

    Strengths that are not given are found from the votes. With `toward="pooled"` the crowd's matrix may not say that a
    class is mostly taken for another one: where votes are few, a class would else drift off and stand for something
    that no annotator meant by it.
    """
    import numpy as np

    count = votes.n_classes
    own = np.arange(len(votes.answer)), votes.answer  # of each code, the class that it names
    counts = votes.counts(rows)
    sums = np.asarray(votes.of @ counts)
    right, cast = np.asarray(votes.of @ counts[own]), sums.sum(axis=1)
    mean = float(np.clip((right.sum() + 2.0) / (cast.sum() + 2.5), 0.02, 0.995))
    if skill_strength is None:
        skill_strength = beta_strength(right, cast, mean)
    skill = (right + skill_strength * mean) / (cast + skill_strength)
    if toward == "skill":
        diagonal = np.broadcast_to(np.clip(skill, 0.005, 0.995)[:, None], (len(skill), count))
        wrong = (1.0 - np.eye(count)) / max(count - 1, 1)
    else:
        usual, wrong = _pooled(votes, counts)
        expected = np.clip((sums @ usual + skill_strength * mean) / (cast + skill_strength), 0.01, 0.99)
        moved = _logit(np.clip(skill, 0.005, 0.995)) - _logit(expected)
        diagonal = 1.0 / (1.0 + np.exp(-(_logit(usual)[None] + moved[:, None])))
    of_annotator = diagonal.take(votes.annotator, axis=0)
    expectation = (1.0 - of_annotator) * wrong.T.take(votes.answer, axis=0)
    expectation[own] = of_annotator[own]
    np.maximum(expectation, LEAST, out=expectation)
    if strength is None:
        strength = dirichlet_strength(votes, expectation, counts, sums)
    table = expectation
    table *= strength
    table += counts
    table /= np.maximum(strength + sums, 1e-12).take(votes.annotator, axis=0)
    np.maximum(table, 1e-12, out=table)
    return Confusions(table, skill, diagonal, wrong, sums, strength, skill_strength)


def dense(votes: "Incidence", found: Confusions) -> "np.ndarray":
    """Return float64[annotators, classes, classes]: probability of each answer (last axis) by true class."""
    import numpy as np

    share = found.strength / np.maximum(found.strength + found.sums, 1e-12)
    full = (share * (1.0 - found.diagonal))[:, :, None] * found.wrong[None]
    at = np.arange(votes.n_classes)
    full[:, at, at] = share * found.diagonal
    full[votes.annotator, :, votes.answer] = found.table
    return np.asarray(full / np.maximum(full.sum(axis=2, keepdims=True), 1e-300))


def _pooled(votes: "Incidence", counts: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """Return how often the crowd is right by class, and the shares of its wrong answers by class."""
    import numpy as np

    count = votes.n_classes
    pooled = np.asarray(votes.naming @ counts).T  # by true class, then answer
    usual = 0.7 * count * np.eye(count) + 0.3  # one vote's worth of what one expects of people
    pooled = pooled + usual / usual.sum(axis=1, keepdims=True)
    pooled /= pooled.sum(axis=1, keepdims=True)
    own = np.diag(pooled)
    off = pooled * (1.0 - np.eye(count))
    least = RENAMED * off.max(axis=1, initial=0.0)
    raised = np.maximum(own, least)
    wrong = off + 1e-5 * (1.0 - np.eye(count)) / max(count - 1, 1)
    wrong /= np.maximum(wrong.sum(axis=1, keepdims=True), 1e-300)
    return np.clip(raised / (1.0 - own + raised), 0.02, 0.995), wrong


def _logit(share: "np.ndarray") -> "np.ndarray":
    import numpy as np

    return np.asarray(np.log(share / (1.0 - share)))
