"""Is an exception an error, or how things are? Told from how exceptions of one kind lie in their groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import Pairs
from datastork.tables.guards.support import explained
from datastork.tables.model.cells import Cells
from datastork.tables.model.likeness import alike, covered
from datastork.tables.model.parents import Parent
from datastork.tables.model.votes import Votes

if TYPE_CHECKING:
    import numpy as np

KINDS = ("missing", "overwritten", "misspelt", "strange", "other")
DOUBT = (0.3, 0.02, 0.05, 0.3, 0.5)  # exceptions per column that are taken as natural before any is seen, by kind
SURPRISE = (0.01, 1e-5, 1e-3, 0.01, 0.01)  # how improbable it is that errors meet in one group if they are natural
MIXED = 0.05  # how improbable it is that a group of as many errors comes about by chance
CLEAR = 2.0  # log odds from which a doubt counts as an exception
BORROWED = 4.0  # how many exceptions the rest of the table stands for


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Doubts of one column with their kind (int64[m], a place in KINDS), and which are natural (bool[m]).

    By parent (p) that leads the doubt, and kind:
    `single`     float64[p, 5]: exceptions that lie as errors would
    `supported`  float64[p, 5]: how often exceptions meet in one group as errors would not: natural ones
    """

    kind: "np.ndarray"
    natural: "np.ndarray"
    single: "np.ndarray"
    supported: "np.ndarray"


def exceptions_of(
    table: Sequence[Cells], target: int, parents: Sequence[Parent], votes: Votes, sign: str
) -> Exceptions:
    """Sort the doubts of a column.

    A value that some parent confirms somewhere is one of the column's own ("other"); else it is "overwritten" or
    "misspelt" where it may be what is proposed, and "strange" where not. sign: the character that overwrites.
    """
    import numpy as np
    from scipy.stats import poisson

    cells, doubts = table[target], votes.doubts
    code = cells.codes[doubts.row]
    own = np.zeros(len(cells.values), bool)
    own[cells.codes[votes.confirm > 0]] = True
    written = _written(cells, code, doubts.best, sign)
    kind = np.where(code == cells.missing, 0, np.where(own[code], 4, written))
    clear = doubts.odds > CLEAR
    natural = np.zeros(len(code), bool)
    natural[clear] = explained(doubts.row[clear], [one.codes for place, one in enumerate(table) if place != target])
    single, supported = np.zeros((len(parents), len(KINDS))), np.zeros((len(parents), len(KINDS)))
    for lead, parent in enumerate(parents):
        mixed = _mixed(parent.pairs) if (doubts.led_by == lead).any() else 0.0
        for place, surprise in enumerate(SURPRISE):
            mine = np.flatnonzero((kind == place) & clear & (doubts.led_by == lead))
            if not len(mine):
                continue
            met = doubts.held[mine] + 1
            size = met + doubts.backed[mine]
            expected = np.bincount(code[mine], minlength=len(own))[code[mine]] * size / len(cells.codes)
            odd = (met >= 2) & (poisson.sf(met - 1, expected) < surprise)
            single[lead, place] = int((~odd & ~natural[mine]).sum())
            supported[lead, place] = np.unique(np.stack([doubts.group[mine][odd], code[mine][odd]]), axis=1).shape[1]
            if place != KINDS.index("overwritten"):
                supported[lead, place] += mixed
            natural[mine] |= odd
    return Exceptions(kind, natural, single, supported)


def _mixed(pairs: Pairs) -> float:
    """Return how many groups hold more exceptions from their commonest value than errors that fall anywhere explain."""
    import numpy as np
    from scipy.stats import binom

    first = pairs.ranked[0]
    some = np.flatnonzero(pairs.size > 2)
    if not len(some):
        return 0.0
    sizes, place = np.unique(pairs.size[some], return_inverse=True)
    strays = pairs.size[some] - pairs.count[first[some]]
    usual = np.ones(len(some), bool)
    least = np.zeros(len(sizes))
    for _ in range(3):
        rate = strays[usual].sum() / max(1, sizes[place][usual].sum())
        least = binom.isf(MIXED, sizes, rate) + 1
        usual = strays < least[place]
    by_chance = binom.sf(least - 1, sizes, rate)[place].sum()
    return float(max(0.0, (~usual).sum() - by_chance))


def _written(cells: Cells, code: "np.ndarray", best: "np.ndarray", sign: str) -> "np.ndarray":
    """Return what each held value looks like beside what is proposed: 1 overwritten, 2 misspelt, 3 strange."""
    import numpy as np

    keys, back = np.unique(code * len(cells.values) + best, return_inverse=True)
    places = np.divmod(keys, len(cells.values))
    old, new = ([cells.values[place] or "" for place in side.tolist()] for side in places)
    over = np.array([covered(a, b, sign) for a, b in zip(old, new, strict=True)], bool)
    return np.asarray(np.where(over, 1, np.where(alike(old, new), 2, 3))[back])


def error_rates(found: Sequence[Exceptions]) -> "list[np.ndarray]":
    """Return for each column, by parent and kind, the share of exceptions that are errors: float64[p, 5].

    Values that are natural exceptions come again in their group, errors hardly ever do. Of natural exceptions with
    few occurrences about twice as many occur once as occur two or three times (Fisher's log series), so twice the
    number of supported ones is taken off the single ones; the rest of the table counts for a few.
    """
    import numpy as np

    doubt = np.array(DOUBT)
    single = np.concatenate([one.single for one in found])
    natural = 2 * np.concatenate([one.supported for one in found])
    loss = (np.minimum(natural, single) + np.where(single > 0, doubt, 0)).sum(axis=0)
    seen = single.sum(axis=0)
    whole = np.clip((seen - loss) / np.maximum(seen, 1), 0, 1)
    return [
        np.clip(
            (np.maximum(one.single - 2 * one.supported - doubt, 0) + BORROWED * whole) / (one.single + BORROWED),
            0,
            0.999,
        )
        for one in found
    ]
