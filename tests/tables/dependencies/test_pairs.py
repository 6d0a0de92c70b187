"""Pairs of columns: counts and leave-one-out prediction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.tables.dependencies.pairs import joint_codes, leave_one_out, pair_counts, tells

CODES = st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), min_size=1, max_size=40)


@given(CODES)
def test_every_row_finds_its_pair_and_counts_add_up(rows: list[tuple[int, int]]) -> None:
    left, right = np.array(rows).T
    pairs = pair_counts(left, right)
    both = (left >= 0) & (right >= 0)
    assert np.array_equal(pairs.given[pairs.pair[both]], left[both])
    assert np.array_equal(pairs.target[pairs.pair[both]], right[both])
    assert (pairs.pair[~both] == -1).all()
    assert pairs.count.sum() == both.sum()
    assert np.array_equal(pairs.size, np.bincount(left[both], minlength=len(pairs.size)))


@given(CODES)
def test_leave_one_out_is_what_a_loop_finds(rows: list[tuple[int, int]]) -> None:
    whole = [pair for pair in rows if min(pair) >= 0]
    right = covered = 0.0
    for place, (group, value) in enumerate(whole):
        others = [v for i, (g, v) in enumerate(whole) if g == group and i != place]
        if not others:
            continue
        covered += 1
        rival = max((others.count(v) for v in set(others) - {value}), default=0)
        mine = others.count(value)
        right += 1.0 if mine > rival else 0.5 if mine == rival else 0.0
    told = leave_one_out(pair_counts(*np.array(rows).T))
    assert told.covered == covered
    assert told.accuracy == pytest.approx(right / covered if covered else 0.0)


def test_many_distinct_values_are_counted_like_few() -> None:
    draw = np.random.default_rng(0)
    left, right = draw.integers(0, 5000, 3000), draw.integers(0, 5000, 3000)
    pairs = pair_counts(left, right)
    assert len(pairs.count) == len({*zip(left.tolist(), right.tolist(), strict=True)})
    assert np.array_equal(pairs.given[pairs.pair], left)


def test_a_key_tells_nothing_and_a_copy_tells_all() -> None:
    target = np.repeat(np.arange(5), 4)
    assert tells(np.arange(20), target).gain == 0
    assert tells(target, target).gain == 1


def test_two_columns_tell_together_what_neither_tells_alone() -> None:
    draw = np.random.default_rng(1)
    a, b = draw.integers(0, 2, 200), draw.integers(0, 2, 200)
    both = a ^ b
    assert tells(a, both).gain < 0.3
    assert tells([a, b], both).gain == 1


def test_joint_codes_are_missing_where_any_is() -> None:
    joint = joint_codes([np.array([0, 1, -1, 1]), np.array([5, 0, 2, 0])])
    assert joint[2] == -1
    assert joint[1] == joint[3] != joint[0]
    assert joint_codes([np.array([3, -1])]).tolist() == [3, -1]
