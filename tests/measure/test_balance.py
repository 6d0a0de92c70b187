import json
import math

import pytest

from datastork.measure.balance import balance, wilson


def test_even_labels_in_alike_splits_give_no_warning(samples):
    labels, splits = [], []
    for split, count in (("train", 800), ("validation", 50), ("test", 150)):
        labels += ["cat", "dog"] * (count // 2)
        splits += [split] * count
    found = balance(samples(1000, label=labels, split=splits))
    assert found.numbers["imbalance_ratio"] == 1.0
    assert found.numbers["effective_labels"] == 2.0
    assert found.numbers["split_association"] == 0.0
    assert (found.numbers["train"], found.numbers["test_share"]) == (800, 0.15)
    assert found.numbers["empty_cells"] == 0
    assert list(found.warnings) == []
    low, high = wilson(500, 1000)
    assert found.tables[0].columns == ("label", "samples", "share", "low", "high", "train", "validation", "test")
    assert found.tables[0].rows[0] == ["cat", 500, 0.5, round(low, 4), round(high, 4), 400, 25, 75]
    json.dumps(found.as_dict())


def test_uneven_labels_are_measured_and_warned_of(samples):
    found = balance(samples(110, label=["cat"] * 100 + ["dog"] * 10))
    assert found.numbers["imbalance_ratio"] == 10.0
    share = 10 / 11
    entropy = -(share * math.log(share) + (1 - share) * math.log(1 - share))
    assert found.numbers["effective_labels"] == pytest.approx(math.exp(entropy), abs=1e-4)
    assert any("10 times the samples of the smallest (100 and 10)" in one for one in found.warnings)


def test_a_label_missing_from_a_split_is_named(samples):
    found = balance(samples(6, label=["cat", "dog"] * 3, split=["train"] * 4 + ["test", None]))
    assert found.numbers["empty_cells"] == 1
    assert found.numbers["in_no_split"] == 1
    assert "The test split lacks the label: dog." in found.warnings


def test_splits_with_other_labels_are_warned_of(samples):
    found = balance(samples(1000, label=["cat"] * 500 + ["dog"] * 500, split=["train"] * 500 + ["test"] * 500))
    assert found.numbers["split_association"] == 1.0
    assert found.numbers["test_distance"] == 0.5
    assert any(one.startswith("The labels of the test split are not those of the whole: 50%") for one in found.warnings)


def test_a_small_test_split_is_warned_of(samples):
    small = balance(samples(60, label=["cat", "dog"] * 30, split=["train"] * 20 + ["test"] * 40))
    assert any("with 40 samples an accuracy near 90 % is known to ±9." in one for one in small.warnings)
    large = balance(samples(420, label=["cat", "dog"] * 210, split=["train"] * 20 + ["test"] * 400))
    assert not any("small" in one for one in large.warnings)


def test_splits_are_counted_with_their_unlabelled_samples(samples):
    found = balance(samples(4, label=["cat", None, "cat", None], split=["train"] * 4))
    assert (found.numbers["train"], found.numbers["labelled"]) == (4, 2)


def test_without_labels_it_says_so(samples):
    assert list(balance(samples(3)).sentences) == ["No sample has a label."]
    assert balance(samples(0)).numbers["samples"] == 0


def test_of_many_labels_the_largest_and_the_smallest_are_listed(samples):
    labels = [f"l{at:03}" for at in range(120) for _ in range(at + 1)]
    found = balance(samples(len(labels), label=labels))
    rows = found.tables[0].rows
    assert (len(rows), rows[0][0], rows[-1][0]) == (100, "l119", "l000")
    assert "20 between are left out" in found.tables[0].caption


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (0, 0, 0.0, 1.0), (90, 100, 0.8256, 0.9448)],
)
def test_wilson_intervals_are_those_of_the_textbook(count, total, low, high):
    assert wilson(count, total) == pytest.approx((low, high), abs=1e-4)
