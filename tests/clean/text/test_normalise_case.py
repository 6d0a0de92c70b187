"""clean.text.normalise_case."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.clean.text.normalise_case import normalise_case
from datastork.core.errors import DataError
from datastork.media.text import Text


@pytest.mark.parametrize(
    ("content", "given", "result"),
    [
        ("Straße ΟΔΟΣ", {}, "straße οδος"),
        ("Straße", {"to": "upper"}, "STRASSE"),
        ("Straße", {"to": "casefold"}, "strasse"),
        ("FREE! CALL NOW. “ÉTÉ” IS HERE\nYES? no", {"to": "sentence"}, "Free! Call now. “Été” is here\nYes? No"),
        ("3 BIRDS. (TWO) FLEW 1.5 MILES", {"to": "sentence"}, "3 birds. (Two) flew 1.5 miles"),
        ("ISPARTA İZMİR", {"dotless": True}, "ısparta izmir"),
        ("ısparta izmir", {"dotless": True, "to": "upper"}, "ISPARTA İZMİR"),
        ("人人 generally", {"to": "upper"}, "人人 GENERALLY"),
    ],
)
def test_cases(content: str, given: dict[str, Any], result: str) -> None:
    assert normalise_case(Text(content), **given).content == result


def test_a_text_of_that_case_is_returned_itself() -> None:
    text = Text("all small, 1 2 3 …")

    assert normalise_case(text) is text


def test_html_is_refused() -> None:
    with pytest.raises(DataError, match=r"the text is HTML(.|\n)*put clean\.text\.strip_html before"):
        normalise_case(Text("<p>A</p>", "html"))


@given(st.text(), st.sampled_from(["lower", "upper", "casefold", "sentence"]), st.booleans())
@settings(max_examples=500, deadline=None, derandomize=True)
def test_a_second_run_changes_nothing(content: str, to: Any, dotless: bool) -> None:
    once = normalise_case(Text(content), to=to, dotless=dotless)

    assert normalise_case(once, to=to, dotless=dotless).content == once.content


@pytest.mark.parametrize("to", ["lower", "upper", "casefold", "sentence"])
def test_every_letter_is_brought_to_its_case_at_once(to: Any) -> None:
    letters = [chr(code) for code in range(0x110000) if chr(code).isalpha() and not 0xD800 <= code < 0xE000]
    once = normalise_case(Text("\n".join(letters)), to=to)

    assert normalise_case(once, to=to).content == once.content
