"""The step from a model of likely rows to one of answered rows: how long it is, and how much of it is noise."""

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.learning.active.donors import NOBODY, SHARED, give
from datastork.learning.active.state import State

if TYPE_CHECKING:
    import numpy as np

FEW = 5  # answered rows that have donors, below which no step is taken
WIDEST = 2000  # columns of the matrix in which a step is taken: those that most rows have something in


@dataclass(frozen=True, eq=False)
class Correction:
    """A Newton step of logistic regression, importance-weighted so that it has no bias.

    `machine`  the model fitted on trusted rows, those with donors standing for flagged ones
    `steps`    what its coefficients, and last the intercept, would change by: float64[d + 1] for each of its rows
    `columns`  the columns of the matrix that these are of: int64[d]
    `trust`    the part of the step that is more than noise (0 to 1)
    """

    machine: Any
    steps: "list[np.ndarray]"
    columns: "np.ndarray"
    trust: float

    def model(self) -> Any:
        """Return the model after the trusted part of the step: the gradient update of ActiveClean, made once."""
        found = deepcopy(self.machine)
        for place, step in enumerate(self.steps):
            found.coef_[place, self.columns] -= self.trust * step[:-1]
            found.intercept_[place] -= self.trust * step[-1]
        return found


def correction(
    state: State, stands: "np.ndarray", asked: "np.ndarray", speaks: "np.ndarray", strata: "np.ndarray"
) -> Correction:
    """Return the step that answered rows (asked: int64[k]) ask for.

    stands: int64[n, 3], the donors of each row; speaks: float64[k], for how many rows each answered one speaks;
    strata: int64[n], the groups within which rows were asked about by chance.

    The gradient is that of all flagged rows at their donors, plus that of the answered rows less that of their donors,
    each times what it speaks for. The step is as short as the Hessian with the answered rows in it makes it. `trust`
    is the positive-part James-Stein factor of this difference in the metric of the Hessian without them: 1 - (trace of
    its covariance) / (its squared length).
    """
    import numpy as np

    from datastork.learning.estimators import estimator_of, fitted, probabilities

    codes, classes = state.target.codes, len(state.target.classes)
    weight = state.trusted.astype(float)
    give(weight, stands[state.pool])
    machine = fitted(estimator_of("logistic", state.encoder), state.matrix, codes, weight)
    columns = _widest(state.matrix, weight)
    known = (stands[asked] != NOBODY).all(axis=1) & (codes[asked] >= 0)
    asked, speaks = asked[known], speaks[known]
    if len(asked) < FEW or not hasattr(machine, "coef_"):
        return Correction(machine, [], columns, 0.0)
    matrix = _with_one(state.matrix[:, columns])
    chances = probabilities(machine, state.matrix, classes)
    off = chances.copy()
    off[codes >= 0, codes[codes >= 0]] -= 1
    rows, given = matrix[asked], stands[asked]
    steps, length, noise = [], 0.0, 0.0
    for one in machine.classes_[1 if len(machine.classes_) == 2 else 0 :].tolist():
        curve = matrix.T @ matrix.multiply((weight * chances[:, one] * (1 - chances[:, one]))[:, None]).tocsr()
        curve = curve.toarray() + np.eye(matrix.shape[1])
        gaps = rows.multiply(off[asked, one][:, None]).toarray()
        for place in range(SHARED):
            gaps -= matrix[given[:, place]].multiply(off[given[:, place], one][:, None]).toarray() / SHARED
        gaps *= speaks[:, None]
        total, spread = gaps.sum(axis=0), _spread(gaps, strata, asked)
        solved = np.linalg.solve(curve, np.column_stack([total, spread.T]))
        own = rows.multiply((speaks * chances[asked, one] * (1 - chances[asked, one]))[:, None]).tocsr()
        steps.append(np.linalg.solve(curve + (rows.T @ own).toarray(), total))
        length += float(total @ solved[:, 0])
        noise += float((spread.T * solved[:, 1:]).sum())
    return Correction(machine, steps, columns, max(0.0, 1 - noise / length) if length > 0 else 0.0)


def _spread(gaps: "np.ndarray", strata: "np.ndarray", asked: "np.ndarray") -> "np.ndarray":
    """Return rows (k, d) whose outer products sum up to the covariance of the sum of the gaps."""
    import numpy as np

    found = np.zeros_like(gaps)
    for one in np.unique(strata[asked]).tolist():
        mine = strata[asked] == one
        count, size = int(mine.sum()), int((strata == one).sum())
        more = count / (count - 1) if count > 1 else 1.0
        centre = gaps[mine].mean(axis=0) if count > 1 else 0.0
        found[mine] = (gaps[mine] - centre) * np.sqrt(more * (1 - count / size))
    return found


def _widest(matrix: Any, weight: "np.ndarray") -> "np.ndarray":
    """Return the columns that most rows have something in."""
    import numpy as np

    counts = np.bincount(matrix[weight > 0].indices, minlength=matrix.shape[1])
    return np.sort(np.argsort(-counts, kind="stable")[:WIDEST])


def _with_one(matrix: Any) -> Any:
    """Return a matrix with a column of ones: the intercept."""
    import numpy as np
    from scipy.sparse import hstack

    return hstack([matrix, np.ones((matrix.shape[0], 1))]).tocsr()
