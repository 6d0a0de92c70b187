"""Misspelt values and words, without help from other columns: rare texts close to frequent ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.guards.digits import same_digits
from datastork.tables.model.likeness import SLIPS

if TYPE_CHECKING:
    import numpy as np

FREQUENT, RARE, TIMES = 5, 3, 10  # rows of a frequent text, of a rare one, and how many times more frequent it must be
UNSEEN = 0.2  # natural rare texts that are reckoned with before one is seen
MOST_FREQUENT, MOST_COMPARED, BLOCK_LETTERS = 5000, 3_000_000, 3


@dataclass(frozen=True, slots=True)
class Misspelt:
    """Rare texts and what they are taken for: places among the texts (int64[m] each), and the probability."""

    text: "np.ndarray"
    meant: "np.ndarray"
    chance: "np.ndarray"


def misspelt(texts: Sequence[str], counts: "np.ndarray") -> Misspelt:
    """Return which rare texts are slips for frequent ones, given in how many rows each text stands.

    How often a rare text is close to a frequent one by nature is read from the texts themselves: from how many of the
    frequent ones are close to another, and how many rare ones are close to none. Where many are (surnames, codes,
    word forms), closeness proves nothing.
    """
    import numpy as np

    counts = np.asarray(counts)
    frequent = np.flatnonzero(counts >= FREQUENT)
    frequent = frequent[np.argsort(-counts[frequent], kind="stable")][:MOST_FREQUENT]
    rare = np.flatnonzero((counts <= RARE) & (counts > 0))
    if not len(frequent) or not len(rare):
        none = np.zeros(0, np.int64)
        return Misspelt(none, none, np.zeros(0))
    left, right, apart = _close(texts, rare, frequent)
    enough = counts[right] >= TIMES * counts[left]
    left, right, apart = left[enough], right[enough], apart[enough]
    theirs, _, distance = _close(texts, frequent, frequent)
    weight = counts[right] * 20.0 ** -apart.astype(float)
    order = np.lexsort((right, -weight, left))
    first = np.unique(left[order], return_index=True)[1]
    best = order[first]
    share = weight[best] / np.bincount(left, weight, minlength=len(texts))[left[best]]
    chance = np.zeros(len(best))
    for one in (True, False):
        crowded = (len(np.unique(theirs[(distance == 1) == one])) + 0.5) / (len(frequent) + 1)
        for rows in range(1, RARE + 1):
            mine = ((apart[best] == 1) == one) & (counts[left[best]] == rows)
            far = int((counts[rare] == rows).sum()) - int((counts[left[best]] == rows).sum())
            natural = crowded / (1 - crowded) * (far + UNSEEN) if crowded < 1 else np.inf
            chance[mine] = max(0.0, 1 - natural / max(1, int(mine.sum())))
    return Misspelt(left[best], right[best], chance * share)


def _close(texts: Sequence[str], some: "np.ndarray", others: "np.ndarray") -> "tuple[np.ndarray, ...]":
    """Return pairs (place of one, place of another, slips between) of close texts with the same digits."""
    import numpy as np

    found: list[np.ndarray] = []
    for mine, theirs in _blocks(texts, some, others):
        found.append(_compared(texts, mine, theirs))
    pairs = np.concatenate(found) if found else np.zeros((0, 3), np.int64)
    pairs = np.unique(pairs, axis=0)
    kept = [same_digits(texts[a], texts[b]) for a, b in pairs[:, :2].tolist()]
    left, right, apart = pairs[np.array(kept, bool)].T if len(pairs) else np.zeros((3, 0), np.int64)
    return left, right, apart


def _compared(texts: Sequence[str], some: "np.ndarray", others: "np.ndarray") -> "np.ndarray":
    """Return int64[m, 3]: close pairs of one block."""
    import numpy as np
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cdist

    found = []
    length = np.array([len(texts[place]) for place in others.tolist()])
    reach = np.maximum(1, SLIPS * length)
    theirs = [texts[place] for place in others.tolist()]
    step = max(1, MOST_COMPARED // len(theirs))
    for start in range(0, len(some), step):
        mine = some[start : start + step]
        apart = cdist([texts[place] for place in mine.tolist()], theirs, scorer=OSA.distance, dtype=np.int32)
        row, column = np.nonzero((apart > 0) & (apart <= reach) & (length > 2))
        found.append(np.stack([mine[row], others[column], apart[row, column]], axis=1))
    return np.concatenate(found).astype(np.int64)


def _blocks(texts: Sequence[str], some: "np.ndarray", others: "np.ndarray") -> "list[tuple[np.ndarray, np.ndarray]]":
    """Return what is compared with what: all with all, or, of many, texts that begin or end alike."""
    import numpy as np

    if len(some) * len(others) <= MOST_COMPARED:
        return [(some, others)]
    found = []
    for part in (slice(None, BLOCK_LETTERS), slice(-BLOCK_LETTERS, None)):
        mine: dict[str, list[int]] = {}
        theirs: dict[str, list[int]] = {}
        for table, places in ((mine, some), (theirs, others)):
            for place in places.tolist():
                table.setdefault(texts[place][part], []).append(place)
        found += [(np.array(mine[key]), np.array(theirs[key])) for key in mine if key in theirs]
    return found
