import json

import pytest

from datastork.core.step import mark_of
from datastork.measure.overlap import overlap
from datastork.media.fingerprint import Fingerprint
from datastork.media.stored import Media


def lengths(*values):
    return [str(value).encode() for value in values]


def test_it_needs_fingerprints():
    assert mark_of(overlap).needs == (Fingerprint, Media)


def test_nothing_in_common_is_said_in_one_sentence(samples):
    found = overlap(samples(4, split=["train", "train", "test", "test"], group=["a", "a", "b", None]))
    assert {name: found.numbers[name] for name in found.numbers if "across" in name or "torn" in name} == {
        "exact_across_splits": 0,
        "near_across_splits": 0,
        "groups_torn": 0,
    }
    assert found.numbers["samples_leaking"] == 0
    [sentence] = found.sentences
    assert sentence.startswith("Nothing leaks: among 4 samples")
    assert "none of 2 groups is torn" in sentence
    assert (list(found.warnings), list(found.pairs), list(found.tables)) == ([], [], [])


def test_near_duplicates_across_splits_are_found_and_shown_the_most_similar_first(samples):
    found = overlap(
        samples(
            5,
            split=["train", "test", "validation", "train", "test"],
            fingerprint=lengths(0, 5, 6, 900, 2000),
        )
    )
    assert found.numbers["near_across_splits"] == 3
    assert found.numbers["samples_leaking"] == 2
    assert [(pair.first, pair.second) for pair in found.pairs] == [("0001", "0002"), ("0000", "0001"), ("0000", "0002")]
    assert found.pairs[0].note == "0.990 alike; test and validation"
    assert list(found.tables[0].rows) == [
        ("test and train", 1),
        ("test and validation", 1),
        ("train and validation", 1),
    ]
    assert list(found.warnings) == ["3 pairs of near-duplicates across splits: put clean.near_dup before the split."]


def test_near_duplicates_within_a_split_are_no_leak(samples):
    found = overlap(samples(2, split=["train", "train"], fingerprint=lengths(0, 1)))
    assert (found.numbers["near_pairs"], found.numbers["near_across_splits"]) == (1, 0)
    assert list(found.warnings) == []


def test_the_same_bytes_across_splits_are_counted_by_content(samples):
    found = overlap(samples(4, split=["train", "test", "test", "test"], content=["x", "x", "x", "y"]))
    assert (found.numbers["exact_across_splits"], found.numbers["samples_leaking"]) == (1, 2)


def test_torn_groups_are_listed(samples):
    found = overlap(samples(4, split=["train", "test", "test", None], group=["r", "r", "s", "s"]))
    assert (found.numbers["groups"], found.numbers["groups_torn"], found.numbers["samples_leaking"]) == (2, 1, 1)
    assert list(found.tables[0].rows) == [("r", "test", 1), ("r", "train", 1)]
    assert list(found.warnings) == ["1 group in several splits: split with split.grouped."]


def test_contradicting_labels_of_near_duplicates_are_told_and_shown(samples):
    found = overlap(
        samples(3, split=["train"] * 3, label=["cat", "dog", "cat"], fingerprint=lengths(0, 1, 2)),
    )
    assert found.numbers["label_conflicts"] == 2
    assert {pair.note for pair in found.pairs} == {
        "0.990 alike; train, 'cat' and train, 'dog'",
        "0.990 alike; train, 'dog' and train, 'cat'",
    }


def test_without_splits_nothing_can_leak(samples):
    found = overlap(samples(2, fingerprint=lengths(0, 0)))
    assert (found.numbers["splits"], found.numbers["near_across_splits"]) == (0, 0)
    assert list(found.sentences) == ["The samples are in no split, so nothing can leak yet."]


def test_the_threshold_decides(samples):
    made = samples(2, split=["train", "test"], fingerprint=lengths(0, 15))
    assert overlap(made).numbers["near_across_splits"] == 0
    assert overlap(made, threshold=0.8).numbers["near_across_splits"] == 1


def test_at_most_fifty_pairs_and_those_across_first(samples):
    split = ["train", "test"] * 10 + ["train"] * 20
    found = overlap(samples(40, split=split, label=["a", "b"] * 20, fingerprint=lengths(*[0] * 40)))
    assert len(found.pairs) == 50
    assert all("test" in pair.note for pair in found.pairs)
    json.dumps(found.as_dict())


@pytest.mark.parametrize("count", [0, 1])
def test_few_samples(samples, count):
    assert overlap(samples(count)).numbers["near_pairs"] == 0
