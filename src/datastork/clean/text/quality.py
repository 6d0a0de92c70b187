"""Texts that are no prose."""

from collections.abc import Iterator
from typing import Annotated, Literal

from datastork.core import Drop, Range, step
from datastork.media.text.measures.prose import Prose

Share = Annotated[float, Range(0, 1)]
Count = Annotated[int, Range(0)]
Size = Annotated[float, Range(0)]


@step
def quality(
    facts: Prose,
    *,
    rules: tuple[Literal["gopher", "c4", "fineweb"], ...] = ("gopher",),
    min_words: Count = 50,
    max_words: Count = 100_000,
    min_word_length: Size = 3,
    max_word_length: Size = 10,
    max_symbols: Size = 0.1,
    max_bullets: Share = 0.9,
    max_ellipses: Share = 0.3,
    min_words_with_letters: Share = 0.8,
    min_stop_words: Count = 2,
    min_sentences: Count = 3,
    min_ended_lines: Share = 0.12,
    max_short_lines: Share = 0.67,
    max_line_breaks: Size = 0.3,
) -> Drop | None:
    """Drop texts that break the published rules for prose.

    Three sets of rules, each for English web pages; thresholds are as published:

    - "gopher": Rae and others, "Scaling Language Models: Methods, Analysis & Insights from Training Gopher", arXiv
      2112.11446, appendix A.1.1. Its rules on repetition are `clean.text.repetitive`.
    - "c4": the rules for pages of Raffel and others, "Exploring the Limits of Transfer Learning with a Unified
      Text-to-Text Transformer", arXiv 1910.10683, section 2.2: no placeholder text ("lorem ipsum"), no curly bracket,
      enough sentences in the lines that pass the rules for lines. Those lines are counted here and cut by
      `clean.text.c4_lines`, before or after. Its list of bad words is not used.
    - "fineweb": Penedo and others, "The FineWeb Datasets", arXiv 2406.17557, section 3.6; the limit for line breaks is
      in its code alone. Its limit for characters in repeated lines is `line_characters = 0.1` of
      `clean.text.repetitive`.

    Where other programs count marks of punctuation as words, here words are what stands between white space: a page of
    dialogue then has enough words with a letter. What comes once is no repetition, and blank lines are no lines.

    For another language than English set `min_stop_words = 0`; where words are not divided by white space, such as in
    Chinese, no rule that counts words means anything.

    Settings:
        rules: the sets of rules, in the order in which they are tried: "gopher", "c4", "fineweb"
        min_words: gopher: the fewest words (white space divides them; those without a letter or digit do not count)
        max_words: gopher: the most words
        min_word_length: gopher: the least mean length of a word (letters and digits)
        max_word_length: gopher: the greatest mean length of a word (letters and digits)
        max_symbols: gopher: the most hash signs, or ellipses, for each word
        max_bullets: gopher: the greatest share of lines that begin with a bullet
        max_ellipses: gopher: the greatest share of lines that end with an ellipsis
        min_words_with_letters: gopher: the least share of words with a letter
        min_stop_words: gopher: how many of the, be, to, of, and, that, have, with there must be
        min_sentences: c4: the fewest sentences in lines that pass C4's rules for lines
        min_ended_lines: fineweb: the least share of lines that end with a punctuation mark
        max_short_lines: fineweb: the greatest share of lines of 30 characters or fewer
        max_line_breaks: fineweb: the most line breaks for each word

    Example:
        >>> from datastork.media.text import Text
        >>> quality(Prose.of(Text("Home Login Contact")))
        Drop(reason='gopher: 3 words < 50', evidence=3)
    """
    sizes = (min_word_length, max_word_length, max_symbols)
    for rule in rules:
        if rule == "gopher":
            shares = (max_bullets, max_ellipses, min_words_with_letters)
            broken = _gopher(facts, (min_words, max_words, min_stop_words), sizes, shares)
        elif rule == "c4":
            broken = _c4(facts, min_sentences)
        else:
            broken = _fineweb(facts, min_ended_lines, max_short_lines, max_line_breaks)
        for reason, evidence in broken:
            return Drop(f"{rule}: {reason}", evidence)
    return None


Broken = Iterator[tuple[str, float]]


def _gopher(
    facts: Prose, counts: tuple[int, int, int], sizes: tuple[float, float, float], shares: tuple[float, float, float]
) -> Broken:
    fewest, most, stop_words = counts
    if facts.prose_words < fewest:
        yield f"{facts.prose_words} words < {fewest}", facts.prose_words
    if facts.prose_words > most:
        yield f"{facts.prose_words:,} words > {most:,}", facts.prose_words
    yield from _outside("mean word length", facts.mean_word_length, low=sizes[0], high=sizes[1])
    yield from _outside("hash signs per word", facts.hashes_per_word, high=sizes[2])
    yield from _outside("ellipses per word", facts.ellipses_per_word, high=sizes[2])
    yield from _outside("lines with a bullet", facts.bullet_lines, high=shares[0])
    yield from _outside("lines ending in an ellipsis", facts.ellipsis_lines, high=shares[1])
    yield from _outside("words with a letter", facts.words_with_letters, low=shares[2])
    if facts.stop_words < stop_words:
        yield f"{facts.stop_words} of 8 English stop words < {stop_words}", facts.stop_words


def _c4(facts: Prose, fewest: int) -> Broken:
    if facts.has_placeholder:
        yield "it holds 'lorem ipsum'", 1.0
    if facts.has_curly_bracket:
        yield "it holds a curly bracket", 1.0
    if facts.c4_sentences < fewest:
        yield f"{facts.c4_sentences} sentences in lines that pass < {fewest}", facts.c4_sentences


def _fineweb(facts: Prose, ended: float, short: float, breaks: float) -> Broken:
    yield from _outside("lines that end a sentence", facts.ended_lines, low=ended)
    yield from _outside("lines of 30 characters or fewer", facts.short_lines, high=short)
    yield from _outside("line breaks per word", facts.line_breaks_per_word, high=breaks)


def _outside(name: str, found: float, *, low: float | None = None, high: float | None = None) -> Broken:
    if low is not None and found < low:
        yield f"{name} {found:.2f} < {low:g}", found
    elif high is not None and found > high:
        yield f"{name} {found:.2f} > {high:g}", found
