"""When one text may be a slip for another."""

import numpy as np
import pytest

from datastork.tables.model.likeness import alike, cover, covered
from datastork.tables.model.spelling import misspelt
from datastork.tables.model.words import misspelt_words


@pytest.mark.parametrize(
    ("old", "new", "like"),
    [
        ("Protland", "Portland", True),
        ("Portland", "Portland", False),
        ("Pxrxlxnd", "Portland", False),
        ("xl", "al", True),
        ("a", "b", False),
        ("No", "Yes", False),
    ],
)
def test_a_slip_or_two_make_texts_alike(old: str, new: str, like: bool) -> None:
    assert alike([old], [new]).tolist() == [like]


def test_the_sign_that_overwrites_is_the_one_in_most_pairs() -> None:
    old = ["b*ba", "do*o", "gi**"] * 5
    new = ["baba", "dodo", "gigi"] * 5
    assert cover(old, new) == "*"
    assert cover(old[:6], new[:6]) == ""
    assert cover(["12"] * 20, ["13"] * 20) == ""
    assert cover([], []) == ""


def test_an_overwritten_text_keeps_its_other_characters() -> None:
    assert covered("702*n*main", "702 n main", "*")
    assert not covered("702*n*main", "702 s main", "*")
    assert not covered("**", "ab", "*")
    assert not covered("ab", "ab", "")


def test_rare_texts_close_to_frequent_ones_are_misspelt() -> None:
    texts = ["Portland", "Salem", "Bend", "Portlnad", "Slaem"]
    found = misspelt(texts, np.array([60, 50, 40, 1, 1]))
    assert found.meant.tolist() == ["Portland", "Salem"]
    assert (found.chance > 0.9).all()


def test_where_many_values_are_close_closeness_proves_nothing() -> None:
    names = [f"{a}an{b}" for a in "bcdfhlmrt" for b in "adeks"]
    texts = [*names, "banx", "canx"]
    found = misspelt(texts, np.array([20] * len(names) + [1, 1]))
    assert (found.chance < 0.5).all()


def test_rare_texts_far_from_all_others_make_a_close_one_less_sure() -> None:
    texts = ["Portland", "Salem", "Portlnad"]
    few = misspelt(texts, np.array([60, 50, 1])).chance[0]
    rare = [f"{letter * 7}" for letter in "bcdfghjkmq"]
    many = misspelt([*texts, *rare], np.array([60, 50, 1] + [1] * len(rare))).chance[0]
    assert many < few


def test_many_texts_are_compared_in_blocks() -> None:
    draw = np.random.default_rng(0)
    frequent = ["".join(draw.choice(list("abcdefghij"), 8)) for _ in range(2500)]
    rare = [text[:3] + "z" + text[4:] for text in frequent[:500]]
    found = misspelt([*frequent, *rare], np.array([20] * 2500 + [1] * 500))
    right = dict(zip(range(2500, 3000), frequent, strict=False))
    assert len(found.text) == 500
    assert [right[place] for place in found.text.tolist()] == found.meant.tolist()


def test_a_misspelt_word_is_put_right_inside_its_text() -> None:
    texts = [f"{number} patients seen" for number in range(40)] + ["41 patiemts seen"]
    found = misspelt_words(texts, np.ones(41, np.int64))
    assert found.text.tolist() == [40]
    assert found.meant.tolist() == ["41 patients seen"]
    assert found.chance[0] > 0.9


def test_words_of_natural_language_are_left_alone() -> None:
    texts = ["the cart was left by the card of the care", "a cord and a core", "core and cork of a cart", "scarce care"]
    assert not (misspelt_words(texts, np.array([6, 6, 1, 1])).chance > 0.5).any()
