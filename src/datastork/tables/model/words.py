"""Misspelt words inside texts of several."""

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.tables.model.spelling import FREQUENT, Misspelt, misspelt

if TYPE_CHECKING:
    import numpy as np

_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]{4,40}")
MOST_TEXTS = 100_000


def misspelt_words(texts: Sequence[str], counts: "np.ndarray", sign: str = "") -> Misspelt:
    """Return texts with a rare word that is a slip for a frequent one, given in how many rows each text stands.

    Words are letters only, four at least, and are judged among all words of the column as `misspelt` judges texts: in
    natural language so many words are close to others, or rare, that little is found; in forms and titles that repeat,
    much is. Where a slip is at the edge of a word, a letter may have moved to the next one ("Flore sCounty"): then the
    new text must be a frequent one, or all its words be.
    """
    import numpy as np

    none = Misspelt(np.zeros(0, np.int64), np.zeros(0, object), np.zeros(0))
    if len(texts) > MOST_TEXTS:
        return none
    vocabulary: dict[str, int] = {}
    rows: list[int] = []
    used: list[tuple[int, int]] = []
    several = [place for place, text in enumerate(texts) if re.search(r"\w\W+\w", text)]
    for place in several:
        for word in dict.fromkeys(_WORD.findall(texts[place])):
            code = vocabulary.setdefault(word, len(vocabulary))
            if code == len(rows):
                rows.append(0)
            rows[code] += int(counts[place])
            used.append((place, code))
    words = list(vocabulary)
    found = misspelt(words, np.array(rows, np.int64), sign)
    meant = {words[code]: (new, sure) for code, new, sure in zip(found.text, found.meant, found.chance, strict=True)}
    known = {word for word, times in zip(words, rows, strict=True) if times >= FREQUENT and word not in meant}
    values = {text for text, times in zip(texts, counts, strict=True) if times >= FREQUENT}
    new: dict[int, tuple[str, float]] = {}
    for place in dict.fromkeys(place for place, code in used if words[code] in meant):
        wrong = [word for word in dict.fromkeys(_WORD.findall(texts[place])) if word in meant]
        text = texts[place]
        for word in wrong:
            text = re.sub(rf"\b{re.escape(word)}\b", meant[word][0], text)
        edge = any(word[0] != meant[word][0][0] or word[-1] != meant[word][0][-1] for word in wrong)
        if not edge or text in values or known.issuperset(_LETTERS.findall(text)):
            new[place] = (text, math.prod(meant[word][1] for word in wrong))
    changed = np.empty(len(new), object)
    changed[:] = [text for text, _ in new.values()]
    return Misspelt(np.array(list(new), np.int64), changed, np.array([chance for _, chance in new.values()]))
