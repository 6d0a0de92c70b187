"""Estimators by name or as objects of scikit-learn: fitted with weights, asked for the probabilities of all classes."""

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Literal, get_args

from datastork.core.errors import DataError, MissingExtraError
from datastork.core.nearest import did_you_mean
from datastork.learning.encode import Encoder, Form

if TYPE_CHECKING:
    import numpy as np

Model = Literal["logistic", "trees", "knn"]
"""The estimators that have a name: logistic regression, gradient-boosted trees that take missing values, and the three
nearest neighbours (which take no weights)."""
MODELS: tuple[Model, ...] = get_args(Model)
MANY = 100_000  # rows from which a fit is shared among threads


def need_learn(needed_by: str) -> None:
    """Raise MissingExtraError, with the command to install it, where scikit-learn is missing."""
    from importlib.util import find_spec

    if find_spec("sklearn") is None:
        raise MissingExtraError(needed_by, "scikit-learn", "learn")


def form_of(model: "str | Any") -> Form:
    """Return the form of matrix a model learns from: codes for trees and whatever says it takes nan, else wide."""
    if isinstance(model, str):
        return "codes" if model == "trees" else "wide"
    from sklearn.utils import get_tags

    return "codes" if get_tags(model).input_tags.allow_nan else "wide"


def estimator_of(model: "str | Any", encoder: Encoder, *, seed: int = 0) -> Any:
    """Return a fresh scikit-learn estimator: that of a name in MODELS, or a clone of the one given.

    Raises DataError for another name, or for what is no classifier with `predict_proba`; MissingExtraError where
    scikit-learn is not installed.
    """
    need_learn("a model of a table")
    if not isinstance(model, str):
        from sklearn.base import clone, is_classifier

        if not is_classifier(model) or not hasattr(model, "predict_proba"):
            raise DataError(f"{type(model).__name__} is no classifier of scikit-learn that gives probabilities")
        return clone(model)
    if model == "logistic":
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(max_iter=1000)
    if model == "trees":
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(
            categorical_features=encoder.categorical, early_stopping=False, random_state=seed % 2**32
        )
    if model == "knn":
        from sklearn.neighbors import KNeighborsClassifier

        return KNeighborsClassifier(3)
    raise DataError(f"no model is called {model!r}{did_you_mean(model, MODELS)}", hint=f"one of {', '.join(MODELS)}")


def takes_weights(estimator: Any) -> bool:
    """Whether an estimator can be fitted with a weight for each row."""
    from sklearn.utils.validation import has_fit_parameter

    return bool(has_fit_parameter(estimator, "sample_weight"))


def fitted(estimator: Any, matrix: Any, codes: "np.ndarray", weight: "np.ndarray | None" = None) -> Any:
    """Return the estimator, fitted on rows with a known class (codes >= 0) and a weight above 0.

    matrix: (n, d); codes: int64[n], the place of each row's class; weight: float64[n], all 1 where it is not given.
    Where one class is left, a model that always says so. Raises DataError where no row is left, or where weights that
    differ are given to an estimator that takes none.
    """
    import numpy as np

    used = codes >= 0 if weight is None else (codes >= 0) & (weight > 0)
    if not used.any():
        raise DataError("no row is left to fit a model on")
    if not used.all():
        matrix, codes = matrix[used], codes[used]
        weight = None if weight is None else weight[used]
    if (codes == codes[0]).all():
        from sklearn.dummy import DummyClassifier

        return DummyClassifier(strategy="most_frequent").fit(matrix, codes)
    equal = weight is None or np.ptp(weight) == 0
    if not equal and not takes_weights(estimator):
        raise DataError(f"{type(estimator).__name__} takes no sample_weight, which this needs")
    with _threads(len(codes)):
        return estimator.fit(matrix, codes) if equal else estimator.fit(matrix, codes, sample_weight=weight)


def _threads(rows: int) -> "AbstractContextManager[object]":
    """Let one thread work on few rows: several wait for one another more than they work."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1) if rows < MANY else nullcontext()
    return limits


def probabilities(estimator: Any, matrix: Any, classes: int) -> "np.ndarray":
    """Return float64[n, classes]: the probability of each class; 0 for one the estimator never saw."""
    import numpy as np

    found = np.zeros((matrix.shape[0], classes))
    if matrix.shape[0]:
        with _threads(matrix.shape[0]):
            found[:, estimator.classes_] = estimator.predict_proba(matrix)
    return found
