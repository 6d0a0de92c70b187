import pytest

from datastork.measure.text.language import language

ENGLISH = "The robin sat on the garden wall and sang until it was dark."
GERMAN = "Das Rotkehlchen saß auf der Gartenmauer und sang, bis es dunkel wurde."


def test_the_columns_of_a_step_before_are_counted(texts):
    frame = texts(
        ["x"] * 4,
        language=["en", "en", "de", None],
        language_probability=[0.99, 0.4, 0.9, 0.0],
        label=["a", "a", "b", "b"],
    )
    found = language(frame)
    expected = {"told_by_a_step": True, "languages": 2, "en": 2, "de": 1, "not told": 1, "unsure": 1}
    assert {name: found.numbers[name] for name in expected} == expected
    assert list(found.tables[0].rows) == [("en", 2, 0.5), ("de", 1, 0.25), ("not told", 1, 0.25)]
    assert list(found.tables[1].rows) == [["a", 2, 2, 0, 0], ["b", 2, 0, 1, 1]]
    assert "25% of the texts is a guess" in found.warnings[0]


def test_without_such_a_step_it_is_told_here(texts):
    found = language(texts([ENGLISH, GERMAN, ENGLISH, "??"]))
    expected = {"told_by_a_step": False, "languages": 2, "en": 2, "de": 1, "not told": 1}
    assert {name: found.numbers[name] for name in expected} == expected


def test_then_of_a_sample_only(texts):
    found = language(texts([ENGLISH] * 100), characters=1000)
    assert found.numbers["texts_measured"] < 20
    assert "of 100 texts, drawn by id" in found.sentences[0]


def test_a_language_of_a_few_texts_may_be_a_mistake(texts):
    many = {"language": ["en"] * 299 + ["jv"], "language_probability": [0.99] * 300}
    assert (
        "1 language told of less than 1% of the texts may be mistakes."
        in language(texts(["x"] * 300, **many)).sentences
    )
    few = {"language": ["en"] * 9 + ["de"], "language_probability": [0.99] * 10}
    assert len(language(texts(["x"] * 10, **few)).sentences) == 1


@pytest.mark.parametrize("columns", [{}, {"language": [], "language_probability": []}])
def test_no_texts(texts, columns):
    assert language(texts([], **columns)).sentences == ("There are no texts.",)
