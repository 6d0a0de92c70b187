"""clean.text.stop_words."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.clean.text.stop_words import stop_words
from datastork.core.errors import DataError, RecipeError
from datastork.media.text import Text


@pytest.mark.parametrize(
    ("language", "content", "left"),
    [
        ("en", "The robin sat on the wall, and IT sang.\nWhen it’s late", "robin sat wall, sang.\nlate"),
        ("en", "Don't you think so? (They do not.)", "think? (.)"),
        ("de", "Die Freiheit des Menschen ist unantastbar.", "Freiheit Menschen unantastbar."),
        ("fr", "L'arbre, c’est la forêt qu'il aime", "arbre, forêt aime"),
        ("es", "El niño y la niña están en la casa", "niño niña casa"),
        ("it", "L'amica dell’uomo è nella casa", "amica uomo casa"),
        ("pt", "O menino e a menina estão na casa", "menino menina casa"),
        ("nl", "De jongen en het meisje zijn in het huis", "jongen meisje huis"),
        ("ru", "Мальчик и его сестра были в доме", "Мальчик сестра доме"),
        ("none", "The robin", "The robin"),
    ],
)
def test_they_are_taken_out(language: Any, content: str, left: str) -> None:
    assert stop_words(Text(content), language=language).content == left


def test_words_of_a_file_are_taken_out_too(tmp_path: Path) -> None:
    place = tmp_path / "mine.txt"
    place.write_text("# birds\nRobin\nwren\n\n")

    assert stop_words(Text("The robin, the cat"), also=str(place)).content == ", cat"
    place.write_text("cat\nand more\n")  # another size: read again
    assert stop_words(Text("The robin, the cat"), also=str(place), language="none").content == "The robin, the"


def test_a_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="the stop words cannot be read"):
        stop_words(Text("a"), also=str(tmp_path / "none.txt"))
    (tmp_path / "bad.txt").write_bytes(b"caf\xe9\n")
    with pytest.raises(RecipeError, match=r"cannot be read: .*bad\.txt"):
        stop_words(Text("a"), also=str(tmp_path / "bad.txt"))


def test_a_text_without_is_returned_itself() -> None:
    text = Text("Robin sang;  twice.")

    assert stop_words(text) is text


def test_html_is_refused() -> None:
    with pytest.raises(DataError, match="the text is HTML"):
        stop_words(Text("<p>A</p>", "html"))


@given(st.text(), st.sampled_from(["en", "fr", "ru"]))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_no_text_makes_it_fail(content: str, language: Any) -> None:
    assert len(stop_words(Text(content), language=language).content) <= len(content)
