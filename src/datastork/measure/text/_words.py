"""Texts as numbers: one for each different word, in order of appearance."""

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from datastork.media.text.tokens import word_pattern

if TYPE_CHECKING:
    import numpy as np

LONGEST = 40  # characters of a word that is shown


class Words(NamedTuple):
    """`codes` are all words of all texts; the words of text `i` begin at `starts[i]`; `known[code]` is the word."""

    codes: "np.ndarray"
    starts: "np.ndarray"
    known: list[str]

    def shown(self, code: int) -> str:
        """Return a word as a cell of a table can hold it."""
        word = self.known[code]
        return word if len(word) <= LONGEST else word[: LONGEST - 1] + "…"


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, without punctuation.

    >>> words_of("Don't panic: 1,234 well-known signs of 東京")
    ["don't", 'panic', '1,234', 'well', 'known', 'signs', 'of', '東', '京']
    """
    return word_pattern().findall(text.lower())


def encoded(texts: list[str]) -> Words:
    """Return texts as numbers."""
    import numpy as np

    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    parts, starts = [], [0]
    for text in texts:
        words = words_of(text)
        parts.append(np.fromiter(map(numbers.__getitem__, words), np.int64, len(words)))
        starts.append(starts[-1] + len(words))
    codes = np.concatenate(parts) if parts else np.empty(0, np.int64)
    return Words(codes, np.array(starts), list(numbers))
