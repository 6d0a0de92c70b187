import importlib.util

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.svm import LinearSVC

from datastork.core.errors import DataError, MissingExtraError
from datastork.learning.encode import Encoder
from datastork.learning.estimators import (
    MODELS,
    estimator_of,
    fitted,
    form_of,
    need_learn,
    probabilities,
    takes_weights,
)

NO_COLUMNS = Encoder("wide", ())
DRAW = np.random.default_rng(0)
MATRIX = DRAW.normal(size=(300, 2))
CODES = (MATRIX[:, 0] > 0).astype(int)


@pytest.mark.parametrize("name", MODELS)
def test_each_name_is_a_model_that_learns(name) -> None:
    machine = fitted(estimator_of(name, Encoder("codes", ())) if name != "trees" else _trees(), MATRIX, CODES)

    found = probabilities(machine, MATRIX, 2)

    assert found.sum(axis=1) == pytest.approx(1)
    assert np.mean(found.argmax(axis=1) == CODES) > 0.9


def _trees():
    return estimator_of("trees", Encoder("codes", ())).set_params(categorical_features=None)


def test_weights_count_as_rows_do() -> None:
    twice = np.concatenate([MATRIX, MATRIX[:100]])
    weight = np.where(np.arange(300) < 100, 2.0, 1.0)

    one = fitted(estimator_of("logistic", NO_COLUMNS), MATRIX, CODES, weight)
    two = fitted(estimator_of("logistic", NO_COLUMNS), twice, np.concatenate([CODES, CODES[:100]]))

    assert one.coef_ == pytest.approx(two.coef_, rel=1e-2)


def test_rows_without_weight_or_label_are_left_out() -> None:
    codes = CODES.copy()
    codes[:50] = -1
    weight = np.ones(300)
    weight[50:100] = 0

    found = fitted(estimator_of("logistic", NO_COLUMNS), MATRIX, codes, weight)

    assert found.coef_ == pytest.approx(fitted(estimator_of("logistic", NO_COLUMNS), MATRIX[100:], CODES[100:]).coef_)
    with pytest.raises(DataError, match="no row is left"):
        fitted(estimator_of("logistic", NO_COLUMNS), MATRIX, np.full(300, -1))


def test_a_model_that_takes_no_weights_says_so() -> None:
    assert not takes_weights(estimator_of("knn", NO_COLUMNS))
    with pytest.raises(DataError, match="KNeighborsClassifier takes no sample_weight"):
        fitted(estimator_of("knn", NO_COLUMNS), MATRIX, CODES, np.arange(1.0, 301))


def test_one_class_is_always_said_and_classes_never_seen_have_no_chance() -> None:
    one = fitted(estimator_of("logistic", NO_COLUMNS), MATRIX, np.full(300, 2))

    assert probabilities(one, MATRIX, 3).tolist() == [[0, 0, 1]] * 300
    two = fitted(estimator_of("logistic", NO_COLUMNS), MATRIX, CODES * 2)
    assert (probabilities(two, MATRIX, 3)[:, 1] == 0).all()


def test_objects_of_scikit_learn_are_cloned_and_asked_what_they_take() -> None:
    forest = RandomForestClassifier(7)

    made = estimator_of(forest, NO_COLUMNS)

    assert made is not forest
    assert made.n_estimators == 7
    assert form_of(HistGradientBoostingClassifier()) == form_of("trees") == "codes"
    assert form_of("logistic") == "wide"
    for wrong in (LinearRegression(), LinearSVC()):
        with pytest.raises(DataError, match=f"{type(wrong).__name__} is no classifier"):
            estimator_of(wrong, NO_COLUMNS)
    with pytest.raises(DataError, match="no model is called 'logistik'; did you mean 'logistic'"):
        estimator_of("logistik", NO_COLUMNS)


def test_a_missing_extra_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"x needs scikit-learn: pip install 'datastork\[learn\]'"):
        need_learn("x")
