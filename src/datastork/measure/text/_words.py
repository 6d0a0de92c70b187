"""Texts as numbers: one for each different word, in order of appearance."""

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

# marks that belong to the letter before them, which Python's \w leaves out: accents, points, Indic and Thai vowels
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u0e00-\u109f"
    "\u1780-\u17d3\u200c\u200d"
)
_WORD = re.compile(rf"[\w{_MARKS}]+(?:['’-][\w{_MARKS}]+)*")
# scripts written without spaces whose characters are counted one by one
_SINGLE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
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

    >>> words_of("Don't panic: well-known, 東京 2x")
    ["don't", 'panic', 'well-known', '東', '京', '2x']
    """
    text = text.lower()
    if not text.isascii():
        text = _SINGLE.sub(r" \g<0> ", text)
    return _WORD.findall(text)


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
