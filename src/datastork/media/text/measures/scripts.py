"""Scripts that tell the language: what is written in Thai letters is Thai."""

import re
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# Unicode blocks that one living language with an ISO 639-1 code is written in (Unicode 15, Blocks.txt and Scripts.txt).
# Left out: scripts of several (Cyrillic, Arabic, Devanagari, Bengali, Hebrew, Ethiopic, Tibetan).
_BLOCKS = (
    (0x0370, 0x03FF, "el"),
    (0x0530, 0x058F, "hy"),
    (0x0780, 0x07BF, "dv"),
    (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"),
    (0x0B00, 0x0B7F, "or"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"),
    (0x0C80, 0x0CFF, "kn"),
    (0x0D00, 0x0D7F, "ml"),
    (0x0D80, 0x0DFF, "si"),
    (0x0E00, 0x0E7F, "th"),
    (0x0E80, 0x0EFF, "lo"),
    (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"),
    (0x1100, 0x11FF, "ko"),
    (0x1780, 0x17FF, "km"),
    (0x3041, 0x30FA, "kana"),
    (0x30FC, 0x30FF, "kana"),
    (0x3130, 0x318F, "ko"),
    (0x3400, 0x9FFF, "han"),
    (0xAC00, 0xD7AF, "ko"),
    (0xF900, 0xFAFF, "han"),
    (0x1F00, 0x1FFF, "classical"),
    (0x20000, 0x323AF, "han"),
)
_ANY = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last, _ in _BLOCKS) + "]")
LEAST = 3  # letters of the script
MOST_OTHER = 0.2  # share of other letters up to which the script tells the language
KANA = 0.1  # share of kana among kana and Chinese characters; Japanese has a third and more
SURE_HAN = 30  # Chinese characters without any kana that are no Japanese


def by_script(text: str) -> tuple[str, float] | None:
    """Return the language that the letters of a text are used for alone, with their share; None for other letters.

    >>> by_script("Η ζωή είναι ωραία")
    ('el', 1.0)
    """
    if text.isascii() or not _ANY.search(text):
        return None
    counts = _counts(text)
    kana, han = counts.pop("kana", 0), counts.pop("han", 0)
    if kana >= KANA * (kana + han):
        counts["ja"] = kana + han
    elif not kana and han >= SURE_HAN:
        counts["zh"] = han
    if not counts or counts.pop("classical", 0):
        return None  # Greek with breathings may be as old as Homer
    language = max(sorted(counts), key=counts.__getitem__)
    count = counts[language]
    letters = max(sum(map(str.isalpha, text)), count)  # vowel signs are no letters to Unicode
    return (language, count / letters) if count >= LEAST and letters - count <= MOST_OTHER * letters else None


def _counts(text: str) -> dict[str, int]:
    """Return how many characters of a text lie in blocks that tell a language."""
    import numpy as np

    edges, names = _edges()
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    found = np.bincount(edges.searchsorted(points, side="right"), minlength=len(names))
    counts: dict[str, int] = {}
    for place in np.flatnonzero(found).tolist():
        if names[place]:
            counts[names[place]] = counts.get(names[place], 0) + int(found[place])
    return counts


@cache
def _edges() -> "tuple[np.ndarray, list[str]]":
    """Return where blocks begin and end, and what lies before each edge ("" for no block)."""
    import numpy as np

    edges = sorted({edge for first, last, _ in _BLOCKS for edge in (first, last + 1)})
    names = [""] * (len(edges) + 1)
    for first, _, name in _BLOCKS:
        names[bisect_right(edges, first)] = name
    return np.array(edges, np.uint32), names
