"""What answers do for a model: accuracy on validation rows after more and more of them, and when to stop."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, nan, sqrt
from typing import TYPE_CHECKING, Any

from datastork.learning.active.asking import shares
from datastork.learning.active.detector import adapted
from datastork.learning.active.donors import donors, give
from datastork.learning.active.learned import wrong_columns
from datastork.learning.active.standing import Standing, standing, trained
from datastork.learning.active.state import State
from datastork.learning.active.weights import Update

if TYPE_CHECKING:
    import numpy as np

FIRST = 25  # answers at the first point of the curve that has any, at least; each further one has twice as many
CERTAIN = 2.0  # standard errors, from which a gain is more than noise
ENOUGH = 50  # answers before it may be said that more would not help
OTHERWISE = 9973  # makes another random number of the one by which rows are asked about
HELD = 0.2  # share of the rows that validate where the split has none for it


@dataclass(frozen=True, slots=True)
class Point:
    """How good the model is after some answers.

    `answered`  rows of the pool that were answered
    `accuracy`  share of the validation rows that it gets right, weighted to stand for all of them (0 to 1)
    `error`     the standard error of that
    `gain`      accuracy less that of the point before; nan at the first
    `noise`     the standard error of the gain: of the paired difference
    `trust`     how far the weights went from likely to unbiased (0 to 1)
    """

    answered: int
    accuracy: float
    error: float
    gain: float
    noise: float
    trust: float


def split_off(state: State, validation: "np.ndarray | None") -> "tuple[State, np.ndarray]":
    """Return the state for fitting, and the rows that validate (bool[n]): those given, else a fifth of the others."""
    if validation is not None and validation.any():
        return state, validation
    held = state.train & (state.chance * OTHERWISE % 1 < HELD)
    return replace(state, train=state.train & ~held), held


def curve(
    state: State, validation: "np.ndarray", *, model: "str | Any" = "logistic", update: Update = "shrunk", seed: int = 0
) -> list[Point]:
    """Return the accuracy after no answer, and after all, half, a quarter of them and so on, down to 25.

    The answers count in the order in which they were to be asked for. Validation rows (bool[n]) that are flagged and
    that nobody looked at count through the rows that stand for them, as in training: they are never taken as they are.
    """
    import numpy as np

    share = shares(state)
    first = standing(state.first(np.empty(0, np.int64)), share=share, update=update, seed=seed)
    rows = first.order[state.answered[first.order]]
    value = _counted(adapted(state, also=validation, seed=seed)[0], validation)[validation]
    counts = [len(rows)]
    while counts[-1] >= 2 * FIRST:
        counts.append(counts[-1] // 2)
    points: list[Point] = []
    before: np.ndarray | None = None
    for count in dict.fromkeys([0, *reversed(counts)]):
        now = standing(state.first(rows[:count]), share=share, update=update, seed=seed)
        right = _right(now, validation, model, update, seed)
        points.append(_point(count, right, before, value, now.weights.trust))
        before = right
    return points


def _right(now: Standing, validation: "np.ndarray", model: "str | Any", update: Update, seed: int) -> "np.ndarray":
    """Return which validation rows the model gets right: bool[rows that validate]."""
    import numpy as np

    state = now.state
    asked = np.flatnonzero(validation)
    if update == "gradient" and now.weights.step is not None:
        said = now.weights.step.model().predict(state.matrix[asked])
    else:
        encoder, machine = trained(now, model=model, seed=seed)
        said = machine.predict(encoder.matrix(state.after.take(asked)))
    right: np.ndarray = said == state.target.codes[asked]
    return right


def _counted(state: State, validation: "np.ndarray") -> "np.ndarray":
    """Return how much each row counts for the accuracy, float64[n]; flagged rows count through those like them."""
    import numpy as np

    told = wrong_columns(state)
    mine = replace(state, train=validation)
    right = validation & (~mine.flags.rows | mine.answered)
    found: np.ndarray = right.astype(float)
    give(found, donors(mine, told)[np.flatnonzero(validation & ~right)])
    return found


def _point(count: int, right: "np.ndarray", before: "np.ndarray | None", value: "np.ndarray", trust: float) -> Point:
    """Return a point of the curve: weighted means, with the standard errors of weighted means."""
    import numpy as np

    total = value.sum()

    def mean(one: "np.ndarray") -> tuple[float, float]:
        if not total:
            return nan, inf
        middle = float((value * one).sum() / total)
        return middle, sqrt(float((value**2 * (one - middle) ** 2).sum())) / float(total)

    accuracy, error = mean(right.astype(float))
    gain, noise = (nan, nan) if before is None else mean(right.astype(float) - np.asarray(before, float))
    return Point(count, accuracy, error, gain, noise, trust)


def enough(points: Sequence[Point]) -> bool:
    """Whether more answers would hardly help: of fifty or more, the last half gained at most two standard errors."""
    last = points[-1]
    return last.answered >= ENOUGH and last.gain <= CERTAIN * last.noise
