"""The weighted mean of the candidates' posteriors."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from datastork.consensus.fitting.incidence import Incidence

USUAL = 0.014  # nats a vote: so much better predictions count e times as much
NOISE = 0.3  # nats: how far the score of a single vote goes astray
RENAMED = (0.8, 1.2)  # below the first, a class is taken for another one more often than not: hardly counts
DISBELIEVED = 1e-4
FLOOR = 1e-4  # no candidate rules a class out for the others


def shares_of(
    weight: "np.ndarray", score: "np.ndarray", gold: "np.ndarray", kept: "np.ndarray", n_votes: int
) -> "np.ndarray":
    """Return float64[candidates]: how much each counts; sums to 1.

    weight: before any vote is seen; score: nats for a hidden vote; gold: nats for all hidden gold labels
    kept: `keeps_its_meaning` of each; n_votes: votes scored
    """
    import numpy as np

    scale = np.hypot(USUAL, NOISE / np.sqrt(max(n_votes, 1)))
    low, high = RENAMED
    meaning = np.clip((kept - low) / (high - low), DISBELIEVED, 1.0)
    logs = score / scale + gold + np.log(meaning) + np.log(weight)
    share = np.exp(logs - logs.max())
    return np.asarray(share / share.sum())


def keeps_its_meaning(votes: "Incidence", rows: "np.ndarray") -> float:
    """Return, for the class where it is least, how many times more often the crowd names it than any other class.

    Below 1 a "class" has become something that annotators mostly call by another name. Classes that no item has are
    left out.
    """
    import numpy as np

    if votes.n_classes == 1:
        return float("inf")
    pooled = np.zeros((votes.n_classes, votes.n_classes))
    np.add.at(pooled, votes.answer, votes.counts(rows))
    pooled = pooled.T
    own = np.diag(pooled)
    other = (pooled - np.diag(own)).max(axis=1)
    seen = pooled.sum(axis=1) >= 1.0
    return float((own[seen] / np.maximum(other[seen], 1e-9)).min(initial=np.inf))


class Mean:
    """A mean of posteriors, gathered one by one: of probabilities, or of their logarithms."""

    def __init__(self, n_rows: int, n_classes: int, *, of_logs: bool) -> None:
        import numpy as np

        self.sum = np.zeros((n_rows, n_classes))
        self.of_logs = of_logs

    def add(self, rows: "np.ndarray", share: float) -> None:
        """Take in a posterior with its share."""
        import numpy as np

        self.sum += share * (np.log(rows + FLOOR) if self.of_logs else rows)

    def rows(self) -> "np.ndarray":
        """Return the mean; rows sum to 1."""
        import numpy as np

        found = np.exp(self.sum - self.sum.max(axis=1, keepdims=True, initial=-np.inf)) if self.of_logs else self.sum
        return np.asarray(found / found.sum(axis=1, keepdims=True))
