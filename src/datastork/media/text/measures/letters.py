"""Whether the letters of a text follow each other as in any language that is written with Latin letters."""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from datastork.media.text import Text

if TYPE_CHECKING:
    import numpy as np

# How much more often than by chance a letter follows another, in steps of 1/5 bit: A is -4 bits, U 0, o +4. Rows are
# the first letter, columns the second: no letter, then a to z. It is the ninetieth percentile of what was counted in
# each of 158 languages (names of languages, countries, currencies, months and days in the Unicode CLDR) and in English
# novels: a pair that is common in one language in ten is common.
_PAIRS = (
    "UcZZaWVWUZTeYbaVXFVdaWVUDcQ",
    "maRQUGOQMXOSbXiLPCdYVROPATP",
    "XjQNFgAAOgKHYAJeAAdMMfNSCWA",
    "gjLSPhbLniLVRMMgLLZMUaLMLPP",
    "iiDFQhDINlRMKHJhDBOYDbFMBPY",
    "kXRSXYIULURXcXgRUEffXTQPJVV",
    "cnIJJaQWJgJOVIJcOInOMcIJIJI",
    "fkPCIdCNZgEOWHMeCCaRKhHcBSC",
    "ikHJKhHKHiILPRNeKHVRUdLOHPH",
    "lgUZVaMTLVSaYTgUQIYfZMOQAaP",
    "bmTPUgNOOjUQORQfSNPSUgOONRO",
    "jkBDDcLAXmDOQSLfKAYURdIXARC",
    "fkPDSgHSNjPOcPHaGAAUSbKIARF",
    "dldHAgIAUdECCSHfRAGPFZEOAQA",
    "jgHVecBeKjPUMJUaAAAdZUJEAVP",
    "jRRTSMPRJOPXfbgZTDfZYYWWAKP",
    "bkEHEhFFQgFETEFgWEcRVfLQEQE",
    "feUUUUUUUYUUUUUUUUUUUoUUUUU",
    "hhSQVeJTMkPTQSScICSXWdNRATL",
    "kgGWDeAAckGjVILbQAQVccPWARA",
    "jkAMAdDBdiBLNEOdAAZaUeLLAPL",
    "hcWQZXRXQYPYcXeLVAfcbXRVLPS",
    "ZkLMPkKLMkNLNKQZKKVSMXMNKgL",
    "eoNONiMOQfPQNOScNMPTPYNOMQN",
    "dbfUUiUUdjUUUUUWUUUUaUUUUUU",
    "loKUMeKQLePTUVXbVJYYSbOLJQQ",
    "blWPPiMQSlTPUMTbOMPTQcQRMUV",
)
_DIGIT = 27  # the class of digits, behind no letter (0) and the letters (1 to 26)
_LETTER_AND_DIGIT = -2.0  # bits, by choice: rare in prose, common in hashes, keys and part numbers
STRETCH = 40  # pairs judged together
LEAST = 16  # pairs; with fewer nothing is said
FITS = 0.7  # bits for each pair: prose has 1.3 to 2.0 on the whole, letters drawn at random have -0.1
DOUBT = 0.25  # bits by which a stretch may fall short for each pair it lacks
WITHIN = 100_000  # characters that are looked at
_MARKS = re.compile("[\u0300-\u036f]+")


class Gibberish(NamedTuple):
    """`gibberish_share`: the share of a text, in stretches of some 40 pairs of letters, whose letters do not follow
    each other as in any language written with Latin letters; null for a text in other letters or with fewer than 16
    pairs.
    """

    gibberish_share: float | None

    @staticmethod
    def of(text: Text) -> "Gibberish":
        """Measure a text."""
        import numpy as np

        data = _latin(text.content[:WITHIN])
        if data is None:
            return Gibberish(None)
        classes, fits = _tables()
        found = np.frombuffer(data.translate(classes), np.uint8)
        letter = found - np.uint8(1) < _DIGIT - 1
        pairs = found[:-1].astype(np.uint16) * np.uint16(_DIGIT + 1) + found[1:]
        pairs = pairs[letter[:-1] | letter[1:]]  # the text begins and ends with white space
        if len(pairs) < LEAST:
            return Gibberish(None)
        count = max(1, len(pairs) // STRETCH)
        edges = np.arange(count + 1) * len(pairs) // count
        sums = np.add.reduceat(fits.take(pairs), edges[:-1])
        sizes = edges[1:] - edges[:-1]
        least = FITS * sizes - DOUBT * np.maximum(STRETCH - sizes, 0)
        return Gibberish(float(sizes[sums < least].sum() / len(pairs)))


def _latin(content: str) -> bytes | None:
    """Return a text as ASCII with white space around it, "?" for what is neither; None where most is not Latin."""
    if content.isascii():
        return b" " + content.encode() + b" "
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", content))
    data = plain.encode("ascii", "replace")
    if 2 * (data.count(b"?") - plain.count("?")) > len(data) - data.count(b" "):
        return None
    return b" " + data + b" "


@cache
def _tables() -> "tuple[bytes, np.ndarray]":
    """Return the class of each byte, and how well each pair of classes fits, in bits."""
    import numpy as np

    classes = bytearray(256)
    for letter in range(26):
        classes[ord("a") + letter] = classes[ord("A") + letter] = letter + 1
    classes[ord("0") : ord("9") + 1] = bytes([_DIGIT] * 10)
    fits = np.zeros((_DIGIT + 1, _DIGIT + 1), np.float32)
    levels = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
    fits[:_DIGIT, :_DIGIT] = [[(levels.index(level) - 20) / 5 for level in row] for row in _PAIRS]
    fits[_DIGIT, 1:_DIGIT] = fits[1:_DIGIT, _DIGIT] = _LETTER_AND_DIGIT
    return bytes(classes), fits.ravel()
