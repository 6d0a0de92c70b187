"""Which sources copy from one another: they share what is wrong, and what is missing, more often than chance.

After Dong, Berti-Equille and Srivastava, Integrating Conflicting Data: The Role of Source Dependence (VLDB 2009); the
evidence of what is missing together is added to it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.sources.claims import Claims

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

COPIED = 0.8  # share of its claims that a copier copies
PRIOR = 0.05  # chance that two sources depend on each other
STRONGEST = 10.0  # log-odds that missing values together can add
NEARLY = 0.98  # accuracy of a source that is nearly always right
OTHERS = 10  # wrong values that are as likely as one another
FEWEST = 5  # things that two sources must have in common to be compared
MOST_SOURCES = 1000  # more are taken as independent


@dataclass(frozen=True, slots=True)
class Pairs:
    """How often two of s sources speak of the same things, and agree, in one column.

    `matrix`  sparse float64[s, c]: 1 where a source claims a candidate
    `common`  float64[s, s]: things on which both give a value
    `agree`   float64[s, s]: on which both give the same
    `lacking` float64[s, s]: log-odds of copying from the values both leave out
    """

    matrix: "sp.csr_matrix"
    common: "np.ndarray"
    agree: "np.ndarray"
    lacking: "np.ndarray"

    @classmethod
    def of(cls, claims: Claims, present: "sp.csr_matrix") -> "Pairs":
        """Return the pairs of one column; `present` sparse [s, g]: 1 where a source has a row on a thing."""
        import numpy as np
        import scipy.sparse as sp

        sources, things = present.shape
        ones = np.ones(len(claims.source))
        matrix = sp.csr_matrix((ones, (claims.source, claims.option)), shape=(sources, len(claims.thing)))
        given = sp.csr_matrix((ones, (claims.source, claims.thing[claims.option])), shape=(sources, things))
        given.data[:] = 1
        common = (given @ given.T).toarray()
        return cls(matrix, common, (matrix @ matrix.T).toarray(), _lacking(present, given, common))

    def excess(self) -> "np.ndarray":
        """Return float64[s, s]: log-odds of copying from how often two sources agree, before anything is known.

        Independent sources agree about as often as the product of their accuracies says, and a source agrees with most
        others as its accuracy says, few of which copy it or are copied by it.
        """
        import numpy as np

        told = np.greater_equal(self.common, FEWEST) & ~np.eye(len(self.common), dtype=bool)
        rate = np.where(told, (self.agree + 0.5) / (self.common + 1), np.nan)
        accuracy = np.full(len(rate), 0.8)
        for _ in range(20):
            middle = np.nanmedian(np.where(told.any(1)[:, None], rate / accuracy[None, :], 0.8), axis=1)
            accuracy = np.sqrt(accuracy * np.clip(middle, 0.05, 0.98))
        chance = np.outer(accuracy, accuracy) + np.outer(1 - accuracy, 1 - accuracy) / OTHERS
        copied = COPIED + (1 - COPIED) * chance
        odds = self.agree * np.log(copied / chance) + (self.common - self.agree) * np.log((1 - copied) / (1 - chance))
        found: np.ndarray = np.where(told, odds, 0)
        return found

    def odds(self, true: "np.ndarray", accuracy: "np.ndarray") -> "np.ndarray":
        """Return float64[s, s]: log-odds of copying from which values two sources share, and how wrong these are.

        What is true is shared without copying too, the more so by sources that are nearly always right: for it they are
        taken as that.

        `true` float64[c]: the chance of each candidate; `accuracy` float64[s].
        """
        import numpy as np
        import scipy.sparse as sp

        good = (self.matrix @ sp.diags(true) @ self.matrix.T).toarray()
        one, two = accuracy[:, None], accuracy[None, :]
        mean = (one + two) / 2
        both_wrong = (1 - one) * (1 - two) / OTHERS
        odds_right = np.log(COPIED / np.maximum(mean, NEARLY) + 1 - COPIED)
        odds_wrong = np.log((1 - mean) * COPIED / both_wrong + 1 - COPIED)
        apart = (self.common - self.agree) * np.log(1 - COPIED)
        odds: np.ndarray = good * odds_right + (self.agree - good) * odds_wrong + apart
        return odds


def _lacking(here: "sp.csr_matrix", given: "sp.csr_matrix", common: "np.ndarray") -> "np.ndarray":
    """Return float64[s, s]: log-odds of copying from which values two sources leave out of the things both speak of.

    Where most sources leave a value out, leaving it out together says little.
    """
    import numpy as np
    import scipy.sparse as sp

    none = here - given.multiply(here)
    none.eliminate_zeros()
    rate = (np.asarray(given.sum(0)).ravel() + 1) / (np.asarray(here.sum(0)).ravel() + 2)
    rate = np.clip(rate, 0.02, 0.98)
    together = sp.diags(np.log(COPIED / rate + 1 - COPIED))
    without = sp.diags(np.log(COPIED / (1 - rate) + 1 - COPIED))
    apart = (given @ none.T).toarray()
    odds = (given @ together @ given.T).toarray() + (none @ without @ none.T).toarray()
    odds += (apart + apart.T) * np.log(1 - COPIED)
    told = (common > 0) & ((none @ none.T).toarray() > 0)
    found: np.ndarray = np.where(told, odds, 0)
    return found


def chance_of_copying(pairs: list[Pairs], odds: "list[np.ndarray]") -> "np.ndarray":
    """Return float64[s, s]: the probability that two sources depend on each other, from all columns."""
    import numpy as np

    lacking = np.clip(np.sum([one.lacking for one in pairs], axis=0), -STRONGEST, STRONGEST)
    total = np.clip(lacking + (np.sum(odds, axis=0) if odds else 0) + np.log(PRIOR / (1 - PRIOR)), -30, 30)
    chance: np.ndarray = 1 / (1 + np.exp(-total))
    np.fill_diagonal(chance, 0)
    return chance
