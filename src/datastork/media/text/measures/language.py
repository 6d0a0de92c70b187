"""Which language a text is in."""

import math
import unicodedata
from array import array
from collections import Counter
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from datastork.media.text import Text
from datastork.media.text.measures.scripts import by_script

if TYPE_CHECKING:
    pass

LEAST_LETTERS = 5  # of fewer, no language can be told
WITHIN = 1500  # characters that are looked at, from the first on
LOOKS = (50, 250)  # characters of each of three pieces: a glance, and a longer look where that leaves a doubt
SURE = 0.9

# py3langid has classes of its own for these; ISO 639-3 counts them to a language with a code in ISO 639-1
_PART_OF = {"ary": "ar", "arz": "ar", "fuv": "ff", "gug": "gn", "hbo": "he", "kik": "ki", "ltg": "lv", "sdh": "ku"}
_PART_OF |= {"uzs": "uz", "wuu": "zh", "yue": "zh"}
NO_LANGUAGE = "zxx"
# The model holds every language for equally common, so that English messages pass for Nigerian Pidgin and Spanish ones
# for Extremaduran. Languages without a code in ISO 639-1 count this much less.
RARE = 0.15


class Language(NamedTuple):
    """`language`: ISO 639-1 code (ISO 639-3 for a language without one), null for a text that is too short or has no
    letters; `language_probability`: how sure that is (0 to 1).

    Letters that one language alone is written with tell it; the rest is told by py3langid (a naive Bayes model of
    bytes; Barbaresi, after Lui and Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", ACL 2012) from
    pieces of the first 1,500 characters.
    """

    language: str | None
    language_probability: float

    @staticmethod
    def of(text: Text) -> "Language":
        """Tell the language of a text."""
        start = text.content[:WITHIN]
        found = None
        for size in LOOKS:
            piece = _pieces(start, size)
            found = by_script(piece)
            if found is None and sum(map(str.isalpha, piece)) >= LEAST_LETTERS:
                found = _by_model(piece)
            if (found and found[1] >= SURE) or len(piece) == len(start):
                break
        if found is None or found[0] == NO_LANGUAGE:
            return Language(None, 0.0)
        return Language(*found)


def _pieces(text: str, size: int) -> str:
    """Return three pieces of a text (beginning, middle, end), cut at white space; all of a text that is not longer."""
    if len(text) <= 3 * size + size // 2:
        return text
    middle, end = (len(text) - size) // 2, len(text) - size
    return " ".join([_piece(text, 0, size), _piece(text, middle, size), _piece(text, end, size)])


def _piece(text: str, start: int, size: int) -> str:
    """Return some `size` characters from `start` on, without the halves of words at both ends."""
    piece = text[start : start + size]
    first = piece.find(" ") + 1 if start else 0
    last = piece.rfind(" ")
    # a script without white space is cut anywhere
    return piece[first:last] if last - first > size // 2 else piece


class _Model:
    """What py3langid has learnt, laid out for speed: each label once, and numbers that need no conversion."""

    def __init__(self) -> None:
        import numpy as np
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        found = LanguageIdentifier.from_model_file(MODEL_FILE)
        self.next = found.tk_nextmove
        self.rows = array("I", [row << 8 for row in found.tk_row])
        self.output = array("i", found.tk_output)
        self.weights: np.ndarray = np.asarray(found.nb_ptc, np.float32)
        self.prior: np.ndarray = np.asarray(found.nb_pc, np.float32)
        names = [_PART_OF.get(name, name) for name in found.nb_classes]
        self.labels = sorted(set(names))
        self.label = np.array([self.labels.index(name) for name in names])
        self.common = np.array([RARE if len(name) > 2 and name != NO_LANGUAGE else 1.0 for name in self.labels])

    def tell(self, text: str) -> tuple[str, float] | None:
        """Return the most probable language of a text, and how probable it is."""
        import numpy as np

        lowered = text.lower() if text.isupper() else text
        data = unicodedata.normalize("NFC", lowered).encode("utf-8", "surrogatepass")
        following, rows, output = self.next, self.rows, self.output
        state, seen = 0, []
        for byte in data:
            state = following[rows[state] + byte]
            feature = output[state]
            if feature >= 0:
                seen.append(feature)
        if not seen:
            return None
        counts = Counter(seen)
        features = np.fromiter(counts.keys(), np.intp, len(counts))
        times = np.fromiter(counts.values(), np.float32, len(counts))
        scores = (np.log1p(times) @ self.weights.take(features, axis=0) + self.prior) / math.sqrt(len(data))
        shares = np.bincount(self.label, np.exp(scores - scores.max())) * self.common
        best = int(shares.argmax())
        return self.labels[best], float(shares[best] / shares.sum())


_LOADING = Lock()


def _by_model(text: str) -> tuple[str, float] | None:
    with _LOADING:
        model = _model()
    return model.tell(text)


@cache
def _model() -> _Model:
    return _Model()
