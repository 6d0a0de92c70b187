"""Misspelt words inside texts of several."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.tables.model.spelling import Misspelt, misspelt

if TYPE_CHECKING:
    import numpy as np

_WORD = re.compile(r"[^\W\d_]{4,40}")
MOST_TEXTS = 100_000


def misspelt_words(texts: Sequence[str], counts: "np.ndarray", sign: str = "") -> Misspelt:
    """Return texts with a rare word that is a slip for a frequent one, given in how many rows each text stands.

    Words are letters only, four at least, and are judged among all words of the column as `misspelt` judges texts: in
    natural language so many words are close to others, or rare, that little is found; in forms and titles that repeat,
    much is.
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
    meant = dict(zip(found.text.tolist(), zip(found.meant.tolist(), found.chance.tolist(), strict=True), strict=True))
    new: dict[int, tuple[str, float]] = {}
    for place, code in used:
        if code in meant:
            text, chance = new.get(place, (texts[place], 1.0))
            word, sure = meant[code]
            new[place] = (re.sub(rf"\b{re.escape(words[code])}\b", word, text), chance * sure)
    changed = np.empty(len(new), object)
    changed[:] = [text for text, _ in new.values()]
    return Misspelt(np.array(list(new), np.int64), changed, np.array([chance for _, chance in new.values()]))
