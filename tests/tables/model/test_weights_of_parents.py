"""How far each parent is believed."""

import numpy as np
import pytest

from datastork.tables.model.weights import learn_weights


def test_a_parent_that_tells_more_weighs_more() -> None:
    draw = np.random.default_rng(0)
    features = draw.normal(size=(500, 4, 2))
    features[:, 0, 0] += 2.0
    weights = learn_weights(features, np.ones((500, 4), bool))
    assert weights[0] > 2 * weights[1]
    assert (weights >= 0).all()


def test_masked_candidates_do_not_count() -> None:
    draw = np.random.default_rng(0)
    features = draw.normal(size=(100, 3, 2))
    mask = np.ones((100, 3), bool)
    mask[:, 2] = False
    other = features.copy()
    other[:, 2] = 50.0
    assert learn_weights(features, mask) == pytest.approx(learn_weights(other, mask))


def test_without_rows_all_parents_weigh_the_same() -> None:
    assert learn_weights(np.zeros((0, 3, 4)), np.zeros((0, 3), bool)).tolist() == [0.25] * 4
