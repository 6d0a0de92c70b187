"""What holds for every method: exact small cases, symmetry, and probabilities that are probabilities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.consensus.made_up_crowds import confused

from datastork.consensus.answer_rates import answer_rates
from datastork.consensus.auto import auto
from datastork.consensus.crowd import Crowd
from datastork.consensus.dawid_skene import dawid_skene
from datastork.consensus.glad import glad
from datastork.consensus.mace import mace
from datastork.consensus.majority import majority
from datastork.consensus.one_coin import one_coin
from datastork.consensus.subtypes import subtypes
from datastork.consensus.wawa import wawa
from datastork.core.errors import DataError

METHODS = [majority, wawa, one_coin, dawid_skene, glad, mace, subtypes, answer_rates, auto]
NAMED = [method for method in METHODS if method is not auto]


def by_name(method):
    return method.__name__


@pytest.fixture(scope="module")
def clear():
    """Return a crowd without doubtful items, and its truth."""
    return confused(3, 120, 12, 3, 7, skill=0.85, spread=20, tail=0)


def test_the_majority_is_the_share_of_the_weights():
    found = majority(Crowd.of([0, 0, 0, 1, 1], [0, 1, 2, 0, 1], [1, 0, 1, 0, 1], [0.5, 1, 0.75, 0.5, 0.5], n_items=3))

    assert found.posterior[0] == pytest.approx([1 / 2.25, 1.25 / 2.25])
    assert found.labels.tolist() == [1, -1, -1]  # a tie, and an item without votes
    assert found.covered.tolist() == [True, True, False]
    assert found.notes == ("1 of 3 items are tied",)


def test_wawa_is_worked_out_by_hand():
    # item 0: a says 0, b says 0, c says 1; item 1: all say 1. Agreement with the majority: a 2/2, b 2/2, c 1/2
    found = wawa(Crowd.of([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2], [0, 0, 1, 1, 1, 1]))

    assert found.posterior[0] == pytest.approx([2 / 2.5, 0.5 / 2.5])
    assert found.posterior[1] == pytest.approx([0, 1])


def test_a_round_of_plain_dawid_skene_is_worked_out_by_hand():
    items, annotators = np.repeat([0, 1, 2], 3), np.tile([0, 1, 2], 3)
    values = np.array([0, 0, 1, 1, 1, 1, 0, 1, 1])
    found = dawid_skene(Crowd.of(items, annotators, values), strength=0.0, iterations=1)
    first = np.array([[2 / 3, 1 / 3], [0, 1], [1 / 3, 2 / 3]])
    said = values.reshape(3, 3)
    expected = np.tile((first.sum(axis=0) + 1) / (3 + 2), (3, 1))
    for who in range(3):
        matrix = np.array([[first[said[:, who] == answer, true].sum() for answer in (0, 1)] for true in (0, 1)])
        matrix /= matrix.sum(axis=1, keepdims=True)
        expected *= matrix[:, said[:, who]].T
    expected /= expected.sum(axis=1, keepdims=True)

    assert found.posterior == pytest.approx(expected, abs=1e-9)


def test_a_strong_expectation_makes_all_annotators_alike(clear):
    crowd, _ = clear
    found = dawid_skene(crowd, strength=1e9, toward="pooled")

    assert found.confusion is not None
    assert found.confusion.sum(axis=2) == pytest.approx(np.ones((12, 3)))
    offdiagonal = found.confusion[:, 0, 1] / (1 - found.confusion[:, 0, 0])
    assert offdiagonal == pytest.approx(np.full(12, offdiagonal[0]), abs=1e-6)


@pytest.mark.parametrize("method", METHODS, ids=by_name)
def test_clear_votes_give_the_truth(method, clear):
    crowd, truth = clear
    found = method(crowd)

    assert (found.posterior.argmax(axis=1) == truth).mean() >= 0.97
    assert found.method == method.__name__
    assert found.skill.min() > 0.6


@pytest.mark.parametrize("method", NAMED, ids=by_name)
def test_renaming_items_annotators_and_classes_renames_the_result(method, clear):
    crowd, _ = clear
    draw = np.random.default_rng(1)
    item, who, label = (draw.permutation(n) for n in (crowd.n_items, crowd.n_annotators, crowd.n_classes))
    mixed = draw.permutation(len(crowd))
    renamed = Crowd.of(
        item[crowd.items][mixed], who[crowd.annotators][mixed], label[crowd.values][mixed], n_classes=crowd.n_classes
    )
    extra = {"restarts": 0} if method is mace else {}  # noise cannot be the same under other names
    one, two = method(crowd, **extra), method(renamed, **extra)

    assert two.posterior[item][:, label] == pytest.approx(one.posterior, abs=1e-3)
    assert two.skill[who] == pytest.approx(one.skill, abs=1e-3)


@pytest.mark.parametrize("method", METHODS, ids=by_name)
def test_saying_everything_twice_changes_no_label(method, clear):
    crowd, _ = clear
    twice = Crowd.of(*(np.tile(part, 2) for part in (crowd.items, crowd.annotators, crowd.values)))
    once = method(crowd)
    sure = once.posterior.max(axis=1) > 0.7

    assert np.array_equal(method(twice).labels[sure], once.labels[sure])


@pytest.mark.parametrize("method", METHODS, ids=by_name)
def test_the_same_votes_give_the_same_result(method, clear):
    assert np.array_equal(method(clear[0]).posterior, method(clear[0]).posterior)


@pytest.mark.parametrize("method", METHODS, ids=by_name)
def test_gold_stands_as_given(method, clear):
    crowd, truth = clear
    wrong = int((truth[0] + 1) % 3)
    found = method(crowd, gold={0: wrong, 5: int(truth[5])})

    assert found.labels[0] == wrong
    assert found.posterior[0, wrong] == pytest.approx(1.0)


@pytest.mark.parametrize("method", METHODS, ids=by_name)
def test_items_without_votes_have_the_class_shares_and_no_label(method, clear):
    crowd, _ = clear
    more = Crowd.of(crowd.items, crowd.annotators, crowd.values, n_items=crowd.n_items + 2, n_classes=3)
    found = method(more, prior=np.array([0.5, 0.3, 0.2]))

    assert found.labels[-2:].tolist() == [-1, -1]
    assert found.posterior[-1] == pytest.approx([0.5, 0.3, 0.2])
    assert not found.covered[-2:].any()
    assert found.covered[:-2].all()


@pytest.mark.parametrize("method", METHODS, ids=by_name)
@pytest.mark.parametrize("prior", [[0.5, 0.5, 0.5, 0.5], [1.0, -1.0, 1.0], [0.0, 0.0, 0.0], "flat"])
def test_a_prior_that_is_none_is_refused(method, prior, clear):
    with pytest.raises(DataError, match="prior must be"):
        method(clear[0], prior=prior)


@st.composite
def crowds(draw):
    n_items, n_annotators, n_classes = draw(st.tuples(st.integers(1, 8), st.integers(1, 5), st.integers(1, 4)))
    lines = draw(
        st.lists(
            st.tuples(
                st.integers(0, n_items - 1),
                st.integers(0, n_annotators - 1),
                st.integers(0, n_classes - 1),
                st.sampled_from([0.0, 0.25, 1.0, 1.0, 3.0]),
            ),
            max_size=30,
        )
    )
    items, annotators, values, weights = ([line[at] for line in lines] for at in range(4))
    return Crowd.of(items, annotators, values, weights, n_items=n_items, n_annotators=n_annotators, n_classes=n_classes)


@settings(max_examples=25, deadline=None)
@given(crowds())
def test_whatever_the_votes_posteriors_are_probabilities(crowd):
    for method in METHODS:
        found = method(crowd)
        assert found.posterior.shape == (crowd.n_items, crowd.n_classes), method
        assert np.isfinite(found.posterior).all(), method
        assert found.posterior.min(initial=0) >= 0, method
        assert np.allclose(found.posterior.sum(axis=1), 1.0), method
        assert np.isfinite(found.skill).all(), method
        assert ((found.skill >= 0) & (found.skill <= 1)).all(), method
        assert ((found.labels >= -1) & (found.labels < crowd.n_classes)).all(), method
        heavy = np.bincount(crowd.items, weights=crowd.weights, minlength=crowd.n_items) > 0
        assert np.array_equal(found.covered, heavy), method
        assert (found.labels[~heavy] == -1).all(), method
        if found.confusion is not None:
            assert np.allclose(found.confusion.sum(axis=2), 1.0), method


@pytest.mark.parametrize("method", METHODS, ids=by_name)
def test_a_thousand_classes_are_all_right(method):
    draw = np.random.default_rng(5)
    truth = draw.integers(0, 1000, 80)
    items, annotators = np.repeat(np.arange(80), 4), np.tile(np.arange(4), 80)
    values = np.where(draw.random(320) < 0.85, truth[items], draw.integers(0, 1000, 320))
    settings_ = {"restarts": 0} if method is mace else {}
    found = method(Crowd.of(items, annotators, values, n_classes=1000), **settings_)

    assert (found.posterior.argmax(axis=1) == truth).mean() > 0.9


def test_confusion_matrices_that_would_fill_the_memory_are_refused():
    draw = np.random.default_rng(0)
    crowd = Crowd.of(draw.integers(0, 900, 60_000), draw.integers(0, 5000, 60_000), draw.integers(0, 1000, 60_000))

    with pytest.raises(DataError, match="too many for confusion matrices"):
        dawid_skene(crowd)


def test_glad_finds_which_items_are_hard():
    crowd, _ = confused(0, 400, 30, 2, 12, skill=0.85, tail=0, hard=0.25)
    found = glad(crowd)
    split = majority(crowd).posterior.min(axis=1)

    assert found.difficulty is not None
    assert np.corrcoef(found.difficulty, split)[0, 1] > 0.7
