import numpy as np
import pytest

from datastork.consensus.multi_label import multi_label
from datastork.core.errors import DataError


def tagged(seed, n_items=300, n_annotators=12, n_classes=20, each=5):
    draw = np.random.default_rng(seed)
    truth = draw.random((n_items, n_classes)) < draw.beta(1, 6, n_classes)
    finds, invents = draw.beta(7, 3, n_annotators), draw.beta(1, 20, n_annotators)
    items = np.repeat(np.arange(n_items), each)
    people = np.concatenate([draw.choice(n_annotators, each, replace=False) for _ in range(n_items)])
    there = truth[items]
    given = draw.random(there.shape) < np.where(there, finds[people, None], invents[people, None])
    return truth, finds, invents, items, people, np.argwhere(given)


@pytest.fixture(scope="module")
def found():
    truth, finds, invents, items, people, tags = tagged(0)
    return truth, finds, invents, multi_label(items, people, tags, n_items=300, n_annotators=12, n_classes=20)


def test_labels_are_nearer_the_truth_than_half_of_the_votes(found):
    truth, _, _, made = found
    _, _, _, items, _, tags = tagged(0)
    share = np.zeros((300, 20))
    np.add.at(share, (items[tags[:, 0]], tags[:, 1]), 0.2)

    assert (made.labels != truth).sum() < 0.7 * ((share > 0.5) != truth).sum()


def test_rates_and_skills_of_annotators_are_found(found):
    _, finds, invents, made = found

    assert np.abs(made.finds - finds).max() < 0.1
    assert np.abs(made.invents - invents).max() < 0.05
    assert ((made.skill > 0.5) & (made.skill <= 1)).all()


def test_an_empty_answer_says_no_and_no_answer_says_nothing():
    made = multi_label([0, 0, 0, 1], [0, 1, 2, 0], [[3, 0]], n_items=3, n_annotators=3, n_classes=2)

    assert made.covered.tolist() == [True, True, False]
    assert made.posterior[0, 0] < 0.2
    assert made.posterior[2] == pytest.approx(made.shares)


def test_order_does_not_matter_and_a_tag_given_twice_counts_once():
    _, _, _, items, people, tags = tagged(1, n_items=40)
    sizes = {"n_items": 40, "n_annotators": 12, "n_classes": 20}
    one = multi_label(items, people, tags, **sizes)
    two = multi_label(items, people, np.concatenate([tags[::-1], tags]), **sizes)

    assert two.posterior == pytest.approx(one.posterior, abs=1e-9)


def test_nothing_at_all_is_all_right():
    made = multi_label([], [], [], n_items=2, n_annotators=1, n_classes=3)

    assert made.posterior.shape == (2, 3)
    assert np.isfinite(made.posterior).all()
    assert np.isfinite(made.skill).all()


@pytest.mark.parametrize(
    ("items", "people", "tags", "message"),
    [
        ([0], [0, 1], [], "of one length, not 1 and 2"),
        ([5], [0], [], "items must lie from 0 to 1"),
        ([0], [0], [[1, 0]], "answers of tags must lie from 0 to 0"),
        ([0], [0], [[0, 9]], "tags must lie from 0 to 1"),
    ],
)
def test_answers_that_cannot_be_are_refused(items, people, tags, message):
    with pytest.raises(DataError, match=message):
        multi_label(items, people, tags, n_items=2, n_annotators=2, n_classes=2)
