"""Texts, cells and ratings."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.consensus.structured import cells, rating, texts
from datastork.consensus.structured.cells import Corrected
from datastork.consensus.structured.texts import Written, edits


def fused(*given, **settings):
    return texts.fuse([Written(f"p{at}", text) for at, text in enumerate(given)], **settings)


def slow_edits(first, second):
    table = np.zeros((len(first) + 1, len(second) + 1), int)
    table[:, 0], table[0] = range(len(first) + 1), range(len(second) + 1)
    for i, a in enumerate(first, 1):
        for j, b in enumerate(second, 1):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a != b))
    return table[-1, -1]


@settings(deadline=None)
@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_edits_are_counted_as_by_definition(first, second):
    assert edits(first, second) == slow_edits(first, second)


def test_errors_that_others_do_not_share_are_voted_out():
    truth = "the quick brown fox jumps over the lazy dog"
    found = fused(
        "the quick brown fox jump over the lazy dog",
        "the quick crown fox jumps over lazy dog",
        "a the quick brown fox jumps over the lazy hog",
    )
    assert found.text == truth
    assert 0.8 < found.probability < 1
    assert (found.annotators, found.method) == (3, "rover")


def test_upper_case_and_marks_do_not_divide_the_vote():
    assert fused("Hello, world!", "hello world", "Hello, world").text == "Hello, world"


def test_texts_without_spaces_are_aligned_by_character():
    assert fused(
        "今日は良い天気ですねえ本当に良い天気です",
        "今日は良い天気ですね本当に良い天気です",
        "今日は良い天候ですね本当に良い天気です",
    ).text == ("今日は良い天気ですね本当に良い天気です")
    assert fused("bananna", "banana", "banona", unit="character").text == "banana"


def test_weights_count():
    heavy = [Written("a", "one two", 3), Written("b", "one too"), Written("c", "one too")]
    assert texts.fuse(heavy).text == "one two"
    assert texts.fuse([one._replace(weight=0.0) for one in heavy]).text in ("one too", "one two")


def test_silence_is_an_answer():
    assert fused("", "", "hm").text == ""
    assert fused("hm", "hm", "").text == "hm"
    assert texts.fuse([]).annotators == 0


def test_very_long_texts_fall_back_to_the_most_common():
    long = " ".join(str(at) for at in range(2500))
    found = fused(long, long, long + " more")
    assert (found.text, found.method) == (long, "medoid")


def test_fused_transcripts_have_fewer_errors_than_any_annotator():
    chance = np.random.default_rng(0)
    words = [f"w{at}" for at in range(200)]
    errors, each = [], []
    for _ in range(15):
        true = chance.choice(words, 30).tolist()
        heard = []
        for _ in range(5):
            one = [
                str(chance.choice(words)) if chance.random() < 0.1 else word for word in true if chance.random() > 0.08
            ]
            heard.append(one)
        found = fused(*(" ".join(one) for one in heard)).text.split()
        errors.append(edits(found, true) / 30)
        each.append([edits(one, true) / 30 for one in heard])
    assert np.mean(errors) < 0.35 * np.mean(each, axis=0).min()


sentences = st.lists(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=6).map(" ".join), min_size=1, max_size=5)


@settings(deadline=None)
@given(sentences, st.randoms(use_true_random=False))
def test_the_order_of_annotators_does_not_matter_and_no_word_is_made_up(given_texts, chance):
    answers = [Written(f"p{at}", text) for at, text in enumerate(given_texts)]
    found = texts.fuse(answers)
    assert found == texts.fuse(chance.sample(answers, len(answers)))
    assert set(found.text.split()) <= {word for text in given_texts for word in text.split()}
    assert fused(*[given_texts[0]] * 3) == (given_texts[0], 1.0, 3, 0.0, "rover")


def test_columns_are_voted_on_one_by_one():
    answers = [
        Corrected("a", {"age": "42", "city": "Rome"}),
        Corrected("b", {"age": "42"}),
        Corrected("c", {"age": "43"}),
        Corrected("d", {}),
    ]
    found = cells.fuse(answers)
    assert found.cells == {"age": "42"}
    assert found.probabilities == {"age": 0.5, "city": 0.75}
    assert cells.fuse(answers[1:2] + answers[3:]).cells == {}  # one against one: it stays as it is
    assert cells.fuse([Corrected("a", {"name": ""})]).cells == {"name": ""}
    assert cells.fuse([]) == ({}, {}, 0)


def test_ratings_by_hand():
    items, values = np.array([0, 0, 0, 2, 2]), np.array([1, 4, 5, 2, 3])
    found = rating.fuse(items, values, np.ones(5), 3)
    assert found.median.tolist() == pytest.approx([4, np.nan, 2], nan_ok=True)
    assert found.mean.tolist() == pytest.approx([10 / 3, np.nan, 2.5], nan_ok=True)
    assert found.spread.tolist() == pytest.approx([np.std([1, 4, 5]), np.nan, 0.5], nan_ok=True)
    assert found.probability.tolist() == pytest.approx([1 / 3, 0, 0.5])
    assert found.annotators.tolist() == [3, 0, 2]
    heavy = rating.fuse(items, values, np.array([3.0, 1, 1, 0, 0]), 3)
    assert heavy.median.tolist() == pytest.approx([1, np.nan, np.nan], nan_ok=True)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), min_size=1, max_size=20))
def test_the_median_of_each_item_is_that_of_its_ratings(votes):
    items, values = (np.array(column) for column in zip(*votes, strict=True))
    found = rating.fuse(items, values, np.ones(len(items)), 4).median
    for item in range(4):
        own = np.sort(values[items == item])
        if len(own):
            assert found[item] == own[(len(own) - 1) // 2]
