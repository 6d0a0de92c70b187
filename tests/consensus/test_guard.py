import numpy as np
from tests.consensus.made_up_crowds import confused, one_class_each

from datastork.consensus.crowd import Crowd
from datastork.consensus.dawid_skene import dawid_skene
from datastork.consensus.fitting.guard import fault, put_back
from datastork.consensus.fitting.incidence import incidence
from datastork.consensus.fitting.posterior import start
from datastork.consensus.majority import majority
from datastork.consensus.one_coin import one_coin


def agreed(found, truth):
    """Return the share of items with the true class; where several classes are tied, the chance to hit it."""
    known = (truth >= 0) & found.covered
    best = np.isclose(found.posterior[known], found.posterior[known].max(axis=1, keepdims=True), atol=1e-9)
    return (best[np.arange(len(best)), truth[known]] / best.sum(axis=1)).mean()


def test_annotators_who_know_one_class_each_do_not_pull_all_items_into_one():
    crowd, truth = one_class_each(1, 1500, 10, 2, often=0.15)
    for method in (dawid_skene, one_coin):
        found = method(crowd)

        assert agreed(found, truth) >= agreed(majority(crowd), truth) - 0.02
        assert any("fell into one class" in note for note in found.notes)


def test_a_fit_that_is_all_right_is_left_alone():
    crowd, _ = confused(0, 500, 40, 3, 6)

    assert dawid_skene(crowd).notes == ()


def test_the_guard_sees_a_fall_and_an_exchange_and_puts_classes_back():
    crowd, truth = confused(0, 300, 20, 3, 9, skill=0.85, tail=0)
    votes = incidence(crowd)
    reference = start(votes)
    good = np.eye(3)[truth] * 0.94 + 0.02
    exchanged = good[:, [1, 2, 0]]

    assert fault(votes, good, reference) == ""
    assert fault(votes, np.tile([0.98, 0.01, 0.01], (300, 1)) * 1.0, reference) in ("fallen", "exchanged")
    assert fault(votes, np.tile([1.0, 0.0, 0.0], (300, 1)), reference) == "fallen"
    assert fault(votes, exchanged, reference) == "exchanged"
    assert np.array_equal(put_back(votes, exchanged, reference).argmax(axis=1), truth)


def test_a_crowd_that_really_has_one_class_is_no_fall():
    crowd = Crowd.of(np.repeat(np.arange(50), 3), np.tile([0, 1, 2], 50), np.ones(150, int), n_classes=2)

    assert dawid_skene(crowd).labels.tolist() == [1] * 50
    assert dawid_skene(crowd).notes == ()
