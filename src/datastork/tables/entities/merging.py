"""The best row of each thing: what most of its rows say, in the row that says most of it already."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from datastork.tables.changes import Changes
from datastork.tables.dependencies.pairs import pair_counts
from datastork.tables.grid import NULL, Grid
from datastork.tables.kinds import Kind

if TYPE_CHECKING:
    import numpy as np


def keepers(grid: Grid, cluster: "np.ndarray", preferred: "np.ndarray", kinds: dict[str, Kind]) -> "np.ndarray":
    """Return for each row (int64[n]) the row that stands for its cluster.

    Of a cluster it is one of the `preferred` (bool[n]) where there are any, then the one with most cells that the
    most rows of the cluster hold, then the first.
    """
    import numpy as np

    good = np.zeros(grid.rows, np.int64)
    for column in grid.columns:
        codes = given_codes(column.codes, column.values, kinds[column.name])
        pairs = pair_counts(cluster, codes)
        most = np.zeros(int(cluster.max(initial=-1)) + 1, np.int64)
        np.maximum.at(most, pairs.given, pairs.count)
        held = np.where(pairs.pair >= 0, pairs.count[pairs.pair] if len(pairs.count) else 0, 0)
        good += (held > 0).astype(np.int64) + (held == most[cluster]) * (held > 0)
    order = np.lexsort((np.arange(grid.rows), -good, ~preferred, cluster))
    leads = np.ones(grid.rows, bool)
    leads[1:] = cluster[order][1:] != cluster[order][:-1]
    best = np.zeros(int(cluster.max(initial=-1)) + 1, np.int64)
    best[cluster[order][leads]] = order[leads]
    chosen: np.ndarray = best[cluster]
    return chosen


def merged(
    grid: Grid, cluster: "np.ndarray", keeper: "np.ndarray", kinds: dict[str, Kind], ignore: Collection[str] = ()
) -> Changes:
    """Return what the rows that stand for a cluster take over from its other rows.

    An empty cell takes the value that most of the others hold, where one is ahead of all. Another value is taken
    where at least two rows hold it and more than hold the row's own. The confidence is its share of the rows with a
    value.
    """
    import numpy as np

    parts = []
    lead = np.unique(keeper[np.bincount(cluster, minlength=grid.rows)[cluster] > 1])
    for place, column in enumerate(grid.columns):
        if column.name in ignore or not len(lead):
            continue
        codes = given_codes(column.codes, column.values, kinds[column.name])
        pairs = pair_counts(cluster, codes)
        mine = lead[cluster[lead] < len(pairs.size)]
        mine = mine[pairs.size[cluster[mine]] > 0]
        first, second = (one[cluster[mine]] for one in pairs.ranked)
        most = pairs.count[first]
        next_most = np.where(second >= 0, pairs.count[second], 0)
        own = np.where(codes[mine] >= 0, pairs.count[pairs.pair[mine]], 0)
        better = (pairs.target[first] != codes[mine]) & (most > next_most) & ((own == 0) | (most >= 2)) & (most > own)
        mine, first, most = mine[better], first[better], most[better]
        of = pairs.size[cluster[mine]]
        why = [
            f"{a} of the {b} rows of this thing that have a value {'holds' if a == 1 else 'hold'} it"
            if b > 1
            else "the one row of this thing that has a value holds it"
            for a, b in zip(most.tolist(), of.tolist(), strict=True)
        ]
        new = [column.values[code] for code in pairs.target[first].tolist()]
        parts.append(Changes.of("source", mine, place, new, most / np.maximum(of, 1), why))
    return Changes.joined(parts)


def given_codes(codes: "np.ndarray", values: tuple[str, ...], kind: Kind) -> "np.ndarray":
    """Return codes with NULL for values that say missing, and for blank ones."""
    import numpy as np

    tokens = set(kind.missing_tokens)
    gone = np.array([value in tokens or not value.strip() for value in values] + [True], bool)
    return np.where(gone[codes], NULL, codes)
