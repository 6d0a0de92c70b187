"""Where the answers leave the model: flags as learned, weights, and whom to ask next."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.learning.active.asking import order, shares
from datastork.learning.active.detector import Quality, adapted
from datastork.learning.active.state import State
from datastork.learning.active.weights import Update, Weights, weigh
from datastork.learning.encode import Encoder, encode

if TYPE_CHECKING:
    import numpy as np

OUTSIDE = 0.1  # share of the questions on rows that nothing flags, so that errors the detectors miss are met
BLIND = 0.5  # the same where no rule flags anything, and the detector has to learn all


@dataclass(frozen=True, eq=False)
class Standing:
    """What follows from a table, its flags and the answers so far.

    `state`      with the flags as answered rows teach them
    `share`      float64[n]: how large a share of the questions each row of the pool gets
    `weights`    of all rows
    `qualities`  of the detectors
    `order`      int64: the rows for training in the order in which to ask about them, behind those answered
    """

    state: State
    share: "np.ndarray"
    weights: Weights
    qualities: list[Quality]
    order: "np.ndarray"


def standing(state: State, *, update: Update = "shrunk", share: "np.ndarray | None" = None, seed: int = 0) -> Standing:
    """Return where things stand. state: with the flags of the rules; share: what `shares` said, where that is known.

    Rows that the rules flag keep the share of the questions that they have without any answer; those that a detector
    learned to flag share evenly, since nobody knew of them when they were asked about.
    """
    import numpy as np

    share = shares(state) if share is None else share
    learned, qualities = adapted(state, seed=seed)
    used = share[share > 0]
    share = np.where(learned.pool & (share == 0), used.mean() if len(used) else 1.0, share)
    outside = OUTSIDE if len(used) else BLIND
    return Standing(learned, share, weigh(learned, share, update=update), qualities, order(learned, share, outside))


def trained(now: Standing, *, model: "str | Any" = "logistic", seed: int = 0) -> tuple[Encoder, Any]:
    """Return a model fitted with the weights of a standing, and the encoder of the rows it takes.

    model: a name, or any classifier of scikit-learn whose `fit` takes `sample_weight`.
    """
    import numpy as np

    from datastork.learning.estimators import estimator_of, fitted, form_of

    state, weight = now.state, now.weights.weight
    rows = np.flatnonzero((weight > 0) & (state.target.codes >= 0))
    encoder = encode(state.after, state.kinds, rows, form=form_of(model), ignore=(state.label, *state.ignore))
    matrix = encoder.matrix(state.after.take(rows))
    return encoder, fitted(estimator_of(model, encoder, seed=seed), matrix, state.target.codes[rows], weight[rows])
