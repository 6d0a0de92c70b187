"""The published rules: each drops what breaks it, says so, and leaves prose alone."""

import time

import pytest

from datastork.clean.text.c4_lines import c4_lines
from datastork.clean.text.quality import quality
from datastork.core import Drop
from datastork.media.text import Text
from datastork.media.text.measures import c4
from datastork.media.text.measures.prose import Prose
from datastork.testing import check_step

PROSE = (
    "A robin sat on the garden wall and sang. It was early, and nobody else was awake but the cat, who watched from "
    "the kitchen window with narrow eyes.\n\nWhen the sun came over the hill the song ended; the bird flew to the "
    "apple tree, and Mr. Brown, who had heard it all, went back to bed to think of other things."
)
ALL = ("gopher", "c4", "fineweb")


def reason(content, *rules, **settings):
    dropped = quality(Prose.of(Text(content)), rules=rules, **settings)
    return dropped and dropped.reason


def test_both_keep_their_promises():
    check_step("clean.text.quality")
    check_step("clean.text.c4_lines")


def test_prose_stays():
    assert quality(Prose.of(Text(PROSE)), rules=ALL) is None


def test_what_is_measured():
    found = Prose.of(Text("• One, two!\n- three #4 ...\n\nthe END: to be — or…"))

    assert found.prose_words == 9
    assert found.mean_word_length == pytest.approx((3 + 3 + 5 + 1 + 3 + 3 + 2 + 2 + 2) / 9)
    assert found.hashes_per_word == pytest.approx(1 / 13)
    assert found.ellipses_per_word == pytest.approx(2 / 13)
    assert found.bullet_lines == pytest.approx(2 / 3)
    assert found.ellipsis_lines == pytest.approx(2 / 3)
    assert found.words_with_letters == pytest.approx(8 / 13)
    assert found.stop_words == 3
    assert found.ended_lines == 1
    assert found.short_lines == 1
    assert found.line_breaks_per_word == pytest.approx(3 / 13)


@pytest.mark.parametrize("content", ["", " \n\n\t "])
def test_an_empty_text_has_too_few_words(content):
    assert reason(content, "gopher") == "gopher: 0 words < 50"
    assert reason(content, "c4") == "c4: 0 sentences in lines that pass < 3"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("the and " * 24, "gopher: 48 words < 50"),
        ("the and " * 50_001, "gopher: 100,002 words > 100,000"),
        ("a to " * 30, "gopher: mean word length 1.50 < 3"),
        ("the and incomprehensibilities notwithstanding " * 20, "gopher: mean word length 10.50 > 10"),
        ("the #tag and that #too " * 12, "gopher: hash signs per word 0.40 > 0.1"),
        ("the thing... and that… " * 20, "gopher: ellipses per word 0.50 > 0.1"),
        ("- the robin and the wren sang\n" * 10, "gopher: lines with a bullet 1.00 > 0.9"),
        (
            "the robin sang and the wren slept and all was well...\n" * 9,
            "gopher: lines ending in an ellipsis 1.00 > 0.3",
        ),
        ("the 12345 and 67890 " * 20, "gopher: words with a letter 0.50 < 0.8"),
        ("robin wren sparrow " * 20, "gopher: 0 of 8 English stop words < 2"),
    ],
)
def test_gopher(content, told):
    assert reason(content, "gopher") == told


def test_a_threshold_is_the_last_value_kept():
    assert reason("the and " * 25, "gopher") is None
    assert reason("the and " * 25, "gopher", min_words=51) == "gopher: 50 words < 51"
    assert reason(PROSE, "gopher", min_stop_words=8) == "gopher: 5 of 8 English stop words < 8"
    assert reason("rotkehlchen zaunkönig " * 30, "gopher", min_stop_words=0, max_word_length=11) is None


def test_c4():
    assert reason(PROSE + " Lorem Ipsum dolor.", "c4") == "c4: it holds 'lorem ipsum'"
    assert reason(PROSE + " if (x) { return; }", "c4") == "c4: it holds a curly bracket"
    assert reason("Only one sentence is in here.\nMenu\nLog in", "c4") == "c4: 1 sentences in lines that pass < 3"
    assert reason("Only one sentence is in here.", "c4", min_sentences=1) is None


def test_fineweb():
    assert reason("a line without its end\n" * 10, "fineweb") == "fineweb: lines that end a sentence 0.00 < 0.12"
    assert reason("It is short.\n" * 10, "fineweb") == "fineweb: lines of 30 characters or fewer 1.00 > 0.67"
    assert (
        reason("Incomprehensibilities notwithstanding.\n" * 10, "fineweb") == "fineweb: line breaks per word 0.45 > 0.3"
    )


def test_rules_are_tried_in_their_order():
    bad = "{ lorem"

    assert reason(bad, "gopher", "c4") == "gopher: 1 words < 50"
    assert reason(bad, "c4", "gopher") == "c4: it holds a curly bracket"
    assert reason(bad) is None


def test_sentences_are_counted():
    assert c4.sentences(["He met Mr. Smith. It was Dr. Jones (no!).", '"Hello!" she said. J. R. R. Tolkien did?!']) == 4
    assert c4.sentences(["Wait... what? Yes."]) == 2


def test_c4_keeps_lines_of_prose():
    page = (
        "Menu\nThe robin sat on the wall.[1]\nToo short, sorry.\nThis one goes on and on...\n"
        '"What a song," said the old man, "and so early!"\nPlease enable JavaScript to see this page.\n'
        "We use cookies to make this page better.\n"
        + "x" * 1001
        + " is a very long word.\nNo end to this line at all\n"
    )

    assert (
        c4_lines(Text(page)).content == 'The robin sat on the wall.\n"What a song," said the old man, "and so early!"'
    )


def test_c4_lines_drops_what_has_none_and_leaves_the_clean_alone():
    clean = Text("The robin sat on the wall.\nThe wren sat on the fence.")

    assert c4_lines(clean) is clean
    assert c4_lines(Text("Menu\nLog in")) == Drop("c4: no line ends like a sentence and has 5 words")
    assert c4_lines(Text(" \n")).content == " \n"


def test_what_c4_lines_leaves_is_what_quality_counts():
    page = Text("Menu\nThe robin sat on the wall. It sang all day.\nLog in\nThe wren slept in the ivy behind it.")

    assert Prose.of(page).c4_sentences == Prose.of(c4_lines(page)).c4_sentences == 3


HOSTILE = ["." * 10**6 + "x", ". " * 500_000, "." + " " * 10**6 + "x", '."' * 500_000, "[" * 10**6, "Mr. " * 250_000]


@pytest.mark.parametrize("content", HOSTILE, ids=[text[:4] for text in HOSTILE])
def test_no_text_takes_long(content):
    started = time.thread_time()
    Prose.of(Text(content))
    c4.sentences([content])

    assert time.thread_time() - started < 6


@pytest.mark.real
def test_real_prose_stays(real_data):
    files = sorted((real_data / "text/nltk/resources/corpora/movie_reviews").glob("*/*.txt"))
    assert files

    # these reviews have white space around every mark, so that marks count as words
    assert sum(quality(Prose.of(Text(file.read_text())), rules=ALL[::2]) is not None for file in files) <= 1
