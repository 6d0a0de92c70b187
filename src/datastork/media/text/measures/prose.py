"""Whether a text looks like prose: the numbers behind the published rules of quality."""

from typing import NamedTuple

from datastork.media.text import Text
from datastork.media.text.measures import c4
from datastork.media.text.measures.folded import folded_words, stripped_lines

BULLETS = ("•", "‣", "◦", "▪", "●", "·", "*", "-")
ELLIPSES = ("...", "…")
STOP_WORDS = frozenset({"the", "be", "to", "of", "and", "that", "have", "with"})
TERMINAL = (".", "!", "?", '"', "'", "”", "’", "。", "！", "？", "।", "؟", "…")
SHORT = 30  # characters of a short line


class Prose(NamedTuple):
    """What tells prose from lists, menus and code.

    Of Gopher (Rae and others, arXiv 2112.11446, appendix A.1.1): `prose_words` counts the words with a letter or
    digit, `mean_word_length` their letters and digits; `hashes_per_word` and `ellipses_per_word`; the shares
    `bullet_lines` and `ellipsis_lines`; `words_with_letters`, as a share; `stop_words`, how many of eight English ones
    there are.

    Of C4 (Raffel and others, arXiv 1910.10683, section 2.2): `c4_sentences` counts the sentences in lines that pass its
    rules for lines; `has_placeholder` ("lorem ipsum") and `has_curly_bracket`.

    Of FineWeb (Penedo and others, arXiv 2406.17557, section 3.6): the shares `ended_lines` and `short_lines`, and
    `line_breaks_per_word`.

    Words stand between white space. Blank lines do not count.
    """

    prose_words: int
    mean_word_length: float
    hashes_per_word: float
    ellipses_per_word: float
    bullet_lines: float
    ellipsis_lines: float
    words_with_letters: float
    stop_words: int
    c4_sentences: int
    has_placeholder: bool
    has_curly_bracket: bool
    ended_lines: float
    short_lines: float
    line_breaks_per_word: float

    @staticmethod
    def of(text: Text) -> "Prose":
        """Measure a text."""
        content, words = text.content, text.words
        lines = list(filter(None, stripped_lines(text)))
        if not words:
            return Prose(0, 0, 0, 0, 0, 0, 0, 0, 0, False, False, 0, 0, 0)
        count = len(words)
        mixed = [word for word in words if not word.isalpha()]
        symbols = [word for word in mixed if not (word[0].isalpha() or any(map(str.isalpha, word)))]
        proper = count - sum(not any(map(str.isalnum, word)) for word in symbols)
        folded = folded_words(text)
        cited = c4.without_citations(content)
        lowered = content.lower()
        passing = c4.passing_lines(lines if cited is content else list(map(str.strip, cited.split("\n"))), lowered)
        return Prose(
            prose_words=proper,
            mean_word_length=len("".join(folded)) / max(proper, 1),
            hashes_per_word=content.count("#") / count,
            ellipses_per_word=(content.count("...") + content.count("…")) / count,
            bullet_lines=sum(line.startswith(BULLETS) for line in lines) / len(lines),
            ellipsis_lines=sum(line.endswith(ELLIPSES) for line in lines) / len(lines),
            words_with_letters=1 - len(symbols) / count,
            stop_words=len(STOP_WORDS.intersection(folded)),
            c4_sentences=c4.sentences(passing),
            has_placeholder=c4.PLACEHOLDER in lowered,
            has_curly_bracket="{" in content,
            ended_lines=sum(line.endswith(TERMINAL) for line in lines) / len(lines),
            short_lines=sum(len(line) <= SHORT for line in lines) / len(lines),
            line_breaks_per_word=content.strip().count("\n") / count,
        )
