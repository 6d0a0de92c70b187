import numpy as np
import pytest
from tests.consensus.made_up_crowds import CROWDS, confused, one_class_each

from datastork.consensus.auto import auto
from datastork.consensus.choosing.held_out import folds
from datastork.consensus.crowd import Crowd
from datastork.consensus.dawid_skene import dawid_skene
from datastork.consensus.majority import majority
from datastork.core.errors import DataError

SET = {"bluebird": 0.885, "rte": 0.925, "dog": 0.84, "web": 0.829, "CF": 0.88, "CF_amt": 0.855}


def right(found, truth):
    """Return the share of items with the true class; where several classes are tied, the chance to hit it."""
    known = (truth >= 0) & found.covered
    best = np.isclose(found.posterior[known], found.posterior[known].max(axis=1, keepdims=True), atol=1e-9)
    return (best[np.arange(len(best)), truth[known]] / best.sum(axis=1)).mean()


@pytest.mark.parametrize(
    "name",
    [
        "confused pairs",
        "contrary people",
        "few votes each",
        "all on all",
        "two votes each",
        "rules, two classes",
        "rules, six classes",
    ],
)
def test_auto_is_about_as_good_as_the_better_of_majority_and_plain_dawid_skene(name):
    crowd, truth = CROWDS[name](11)
    best = max(right(majority(crowd), truth), right(dawid_skene(crowd, toward="skill", strength=0.01), truth))

    assert right(auto(crowd), truth) >= best - 2.0 / np.sqrt(crowd.n_items) / 10 - 0.003


@pytest.fixture(scope="module")
def chosen():
    crowd, truth = confused(2, 600, 30, 3, 8, by_class=2.5, skill=0.6, tail=0)
    return crowd, truth, auto(crowd, names=["cat", "dog", "emu"], disagreement=0.01)


def test_it_says_why_in_sentences_and_shows_the_majority_beside(chosen):
    crowd, truth, found = chosen

    assert found.notes[0].startswith("4,800 votes by 30 annotators, 8 an item: 18 for each cell")
    assert "predicts hidden votes best, in nats a vote better than" in found.notes[1]
    assert found.notes[2].startswith("the labels are a weighted mean of ")
    assert np.array_equal(found.beside["majority"].posterior, majority(crowd).posterior)
    assert right(found, truth) > right(majority(crowd), truth) + 0.03


def test_it_warns_where_labels_differ_from_the_majority_and_names_the_classes(chosen):
    crowd, _, found = chosen
    warning = found.notes[3]
    plain = majority(crowd).labels
    share = ((found.labels != plain) & (plain >= 0)).sum() / (plain >= 0).sum()

    assert warning.startswith(f"warning: the labels differ from a clear majority on {share:.1%} of items: ")
    assert any(f"{name!r} by majority is " in warning for name in ("cat", "dog", "emu"))
    assert not any("warning" in note for note in auto(crowd, disagreement=0.9).notes)


def test_shares_of_the_candidates_sum_to_one(chosen):
    _, _, found = chosen

    assert sum(found.shares.values()) == pytest.approx(1.0)
    assert found.shares["Wawa"] < 0.05


def test_skill_and_confusion_are_near_the_true_ones(chosen):
    crowd, truth, found = chosen
    cast = np.bincount(crowd.annotators, minlength=30)
    hits = np.bincount(crowd.annotators, weights=crowd.values == truth[crowd.items], minlength=30)

    assert np.corrcoef(found.skill, hits / cast)[0, 1] > 0.9
    assert found.confusion is not None
    assert found.confusion.shape == (30, 3, 3)


def test_without_two_votes_on_an_item_the_votes_are_the_labels():
    found = auto(Crowd.of([0, 1, 2], [0, 0, 1], [2, 0, 1]))

    assert found.labels.tolist() == [2, 0, 1]
    assert found.notes[0].startswith("no item has votes of two annotators")
    assert found.method == "auto"


def test_rules_that_know_one_class_each_are_seen():
    crowd, truth = one_class_each(1, 1500, 10, 2, often=0.15)
    found = auto(crowd)

    assert "100% of the votes are by annotators who know one class each" in found.notes[1]
    assert set(found.shares) == {"majority", "Wawa", "answer rates", "Dawid-Skene (skill, uniform)"}
    assert right(found, truth) >= right(majority(crowd), truth)


def test_gold_labels_help_to_choose():
    # a third of the people exchange the classes and do most of the work: only gold tells who is right
    draw = np.random.default_rng(4)
    truth = draw.integers(0, 2, 400)
    items, annotators = np.repeat(np.arange(400), 5), np.tile([0, 1, 2, 3, 4], 400)
    contrary = annotators >= 2
    flip = np.where(contrary, draw.random(2000) < 0.7, draw.random(2000) < 0.1)
    crowd = Crowd.of(items, annotators, np.where(flip, 1 - truth[items], truth[items]))
    gold = {item: int(truth[item]) for item in range(0, 400, 4)}
    rest = np.setdiff1d(np.arange(400), list(gold))
    with_gold = auto(crowd, gold=gold)
    plain = majority(crowd)

    assert (with_gold.labels[rest] == truth[rest]).mean() > (plain.labels[rest] == truth[rest]).mean() + 0.2
    assert "100 gold labels" in " ".join(with_gold.notes)


def test_names_must_be_as_many_as_classes():
    with pytest.raises(DataError, match="2 names for 3 classes"):
        auto(Crowd.of([0, 0], [0, 1], [0, 2]), names=["a", "b"])


def test_every_vote_is_hidden_once_and_votes_on_an_item_in_turn():
    crowd, _ = confused(0, 50, 10, 2, 6)
    fold = folds(crowd, 0)

    assert set(fold.tolist()) == {0, 1, 2}
    for item in range(50):
        assert np.bincount(fold[crowd.items == item]).tolist() == [2, 2, 2]


@pytest.mark.real
@pytest.mark.parametrize("name", SET)
def test_real_crowds(real_data, name):
    [path] = (real_data / "crowd").glob(f"*__{name}.npz")
    with np.load(path) as file:
        crowd = Crowd.of(file["item"], file["worker"], file["label"], n_items=int(file["item"].max()) + 1)
        truth = np.full(crowd.n_items, -1)
        there = file["truth_item"] < crowd.n_items
        truth[file["truth_item"][there]] = file["truth"][there]
    found = auto(crowd)
    plain = dawid_skene(crowd, toward="skill", strength=0.0)

    assert right(found, truth) >= SET[name]
    assert right(found, truth) >= right(plain, truth) - 0.003
    assert right(found, truth) >= right(majority(crowd), truth)
