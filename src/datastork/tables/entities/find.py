"""Which rows of a table are one and the same thing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.entities.blocks import candidates
from datastork.tables.entities.clusters import clusters, cross_pairs
from datastork.tables.entities.compared import Compared, compared
from datastork.tables.entities.levels import levels
from datastork.tables.entities.ties import components
from datastork.tables.entities.weights import Weights, chance_of, fitted, surprise
from datastork.tables.grid import Grid
from datastork.tables.kinds import Kind

if TYPE_CHECKING:
    import numpy as np

AT_ONCE = 500_000  # pairs
LEARNED = 1_000_000  # pairs the weights are learned from
SLIGHT = 0.02  # probability below which a pair is forgotten
UNSURE = 0.5  # probability from which a pair that is not one thing is for a person to look at

Pairs = tuple["np.ndarray", "np.ndarray", "np.ndarray"]  # first row, second row, probability; of equal length


@dataclass(frozen=True, slots=True)
class Entities:
    """What rows are one, of a table of `n` rows.

    `cluster`      int64[n]: the smallest row that is the same thing; itself for a row alone
    `probability`  float64[n]: that a row is what the most similar row of its cluster is; 0 for a row alone
    `unsure`       pairs of rows of different clusters that are more probably one than not, the surest first; of equal
                   rows the first stands for all
    `columns`      the columns compared, and how; `weights` what agreement on each is worth
    `compared`     how many pairs of rows were compared
    `notes`        which columns were left out, and why
    """

    cluster: "np.ndarray"
    probability: "np.ndarray"
    unsure: Pairs
    columns: tuple[Compared, ...]
    weights: Weights | None
    compared: int
    notes: tuple[str, ...]


def find_entities(
    grid: Grid,
    *,
    columns: Collection[str] | None = None,
    ignore: Collection[str] = (),
    exact: Collection[str] = (),
    threshold: float = 0.95,
    kinds: dict[str, Kind] | None = None,
    seed: int = 0,
) -> Entities:
    """Return which rows of a table are the same thing, written differently or not.

    Candidate pairs share something rare; each column says how alike they are; the weights of Fellegi and Sunter (A
    theory for record linkage, 1969) are learned from the pairs themselves, without labels. Rows that say too little
    are not taken for copies though they are equal.

    columns: names of the columns to compare; by default all
    ignore: those not to compare
    exact: those that are equal or not, and never similar
    threshold: the probability from which two rows are one (0 to 1)
    """
    import numpy as np

    used, notes = compared(grid, columns=columns, ignore=ignore, exact=exact, kinds=kinds)
    alone = np.arange(grid.rows)
    if grid.rows < 2 or not used:
        nobody: Pairs = (alone[:0], alone[:0], np.zeros(0))
        return Entities(alone, np.zeros(grid.rows), nobody, tuple(used), None, 0, tuple(notes))
    joint = np.zeros(grid.rows, np.int64)
    for column in used:
        joint = np.unique(joint * (len(column.values) + 1) + column.codes + 1, return_inverse=True)[1].astype(np.int64)
    _, lead, place, copies = np.unique(joint, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(lead, kind="stable")  # distinct rows in the order of the table
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    lead, copies, place = lead[order], copies[order], rank[place]
    distinct = [column.take(lead) for column in used]
    first, second = candidates(distinct, len(lead))
    several = np.flatnonzero(copies > 1)
    weights = _learned(distinct, first, second, several, copies, chance_of(used, grid.rows, seed), grid.rows)
    count = len(first)
    first, second, sure = _scored(distinct, first, second, weights)
    _, _, same = _scored(distinct, several, several, weights, least=0.0)
    cluster, best = _grouped(distinct, first, second, sure, weights, threshold)
    return Entities(
        *_spread(cluster, best, place, lead, several, same, threshold),
        _unsure(first, second, sure, cluster, lead),
        tuple(used),
        weights,
        count,
        tuple(notes),
    )


def _learned(
    columns: Sequence[Compared],
    first: "np.ndarray",
    second: "np.ndarray",
    several: "np.ndarray",
    copies: "np.ndarray",
    weights: Weights,
    rows: int,
) -> Weights:
    """Return the weights learned from (some of) the pairs, those of equal rows among them."""
    import numpy as np

    some = slice(None, None, max(1, -(-len(first) // LEARNED)))
    share = len(first) / max(len(first[some]), 1)
    one, other = np.concatenate([first[some], several]), np.concatenate([second[some], several])
    times = np.concatenate([np.full(len(first[some]), share), copies[several] - 1.0])
    found = levels(columns, one, other)
    return fitted(weights, surprise(columns, one, other, found, weights), found, times, rows)


def _scored(
    columns: Sequence[Compared], first: "np.ndarray", second: "np.ndarray", weights: Weights, least: float = SLIGHT
) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
    """Return pairs with their probability, without those below `least`."""
    import numpy as np

    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for start in range(0, max(len(first), 1), AT_ONCE):
        one, other = first[start : start + AT_ONCE], second[start : start + AT_ONCE]
        found = levels(columns, one, other)
        sure = weights.probability(surprise(columns, one, other, found, weights), found).astype(np.float64)
        keep = sure >= least
        parts.append((one[keep], other[keep], sure[keep]))
    one, other, sure = (np.concatenate(each) for each in zip(*parts, strict=True))
    return one, other, sure


def _grouped(
    columns: Sequence[Compared],
    first: "np.ndarray",
    second: "np.ndarray",
    sure: "np.ndarray",
    weights: Weights,
    threshold: float,
) -> "tuple[np.ndarray, np.ndarray]":
    """Return each distinct row's cluster, and its greatest probability within it."""
    import numpy as np

    rows = len(columns[0].codes)
    tied = sure >= threshold
    root = components(rows, first[tied], second[tied])
    inside = root[first] == root[second]
    first, second, sure = first[inside], second[inside], sure[inside]
    more = cross_pairs(root, first * rows + second, rows)
    further = _scored(columns, more // rows, more % rows, weights)
    first, second, sure = (np.concatenate(pair) for pair in zip((first, second, sure), further, strict=True))
    cluster = clusters(rows, first, second, sure, threshold)
    best = np.zeros(rows)
    mine = cluster[first] == cluster[second]
    np.maximum.at(best, first[mine], sure[mine])
    np.maximum.at(best, second[mine], sure[mine])
    return cluster, best


def _unsure(
    first: "np.ndarray", second: "np.ndarray", sure: "np.ndarray", cluster: "np.ndarray", lead: "np.ndarray"
) -> Pairs:
    """Return the pairs of rows that may be one and were left apart, the surest first."""
    import numpy as np

    apart = np.flatnonzero((sure >= UNSURE) & (cluster[first] != cluster[second]))
    one, other = lead[first[apart]], lead[second[apart]]
    one, other, sure = np.minimum(one, other), np.maximum(one, other), sure[apart]
    order = np.lexsort((other, one, -sure))
    return one[order], other[order], sure[order]


def _spread(
    cluster: "np.ndarray",
    best: "np.ndarray",
    place: "np.ndarray",
    lead: "np.ndarray",
    several: "np.ndarray",
    same: "np.ndarray",
    threshold: float,
) -> "tuple[np.ndarray, np.ndarray]":
    """Return cluster and probability of all rows from the distinct ones; equal rows that say enough are one."""
    import numpy as np

    rows = np.arange(len(place))
    equal = np.zeros(len(lead))
    equal[several] = same
    tied = (rows == lead[place]) | (equal[place] >= threshold) | (best[place] > 0)
    found = np.where(tied, lead[cluster[place]], rows)
    probability = np.where(tied, np.maximum(best[place], np.where(equal[place] >= threshold, equal[place], 0)), 0.0)
    alone = np.bincount(found, minlength=len(place))[found] < 2
    return found, np.where(alone, 0.0, probability)
