"""clean.text.strip_punctuation."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.clean.text.strip_punctuation import strip_punctuation
from datastork.core.errors import DataError
from datastork.media.text import Text


@pytest.mark.parametrize(
    ("content", "given", "result"),
    [
        ("“Well,” she said—“don't!” ¿Qué? 「はい」。", {}, "Well she saiddont Qué はい"),
        ("5 € + $3 = 😀.", {}, "5 € + $3 = 😀"),
        ("5 € + $3 = 😀.", {"symbols": True}, "5   3  "),
        ("#tag @me, a_b", {"keep": "@#_"}, "#tag @me a_b"),
        ("and/or, so", {"space": True}, "and or  so"),
        ("'Don’t' well-known - a -b- l'été", {"within_words": False}, "Don’t well-known  a b l'été"),
        ("rock-'n'-roll", {"within_words": False}, "rocknroll"),
    ],
)
def test_punctuation_goes(content: str, given: dict[str, Any], result: str) -> None:
    assert strip_punctuation(Text(content), **given).content == result


def test_a_text_without_is_returned_itself() -> None:
    text = Text("no punctuation at all 1 + 1")

    assert strip_punctuation(text) is text


def test_html_is_refused() -> None:
    with pytest.raises(DataError, match="the text is HTML"):
        strip_punctuation(Text("<p>A</p>", "html"))


@given(st.text(), st.booleans(), st.text(max_size=3), st.booleans(), st.booleans())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_a_second_run_changes_nothing(content: str, symbols: bool, keep: str, within: bool, space: bool) -> None:
    given: dict[str, Any] = {"symbols": symbols, "keep": keep, "within_words": within, "space": space}
    once = strip_punctuation(Text(content), **given)

    assert strip_punctuation(once, **given).content == once.content
    wanted = "PS" if symbols else "P"
    if within:
        assert not [one for one in once.content if unicodedata.category(one)[0] in wanted and one not in keep]
