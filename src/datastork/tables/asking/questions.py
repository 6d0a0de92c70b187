"""The rows most useful to ask a person about: those that settle the most cells of the whole table."""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from datastork.tables.changes import Changes
from datastork.tables.examples.shapes import shape_of
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np

UNTOUCHED = 0.1  # doubt about a cell for which nothing is proposed
LEFT = 0.4  # share of the doubt about rows that are alike that is left after each answer on one of them
LOOKED_AT = 20_000  # rows that may be asked about, by chance where there are more


class Proposals(Protocol):
    """What a repair proposes: `changes` it made, and `suspects` it did not."""

    @property
    def changes(self) -> Changes:
        """What was changed."""

    @property
    def suspects(self) -> Changes:
        """What was only suspected."""


def questions(grid: Grid, repaired: Proposals, count: int, seed: int) -> "np.ndarray":
    """Return int64[<= count]: rows to ask about, the most useful first.

    A cell is settled by an answer on a cell like it: one written in the same way in its column (the coverage of error
    patterns of Raha, SIGMOD 2019), one changed for the same reason, one whose row has the same value in some column, as
    rows of one source or of one thing have. Each row asked leaves less doubt about its likes, so that the next is
    another. Of rows that are equally useful `seed` chooses.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    rows = _looked_at(grid, repaired, random)
    likes = _likes(grid.take(rows), _of_rows(repaired, rows))
    luck = random.random(len(rows)) * 1e-6
    open_rows = np.ones(len(rows), bool)
    chosen: list[int] = []
    for _ in range(min(count, len(rows))):
        gain = luck + np.sum([one.worth()[one.cluster] for one in likes], axis=0)
        place = int(np.where(open_rows, gain, -np.inf).argmax())
        open_rows[place] = False
        chosen.append(int(rows[place]))
        settled = [np.flatnonzero(one.cluster == one.cluster[place]) for one in likes if one.decides]
        for one in likes:
            one.left[one.cluster[place]] *= LEFT
            for those in settled:
                one.settle(those)
    return np.array(chosen, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Like:
    """A way in which rows are alike.

    `cluster`  int64[n]: equal for rows that are alike
    `doubt`    float64[n]: about the cells that an answer on another row of the cluster may settle
    `left`     float64[k]: share of the doubt about each cluster that the answers so far leave
    `decides`  whether an answer settles all cells of the rows of a cluster
    """

    cluster: "np.ndarray"
    doubt: "np.ndarray"
    left: "np.ndarray"
    decides: bool

    @classmethod
    def of(cls, cluster: "np.ndarray", doubt: "np.ndarray", decides: bool = False) -> "_Like":
        import numpy as np

        return cls(cluster, doubt.copy(), np.ones(int(cluster.max(initial=0)) + 1), decides)

    def worth(self) -> "np.ndarray":
        """Return float64[k]: how much doubt an answer on each cluster may settle."""
        import numpy as np

        found: np.ndarray = self.left * np.bincount(self.cluster, self.doubt, len(self.left))
        return found

    def settle(self, rows: "np.ndarray") -> None:
        """Take away the doubt about some rows."""
        self.doubt[rows] = 0


def _looked_at(grid: Grid, repaired: Proposals, random: "np.random.Generator") -> "np.ndarray":
    """Return the rows that may be asked about: all, or of many some by chance, half of them with proposals."""
    import numpy as np

    if grid.rows <= LOOKED_AT:
        return np.arange(grid.rows)
    changed = np.unique(np.concatenate([repaired.changes.row, repaired.suspects.row]))
    some = random.permutation(changed)[: LOOKED_AT // 2]
    return np.unique(np.concatenate([some, random.choice(grid.rows, LOOKED_AT // 2, replace=False)]))


def _of_rows(repaired: Proposals, rows: "np.ndarray") -> Changes:
    """Return what is proposed for some rows (int64[m], ascending), which are 0 to m - 1 in it."""
    import dataclasses

    import numpy as np

    proposed = Changes.joined([repaired.changes, repaired.suspects])
    proposed = proposed.where(np.isin(proposed.row, rows)).best()
    return dataclasses.replace(proposed, row=np.searchsorted(rows, proposed.row))


def _likes(grid: Grid, proposed: Changes) -> list[_Like]:
    """Return the ways in which rows are alike: by how a cell is written, why it is changed, and what it holds."""
    import numpy as np

    row_doubt = np.bincount(proposed.row, 1 - proposed.confidence, grid.rows)
    value = _numbered(list(zip(proposed.column.tolist(), proposed.new.tolist(), strict=True)))
    found = []
    for place, column in enumerate(grid.columns):
        mine = proposed.column == place
        rows = proposed.row[mine]
        doubt = np.full(grid.rows, UNTOUCHED)
        doubt[rows] = 1 - proposed.confidence[mine]
        shapes = _numbered([shape_of(v) for v in (*column.values, None)])
        found.append(_Like.of(shapes[column.codes], doubt))
        why = np.zeros(grid.rows, np.int64)
        why[rows] = 1 + _numbered([re.sub(r"[0-9]+", "9", one) for one in proposed.why[mine].tolist()])
        found.append(_Like.of(why, np.where(why > 0, doubt, 0)))
        if len(column.values) * 2 <= grid.rows:
            codes = np.where(column.codes < 0, len(column.values), column.codes)
            found.append(_Like.of(codes, row_doubt, _decides(codes[proposed.row], proposed.column, value)))
    return found


def _decides(codes: "np.ndarray", column: "np.ndarray", value: "np.ndarray") -> bool:
    """Return whether rows of one cluster are to get one value in each column: all int64[m], of m proposals."""
    import numpy as np

    cells = np.unique(np.stack([codes, column]), axis=1).shape[1] if len(codes) else 0
    values = np.unique(np.stack([codes, column, value]), axis=1).shape[1] if len(codes) else 0
    return 0 < values <= 1.05 * cells and len(codes) >= 2 * cells


def _numbered(names: Sequence[Hashable]) -> "np.ndarray":
    """Return int64[n]: equal for equal names."""
    import numpy as np

    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], np.int64)
