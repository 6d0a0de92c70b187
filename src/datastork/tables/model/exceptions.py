"""Is an exception an error, or how things are? Told from how exceptions of one kind lie in their groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import Pairs
from datastork.tables.guards.support import explained
from datastork.tables.model.cells import Cells
from datastork.tables.model.likeness import alike, covered, variant
from datastork.tables.model.parents import Parent
from datastork.tables.model.votes import Votes

if TYPE_CHECKING:
    import numpy as np

KINDS = ("missing", "overwritten", "misspelt", "strange", "other")
DOUBT = (2.0, 0.1, 0.1, 2.0, 3.0)  # exceptions per table that are taken as natural before any is seen, by kind
SURPRISE = (0.01, 1e-5, 1e-3, 0.01, 0.01)  # how improbable it is that errors meet in one group if they are natural
FEW_ERRORS, MANY_ERRORS = 0.25, 0.4  # up to which share exceptions may be errors; from where they are how things are
MIXED = 0.05  # how improbable it is that a group of as many errors comes about by chance
LEAST_RATE, FAR_ABOVE = 0.03, 1.5  # a column with so many times the exceptions of the others has natural ones
FEWEST_TOLD, SPREAD, FEW = 3, 2.0, 3.0  # columns that make a usual rate; how far above it, in deviations, is chance
BARE = [0, 3, 4]  # kinds that do not look like a slip of a known value
OTHERWISE = [3, 4]  # kinds that may be another way to write a value, or another value
CLEAR = 2.0  # log odds from which a doubt counts as an exception
BORROWED = 4.0  # how many exceptions the rest of the table stands for


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Doubts of one column with their kind (int64[m], a place in KINDS), and which are natural.

    `natural`    bool[m]: exceptions of which others of the group hold the same
    `explained`  bool[m]: exceptions that lie together in another column

    By parent (p) that leads the doubt, and kind:
    `single`     float64[p, 5]: exceptions that lie as errors would
    `supported`  float64[p, 5]: how often exceptions meet in one group as errors would not: natural ones
    `rate`       float64[p]: share of the rows of its groups that are exceptions, but for groups that have far more

    `told`       how many rows some parent confirms or doubts
    """

    kind: "np.ndarray"
    natural: "np.ndarray"
    explained: "np.ndarray"
    single: "np.ndarray"
    supported: "np.ndarray"
    rate: "np.ndarray"
    told: int


