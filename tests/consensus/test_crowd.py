import numpy as np
import pytest

from datastork.consensus.crowd import Crowd
from datastork.consensus.fitting.incidence import incidence
from datastork.core.errors import DataError


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"items": [0], "annotators": [0, 1], "values": [0]}, "of one length, not 1, 2, 1 and 1"),
        ({"items": [3], "annotators": [0], "values": [0], "n_items": 2}, "items must lie from 0 to 1"),
        ({"items": [-1], "annotators": [0], "values": [0]}, "items must lie from 0"),
        ({"items": [0], "annotators": [0], "values": [5], "n_classes": 2}, "values must lie from 0 to 1"),
        ({"items": [0.5], "annotators": [0], "values": [0]}, "whole numbers"),
        ({"items": [0], "annotators": [0], "values": [0], "weights": [-1.0]}, "weight"),
        ({"items": [0], "annotators": [0], "values": [0], "weights": [np.nan]}, "weight"),
        ({"items": [0], "annotators": [0], "values": [0], "n_classes": 0}, "at least one class"),
    ],
)
def test_votes_that_cannot_be_are_refused(given, message):
    with pytest.raises(DataError, match=message):
        Crowd.of(**given)


def test_sizes_that_are_not_given_are_the_largest_index_and_one():
    crowd = Crowd.of([0, 4], [2, 0], [1, 0])

    assert (crowd.n_items, crowd.n_annotators, crowd.n_classes, len(crowd)) == (5, 3, 2, 2)
    assert crowd.weights.tolist() == [1.0, 1.0]


def test_a_crowd_may_be_empty():
    crowd = Crowd.of([], [], [], n_items=2, n_classes=3)

    assert (len(crowd), crowd.n_items, crowd.n_annotators, crowd.n_classes) == (0, 2, 0, 3)


def test_items_with_the_same_votes_become_one_row_and_results_are_spread_again():
    draw = np.random.default_rng(0)
    patterns = draw.integers(0, 2, (5, 4))
    which = draw.integers(0, 5, 400)
    values = patterns[which]
    crowd = Crowd.of(np.repeat(np.arange(400), 4), np.tile(np.arange(4), 400), values.ravel())
    votes = incidence(crowd)

    assert len(votes.times) == len(np.unique(patterns, axis=0))
    assert votes.times.sum() == 400
    alike = (values[:, None] == values[None]).all(axis=2)
    assert np.array_equal(alike, votes.row[:, None] == votes.row[None])


def test_weights_and_gold_keep_items_apart():
    items, annotators = np.repeat(np.arange(40), 2), np.tile([0, 1], 40)
    weights = np.where(items < 20, 1.0, 0.5)
    votes = incidence(Crowd.of(items, annotators, np.zeros(80, int), weights, n_classes=2), {3: 1})

    assert len(votes.times) == 3
    assert np.flatnonzero(votes.row == votes.row[3]).tolist() == [3]


@pytest.mark.parametrize("gold", [{9: 0}, {0: 7}, {-1: 0}])
def test_gold_about_what_is_not_there_is_refused(gold):
    with pytest.raises(DataError, match="gold says item"):
        incidence(Crowd.of([0, 1], [0, 0], [0, 1]), gold)
