import numpy as np
import pytest

from datastork.consensus.repeat_consistency import repeat_consistency
from datastork.core.errors import DataError


def test_a_small_case_is_worked_out_by_hand():
    # annotator 0 sees four items twice, answers 3 the same; annotator 1 sees one item once
    items = [0, 0, 1, 1, 2, 2, 3, 3, 0]
    people = [0, 0, 0, 0, 0, 0, 0, 0, 1]
    values = [1, 1, 0, 0, 1, 0, 0, 0, 1]
    found = repeat_consistency(items, people, values, [0, 1, 0, 1, 0, 1, 0, 1, 0], n_annotators=2)
    ones = 3 / 8  # of the eight answers in pairs
    chance = ones**2 + (1 - ones) ** 2

    assert found.pairs.tolist() == [4, 0]
    assert found.same[0] == pytest.approx(0.75)
    assert found.corrected[0] == pytest.approx((0.75 - chance) / (1 - chance))
    assert (found.low[0], found.high[0]) == pytest.approx((0.300642, 0.954413), abs=1e-6)
    assert np.isnan(found.same[1])
    assert (found.low[1], found.high[1]) == (0, 1)
    assert found.overall == pytest.approx(0.75)


def test_of_three_sightings_each_is_held_against_the_one_before():
    found = repeat_consistency([7, 7, 7], [0, 0, 0], [2, 1, 2], [2, 0, 1], n_annotators=1)

    assert found.pairs.tolist() == [2]
    assert found.same[0] == pytest.approx(0.5)  # 1, 2, 2


def test_whoever_answers_at_random_is_not_consistent_beyond_chance():
    draw = np.random.default_rng(0)
    values = np.where(draw.random(4000) < 0.9, 0, 1)
    found = repeat_consistency(
        np.repeat(np.arange(2000), 2), np.zeros(4000), values, np.tile([0, 1], 2000), n_annotators=1
    )

    assert found.same[0] > 0.78
    assert abs(found.corrected[0]) < 0.08
    assert found.low[0] < 0.82 < found.high[0] + 0.02


def test_one_answer_only_has_no_correction():
    found = repeat_consistency([0, 0], [0, 0], [3, 3], [0, 1], n_annotators=1)

    assert found.same[0] == 1
    assert np.isnan(found.corrected[0])


def test_without_votes_everything_is_unknown():
    found = repeat_consistency([], [], [], [], n_annotators=2)

    assert found.pairs.tolist() == [0, 0]
    assert np.isnan(found.overall)
    assert (found.overall_low, found.overall_high) == (0, 1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([0, 0], [0, 0], [1, 1], [0, 0]), "answered item 0 twice as repeat 0"),
        (([0], [3], [1], [0]), "annotators must lie from 0 to 1"),
        (([0], [0], [1, 2], [0]), "of one length"),
    ],
)
def test_votes_that_cannot_be_are_refused(given, message):
    with pytest.raises(DataError, match=message):
        repeat_consistency(*given, n_annotators=2)
