"""What texts are compared by, made once for a text: lines without white space at their ends, words without case and
punctuation, and hashes of these words."""

import re
from typing import TYPE_CHECKING

from datastork.media.text import Text

if TYPE_CHECKING:
    import numpy as np

# where words are not divided by white space (Thai, Lao, Burmese, Khmer, kana, Chinese), every character is a word
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
# signs that are part of a word and no letters to Unicode: accents, points and vowels
_SIGNS = "\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u200c\u200d"
_WORD = re.compile(f"[{_UNSPACED}]|(?:[^\\W_{_UNSPACED}]|[{_SIGNS}])+")
_SPECIAL = re.compile(f"[{_UNSPACED}]")
_SIGN = re.compile(f"[{_SIGNS}]")
_ASCII = bytes(range(128))
_FOLD = "".join(chr(code).lower() if chr(code).isalnum() else " " for code in range(128))
_FOLD_BYTES = _FOLD.encode() + bytes(range(128, 256))
_MOST_MARKS = 50  # different marks that are taken out one by one

_MULTIPLIER = 0x9E3779B97F4A7C15


def folded_words(text: Text) -> list[str]:
    """Return the words of a text in lower case and without punctuation. Not to be written to.

    >>> folded_words(Text("“Sing!”, said the Robin; 知更鳥"))
    ['sing', 'said', 'the', 'robin', '知', '更', '鳥']
    """
    kept = text._kept
    if "folded" not in kept:
        kept["folded"] = fold(text.content)
    found: list[str] = kept["folded"]
    return found


def stripped_lines(text: Text) -> list[str]:
    """Return the lines of a text without white space at their ends, blank ones too. Not to be written to."""
    kept = text._kept
    if "stripped" not in kept:
        kept["stripped"] = list(map(str.strip, text.lines))
    found: list[str] = kept["stripped"]
    return found


def fold(content: str) -> list[str]:
    """Return the words of a string in lower case and without punctuation."""
    if content.isascii():
        return content.translate(_FOLD).split()
    data = content.encode("utf-8", "surrogatepass")
    others = "".join(set(data.translate(None, _ASCII).decode("utf-8", "surrogatepass")))
    marks = [sign for sign in others if not (sign.isalnum() or _SIGN.match(sign))]
    if len(marks) > _MOST_MARKS or _SPECIAL.search(others):
        return _WORD.findall(content.lower())
    for mark in marks:
        data = data.replace(mark.encode("utf-8", "surrogatepass"), b" ")
    folded = data.translate(_FOLD_BYTES).decode("utf-8", "surrogatepass")
    return (folded if others.lower() == others else folded.lower()).split()


def word_hashes(text: Text) -> "np.ndarray":
    """Return a number (uint64) for each folded word: the same for the same word, within this process only."""
    kept = text._kept
    if "hashes" not in kept:
        kept["hashes"] = hashed(folded_words(text))
    found: np.ndarray = kept["hashes"]
    return found


def hashed(words: list[str]) -> "np.ndarray":
    """Return a number (uint64) for each word, as `word_hashes`."""
    import numpy as np

    return np.fromiter(map(hash, words), np.int64, len(words)).view(np.uint64)


def ngram_hashes(hashes: "np.ndarray", size: int) -> "np.ndarray":
    """Return a number for each run of `size` words, from the hashes of the words: a polynomial, modulo 2 ** 64."""
    found, reached = hashes, 1
    for bit in bin(size)[3:]:  # from runs of n words to those of 2n, and of 2n + 1
        found, reached = _joined(found, found, reached, reached), 2 * reached
        if bit == "1":
            found, reached = _joined(found, hashes, reached, 1), reached + 1
    return found


def _joined(first: "np.ndarray", second: "np.ndarray", size: int, more: int) -> "np.ndarray":
    """Return the numbers of runs made of `size` words of `first` and the `more` words of `second` behind them."""
    import numpy as np

    count = max(len(second) - size, 0)
    found: np.ndarray = first[:count] * np.uint64(pow(_MULTIPLIER, more, 1 << 64)) + second[size:]
    return found


def longer_at(runs: "np.ndarray", hashes: "np.ndarray", places: "np.ndarray", size: int) -> "np.ndarray":
    """Return the numbers of runs of `size` words at some places, from those of the runs one word shorter."""
    import numpy as np

    found: np.ndarray = runs * np.uint64(_MULTIPLIER) + hashes[places + (size - 1)]
    return found
