"""clean.text.sentences."""

import timeit
from time import thread_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.clean.text.sentences import sentences
from datastork.core.errors import DataError
from datastork.media.text import Text


def cut(content: str, **given: Any) -> list[str]:
    return [piece.content for piece in sentences(Text(content), **given)]


@pytest.mark.parametrize(
    ("language", "content", "found"),
    [
        ("en", "Mr. Smith sang. It was early! Was it?", ["Mr. Smith sang.", "It was early!", "Was it?"]),
        ("en", "The U.S. team won 3.5 points. They left.", ["The U.S. team won 3.5 points.", "They left."]),
        (
            "en",
            "He wrote (badly. Very badly) to them. He slept.",
            ["He wrote (badly. Very badly) to them.", "He slept."],
        ),
        (
            "en",
            'She said "It is done. We leave." Then they left.',
            ['She said "It is done. We leave."', "Then they left."],
        ),
        (
            "de",
            "Das ist Dr. Vogel. Er singt z. B. am 3. Mai. Gut.",
            ["Das ist Dr. Vogel.", "Er singt z. B. am 3. Mai.", "Gut."],
        ),
        ("zh", "鸟在唱歌。天还早。", ["鸟在唱歌。", "天还早。"]),
        ("other", "Uno. Dos? Tres! “Sí.” 3.5 y ya", ["Uno.", "Dos?", "Tres!", "“Sí.”", "3.5 y ya"]),
    ],
)
def test_sentences_are_found(language: str, content: str, found: list[str]) -> None:
    assert cut(content, language=language) == found


def test_a_line_is_a_paragraph_unless_lines_are_wrapped() -> None:
    content = "A robin\nsang early. It\nflew.\n\nThe end."

    assert cut(content) == ["A robin", "sang early.", "It", "flew.", "The end."]
    assert cut(content, wrapped=True) == ["A robin sang early.", "It flew.", "The end."]


def test_several_make_a_piece() -> None:
    assert cut("It sang. Then it flew. Nobody saw.\nThe end.", each=2) == [
        "It sang. Then it flew.",
        "Nobody saw.",
        "The end.",
    ]


@pytest.mark.parametrize("content", ["", "  \n\n "])
def test_a_text_without_sentences_stays(content: str) -> None:
    text = Text(content)

    assert list(sentences(text)) == [text]


def test_html_is_refused() -> None:
    with pytest.raises(DataError, match="the text is HTML"):
        list(sentences(Text("<p>A</p>", "html")))


PROSE = st.text(st.one_of(st.characters(), st.sampled_from("ab AB. .!?\"'()“”…。\n 1ZKr")))


@given(PROSE, st.sampled_from(["en", "de", "zh", "ru", "other"]), st.integers(1, 3), st.booleans())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_nothing_but_white_space_is_lost(content: str, language: Any, each: int, wrapped: bool) -> None:
    found = cut(content, language=language, each=each, wrapped=wrapped)

    assert "".join("".join(found).split()) == "".join(content.split())


@pytest.mark.parametrize(
    "content",
    [
        "." * 50_000,
        "x" * 50_000,
        "A.B. " * 10_000,
        "a@b. " * 10_000,
        '"a. ' * 12_000,
        "(" * 50_000,
        "1. " * 8_000,
        " " * 50_000,
    ],
)
def test_hostile_text_costs_little(content: str) -> None:
    assert timeit.timeit(lambda: cut(content), timer=thread_time, number=1) < 15
