"""Guards of single cells: support, digits, backtest, planted errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tables.model.planted import places

from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.guards.backtest import backtest
from datastork.tables.guards.digits import digits_of, same_digits
from datastork.tables.guards.injection import Trial, tried
from datastork.tables.guards.support import explained
from datastork.tables.model.propose import propose


def test_exceptions_that_fill_one_value_of_another_column_are_explained() -> None:
    state = np.repeat([0, 1], [980, 20])
    exceptions = np.concatenate([np.arange(0, 900, 90), np.arange(980, 1000)])
    assert explained(exceptions, [state]).tolist() == [False] * 10 + [True] * 20


@given(st.integers(0, 1000))
def test_exceptions_that_lie_anywhere_are_hardly_ever_explained(seed: int) -> None:
    draw = np.random.default_rng(seed)
    columns = [draw.integers(0, size, 2000) for size in (2, 40, 200)]
    rows = draw.choice(2000, 40, replace=False)
    assert explained(rows, columns).sum() <= 4


def test_two_exceptions_are_never_explained() -> None:
    assert not explained(np.array([0, 1]), [np.array([0, 0, 1, 1])]).any()


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("619 paxients", "619 patients", True),
        ("95x", "95%", True),
        ("9x%", "98%", False),
        ("3x patients", "3 patients", False),
        ("x00%", "100%", False),
        ("35233", "35234", False),
        ("ab", "abc", True),
    ],
)
def test_digits_stay_as_they_are(old: str, new: str, same: bool) -> None:
    assert same_digits(old, new) is same


def test_numbers_in_a_text_are_told_apart() -> None:
    assert digits_of("1 20") != digits_of("12 0")


def test_a_column_passes_its_backtest_from_98_in_100_on() -> None:
    assert backtest(98, 2).passed
    assert not backtest(97, 3).passed
    assert backtest(0, 0).precision == 1


def test_a_trial_says_how_the_model_does_on_planted_errors() -> None:
    grid = places(900)
    found = tried(grid, np.zeros(0, np.int64), propose, 0.8, 0)
    assert set(found) == set(grid.names)
    assert 15 <= found["town"].damaged <= 18
    assert found["town"].precision == 1
    assert (found["town"].recall or 0) > 0.5
    assert found["score"].recall == 0
    assert all(one.passed for one in found.values())


def test_a_repair_that_breaks_good_cells_fails_its_trial() -> None:
    grid = places(300)

    def harmful(now: Grid) -> Changes:
        return Changes.of("model", range(50), 1, ["nowhere"] * 50, 1.0, "no reason")

    found = tried(grid, np.zeros(0, np.int64), harmful, 0.9, 0)
    assert not found["town"].passed
    assert "0 were right" in found["town"].message
    assert found["zip"].passed


def test_doubtful_cells_are_neither_damaged_nor_judged() -> None:
    grid = places(300)
    every = np.arange(300) * len(grid.columns) + 1

    def on_town(now: Grid) -> Changes:
        return Changes.of("model", range(50), 1, ["nowhere"] * 50, 1.0, "no reason")

    assert "town" not in tried(grid, every, on_town, 0.9, 0)


def test_of_a_large_table_whole_groups_are_tried() -> None:
    rows = 30_000
    group = np.arange(rows) // 10
    grid = Grid.of({"group": group.astype(str).tolist(), "value": (group % 7).astype(str).tolist()})
    seen: list[Grid] = []

    def watch(now: Grid) -> Changes:
        seen.append(now)
        return Changes.none()

    tried(grid, np.zeros(0, np.int64), watch, 0.9, 0)
    assert 15_000 < seen[0].rows < 25_000
    assert np.median(seen[0]["group"].counts) >= 9


def test_a_trial_of_nothing_has_no_shares() -> None:
    assert Trial(0, 0, 0).precision is None
    assert Trial(0, 0, 0).recall is None
    assert Trial(0, 0, 0).passed
