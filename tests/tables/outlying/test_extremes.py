"""What lies far out: gross errors are found, the long tails of clean columns are not."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from datastork.tables.grid import Grid
from datastork.tables.outlying.extremes import extremes
from datastork.tables.outlying.find import find_outliers

Draw = Callable[[np.random.Generator, int], np.ndarray]
CLEAN: dict[str, Draw] = {
    "normal": lambda rng, n: rng.normal(5, 2, n),
    "lognormal": lambda rng, n: rng.lognormal(3, 1, n),
    "very skewed": lambda rng, n: rng.lognormal(3, 2, n),
    "exponential": lambda rng, n: rng.exponential(3, n),
    "gamma": lambda rng, n: rng.gamma(0.5, 2, n),
    "power law": lambda rng, n: rng.pareto(1, n) + 1,
    "uniform": lambda rng, n: rng.random(n),
    "counts": lambda rng, n: rng.poisson(0.5, n).astype(float),
    "mostly 0": lambda rng, n: np.where(rng.random(n) < 0.8, 0, rng.lognormal(5, 1, n)),
    "two groups": lambda rng, n: np.where(rng.random(n) < 0.5, rng.normal(0, 1, n), rng.normal(20, 1, n)),
    "rounded": lambda rng, n: rng.normal(40, 12, n).round(-1),
}


@pytest.mark.parametrize("name", CLEAN)
def test_hardly_anything_of_a_clean_column_is_flagged(name: str) -> None:
    rng = np.random.default_rng(1)

    flagged = sum(int(extremes(CLEAN[name](rng, 500)).flagged.sum()) for _ in range(40))
    large = extremes(CLEAN[name](rng, 50_000)).flagged

    assert flagged <= 4, "of 20,000 numbers in 40 columns"
    assert large.sum() <= 1


@pytest.mark.parametrize("name", ["normal", "exponential", "uniform", "two groups", "rounded"])
def test_a_number_with_its_point_slipped_three_places_is_found(name: str) -> None:
    rng = np.random.default_rng(2)
    column = np.abs(CLEAN[name](rng, 2000)) + 5
    wrong = rng.choice(2000, 20, replace=False)
    column[wrong] *= 1000

    found = extremes(column).flagged

    assert found[wrong].all()
    assert found.sum() == 20


def test_a_code_for_missing_is_found_where_it_is_rare_and_told_of_where_it_is_not() -> None:
    column = np.random.default_rng(3).normal(40, 12, 1000)
    column[:15] = -999
    assert extremes(column).flagged.tolist() == [True] * 15 + [False] * 985

    column[:40] = -999
    found = extremes(column)
    assert not found.flagged.any()
    assert found.apart == 40


def test_the_score_of_normal_numbers_is_in_standard_deviations() -> None:
    column = np.random.default_rng(4).normal(10, 2, 20_000)

    found = extremes(np.append(column, 20.0))

    assert found.scale == "as it is"
    assert found.score[-1] == pytest.approx(5, abs=0.15)
    assert extremes(-column).score == pytest.approx(-extremes(column).score, abs=0.2)


@settings(max_examples=60)
@given(arrays(float, st.integers(0, 60), elements=st.one_of(st.floats(-1e9, 1e9), st.just(float("nan")))))
def test_any_column_can_be_looked_at(column: np.ndarray) -> None:
    found = extremes(column)

    assert (np.isfinite(found.score) == np.isfinite(column)).all()
    assert found.flagged.sum() <= max(3, 0.02 * len(column))
    assert not found.flagged[~np.isfinite(column)].any()


def test_a_number_is_held_against_rows_alike() -> None:
    rng = np.random.default_rng(5)
    bird = rng.choice(["wren", "crow", "swan"], 900)
    grams = {"wren": 10, "crow": 500, "swan": 10_000}
    weights = np.array([grams[one] * rng.lognormal(0, 0.1) for one in bird])
    wren = int(np.flatnonzero(bird == "wren")[7])
    weights[wren] = 480
    grid = Grid.of({"bird": bird.tolist(), "grams": [f"{one:.1f}" for one in weights], "note": ["x"] * 900})

    found = find_outliers(grid)

    assert (found.row.tolist(), found.column.tolist()) == ([wren], [1])
    assert found.why[0].endswith("spreads from the middle of rows like bird 'wren'")
    assert not len(find_outliers(grid, labels=["bird"]).row)
    assert found.columns[0].within == "bird"


def test_only_rows_to_learn_from_say_what_is_far() -> None:
    column = np.concatenate([np.random.default_rng(6).normal(0, 1, 400), np.random.default_rng(7).normal(30, 1, 4)])

    assert extremes(column, rows=np.arange(400)).flagged[400:].all()
