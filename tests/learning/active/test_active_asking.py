import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.learning.active.made_up_people import people, validation

from datastork.learning.active.asking import order, shares
from datastork.learning.active.curve import Point, curve, enough, split_off
from datastork.learning.active.detector import adapted
from datastork.learning.active.flags import MOST, Flags
from datastork.learning.active.standing import OUTSIDE, standing

NONE = np.empty(0, np.int64)


def test_half_of_the_questions_fall_on_all_flagged_rows_alike() -> None:
    now = people().first(NONE)

    found = shares(now)

    assert found.sum() == pytest.approx(1)
    assert found[now.pool].min() >= 0.5 / now.pool.sum()
    assert (found[~now.pool] == 0).all()
    assert found[now.pool].std() > 0


def test_what_was_answered_does_not_change_whom_to_ask() -> None:
    full = people()
    none = full.first(NONE)
    some = full.first(standing(none).order[:10])

    assert np.array_equal(shares(none), shares(some))


def test_one_question_in_ten_falls_on_rows_that_nothing_flags() -> None:
    now = standing(people().first(NONE))

    first = now.order[:100]

    assert now.state.train[now.order].all()
    assert len(set(now.order.tolist())) == now.state.train.sum()
    assert (~now.state.pool[first]).sum() == 100 * OUTSIDE


def test_without_rules_chance_decides_and_then_the_learned_detector() -> None:
    full = people(flagged="")
    first = standing(full.first(NONE)).order[:60]
    rows = np.flatnonzero(full.train)
    assert np.array_equal(first, rows[np.argsort(full.chance[rows], kind="stable")][:60])

    now = standing(full.first(first))

    wrong = full.changed.any(axis=1) & full.train
    flagged = now.state.pool
    assert (flagged & wrong).sum() > 0.95 * wrong.sum()
    assert (flagged & ~wrong).sum() < 0.05 * wrong.sum()
    new = now.order[~now.state.answered[now.order]][:40]
    assert 15 <= wrong[new].sum() <= 30  # half, and by chance of the other half


def test_the_detector_of_the_rules_stays_where_it_is_right() -> None:
    full = people()
    now, told = adapted(full.first(standing(full.first(NONE)).order[:60]))

    assert [(one.column, one.detector, one.used) for one in told][:1] == [("age", "rules", True)]
    assert np.array_equal(now.flags.rows, full.flags.rows)


def test_false_alarms_are_cleared_once_answers_tell_them_apart() -> None:
    full = people(3000)
    alarms = full.train & (np.array(full.before["town"].texts()) == "D") & ~full.flags.rows
    flags = Flags.of(3000, {"age": full.flags.of_column("age") | alarms})
    full = type(full)(**{**{n: getattr(full, n) for n in full.__dataclass_fields__}, "flags": flags})
    now, told = adapted(full.first(standing(full.first(NONE)).order[:80]))

    rules, learned = told[:2]
    assert rules.precision < 0.8 < learned.precision
    assert learned.used
    assert now.flags.rows[alarms].mean() < 0.05


def test_where_no_split_sets_rows_apart_no_detector_sees_the_label() -> None:
    full = people(flagged="")
    full = type(full)(**{**{n: getattr(full, n) for n in full.__dataclass_fields__}, "apart": False})
    first = standing(full.first(NONE)).order[:60]
    swapped = ["no" if text == "yes" else "yes" for text in full.before["pays"].texts()]
    other = full.before.with_column(full.before["pays"].replaced(np.arange(1500), swapped))
    twin = type(full)(**{**{n: getattr(full, n) for n in full.__dataclass_fields__}, "before": other})

    found = [adapted(one.first(first))[0].flags.rows for one in (full, twin)]

    assert np.array_equal(*found)


def test_the_curve_counts_answers_in_the_order_of_asking_and_says_when_to_stop() -> None:
    full = people(3000)
    now = standing(full.first(NONE))
    state = full.first(now.order[:110])

    points = curve(state, validation(full))

    assert [one.answered for one in points] == [0, 27, 55, 110]
    assert all(0 < one.error < 0.03 for one in points)
    assert np.isnan(points[0].gain)
    assert points[-1].accuracy > 0.7
    assert enough(points)


def test_early_and_large_gains_are_no_reason_to_stop() -> None:
    def point(answered, gain):
        return Point(answered, 0.8, 0.01, gain, 0.004, 0.0)

    assert not enough([point(0, float("nan"))])
    assert not enough([point(0, float("nan")), point(25, 0.0)])
    assert not enough([point(0, float("nan")), point(25, 0.0), point(60, 0.02)])
    assert enough([point(0, float("nan")), point(25, 0.0), point(60, 0.002)])


def test_where_no_rows_validate_a_fifth_is_held_out_of_training() -> None:
    full = people()

    state, held = split_off(full, None)

    assert not (state.train & held).any()
    assert held.sum() == pytest.approx(0.2 * full.train.sum(), rel=0.25)
    rows = standing(full.first(NONE)).order[:100]
    assert 5 < held[rows].sum() < 40  # whoever is asked first validates no more often


@settings(deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=60))
def test_each_flagged_row_has_a_class_with_its_columns(cells) -> None:
    masks = np.array(cells)
    flags = Flags.of(len(masks), {name: masks[:, at] for at, name in enumerate("abc")})

    code, columns = flags.classes

    for at, row in enumerate(masks):
        assert (code[at] >= 0) == row.any()
        if row.any():
            assert columns[code[at]] == tuple(name for name, on in zip("abc", row, strict=True) if on)


def test_many_rare_classes_of_errors_are_one() -> None:
    draw = np.random.default_rng(0)
    masks = draw.random((400, 12)) < 0.5
    code, columns = Flags.of(400, {f"c{at:02}": masks[:, at] for at in range(12)}).classes

    assert len(columns) == MOST + 1
    assert code.max() == MOST
    assert len(columns[-1]) == 12


def test_asking_is_the_same_each_time() -> None:
    one, two = (standing(people().first(NONE)) for _ in range(2))
    assert np.array_equal(one.order, two.order)
    assert np.array_equal(order(one.state, one.share, 0.3), order(two.state, two.share, 0.3))
