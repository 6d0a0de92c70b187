"""What the rest of a row says about a cell: votes of its column's parents, each row left out of its own count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.model.cells import Cells
from datastork.tables.model.parents import Parent
from datastork.tables.model.weights import learn_weights

if TYPE_CHECKING:
    import numpy as np

TRAINED_ROWS = 2000
CONTRASTS = 3  # values drawn by frequency beside the candidates when weights are learned
SMOOTHING = 0.5  # how many rows of the whole column a group is mixed with


@dataclass(frozen=True, slots=True)
class Doubts:
    """Cells of one column that some parent speaks against; m of them.

    `row`      int64[m]
    `best`     int64[m]: code of the value that the parents together find likeliest instead
    `chance`   float64[m]: its probability among all values but the one that is there
    `odds`     float64[m]: log of how much likelier the parents find it than what is there
    `against`  uint8[m]: bit j set where parent j votes for `best`
    `led_by`   int64[m]: the parent whose vote for `best` weighs most
    `held`     int64[m]: how many other rows of that parent's group hold what this cell holds
    `backed`   int64[m]: how many hold `best`
    `group`    int64[m]: that group's code
    """

    row: "np.ndarray"
    best: "np.ndarray"
    chance: "np.ndarray"
    odds: "np.ndarray"
    against: "np.ndarray"
    led_by: "np.ndarray"
    held: "np.ndarray"
    backed: "np.ndarray"
    group: "np.ndarray"


@dataclass(frozen=True, slots=True)
class Votes:
    """What parents say of one column: bits of those for and against what each cell holds (uint8[n]), and the doubts."""

    confirm: "np.ndarray"
    against: "np.ndarray"
    doubts: Doubts


def votes_of(cells: Cells, parents: Sequence[Parent], seed: int) -> Votes:
    """Return the votes on one column.

    A parent votes for a value that at least two other rows of its group hold, and at least half of them.
    """
    import numpy as np

    rows = len(cells.codes)
    confirm, against = np.zeros(rows, np.uint8), np.zeros(rows, np.uint8)
    rivals = np.full((rows, len(parents)), -1, np.int32)
    for place, parent in enumerate(parents):
        pairs = parent.pairs
        covered = pairs.pair >= 0
        pair = np.where(covered, pairs.pair, 0)
        mine = np.where(covered, pairs.count[pair] - 1, 0)
        others = np.where(covered, pairs.size[pairs.given[pair]] - 1, 0)
        rival = np.where(covered, pairs.rival[pair], -1)
        theirs = np.where(rival >= 0, pairs.count[rival], 0)
        value = pairs.target[rival]
        no = (theirs > mine) & (theirs >= 2) & (2 * theirs >= others) & (value != cells.missing)
        yes = (mine >= theirs) & (mine >= 1) & (2 * mine >= others)
        confirm |= (yes.astype(np.uint8) << place).astype(np.uint8)
        against |= (no.astype(np.uint8) << place).astype(np.uint8)
        rivals[:, place] = np.where(no, value, -1)
    doubted = np.flatnonzero(against)
    if not len(doubted):
        none, real = np.zeros(0, np.int64), np.zeros(0)
        return Votes(confirm, against, Doubts(none, none, real, real, none.astype(np.uint8), none, none, none, none))
    weights = _weights(cells, parents, rivals, seed)
    return Votes(confirm, against, _doubts(cells, parents, rivals[doubted], doubted, weights))


def _weights(cells: Cells, parents: Sequence[Parent], rivals: "np.ndarray", seed: int) -> "np.ndarray":
    """Return the parents' weights, learned on a sample of rows."""
    import numpy as np

    draw = np.random.default_rng(seed)
    usable = np.flatnonzero(cells.codes != cells.missing)
    rows = usable if len(usable) <= TRAINED_ROWS else draw.choice(usable, TRAINED_ROWS, replace=False)
    random = cells.codes[usable[draw.integers(0, len(usable), (len(rows), CONTRASTS))]]
    candidates = np.concatenate([cells.codes[rows][:, None], rivals[rows], random], axis=1)
    counts, sizes = _counts(cells, parents, rows, candidates)
    return learn_weights(_logs(cells, candidates, counts, sizes), _fresh(candidates))


def _counts(
    cells: Cells, parents: Sequence[Parent], rows: "np.ndarray", candidates: "np.ndarray"
) -> "tuple[np.ndarray, np.ndarray]":
    """Return how many other rows of each parent's group hold each candidate ([m, c, p]) and how many there are."""
    import numpy as np

    width = len(cells.values)
    counts = np.zeros((*candidates.shape, len(parents)))
    sizes = np.zeros((len(rows), 1, len(parents)))
    own = candidates == cells.codes[rows][:, None]
    for place, parent in enumerate(parents):
        pairs = parent.pairs
        codes = parent.codes[rows][:, None]
        keys = pairs.given * width + pairs.target
        wanted = codes * width + candidates
        found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        hit = (keys[found] == wanted) & (codes >= 0) & (candidates >= 0)
        counts[:, :, place] = np.where(hit, pairs.count[found] - own, 0)
        sizes[:, 0, place] = np.where(codes[:, 0] >= 0, pairs.size[np.maximum(codes[:, 0], 0)] - 1, 0)
    return counts, sizes


def _logs(cells: Cells, candidates: "np.ndarray", counts: "np.ndarray", sizes: "np.ndarray") -> "np.ndarray":
    """Return the log of each parent's probability of each candidate, smoothed by its share of the column."""
    import numpy as np

    share = (cells.counts[np.maximum(candidates, 0)] + 1) / (len(cells.codes) + len(cells.values))
    return np.asarray(np.log((counts + SMOOTHING * share[:, :, None]) / (sizes + SMOOTHING)))


def _fresh(candidates: "np.ndarray") -> "np.ndarray":
    """Return where a candidate is given and not one of those left of it."""
    import numpy as np

    fresh = candidates >= 0
    for place in range(1, candidates.shape[1]):
        fresh[:, place] &= (candidates[:, :place] != candidates[:, place : place + 1]).all(axis=1)
    return np.asarray(fresh)


def _doubts(
    cells: Cells, parents: Sequence[Parent], rivals: "np.ndarray", rows: "np.ndarray", weights: "np.ndarray"
) -> Doubts:
    """Return what the parents together would put in the doubted cells."""
    import numpy as np

    candidates = np.concatenate([cells.codes[rows][:, None], rivals], axis=1)
    counts, sizes = _counts(cells, parents, rows, candidates)
    parts = _logs(cells, candidates, counts, sizes) * weights
    scores = np.where(_fresh(candidates), parts.sum(axis=2), -np.inf)
    best = scores[:, 1:].argmax(axis=1) + 1
    line = np.arange(len(rows))
    odds = np.exp(scores[:, 1:] - scores[line, best][:, None])
    value = candidates[line, best]
    votes = rivals == value[:, None]
    lead = np.where(votes, parts[line, best] - parts[:, 0], -np.inf).argmax(axis=1)
    bits = (votes * (1 << np.arange(len(parents)))).sum(axis=1).astype(np.uint8)
    codes = np.stack([parent.codes[rows] for parent in parents], axis=1)
    return Doubts(
        rows,
        value,
        1 / odds.sum(axis=1),
        scores[line, best] - scores[:, 0],
        bits,
        lead,
        counts[line, 0, lead].astype(np.int64),
        counts[line, best, lead].astype(np.int64),
        codes[line, lead],
    )
