"""Choosing among models by what they say of rows that none was trained on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.learning.boost.choosing import boost, choose, gather, vote


def models(accuracies: list[float], rows: int = 1000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return what models of given accuracies, wrong independently, say of rows of two classes."""
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, 2, rows)
    wrong = draw.random((len(accuracies), rows)) > np.array(accuracies)[:, None]
    return np.where(wrong, 1 - truth, truth), truth


def test_a_model_that_is_clearly_better_is_chosen() -> None:
    told, truth = models([0.7, 0.71, 0.9, 0.7])
    found = choose(told, truth, 2)
    assert found.best == 2
    assert found.gain[0] == pytest.approx(0.2, abs=0.04)
    assert found.gain[0] > 5 * found.gain[1]


@pytest.mark.parametrize("rows", [200, 1400])
def test_the_best_of_many_useless_models_is_hardly_ever_chosen(rows: int) -> None:
    chosen = [choose(*models([0.8] * 40, rows, seed), 2, rounds=1).best for seed in range(40)]
    assert sum(one > 0 for one in chosen) <= 3


def test_where_the_baseline_is_best_it_stays() -> None:
    told, truth = models([0.9, 0.8, 0.7])
    found = choose(told, truth, 2)
    assert (found.best, found.votes, found.members) == (0, (), ((0, 1.0),))


def test_few_rows_choose_nothing() -> None:
    told, truth = models([0.1, 1.0], rows=9)
    assert choose(told, truth, 2).best == 0


def test_models_that_are_wrong_apart_vote_together() -> None:
    told, truth = models([0.75] * 5, rows=4000)
    found = choose(told, truth, 2, rounds=5)
    assert len(found.votes) >= 3
    assert np.mean(vote(told, found.votes, 2) == truth) > 0.83


def test_the_vote_counts_weights_and_takes_the_first_of_equal_classes() -> None:
    told = np.array([[0, 1, 2], [1, 1, 0], [2, 0, 1]])
    assert vote(told, ((0, 1.0), (1, 1.0), (2, 3.0)), 3).tolist() == [2, 0, 1]
    assert vote(told, ((0, 1.0), (1, 1.0), (2, 1.0)), 3).tolist() == [0, 1, 0]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(2, 60), st.integers(2, 4), st.integers(0, 99))
def test_boosting_takes_models_better_than_chance_with_weights_above_0(k: int, n: int, classes: int, seed: int) -> None:
    right = np.random.default_rng(seed).random((k, n)) < 0.6
    for place, weight in boost(right, classes, 5):
        assert 0 <= place < k
        assert weight > 0


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(2, 60), st.integers(2, 4), st.integers(0, 99))
def test_what_is_gathered_is_what_the_vote_reaches(k: int, n: int, classes: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    told, truth = draw.integers(0, classes, (k, n)), draw.integers(0, classes, n)
    reached = np.mean(vote(told, gather(told, truth, classes, 7), classes) == truth)
    assert reached >= (told == truth).mean(1).max()


def test_gathered_models_vote_at_least_as_well_as_the_best_alone() -> None:
    told, truth = models([0.75, 0.74, 0.76, 0.7, 0.72], rows=2000)
    found = gather(told, truth, 2, 9)
    alone = (told == truth).mean(1).max()
    assert sum(weight for _, weight in found) < 9.1
    assert np.mean(vote(told, found, 2) == truth) > alone + 0.05


def test_one_perfect_model_needs_no_company() -> None:
    told, truth = models([0.7, 1.0, 0.7])
    assert [place for place, _ in gather(told, truth, 2, 9)] == [1]
