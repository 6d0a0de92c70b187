"""How likely two rows are one: what their cells agree on, each weighed by how rarely it happens by chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.entities.compared import Compared
from datastork.tables.entities.levels import DIFFERENT, NEARLY, SAME, SOMEWHAT, UNKNOWN, levels

if TYPE_CHECKING:
    import numpy as np

PRIOR = (0.12, 0.06, 0.07, 0.75)  # of two rows that are one: how often cells are different … the same, at first
TRUST = 30.0  # pairs that this counts as, for each column; and at least as much as what is learned
RANDOM = 200_000  # pairs of rows drawn to see what chance does
USUAL = 0.3  # share of rows that agree on one thing and are no copies, from which they say what is usual
WITHIN = 200_000  # pairs of rows drawn to see what rows that agree on one thing agree on besides, at most
ENOUGH = 50  # of them, for one column
LARGE = 10  # rows that agree on one thing and are not copies: a thing has seldom so many
APART = 0.6  # share of what two rows could agree on, weighed, that differs: no copies either
ROUNDS = 20
FEWEST = 0.002  # rows that have a copy, of all rows: at least, and at most all


@dataclass(frozen=True, slots=True)
class Weights:
    """What agreement is worth, for `c` columns.

    `same`     float64[c, 4]: of two rows that are one, how often cells are at each level
    `chance`   float64[c, 4]: of any two rows
    `given`    float64[4, c, c]: of rows that are the same in column j, and no copies, how often they are at least at
               each level in column i; nan where there are too few of them
    `odds`     natural logarithm of the odds that two rows drawn at random are one
    """

    same: "np.ndarray"
    chance: "np.ndarray"
    given: "np.ndarray"
    odds: float

    def probability(self, told: "np.ndarray", found: "np.ndarray") -> "np.ndarray":
        """Return the probability that pairs are one: `told` as of `surprise`, `found` their levels."""
        return _probability(self.same, self.odds, told, found)


def surprise(
    columns: Sequence[Compared], first: "np.ndarray", second: "np.ndarray", found: "np.ndarray", weights: Weights
) -> "np.ndarray":
    """Return float32 (pairs, columns): the natural logarithm of how unlikely each level is by chance.

    Cells that are the same count by how rare their value is (Winkler 2000), but no more than chance leaves open once
    the rows agree on something rarer: that two rows of one street agree on the town says nothing. Cells that are only
    somewhat alike count no more than chance leaves open in rows that agree on anything else.
    """
    import numpy as np

    told: np.ndarray = -np.log(weights.chance).astype(np.float32)[np.arange(len(columns)), np.maximum(found, 0)]
    told[found == UNKNOWN] = 0
    for place, column in enumerate(columns):
        rows = np.flatnonzero(found[:, place] == SAME)
        others = np.maximum(column.counts - 1, 1) / max(column.counts.sum(), 1)  # the pair itself is no chance
        told[rows, place] = -np.log(others[column.codes[first[rows]]])
    left = -np.log(weights.given)
    order = np.argsort(weights.chance[:, SAME], kind="stable").tolist()
    for at, place in enumerate(order):
        for rank, other in enumerate(order):
            if other == place or np.isnan(left[SAME, place, other]):
                continue
            alike = found[:, place] > DIFFERENT if rank < at else found[:, place] == SOMEWHAT
            both = np.flatnonzero((found[:, other] >= NEARLY) & alike)
            most = left[np.minimum(found[both, place], NEARLY), place, other]
            told[both, place] = np.minimum(told[both, place], most)
    return told


def chance_of(columns: Sequence[Compared], rows: int, seed: int) -> Weights:
    """Return weights as they are before anything is known of rows that are one."""
    import numpy as np

    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, rows, (2, min(RANDOM, rows * rows)))
    apart = first != second
    found = levels(columns, first[apart], second[apart])
    share = [column.counts / max(column.counts.sum(), 1) for column in columns]
    same_there = np.array([max(float(one @ one), 1e-9) for one in share])
    worth = -np.log(same_there)
    copies = (found == DIFFERENT) @ worth < APART * ((found >= 0) @ worth)
    found = found[~copies]
    chance = np.empty((len(columns), 4))
    for place in range(len(columns)):
        counts = np.bincount(found[:, place][found[:, place] >= 0], minlength=4) + np.array([1, 0.5, 0.5, 0.5])
        chance[place] = counts / counts.sum()
        chance[place, SAME] = same_there[place]
    given = np.stack([_beside(columns, place, worth, rng) for place in range(len(columns))], axis=2)
    same = np.tile(np.array(PRIOR), (len(columns), 1))
    return Weights(same, chance, given, _odds(FEWEST * rows, rows))


def _beside(columns: Sequence[Compared], place: int, worth: "np.ndarray", rng: "np.random.Generator") -> "np.ndarray":
    """Return float64 (4, columns): of rows that are the same in one column, how often they are at least at a level."""
    import numpy as np

    codes, count = columns[place].codes, min(WITHIN // len(columns), len(columns[place].codes) ** 2)
    order = np.argsort(codes, kind="stable")[int((codes < 0).sum()) :]
    size = columns[place].counts
    start = np.cumsum(size) - size
    through = np.cumsum(size * (size - 1.0))
    nothing = np.full((4, len(columns)), np.nan)
    if not len(through) or not through[-1]:
        return nothing
    group = np.searchsorted(through, rng.random(count) * through[-1], "right")
    one = (rng.random(count) * size[group]).astype(np.int64)
    other = (rng.random(count) * (size[group] - 1)).astype(np.int64)
    other += other >= one
    found = levels(columns, order[start[group] + one], order[start[group] + other])
    differ, told = (found == DIFFERENT) @ worth, (found >= 0) @ worth
    apart = (size[group] >= LARGE) | (differ >= APART * told)
    if apart.mean() < USUAL:
        return nothing  # most that agree here are copies, and a few large things are no rule
    found = found[apart]
    known = (found >= 0).sum(axis=0)
    share = np.stack([((found >= level).sum(axis=0) + 1) / (known + 2) for level in range(4)])
    return np.where(known >= ENOUGH, share, nothing)


def fitted(weights: Weights, told: "np.ndarray", found: "np.ndarray", times: "np.ndarray", rows: int) -> Weights:
    """Return weights learned from candidate pairs without labels (Fellegi and Sunter 1969; EM as in Winkler 1988).

    What chance does is known from random pairs and stays; how alike rows that are one look, and how many pairs are
    one, is learned; the start stays half of it, so that what is found cannot wander off to rows that are merely akin.

    times: float64 (pairs): how many pairs of rows each stands for
    """
    import numpy as np

    same, odds = weights.same, weights.odds
    for _ in range(ROUNDS):
        sure = _probability(same, odds, told, found) * times
        counts = np.stack([np.bincount(found[:, at] + 1, sure, minlength=5)[1:] for at in range(found.shape[1])]) + max(
            TRUST, float(sure.sum())
        ) * np.array(PRIOR)
        same = counts / counts.sum(axis=1, keepdims=True)
        odds = _odds(float(sure.sum()), rows)
    return Weights(same, weights.chance, weights.given, odds)


def _odds(pairs: float, rows: int) -> float:
    import math

    pairs = min(max(pairs, FEWEST * rows), rows)
    every = max(rows * (rows - 1) / 2, pairs + 1)
    return math.log(pairs / (every - pairs)) if every > pairs else 0.0


def _probability(same: "np.ndarray", odds: float, told: "np.ndarray", found: "np.ndarray") -> "np.ndarray":
    import numpy as np

    known = np.log(same).astype(np.float32)[np.arange(found.shape[1]), np.maximum(found, 0)]
    known[found == UNKNOWN] = 0
    score: np.ndarray = 1 / (1 + np.exp(-np.clip((told + known).sum(axis=1) + odds, -50, 50)))
    return score
