"""clean.text.whitespace."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.clean.text.whitespace import whitespace
from datastork.media.text import Text


@pytest.mark.parametrize("content", ["", "One line.", "One.\n\nTwo.\nThree.", "Élan\n\n“naïve”"])
def test_what_is_in_order_is_returned_itself(content: str) -> None:
    text = Text(content)

    assert whitespace(text) is text


@pytest.mark.parametrize(
    ("content", "given", "result"),
    [
        ("  a \t b  \n\tc\t\n", {}, "a b\nc"),
        ("\n\n a\n\n\n\n\nb \n \n\t\n c\n\n", {}, "a\n\nb\n\nc"),
        ("a\n\n\nb", {"blank_lines": 0}, "a\nb"),
        ("a\n\n\n\n\nb", {"blank_lines": 2}, "a\n\n\nb"),
        ("a\xa0\u3000\u2009b\u202fc", {}, "a b c"),
        ("a\x0bb\x0cc\u2028d\x85e\r\nf\rg", {}, "a\nb\nc\nd\ne\nf\ng"),
        ("a\xa0\xa0b\u2028c", {"odd_spaces": False}, "a\xa0\xa0b\u2028c"),
        ("def f():\n    x  =  1\n\n\n    y", {"indent": True}, "def f():\n    x = 1\n\n    y"),
        ("   \n\t\n    a ", {"indent": True}, "    a"),
        ("a\n\nb\n  c", {"one_line": True}, "a b c"),
    ],
)
def test_order_is_made(content: str, given: dict[str, Any], result: str) -> None:
    assert whitespace(Text(content), **given).content == result


SPACED = st.text(st.one_of(st.characters(), st.sampled_from(" \t\n\n  \xa0\u2003\u3000\r\v\f\x85\u2028ab")))


@given(SPACED, st.integers(0, 3), st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=400, deadline=None, derandomize=True)
def test_a_second_run_changes_nothing_and_no_word_is_lost(
    content: str, blank: int, odd: bool, indent: bool, one_line: bool
) -> None:
    given: dict[str, Any] = {"blank_lines": blank, "odd_spaces": odd, "indent": indent, "one_line": one_line}
    once = whitespace(Text(content), **given)

    assert whitespace(once, **given).content == once.content
    assert once.content.split() == content.split()
    assert "\n" * (blank + 2) not in once.content
    assert indent or "  " not in once.content
