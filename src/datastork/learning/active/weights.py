"""How much each row weighs, so that a few answered rows speak for all those like them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from datastork.learning.active.correction import Correction, correction
from datastork.learning.active.donors import NOBODY, donors, give
from datastork.learning.active.state import State

if TYPE_CHECKING:
    import numpy as np

Update = Literal["shrunk", "unbiased", "gradient"]
"""How answers reach the model: by weights that are "unbiased" (each answered row weighs as much as the flagged rows it
was drawn from), or "shrunk", which give a part of that to rows that stand for the others, as large as the noise of the
answers asks; or by a "gradient" step of logistic regression, from the model of likely rows."""

MIXED = -2  # the rows of all classes of errors with few answered rows
FEW = 5  # answered rows of a class of errors, below which it is one with others


@dataclass(frozen=True, eq=False)
class Weights:
    """The weights of n rows, and where they come from.

    `weight`    float64[n]: what each row weighs in training; 0 for flagged rows that nobody looked at
    `unbiased`  float64[n]: the Horvitz-Thompson weights, of which the sum is the number of rows
    `likely`    float64[n]: the weights where donors stand for flagged rows that nobody looked at
    `trust`     how far `weight` goes from `likely` to `unbiased` (0 to 1)
    `step`      the gradient step between the two models; None where nobody stands for any row
    """

    weight: "np.ndarray"
    unbiased: "np.ndarray"
    likely: "np.ndarray"
    trust: float
    step: Correction | None = None


def weigh(state: State, share: "np.ndarray", *, update: Update = "shrunk") -> Weights:
    """Return the weights of all rows. share: float64[n], what `asking.shares` said.

    Unbiased: trusted rows weigh 1, an answered row of the pool the inverse of its chance to be asked about, scaled so
    that the rows of each class of errors weigh as much as there are (Hajek 1971). Likely: trusted and answered rows
    weigh 1, and each flagged row that nobody looked at gives its 1 to the three rows that stand for it. The first has
    no bias and much noise, the second the reverse: the result is the first times t plus the second times 1 - t, with t
    = 1 - noise / size of the step from the one model to the other, both in the metric of the loss (James and Stein
    1961, with the donors as in prediction-powered inference, Angelopoulos et al. 2023).
    """
    import numpy as np

    base = state.trusted.astype(float)
    asked = np.flatnonzero(state.pool & state.answered)
    strata = _strata(state, asked)
    speaks = _speaks(strata, share, asked)
    unbiased = base.copy()
    unbiased[asked] = speaks
    if update == "unbiased":
        return Weights(unbiased, unbiased, unbiased, 1.0)
    stands = donors(state)
    likely = base.copy()
    open_rows = np.flatnonzero(state.pool & ~state.answered)
    give(likely, stands[open_rows], 1.0)
    likely[asked] += 1
    if not (stands[state.pool] != NOBODY).any():
        trust = 1.0 if len(asked) else 0.0
        return Weights(unbiased if len(asked) else likely, unbiased, likely, trust)
    step = correction(state, stands, asked, speaks, strata)
    return Weights(step.trust * unbiased + (1 - step.trust) * likely, unbiased, likely, step.trust, step)


def _strata(state: State, asked: "np.ndarray") -> "np.ndarray":
    """Return the class of errors of each row of the pool (int64[n]), those with few answered rows as one (-2).

    Where even those have few together, they go with the largest.
    """
    import numpy as np

    code = np.where(state.pool, state.flags.classes[0], NOBODY)
    counts = np.bincount(code[asked], minlength=code.max(initial=0) + 1)
    code[(code != NOBODY) & (counts[code] < FEW)] = MIXED
    if (code[asked] == MIXED).sum() < FEW <= counts.max():
        code[code == MIXED] = counts.argmax()
    return code


def _speaks(strata: "np.ndarray", share: "np.ndarray", asked: "np.ndarray") -> "np.ndarray":
    """Return for how many rows of the pool each answered row speaks: float64[k]."""
    import numpy as np

    found = np.zeros(len(asked))
    for one in np.unique(strata[asked]).tolist():
        mine, rows = strata[asked] == one, np.flatnonzero(strata == one)
        rare = 1 / _chance(share[rows], int(mine.sum()))[np.searchsorted(rows, asked[mine])]
        found[mine] = rare / rare.sum() * len(rows)
    return found


def _chance(share: "np.ndarray", count: int) -> "np.ndarray":
    """Return the chance of each row to be among `count` drawn in proportion to shares (float64[m]), at most 1 each."""
    import numpy as np

    certain = np.zeros(len(share), bool)
    while True:
        rest = count - certain.sum()
        chance = np.where(certain, 1.0, share * (rest / max(share[~certain].sum(), 1e-300)))
        more = (chance >= 1) & ~certain
        if not more.any():
            return np.maximum(chance, 1e-12)
        certain |= more
