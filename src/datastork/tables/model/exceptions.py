"""Is an exception an error, or how things are? Told from how exceptions of one kind lie in their groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.model.cells import Cells
from datastork.tables.model.likeness import alike
from datastork.tables.model.votes import Doubts, Votes

if TYPE_CHECKING:
    import numpy as np

KINDS = ("missing", "misspelt", "strange", "other")
DOUBT = (0.3, 0.05, 0.3, 0.5)  # exceptions per column that are taken as natural before any is seen, by kind
SURPRISE = 0.01  # how improbable it is that errors meet in one group before they count as natural
CLEAR = 2.0  # log odds from which a doubt counts as an exception
BORROWED = 4.0  # how many exceptions the rest of the table stands for


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Doubts of one column with their kind (int64[m], a place in KINDS) and whether others hold the same (bool[m]).

    `single`     int64[4]: exceptions of each kind that lie as errors would
    `supported`  int64[4]: pairs of group and value that meet more often than errors would: natural ones
    """

    kind: "np.ndarray"
    natural: "np.ndarray"
    single: "np.ndarray"
    supported: "np.ndarray"


def exceptions_of(cells: Cells, votes: Votes) -> Exceptions:
    """Sort the doubts of a column.

    A value that some parent confirms somewhere is one of the column's own ("other"); else it is "misspelt" where it
    is alike to what is proposed and "strange" where not.
    """
    import numpy as np
    from scipy.stats import poisson

    doubts = votes.doubts
    code = cells.codes[doubts.row]
    own = np.zeros(len(cells.values), bool)
    own[cells.codes[votes.confirm > 0]] = True
    kind = np.where(code == cells.missing, 0, np.where(own[code], 3, np.where(_misspelt(cells, code, doubts), 1, 2)))
    clear = doubts.odds > CLEAR
    natural = np.zeros(len(code), bool)
    single, supported = np.zeros(len(KINDS), np.int64), np.zeros(len(KINDS), np.int64)
    for place in range(len(KINDS)):
        mine = np.flatnonzero((kind == place) & clear)
        if not len(mine):
            continue
        met = doubts.held[mine] + 1
        size = met + doubts.backed[mine]
        expected = np.bincount(code[mine], minlength=len(own))[code[mine]] * size / len(cells.codes)
        odd = (met >= 2) & (poisson.sf(met - 1, expected) < SURPRISE)
        natural[mine] = odd
        single[place] = int((~odd).sum())
        clumps = np.stack([doubts.led_by[mine][odd], doubts.group[mine][odd], code[mine][odd]])
        supported[place] = np.unique(clumps, axis=1).shape[1]
    return Exceptions(kind, natural, single, supported)


def _misspelt(cells: Cells, code: "np.ndarray", doubts: Doubts) -> "np.ndarray":
    """Return where what is held is alike to what is proposed."""
    import numpy as np

    keys, back = np.unique(code * len(cells.values) + doubts.best, return_inverse=True)
    old, new = np.divmod(keys, len(cells.values))
    texts = [cells.values[place] or "" for place in old.tolist()]
    return np.asarray(alike(texts, [cells.values[place] or "" for place in new.tolist()])[back])


def error_rates(found: Sequence[Exceptions]) -> "np.ndarray":
    """Return for each column and kind the share of its exceptions that are errors: float64[columns, 4].

    Values that are natural exceptions come again in their group, errors hardly ever do. Of natural exceptions with
    few occurrences about twice as many occur once as occur two or three times (Fisher's log series), so twice the
    number of supported ones is taken off the single ones; the rest of the table counts for a few.
    """
    import numpy as np

    single = np.array([one.single for one in found], float)
    natural = 2 * np.array([one.supported for one in found], float) + np.array(DOUBT)
    whole = np.clip(1 - natural.sum(axis=0) / np.maximum(single.sum(axis=0), 1e-9), 0, 1)
    rates = (np.maximum(single - natural, 0) + BORROWED * whole) / (single + BORROWED)
    return np.asarray(np.clip(rates, 0, 0.999))
