"""What a model says of rows that it was not fitted on: folds take turns."""

from typing import TYPE_CHECKING, Any

from datastork.learning.encode import Encoder
from datastork.learning.estimators import estimator_of, fitted, probabilities

if TYPE_CHECKING:
    import numpy as np

MOST = 100_000  # rows a model is fitted on; more hardly change what it says


def out_of_fold(
    model: "str | Any",
    encoder: Encoder,
    matrix: Any,
    classes: "np.ndarray",
    *,
    weight: "np.ndarray | None" = None,
    together: "np.ndarray | None" = None,
    folds: int = 5,
    seed: int = 0,
) -> "np.ndarray":
    """Return float64[n, c]: the probability of each class, by models fitted on the other folds.

    matrix: (n, d), of `encoder`
    classes: int64[n], the place of each row's class, 0 to c - 1
    weight: float64[n], all 1 where it is not given; rows of weight 0 are asked about and not learned from
    together: int64[n], rows that stay in one fold: copies of one thing would give one another away
    """
    import numpy as np

    group = np.arange(len(classes)) if together is None else np.unique(together, return_inverse=True)[1]
    fold = (np.random.default_rng(seed).permutation(int(group.max()) + 1) % folds)[group]
    found = np.zeros((len(classes), int(classes.max()) + 1))
    for one in range(folds):
        asked, fit = np.flatnonzero(fold == one), np.flatnonzero(fold != one)
        if len(fit) > MOST:
            fit = np.sort(np.random.default_rng([seed, one]).permutation(fit)[:MOST])
        if len(asked):
            machine = fitted(
                estimator_of(model, encoder, seed=seed),
                matrix[fit],
                classes[fit],
                None if weight is None else weight[fit],
            )
            found[asked] = probabilities(machine, matrix[asked], found.shape[1])
    return found
