"""How alike annotators are, found from the votes (empirical Bayes): the strength of what one is shrunk to."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from datastork.consensus.fitting.incidence import Incidence

SKILLS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
CONFUSIONS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0)
NOTHING = 1e-6
LOOKED_AT = 300  # so many annotators suffice to find the strength for confusions


def beta_strength(right: "np.ndarray", cast: "np.ndarray", mean: float) -> float:
    """Return how many votes the crowd's mean skill is worth: the likeliest in a beta-binomial model."""
    import numpy as np
    from scipy.special import betaln

    voted = cast > 0
    hit, miss = np.maximum(right[voted], 0), np.maximum(cast[voted] - right[voted], 0)
    scores = [
        float(
            np.sum(betaln(worth * mean + hit, worth * (1 - mean) + miss))
            - len(hit) * betaln(worth * mean, worth * (1 - mean))
        )
        for worth in SKILLS
    ]
    return SKILLS[int(np.argmax(scores))]


def dirichlet_strength(votes: "Incidence", mean: "np.ndarray", counts: "np.ndarray", sums: "np.ndarray") -> float:
    """Return how many votes the expected confusion row is worth: the likeliest in a Dirichlet-multinomial model.

    mean: float64[codes, k], what is expected of each answer by class (or state)
    counts: float64[codes, k], weight of the votes; `sums` float64[annotators, k] the same by annotator
    """
    import numpy as np
    from scipy.special import gammaln

    if len(sums) > LOOKED_AT:
        some = np.zeros(len(sums), dtype=bool)
        some[np.argsort(-sums.sum(axis=1), kind="stable")[:: -(-len(sums) // LOOKED_AT)]] = True
        kept = some[votes.annotator]
        mean, counts, sums = mean[kept], counts[kept], sums[some]
    there = counts > NOTHING  # what was not counted adds nothing, whatever the strength
    mean, counts, sums = mean[there], counts[there], sums[sums > NOTHING]
    scores = [
        float(np.sum(gammaln(worth * mean + counts)) - np.sum(gammaln(worth * mean)))
        + float(sums.size * gammaln(worth) - np.sum(gammaln(worth + sums)))
        for worth in CONFUSIONS
    ]
    return CONFUSIONS[int(np.argmax(scores))]
