import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.consensus.agreement import pairwise
from datastork.consensus.agreement.ceiling import ceiling
from datastork.consensus.agreement.coefficients import krippendorff
from datastork.consensus.agreement.pairwise import by_pair, cohen, mean_kappa
from datastork.consensus.agreement.per_class import confused, per_class
from datastork.consensus.agreement.ratings import Ratings
from datastork.core.errors import DataError

tables = st.lists(st.lists(st.one_of(st.none(), st.integers(0, 2)), min_size=4, max_size=4), min_size=1, max_size=8)


def spread_out(table):
    """Return the two annotators' classes of a table of counts."""
    rows, columns = np.indices(np.shape(table))
    return np.repeat(rows.ravel(), np.ravel(table)), np.repeat(columns.ravel(), np.ravel(table))


def test_cohen_of_fifty_grants():
    found = cohen(*spread_out([[20, 5], [10, 15]]), 2)  # .7 equal, .5 by chance
    assert found.value == pytest.approx(0.4)
    assert found.low < 0.4 < found.high


def test_cohen_of_his_own_example():
    # Cohen 1960, table 1: diagnoses of 200 patients
    assert cohen(*spread_out([[88, 14, 18], [10, 40, 10], [2, 6, 12]]), 3).value == pytest.approx(0.492, abs=0.0005)


def test_weights_by_hand():
    table = [[2, 1, 0], [0, 2, 1], [1, 0, 3]]
    first, second = spread_out(table)
    for weights, power in (("linear", 1), ("quadratic", 2)):
        far = (np.abs(np.subtract.outer(range(3), range(3))) / 2) ** power
        expected = np.outer(np.sum(table, axis=1), np.sum(table, axis=0)) / 10
        kappa = 1 - (far * table).sum() / (far * expected).sum()
        assert cohen(first, second, 3, weights=weights).value == pytest.approx(kappa)
    stretched = cohen(first, second, 3, weights="linear", levels=np.array([0, 1, 10]))
    assert stretched.value != cohen(first, second, 3, weights="linear").value


def test_of_very_many_classes_those_that_both_use_matter(monkeypatch):
    chance = np.random.default_rng(0)
    first = chance.zipf(1.5, 200) % 50
    second = np.where(chance.random(200) < 0.7, first, chance.integers(0, 50, 200))
    exact = cohen(first, second, 50)
    monkeypatch.setattr(pairwise, "MOST", 4)
    found = cohen(first, second, 50)
    assert found.value == pytest.approx(exact.value, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=0.01)
    with pytest.raises(DataError, match='50 different values are too many for weights = "linear"'):
        cohen(first, second, 50, weights="linear")


def test_cohen_is_not_defined_where_both_always_say_the_same():
    assert np.isnan(cohen(np.zeros(5, int), np.zeros(5, int), 2).value)


def test_pairs_of_annotators_with_the_most_in_common_come_first():
    table = Ratings.of([[0, 0, None], [1, 1, 1], [0, 1, 0], [1, 1, None]])
    found = by_pair(table)
    assert [(one.first, one.second, one.items, one.equal.value) for one in found] == [
        (0, 1, 4, 0.75),
        (0, 2, 2, 1.0),
        (1, 2, 2, 0.5),
    ]
    assert found[0].kappa.value == pytest.approx(0.5)
    assert len(by_pair(table, most=1)) == 1
    assert mean_kappa(table, least=2) == pytest.approx((0.5 + 1 + 0) / 3)
    assert np.isnan(mean_kappa(table, least=5))


@settings(deadline=None)
@given(tables)
def test_with_two_classes_the_class_agrees_as_the_whole_does(rows):
    table = Ratings.of([[None if one is None else min(one, 1) for one in row] for row in rows])
    whole = krippendorff(table).value
    for one in per_class(table):
        assert one.alpha.value == pytest.approx(whole, abs=1e-9, nan_ok=True)


def test_agreement_on_a_class_by_hand():
    cat, dog = per_class(Ratings.of([[0, 0, 0], [0, 0, 1], [1, 1, None], [1, None, None]]))
    assert (cat.value, cat.votes, dog.votes) == (0, 5, 3)  # the lone vote has nobody to agree with
    assert cat.again.value == pytest.approx((3 + 1) / 5)
    assert dog.again.value == pytest.approx((0 + 2) / 3)


def test_only_the_classes_with_most_votes_are_looked_at():
    table = Ratings.of([[0, 0], [1, 1], [1, 2], [2, 2], [2, 2]])
    assert [one.value for one in per_class(table, most=2)] == [1, 2]


def test_the_classes_that_meet_most_are_named_first():
    found = confused(Ratings.of([[0, 1, None], [0, 1, None], [1, 2, 2], [0, 0, None]]))
    assert [one[:2] for one in found] == [(0, 1), (1, 2)]
    assert found[0][2:] == pytest.approx((4, 4 / 9))
    assert found[1][2:] == pytest.approx((2, 2 / 9))
    assert confused(Ratings.of([[0, 1], [1, 2], [0, 2]]), most=1)[0][:2] == (0, 1)


def test_the_ceiling_by_hand():
    found = ceiling(Ratings.of([[0, 0, 0], [0, 0, 1], [0, 1, 2], [1, None, None]]))
    # 0 0 1: each 0 is held against {0, 1}, a tie: half right; the 1 against {0, 0}: wrong
    assert found.accuracy.value == pytest.approx((1 + 1 / 3 + 0) / 3)
    assert found.items == 3
    assert found.votes.tolist() == [3, 3, 3]
    assert found.right == pytest.approx([1.5 / 3, 1.5 / 3, 1 / 3])


@settings(deadline=None)
@given(tables)
def test_the_ceiling_is_what_leaving_out_each_vote_gives(rows):
    shares = []
    for row in ([one for one in row if one is not None] for row in rows):
        if len(row) < 2:
            continue
        right = 0.0
        for at, own in enumerate(row):
            rest = row[:at] + row[at + 1 :]
            leaders = [one for one in set(rest) if rest.count(one) == max(map(rest.count, rest))]
            right += (own in leaders) / len(leaders)
        shares.append(right / len(row))
    found = ceiling(Ratings.of(rows)).accuracy.value
    assert found == pytest.approx(np.mean(shares) if shares else float("nan"), abs=1e-9, nan_ok=True)
