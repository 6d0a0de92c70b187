"""The lists of stop words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.media.text.stop_words import LISTED, left_of, of_language
from datastork.media.text.stop_words.lists import LISTS


def test_every_language_that_is_named_has_a_list() -> None:
    assert list(LISTED) == list(LISTS)
    assert of_language("xx") == frozenset()


@pytest.mark.parametrize("language", LISTS)
def test_a_list_is_in_order(language: str) -> None:
    words = LISTS[language].split()

    assert len(words) == len(set(words)), sorted(word for word in words if words.count(word) > 1)
    assert all(word == word.lower() and "’" not in word for word in words)
    assert 100 <= len(words) <= 400


@given(st.text(max_size=20), st.sampled_from(LISTED))
def test_what_is_left_is_the_end_of_the_word(word: str, language: Any) -> None:
    assert word.endswith(left_of(word, of_language(language)))
