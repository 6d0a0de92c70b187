import numpy as np
import pytest
from tests.learning.active.made_up_people import accuracy, people

from datastork.learning.active.asking import order, shares
from datastork.learning.active.donors import NOBODY, donors
from datastork.learning.active.learned import wrong_columns
from datastork.learning.active.standing import standing, trained
from datastork.learning.active.weights import weigh
from datastork.learning.estimators import estimator_of, fitted

NONE = np.empty(0, np.int64)


def asked(full, count):
    """Return the first rows that would be asked about."""
    none = full.first(NONE)
    return order(none, shares(none), 0.0)[:count]


def test_unbiased_weights_sum_to_all_rows_and_leave_unseen_flagged_rows_out() -> None:
    full = people()
    now = full.first(asked(full, 40))

    found = weigh(now, shares(now), update="unbiased").weight

    assert found.sum() == pytest.approx(full.train.sum())
    assert (found[now.trusted] == 1).all()
    assert (found[now.pool & ~now.answered] == 0).all()
    assert (found[~full.train] == 0).all()


def test_once_everybody_is_answered_each_row_weighs_one() -> None:
    full = people()

    found = weigh(full, shares(full))

    assert found.unbiased[full.train] == pytest.approx(1)
    assert found.weight[full.train] == pytest.approx(1)


def test_weighted_sums_of_few_answers_are_right_on_average() -> None:
    full = people(600)
    share = shares(full.first(NONE))
    ages = np.array([float(text) for text in full.after["age"].texts()])
    truth, found = ages[full.pool].mean(), []
    for seed in range(300):
        state = full.first(NONE)
        state.chance[:] = np.random.default_rng(seed).random(600)
        now = full.first(order(state, share, 0.0)[:20])
        weight = weigh(now, share, update="unbiased").weight
        found.append((weight * ages)[full.pool].sum() / full.pool.sum())

    assert np.mean(found) == pytest.approx(truth, abs=3 * np.std(found) / 300**0.5 + 0.3)
    assert np.std(found) < 1.3 * ages[full.pool].std() / 20**0.5


def test_donors_have_the_label_and_are_nearest_in_what_can_be_believed() -> None:
    now = people().first(NONE)

    found = donors(now)

    rows = np.flatnonzero(now.pool)
    assert (found[~now.pool] == NOBODY).all()
    assert now.trusted[found[rows]].all()
    for column in ("pays", "town"):  # four towns and two labels: somebody is always just alike
        texts = np.array(now.before[column].texts())
        assert (texts[found[rows]] == texts[rows][:, None]).all()


def test_of_a_row_flagged_as_a_whole_nothing_is_known_until_answers_say_which_cells_are_wrong() -> None:
    full = people(flagged="rows")
    none, some = full.first(NONE), full.first(asked(full, 20))

    assert (donors(none) == NOBODY).all()
    assert weigh(none, shares(none)).weight.sum() == none.trusted.sum()
    assert wrong_columns(some) == [("age",)]
    assert (donors(some)[some.pool] != NOBODY).all()


def test_flipped_labels_are_learned_from_answers() -> None:
    full = people(flagged="cells", wrong="pays")
    now = full.first(asked(full, 30))

    stands = donors(now)[now.pool & ~now.answered]

    truth = np.array(full.after["pays"].texts())
    assert np.mean(truth[stands] == truth[now.pool & ~now.answered][:, None]) > 0.9


@pytest.mark.parametrize("flagged", ["cells", "rows", ""])
def test_fifty_answers_bring_the_model_near_that_of_clean_rows(flagged) -> None:
    gaps, dropped = [], []
    for seed in range(3):
        full = people(3000, seed, flagged=flagged)
        rows = NONE
        for _ in range(2):
            now = standing(full.first(rows))
            rows = np.concatenate([rows, now.order[~np.isin(now.order, rows)][:25]])
        found = accuracy(full, *trained(standing(full.first(rows))))
        matrix, codes = full.matrix, full.target.codes
        clean = fitted(estimator_of("logistic", full.encoder), matrix[full.train], codes[full.train])
        gaps.append(found - accuracy(full, full.encoder, clean))
        right = full.train & ~full.changed.any(axis=1)
        drop = fitted(estimator_of("logistic", full.encoder), matrix[right], codes[right])
        dropped.append(accuracy(full, full.encoder, drop) - accuracy(full, full.encoder, clean))

    assert np.mean(gaps) > -0.01
    assert np.mean(gaps) > np.mean(dropped)


def test_the_gradient_step_ends_near_the_refit() -> None:
    full = people(3000)
    now = standing(full.first(asked(full, 100)), update="gradient")

    stepped = accuracy(full, now.state.encoder, now.weights.step.model())

    assert stepped == pytest.approx(accuracy(full, *trained(now)), abs=0.01)


def test_rows_for_testing_change_nothing() -> None:
    full = people()
    rows = asked(full, 40)
    now = standing(full.first(rows))
    told = np.arange(1500) >= 1200
    after = full.after.with_column(full.after["pays"].replaced(np.flatnonzero(told), ["maybe"] * 300))
    before = full.before.with_column(full.before["age"].replaced(np.flatnonzero(told), ["7"] * 300))
    other = type(full)(**{**_parts(full), "after": after, "before": before})

    then = standing(other.first(rows))

    assert np.array_equal(now.order, then.order)
    assert now.weights.weight == pytest.approx(then.weights.weight)


def _parts(state):
    return {name: getattr(state, name) for name in state.__dataclass_fields__}
