import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import log_expit

from datastork.consensus import bradley_terry as module
from datastork.consensus.bradley_terry import bradley_terry
from datastork.core.errors import DataError


def games(seed, n_players, count):
    draw = np.random.default_rng(seed)
    strength = draw.normal(0, 1, n_players)
    left = draw.integers(0, n_players, count)
    right = (left + draw.integers(1, n_players, count)) % n_players
    won = draw.random(count) < 1 / (1 + np.exp(strength[right] - strength[left]))
    return strength - strength.mean(), left, right, won.astype(float)


def test_two_players_are_worked_out_by_hand():
    found = bradley_terry([0] * 4, [1] * 4, [1, 1, 1, 0], 2, spread=1e4)

    assert found.strength[0] - found.strength[1] == pytest.approx(np.log(3), abs=1e-4)
    assert found.converged


def test_strengths_are_the_maximum_that_another_optimiser_finds():
    _, left, right, won = games(0, 8, 120)
    found = bradley_terry(left, right, won, 8, spread=2.0)

    def loss(value):
        gap = value[left] - value[right]
        return -np.sum(won * log_expit(gap) + (1 - won) * log_expit(-gap)) + 0.5 * np.sum(value**2) / 4

    assert found.strength == pytest.approx(minimize(loss, np.zeros(8), tol=1e-12).x, abs=1e-4)


def test_true_strengths_lie_within_their_errors():
    strength, left, right, won = games(1, 40, 8000)
    found = bradley_terry(left, right, won, 40)
    off = np.abs(found.strength - strength) / found.error

    assert (off < 1.96).mean() >= 0.9
    assert off.mean() > 0.4  # and the errors are not too wide either


def test_many_players_go_another_way_to_the_same_strengths(monkeypatch):
    _, left, right, won = games(2, 30, 900)
    exact = bradley_terry(left, right, won, 30)
    monkeypatch.setattr(module, "MOST_DENSE", 10)
    found = bradley_terry(left, right, won, 30)

    assert found.strength == pytest.approx(exact.strength, abs=1e-5)
    assert "too many for exact ones" in found.notes[0]
    assert (found.error > 0).all()


def test_who_always_wins_stays_finite_and_unsure():
    found = bradley_terry([0, 0, 1], [1, 2, 2], [1, 1, 0.5], 3)

    assert np.isfinite(found.strength).all()
    assert found.strength[0] > found.strength[1]
    assert found.error[0] > found.error[1]


def test_players_who_never_meet_are_in_parts_of_their_own():
    found = bradley_terry([0, 2], [1, 3], [1, 0], 5)

    assert found.component[0] == found.component[1] != found.component[2] == found.component[3]
    assert len(set(found.component.tolist())) == 3
    assert found.notes[0].startswith("the comparisons fall into 3 parts")
    assert found.strength[4] == 0


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4), st.sampled_from([0.0, 0.5, 1.0])), max_size=30))
def test_swapping_left_and_right_changes_nothing(lines):
    left = np.array([one for one, _, _ in lines], dtype=int)
    right = np.array([(one + step) % 5 for one, step, _ in lines], dtype=int)
    won = np.array([outcome for _, _, outcome in lines])
    one, two = bradley_terry(left, right, won, 5), bradley_terry(right, left, 1 - won, 5)

    assert one.strength == pytest.approx(two.strength, abs=1e-6)
    assert np.isfinite(one.error).all()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([0], [0], [1], 2), "compared with itself"),
        (([0], [5], [1], 2), "players must lie from 0 to 1"),
        (([0], [1], [2], 2), "an outcome is 1"),
        (([0], [1], [1, 0], 2), "of one length"),
    ],
)
def test_comparisons_that_cannot_be_are_refused(given, message):
    with pytest.raises(DataError, match=message):
        bradley_terry(*given)
