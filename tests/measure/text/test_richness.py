import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.measure.text._words import encoded, words_of
from datastork.measure.text.richness import fitted, mattr, richness


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.integers(1, 12))
def test_the_moving_ratio_is_that_of_every_window(codes, window):
    found = mattr(np.array(codes), window)
    windows = [codes[at : at + window] for at in range(len(codes) - window + 1)]
    if not windows:
        assert found is None
    else:
        assert found == pytest.approx(np.mean([len(set(one)) / window for one in windows]))


def test_a_power_law_is_found_again():
    x = np.arange(1, 200)
    law = fitted(x, 3.0 * x**0.5)
    assert law is not None
    assert (law.factor, law.exponent, law.r2) == pytest.approx((3.0, 0.5, 1.0))


def test_zipfian_text_has_an_exponent_near_one(texts):
    rng = random.Random(1)
    words = [f"w{rank}" for rank in range(1, 20_001)]
    drawn = rng.choices(words, [1 / rank for rank in range(1, 20_001)], k=200_000)
    found = richness(texts([" ".join(drawn[at : at + 500]) for at in range(0, 200_000, 500)]))
    assert 0.9 < found.numbers["zipf_exponent"] < 1.2
    assert found.numbers["zipf_r2"] > 0.95
    assert 0 < found.numbers["heaps_exponent"] < 1
    curve = next(table for table in found.tables if table.chart == "curve")
    assert curve.rows[-1][:2] == [200_000, found.numbers["types"]]


def test_words_that_occur_once(texts):
    found = richness(texts(["a a b", "c A."]))
    assert found.numbers["words_measured"] == 5
    assert found.numbers["types"] == 3
    assert found.numbers["hapax_share"] == pytest.approx(2 / 3, abs=1e-4)
    assert found.numbers["mattr"] is None


def test_labels_are_compared_at_equal_length(texts):
    poor, rich = "one two three four five " * 400, " ".join(f"word{at}" for at in range(1500))
    found = richness(texts([poor, rich], label=["poor", "rich"]))
    [table] = [table for table in found.tables if table.caption == "Vocabulary by label"]
    assert [row[:4] for row in table.rows] == [["poor", 1, 2000, 5], ["rich", 1, 1500, 1500]]


def test_only_so_much_is_read_and_said(texts):
    found = richness(texts(["word " * 100] * 50), characters=1000)
    assert found.numbers["texts_measured"] == 2
    assert "2 of 50 texts, drawn by id" in found.sentences[0]


def test_the_last_text_is_cut(texts):
    found = richness(texts(["word " * 10_000]), characters=1000)
    assert found.numbers["words_measured"] == 200


def test_no_words(texts):
    assert richness(texts(["", "?!"])).sentences == ("There are no words.",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't stop — ever!", ["don't", "stop", "ever"]),
        ("कृपया ध्यान दें।", ["कृपया", "ध्यान", "दें"]),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("naïve e\u0301te\u0301", ["naïve", "e\u0301te\u0301"]),
        ("مرحبا، بالعالم", ["مرحبا", "بالعالم"]),
        ("snake_case a.b", ["snake_case", "a", "b"]),
    ],
)
def test_what_a_word_is(text, words):
    assert words_of(text) == words


def test_codes_give_the_words_back():
    found = encoded(["b a b", "", "a c"])
    assert [found.known[code] for code in found.codes] == ["b", "a", "b", "a", "c"]
    assert found.starts.tolist() == [0, 3, 3, 5]
