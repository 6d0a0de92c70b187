"""What texts have in common across splits, and whose labels their words contradict."""

import random

import pytest

from datastork.measure.overlap import overlap
from datastork.measure.suspects import suspects
from datastork.media.fingerprint import Fingerprint
from datastork.media.text import Text


@pytest.fixture
def texts(samples):
    """Return a function that makes a frame of texts, the other columns by name."""

    def make(contents, **columns):
        marks = [one.fingerprint for one in Fingerprint.of_many([Text(one) for one in contents])]
        media = [one.encode() for one in contents]
        kinds = ["text"] * len(contents)
        return samples(len(contents), fingerprint=marks, media=media, media_modality=kinds, **columns)

    return make


def words(seed, count=60, kind="w"):
    rng = random.Random(seed)
    return [f"{kind}{rng.randrange(500)}" for _ in range(count)]


def test_near_duplicate_texts_in_different_splits_are_found(texts):
    base = words(1)
    contents = [" ".join(base), " ".join([*base[:55], "other", *base[56:]]), " ".join(words(2)), "short", "short", ""]
    splits = ["train", "test", "test", "train", "train", "test"]
    found = overlap(texts(contents, split=splits))
    assert found.numbers["near_across_splits"] == 1
    assert found.numbers["near_pairs"] == 2
    assert found.numbers["samples_leaking"] == 1
    assert found.numbers["threshold"] == 0.7
    assert (found.pairs[0].first, found.pairs[0].second) == ("0000", "0001")


def test_a_higher_threshold_finds_less(texts):
    base = words(1)
    found = overlap(
        texts([" ".join(base), " ".join([*base[:50], "other", *base[51:]])], split=["train", "test"]), threshold=0.95
    )
    assert found.numbers["near_across_splits"] == 0
    assert found.numbers["threshold"] == 0.95


def test_planted_wrong_labels_of_texts_are_found(texts):
    rng = random.Random(4)
    subjects = {name: words(name, 40, name) for name in ("birds", "boats", "bread")}
    contents, labels = [], []
    for at in range(300):
        name = list(subjects)[at % 3]
        contents.append(" ".join(rng.choices(subjects[name], k=12) + rng.choices(words(9), k=20)))
        labels.append(name)
    wrong = rng.sample(range(300), 9)
    for at in wrong:
        labels[at] = "bread" if labels[at] != "bread" else "boats"
    found = suspects(texts(contents, label=labels))
    named = {row[0] for row in found.tables[0].rows}
    assert len(named & {f"{at:04}" for at in wrong}) >= 8
    assert len(named) <= 12
