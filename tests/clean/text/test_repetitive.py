"""Repetition: the shares are those of a slow count, and what repeats itself goes."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.clean.text.repetitive import repetitive
from datastork.core import Drop
from datastork.media.text import Text
from datastork.media.text.measures.folded import fold
from datastork.media.text.measures.repetition import Repetition
from datastork.testing import check_step

PROSE = (
    "A robin sat on the garden wall and sang. It was early, and nobody else was awake but the cat, who watched from "
    "the kitchen window.\n\nWhen the sun came over the hill the song ended; the bird flew to the apple tree."
)


def count_slowly(words: list[str], size: int) -> set[float]:
    """Return the share of characters in repeated runs: of the most frequent up to 4 words, else of all later ones."""
    runs = [tuple(words[start : start + size]) for start in range(len(words) - size + 1)]

    def share(starts: list[int]) -> float:
        inside = {place for start in starts for place in range(start, start + size)}
        return sum(len(words[place]) for place in inside) / sum(map(len, words))

    counts = Counter(runs)
    if max(counts.values(), default=0) < 2:
        return {0.0}
    if size > 4:
        return {share([place for place, run in enumerate(runs) if run in runs[:place]])}
    most = max((count, sum(map(len, run))) for run, count in counts.items())
    top = [run for run, count in counts.items() if (count, sum(map(len, run))) == most]
    return {share([place for place, one in enumerate(runs) if one == run]) for run in top}


def test_it_keeps_its_promises():
    check_step("clean.text.repetitive")


@given(st.lists(st.sampled_from(["a", "bb", "ccc", "dddd"]), max_size=40), st.booleans())
def test_the_shares_of_runs_are_those_of_a_slow_count(words, twice):
    words = words * 2 if twice else words
    found = Repetition.of(Text(" ".join(words)))

    for size in range(2, 11):
        kind = "top" if size < 5 else "repeated"
        share = getattr(found, f"{kind}_{size}_gram")
        assert any(share == pytest.approx(one) for one in count_slowly(words, size))


@given(st.text(max_size=300))
def test_every_share_is_a_share(content):
    assert all(0 <= share <= 1 for share in Repetition.of(Text(content)))


def test_lines_and_paragraphs():
    found = Repetition.of(Text("one line\n\none line\n  two\n\n \n\nlast\none line \n\n\n\nlast\none line\n"))

    assert found.repeated_lines == pytest.approx(4 / 7)
    assert Repetition.of(Text("a\nb\na\na")).repeated_lines == 0.5
    assert Repetition.of(Text("aaa\nb\naaa")).repeated_line_characters == pytest.approx(3 / 7)
    assert Repetition.of(Text("a\nb\n\na\nb\n\nc")).repeated_paragraphs == pytest.approx(1 / 3)
    assert Repetition.of(Text("a\nb\n \n\na \nb")).repeated_paragraph_characters == 0.5
    assert Repetition.of(Text("a\na")).repeated_paragraphs == 0
    assert Repetition.of(Text("\n\n \n\t\n")) == Repetition.of(Text(""))


def test_blank_lines_are_no_repetition():
    assert repetitive(Repetition.of(Text(PROSE.replace("\n\n", "\n \n\n \n\n \n")))) is None


def test_what_is_there_once_is_no_repetition():
    for content in ("hello world", "Call me", "yes", "I am on my way", PROSE):
        assert repetitive(Repetition.of(Text(content))) is None


def test_what_repeats_itself_goes_and_the_reason_names_the_rule():
    assert repetitive(Repetition.of(Text("Home\nLog in\nHome\nHome"))) == Drop("gopher: repeated lines 0.50 > 0.3", 0.5)
    assert repetitive(Repetition.of(Text("Buy now! " * 60))) == Drop("gopher: top 2-gram 1.00 > 0.2", 1.0)
    long = "This is our day, and nobody shall ever take it away from us. "
    dropped = repetitive(Repetition.of(Text(PROSE + long + PROSE.upper() + long)))
    assert dropped is not None
    assert dropped.reason == f"gopher: repeated 5-gram {dropped.evidence:.2f} > 0.15"


def test_case_and_punctuation_do_not_hide_it():
    plain, loud = (
        Repetition.of(Text("buy it now " * 9)),
        Repetition.of(Text("Buy it, NOW! “Buy” -- it... now? " * 4 + "buy it now")),
    )

    assert plain[4:] == pytest.approx(loud[4:])


def test_thresholds_are_the_greatest_share_kept():
    facts = Repetition(*[0.0] * 12, 0.1)

    assert repetitive(facts) is None
    assert repetitive(facts, repeated_10_gram=0.09) == Drop("gopher: repeated 10-gram 0.10 > 0.09", 0.1)
    assert repetitive(Repetition(*[1.0] * 13), **dict.fromkeys(_settings(), 1.0)) is None


def _settings():
    return ["lines", "line_characters", "paragraphs", "paragraph_characters", *Repetition._fields[4:]]


def test_each_character_of_a_script_without_spaces_is_a_word():
    assert fold("知更鳥 sang") == ["知", "更", "鳥", "sang"]
    assert repetitive(Repetition.of(Text("知更鳥在牆上唱歌。" * 20))) is not None


@pytest.mark.parametrize("text", ["x " * 10**5, "\n" * 10**5, "x\n\n" * 10**5, "“é” " * 10**5, "\u3042" * 10**5])
def test_long_hostile_texts_are_measured(text):
    assert max(Repetition.of(Text(text))) <= 1


@pytest.mark.real
def test_good_prose_stays(real_data):
    files = sorted((real_data / "text/nltk/resources/corpora/movie_reviews").glob("*/*.txt"))
    assert files

    assert not [file for file in files if repetitive(Repetition.of(Text(file.read_text())))]
