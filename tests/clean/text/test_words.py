"""clean.text.words, and what a word is."""

import timeit
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.clean.text.words import words
from datastork.core.errors import DataError
from datastork.media.text import Text
from datastork.media.text.tokens import word_pattern


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("Don't stop -- it's 'fine', isn’t it?", "Don't stop it's fine isn’t it"),
        ("€1,234.50 at 12:30, 3rd of 5; 1,2,3. v2.0", "1,234.50 at 12:30 3rd of 5 1,2,3 v2 0"),
        ("l'été, naïve—Straße, well-known a_b", "l'été naïve Straße well known a_b"),
        ("मानव अधिकारों की घोषणा।", "मानव अधिकारों की घोषणा"),
        ("می‌خواهم بروم؟", "می‌خواهم بروم"),
        ("我爱Python3，和ゲーム", "我 爱 Python3 和 ゲ ー ム"),
        ("한국어를 배워요.", "한국어를 배워요"),
        ("נִקּוּד e\u0301te\u0301", "נִקּוּד e\u0301te\u0301"),
        ("U.S.A. ... !", "U S A"),
        ("", ""),
    ],
)
def test_words_are_found(content: str, found: str) -> None:
    assert words(Text(content)).content == found


def test_punctuation_and_lines_stay_when_asked() -> None:
    assert words(Text("Well... it's 5 €!?"), punctuation=True).content == "Well ... it's 5 € ! ?"
    assert words(Text("One, two.\n\nThree"), keep_lines=True).content == "One two\n\nThree"
    assert words(Text("One, two.\n\nThree")).content == "One two Three"


def test_a_text_of_words_is_returned_itself() -> None:
    text = Text("only words here")

    assert words(text) is text


def test_html_is_refused() -> None:
    with pytest.raises(DataError, match="the text is HTML"):
        words(Text("<p>A</p>", "html"))


@given(st.text(), st.booleans())
@settings(max_examples=400, deadline=None, derandomize=True)
def test_no_letter_or_digit_is_lost(content: str, punctuation: bool) -> None:
    found = words(Text(content), punctuation=punctuation).content

    assert [one for one in found if one.isalnum()] == [one for one in content if one.isalnum()]
    assert words(Text(found), punctuation=punctuation).content == found


@pytest.mark.parametrize(
    "content", ["'a" * 500_000, "1," * 500_000, "1,a" * 300_000, "a'" * 500_000, "a\u0301" * 500_000, "." * 1_000_000]
)
def test_hostile_text_costs_little(content: str) -> None:
    assert timeit.timeit(lambda: word_pattern(punctuation=True).findall(content), timer=thread_time, number=1) < 8