def exceptions_of(
    table: Sequence[Cells], target: int, asked: Sequence[int], parents: Sequence[Parent], votes: Votes, sign: str
) -> Exceptions:
    """Sort the doubts of a column.

    A value that some parent confirms somewhere is one of the column's own ("other"); else it is "overwritten" or
    "misspelt" where it may be what is proposed, and "strange" where not. asked: the columns that may explain
    exceptions; sign: the character that overwrites.
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
    natural, apart = np.zeros(len(code), bool), np.zeros(len(code), bool)
    some = doubts.odds > 0
    apart[some] = explained(doubts.row[some], [table[place].codes for place in asked if place != target])
    single, supported = np.zeros((len(parents), len(KINDS))), np.zeros((len(parents), len(KINDS)))
    rate = np.zeros(len(parents))
    for lead, parent in enumerate(parents):
        mixed, rate[lead] = _mixed(parent.pairs, cells)
        for place, surprise in enumerate(SURPRISE):
            mine = np.flatnonzero((kind == place) & clear & (doubts.led_by == lead))
            if not len(mine):
                continue
            met = doubts.held[mine] + 1
            size = met + doubts.backed[mine]
            expected = np.bincount(code[mine], minlength=len(own))[code[mine]] * size / len(cells.codes)
            odd = (met >= 2) & (poisson.sf(met - 1, expected) < surprise)
            single[lead, place] = int((~odd & ~apart[mine]).sum())
            clumps = np.unique(np.stack([doubts.group[mine][odd], code[mine][odd]]), axis=1).shape[1]
            supported[lead, place] = max(0.0, clumps - surprise * len(mine))
            if place != KINDS.index("overwritten"):
                supported[lead, place] += mixed
            natural[mine] |= odd
    told = int(np.count_nonzero(votes.confirm | votes.against))
    return Exceptions(kind, natural, apart, single, supported, rate, told)


def _mixed(pairs: Pairs, cells: Cells) -> tuple[float, float]:
    """Return how many groups hold more exceptions from their commonest value than errors that fall anywhere explain.

    And the share of exceptions in the others.
    Where a group's commonest value is frequent, errors drawn from the column hit it more often and are seen less.
    """
    import numpy as np
    from scipy.stats import binom

    some = np.flatnonzero(pairs.size > 2)
    if not len(some):
        return 0.0, 0.0
    first = pairs.ranked[0][some]
    size, strays = pairs.size[some], pairs.size[some] - pairs.count[first]
    visible = 1 - cells.counts[pairs.target[first]] / len(cells.codes)
    usual = np.ones(len(some), bool)
    for _ in range(3):
        rate = strays[usual].sum() / max(1, size[usual].sum())
        here = rate * np.maximum(1, visible / max(1e-9, float(np.average(visible, weights=size))))
        least = np.maximum(2, binom.isf(MIXED, size, np.minimum(here, 1)) + 1)
        usual = strays < least
    by_chance = float(binom.sf(least - 1, size, np.minimum(here, 1)).sum())
    excess = max(0.0, float((~usual).sum()) - by_chance - 2 * by_chance**0.5)
    usual_share = np.clip((rate - FEW_ERRORS) / (MANY_ERRORS - FEW_ERRORS), 0, 1)
    return float(excess + usual_share * np.count_nonzero(strays)), float(rate)


def _written(cells: Cells, code: "np.ndarray", best: "np.ndarray", sign: str) -> "np.ndarray":
    """Return what each held value looks like beside what is proposed: 1 overwritten, 2 misspelt, 3 strange."""
    import numpy as np

    keys, back = np.unique(code * len(cells.values) + best, return_inverse=True)
    places = np.divmod(keys, len(cells.values))
    old, new = ([cells.values[place] or "" for place in side.tolist()] for side in places)
    over = np.array([covered(a, b, sign) for a, b in zip(old, new, strict=True)], bool)
    other = np.array([variant(a, b) for a, b in zip(old, new, strict=True)], bool)
    return np.asarray(np.where(over, 1, np.where(alike(old, new) & ~other, 2, 3))[back])


def error_rates(
    found: Sequence[Exceptions], before: "np.ndarray | float" = 0.0
) -> "tuple[list[np.ndarray], np.ndarray]":
    """Return for each column, by parent and kind, the share of exceptions that are errors (float64[p, 5]), and for
    the table by kind that share and the usual share of exceptions among a column's rows (float64[2, 5]); `before`:
    what those were before sure errors were repaired.

    Values that are natural exceptions come again in their group, errors hardly ever do. Of natural exceptions with
    few occurrences about twice as many occur once as occur two or three times (Fisher's log series), so twice the
    number of supported ones is taken off the single ones; the rest of the column, and for that the rest of the table,
    counts for a few. Errors fall on all columns alike: a column with far more exceptions of a kind than the others
    has natural ones.
    """
    import numpy as np

    known = np.broadcast_to(before, (2, len(KINDS)))
    single = np.concatenate([np.zeros((0, len(KINDS))), *(one.single for one in found)])
    supported = np.concatenate([np.zeros((0, len(KINDS))), *(one.supported for one in found)])
    natural = np.minimum(2 * supported, single)
    seen = single.sum(axis=0)
    whole = np.clip((seen - natural.sum(axis=0) - np.array(DOUBT)) / np.maximum(seen, 1), known[0], 1)
    told = [_met(one) / one.told for one in found if len(one.rate) and one.told]
    usual = np.maximum(np.median(told, axis=0), known[1]) if len(told) >= FEWEST_TOLD else np.ones(len(KINDS))
    best = np.array([one.rate.min() for one in found if len(one.rate)])
    typical = max(LEAST_RATE, float(np.median(best))) if len(best) else LEAST_RATE
    rates = []
    for one in found:
        mine = one.single.sum(axis=0)
        column = _share(mine, np.minimum(one.supported, one.single / 2).sum(axis=0), whole)
        rate = _share(one.single, one.supported, column)
        expected = usual * one.told
        likely = (FAR_ABOVE * expected + SPREAD * np.sqrt(expected) + FEW) / np.maximum(mine, 1)
        rate[:, OTHERWISE] *= np.minimum(1.0, likely[OTHERWISE])
        rate[:, BARE] *= min(1.0, FAR_ABOVE * typical / max(typical, one.rate.min(initial=np.inf)))
        rates.append(np.clip(rate, 0, 0.999))
    return rates, np.stack([whole, usual])


def _met(one: Exceptions) -> "np.ndarray":
    """Return a column's exceptions by kind; as strange all slips, for those of short values look strange."""
    import numpy as np

    count = one.single.sum(axis=0)
    return np.asarray(np.concatenate([count[:3], [count[1:4].sum()], count[4:]]))


def _share(single: "np.ndarray", supported: "np.ndarray", prior: "np.ndarray") -> "np.ndarray":
    """Return the share of exceptions that are errors; `prior`: what counts for a few more of them."""
    import numpy as np

    return np.asarray((np.maximum(single - 2 * supported, 0) + BORROWED * prior) / (single + BORROWED))
