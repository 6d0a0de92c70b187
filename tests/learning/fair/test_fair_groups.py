"""Groups of people, measures of fairness, weights and thresholds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.core.errors import DataError
from datastork.learning.fair.groups import Groups, groups_of
from datastork.learning.fair.metrics import fairness, mean_and_error
from datastork.learning.fair.reweigh import impact_error, reach, reweighed
from datastork.learning.fair.thresholds import thresholds
from datastork.tables.grid import Grid


def groups(code: np.ndarray, favourable: np.ndarray, names: tuple[str, ...] = ("f", "m")) -> Groups:
    return Groups(names, code, favourable.astype(bool), np.ones(len(code), bool), "yes", len(names) - 1)


def people(rows: int = 4000, seed: int = 0) -> tuple[Groups, np.ndarray]:
    """Return women and men, of whom men get the good label twice as often, and calibrated probabilities of it."""
    draw = np.random.default_rng(seed)
    code = draw.integers(0, 2, rows)
    sure = draw.beta(np.where(code == 1, 2, 1), 2.5)
    return groups(code, draw.random(rows) < sure), sure


def test_the_measures_are_those_of_the_textbook() -> None:
    code = np.repeat([0, 1], 20)
    truth = np.tile(np.repeat([True, False], 10), 2)
    told = np.zeros(40, bool)
    told[:5] = told[10:11] = told[20:28] = told[30:34] = True
    found = fairness(told, groups(code, truth))
    assert found.accuracy == pytest.approx(28 / 40)
    assert found.balanced_accuracy == pytest.approx((13 / 20 + 15 / 20) / 2)
    assert found.disparate_impact == pytest.approx((6 / 20) / (12 / 20))
    assert found.parity_difference == pytest.approx(-0.3)
    assert found.opportunity_difference == pytest.approx(0.5 - 0.8)
    assert found.average_odds == pytest.approx((0.5 - 0.8 + 0.1 - 0.4) / 2)


def test_of_several_groups_the_worst_counts_and_small_ones_do_not() -> None:
    code = np.concatenate([np.repeat([0, 1, 2], 100), [3] * 5])
    told = np.concatenate([np.arange(300) % 100 < np.repeat([50, 20, 40], 100), [False] * 5])
    found = Groups(("a", "b", "c", "d"), code, told, np.ones(305, bool), "yes", 0)
    assert fairness(told, found).disparate_impact == pytest.approx(0.4)


def test_mean_and_error_over_splits() -> None:
    one, other = (fairness(told, people(200)[0]) for told in (np.ones(200, bool), np.zeros(200, bool)))
    mean, error = mean_and_error([one, other])
    assert mean.accuracy == pytest.approx(0.5)
    assert error.accuracy == pytest.approx(abs(one.accuracy - 0.5))
    assert np.isnan(mean_and_error([one])[1].accuracy)


def test_groups_are_read_from_a_table() -> None:
    grid = Grid.of(
        {
            "sex": ["f", "m"] * 60,
            "old": ["y"] * 60 + [None] * 60,
            "loan": ["no", "yes", "no", "yes", "yes", "yes"] * 20,
        }
    )
    found = groups_of(grid, "loan", ["sex"], favourable="yes")
    assert (found.names, found.names[found.privileged]) == (("f", "m"), "m")
    assert found.counts().tolist() == [[40, 20], [0, 60]]
    assert groups_of(grid, "loan", ["sex"]).label == "no"
    both = groups_of(grid, "loan", ["sex", "old"])
    assert both.names == ("f · old (not given)", "f · y", "m · old (not given)", "m · y")


def test_wrong_names_and_lonely_groups_are_refused() -> None:
    grid = Grid.of({"sex": ["f", "m"] * 20, "loan": ["no", "yes"] * 20, "one": ["a"] * 40})
    with pytest.raises(DataError, match="did you mean 'sex'"):
        groups_of(grid, "loan", ["sx"])
    with pytest.raises(DataError, match="no value 'yess'; did you mean 'yes'"):
        groups_of(grid, "loan", ["sex"], favourable="yess")
    with pytest.raises(DataError, match="fewer than two groups"):
        groups_of(grid, "loan", ["one"])
    with pytest.raises(DataError, match="which the label is not"):
        groups_of(grid, "loan", ["loan"])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_reweighing_makes_group_and_label_independent_and_keeps_the_mass(seed: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    code = np.concatenate([np.repeat(np.arange(count), 2), draw.integers(0, count, 300)])
    good = np.concatenate([np.tile([True, False], count), draw.random(300) < 0.2 + 0.1 * code[2 * count :]])
    before = draw.random(len(code)) + 0.1
    mine = groups(code, good, tuple("abcd"[:count]))
    weight = reweighed(mine, before)
    mass = mine.counts(weight)
    assert (weight > 0).all()
    assert mass.sum() == pytest.approx(before.sum())
    assert mass == pytest.approx(np.outer(mass.sum(1), mass.sum(0)) / mass.sum())
    assert reweighed(mine, before, power=0.0) == pytest.approx(before)


def test_a_group_that_never_has_the_label_is_weighed_without_fuss() -> None:
    mine = groups(np.repeat([0, 1], 50), np.repeat([False, True], 50))
    assert np.isfinite(reweighed(mine)).all()


def by_weights(mine: Groups, sure: np.ndarray) -> "object":
    """Return what a model would say: odds moved by the weight of favourable rows against others of the group."""

    def asked(weight: np.ndarray) -> np.ndarray:
        mass = mine.counts(weight) / np.maximum(mine.counts(), 1)
        odds = sure / (1 - sure) * (mass[:, 1] / mass[:, 0])[mine.code]
        return odds / (1 + odds)

    return asked


@pytest.mark.parametrize("target", [0.8, 0.95])
def test_weights_reach_a_target_on_other_rows(target: float) -> None:
    mine, sure = people()
    found = reach(mine, by_weights(mine, sure), target)  # type: ignore[arg-type]
    others, probability = people(seed=1)
    factor = mine.counts(found.weight) / mine.counts()
    odds = probability / (1 - probability) * (factor[:, 1] / factor[:, 0])[others.code]
    assert found.met
    assert found.power > 0
    assert fairness(odds > 1, others).disparate_impact >= target - 0.02
    assert fairness(probability > 0.5, others).disparate_impact < 0.6


def test_where_the_target_is_met_nothing_is_weighed() -> None:
    mine, sure = people()
    found = reach(mine, by_weights(mine, sure), 0.1)  # type: ignore[arg-type]
    assert (found.power, found.met, len(found.tried)) == (0.0, True, 1)
    assert found.weight == pytest.approx(1.0)


def test_a_model_that_no_weights_move_is_said_to_miss() -> None:
    mine, sure = people()
    found = reach(mine, lambda weight: sure, 0.9)
    assert not found.met


def test_equal_odds_can_be_the_aim() -> None:
    mine, sure = people()
    found = reach(mine, by_weights(mine, sure), 0.8, aim="odds")  # type: ignore[arg-type]
    assert abs(found.fairness.average_odds) < 0.02


@pytest.mark.parametrize("target", [0.8, 0.95])
def test_thresholds_reach_a_target_on_other_rows_at_little_cost(target: float) -> None:
    mine, sure = people()
    found = thresholds(sure, mine, target)
    others, probability = people(seed=1)
    after = fairness(probability > found.by_group[others.code], others)
    before = fairness(probability > 0.5, others)
    assert found.fairness.disparate_impact >= target - 0.005
    assert after.disparate_impact > target - 3 * impact_error(others, target)
    assert after.accuracy > before.accuracy - 0.05
    assert found.by_group[0] < 0.5 < found.by_group[1] + 0.02
