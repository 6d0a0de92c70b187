from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.measure.text._words import words_of
from datastork.measure.text.ngrams import ngrams

TITLES = {1: "Words", 2: "Runs of two words", 3: "Runs of three words"}


def rows(found, caption):
    return {row[0]: row[1:] for table in found.tables if table.caption == caption for row in table.rows}


@settings(max_examples=25, deadline=None)
@given(contents=st.lists(st.text("ab \n.", max_size=30), min_size=1, max_size=6))
def test_runs_are_counted_within_texts(contents):
    found = ngrams(_frame(contents), most=200, stop_words=[])
    for size, caption in TITLES.items():
        expected = Counter[str]()
        there = Counter[str]()
        for text in contents:
            words = words_of(text)
            runs = [" ".join(words[at : at + size]) for at in range(len(words) - size + 1)]
            expected.update(runs)
            there.update(set(runs))
        assert {run: row[:2] for run, row in rows(found, caption).items()} == {
            run: (count, there[run]) for run, count in expected.items()
        }


def _frame(contents):
    import daft
    import pyarrow as pa

    media = [one.encode() for one in contents]
    ids = [f"{at:03}" for at in range(len(contents))]
    sizes = pa.array([len(one) for one in media], pa.int64())
    return daft.from_arrow(pa.table({"id": ids, "media_size": sizes, "media": pa.array(media, pa.large_binary())}))


def test_stop_words_are_left_out_at_the_ends_only(texts):
    found = ngrams(texts(["state of the art of the state"] * 3), stop_words=["of", "THE"])
    assert set(rows(found, "Words, without stop words")) == {"state", "art"}
    assert set(rows(found, "Runs of two words, without stop words")) == set()
    assert rows(found, "Runs of two words")["of the"][0] == 6


def test_words_of_grammar_are_found_in_short_texts_too(texts):
    found = ngrams(texts([f"the word{at} of" for at in range(1000)]))
    assert found.sentences[1] == "As stop words were left out: the, of."
    assert "word7" in rows(ngrams(texts(["the word7 of"] * 9 + ["the of it"] * 900)), "Words, without stop words")


def test_the_list_of_the_language_is_used_where_a_step_told_it(texts):
    contents = ["L'arbre est dans la forêt, c'est vrai"] * 10
    found = ngrams(texts(contents, language=["fr"] * 9 + [None]))
    assert found.sentences[1] == "As stop words of the list of 'fr' were left out: est, dans, la, c'est."
    assert set(rows(found, "Words, without stop words")) == {"l'arbre", "forêt", "vrai"}
    for mixed in (["fr"] * 8 + ["en"] * 2, ["la"] * 10, [None] * 10):
        assert len(ngrams(texts(contents, language=mixed)).sentences) == 1


def test_the_language_and_the_words_may_be_given(texts):
    contents = texts(["the tree and la forêt"] * 3, language=["fr"] * 3)
    assert set(rows(ngrams(contents, language="en"), "Words, without stop words")) == {"tree", "la", "forêt"}
    found = ngrams(contents, language="en", stop_words=["tree"])
    assert found.sentences[1] == "As stop words were left out: tree."


def test_without_stop_words_there_is_one_list(texts):
    found = ngrams(texts(["some words here"]))
    assert [table.caption for table in found.tables] == list(TITLES.values())


def test_a_very_long_word_is_cut(texts):
    found = ngrams(texts(["x" * 5000]))
    [(word, *_)] = found.tables[0].rows
    assert len(word) == 40


def test_no_words(texts):
    assert ngrams(texts(["...", ""])).sentences == ("There are no words.",)


def test_only_so_much_is_read(texts):
    found = ngrams(texts(["a b c d e f g h i j " * 100] * 10), characters=1000)
    assert found.numbers["texts_measured"] == 1
    assert found.numbers["words_measured"] == pytest.approx(500, abs=1)
