"""Misspelt values and words, without help from other columns: rare texts close to frequent ones."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from datastork.tables.guards.digits import digits_of, same_digits
from datastork.tables.model.likeness import covered, reach

if TYPE_CHECKING:
    import numpy as np

FREQUENT, RARE, TIMES = 5, 3, 10  # rows of a frequent text, of a rare one, and how many times more frequent it must be
MORE = 400  # a rare text may stand in one row more for each so many rows of its frequent neighbour
NEAR = 3  # texts up to so many times more or less frequent are neighbours of the same kind
SHORT = 6  # letters of a word from which it is long
LETTERS = 3  # that a text must have, for "M2" is no slip of "F2"
UNSEEN = 0.2  # natural rare texts that are reckoned with before one is seen
DENSE = (0.05, 0.4, 0.4, 0.4, 0.5)  # close pairs of frequent texts that are reckoned with before one is seen, by way
FARTHER = 20.0  # how much less likely each further slip is
MOST_FREQUENT, MOST_COMPARED, BLOCK_LETTERS = 5000, 1_000_000, 3


@dataclass(frozen=True, slots=True)
class Misspelt:
    """Rare texts (places, int64[m]), what they are taken for (object[m]: texts), and the probability."""

    text: "np.ndarray"
    meant: "np.ndarray"
    chance: "np.ndarray"


def misspelt(texts: Sequence[str], counts: "np.ndarray", sign: str = "") -> Misspelt:
    """Return which rare texts are slips for frequent ones, given in how many rows each text stands.

    sign: the character that overwrites others in this table, if one does. How often a rare text is close to a frequent
    one by nature is read from the texts themselves: from how many of the frequent ones are close to another, and how
    many rare ones are close to none. Where many are (surnames, codes, word forms), closeness proves nothing. Slips are
    the more numerous the more frequent their text is, real neighbours are not: each pair is judged among its like.
    """
    import numpy as np

    counts = np.asarray(counts)
    frequent = np.flatnonzero(counts >= FREQUENT)
    frequent = frequent[np.argsort(-counts[frequent], kind="stable")][:MOST_FREQUENT]
    signed = np.array([bool(sign) and sign in text for text in texts], bool)
    rare = np.flatnonzero((counts > 0) & ((counts <= _rare(counts.max(initial=0))) | signed))
    if not len(frequent) or not len(rare):
        return Misspelt(np.zeros(0, np.int64), np.zeros(0, object), np.zeros(0))
    left, right, apart, way = _close(texts, rare, frequent, sign)
    enough = (counts[right] >= TIMES * counts[left]) & ((counts[left] <= _rare(counts[right])) | (way == 0))
    left, right, apart, way = left[enough], right[enough], apart[enough], way[enough]
    pair_a, pair_b, _, ways = _close(texts, frequent, frequent, sign)
    weight = counts[right] * FARTHER ** -apart.astype(float)
    order = np.lexsort((right, -weight, left))
    best = order[np.unique(left[order], return_index=True)[1]]
    chance = weight[best] / np.bincount(left, weight, minlength=len(texts))[left[best]]
    peers = counts[pair_b] < TIMES * counts[pair_a]
    held, found = np.minimum(counts[rare], RARE + 1), np.minimum(counts[left[best]], RARE + 1)
    for one, dense in enumerate(DENSE):
        for rows in range(1, RARE + 2):
            local = one == 1 or (one < 4 and rows in (1, RARE + 1))  # many enough to be judged among their like
            kind = (ways == one) if local else (ways > 0) & (ways < 4) if one in (2, 3) else ways == one
            crowded = (len(np.unique(pair_a[peers & kind])) + dense) / (len(frequent) + 1)
            mine = (way[best] == one) & (found == rows)
            far = int((held == rows).sum()) - int((found == rows).sum())
            beside = counts[right[best[mine]]]
            share = _like(counts[frequent], beside) / len(frequent) if local else np.ones(len(beside))
            among = _like(beside, beside) if local else np.full(len(beside), len(beside))
            natural = (crowded / (1 - crowded) if crowded < 1 else np.inf) * (far * share + UNSEEN)
            chance[mine] *= np.maximum(0.0, 1 - natural / np.maximum(1, among))
    meant = np.array([texts[place] for place in right[best].tolist()], object)
    return Misspelt(left[best], meant, chance)


def _rare(frequent: "np.ndarray") -> "np.ndarray":
    """Return in how many rows at most a slip for a text stands, given in how many rows that text stands."""
    return RARE + frequent // MORE


def _like(counts: "np.ndarray", beside: "np.ndarray") -> "np.ndarray":
    """Return how many of `counts` are about as large as each of `beside` (int64[m])."""
    import numpy as np

    counts = np.sort(counts)
    return np.searchsorted(counts, beside * NEAR, "right") - np.searchsorted(counts, beside / NEAR)


def _way(old: str, new: str) -> int:
    """Return how one slip makes `old` of `new`: 1 neighbours are swapped, or a letter is wrong, 2 in a long word or 3.

    Example:
        >>> _way("Slaem", "Salem"), _way("Portlnd", "Portland"), _way("Bond", "Bend")
        (1, 2, 3)
    """
    if len(old) == len(new) and sorted(old) == sorted(new):
        return 1
    at = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    shortest = min(len(text[:at].rpartition(" ")[2] + text[at:].partition(" ")[0]) for text in (old, new))
    return 2 if shortest >= SHORT else 3


def _close(texts: Sequence[str], some: "np.ndarray", others: "np.ndarray", sign: str) -> "tuple[np.ndarray, ...]":
    """Return pairs of close texts with the same digits: places, slips between, and the way they are close.

    The ways are 0: overwritten by the sign (which counts as one slip), 1 to 3: one slip (see `_way`), 4: several.
    """
    import numpy as np

    found = [_compared(texts, mine, theirs) for mine, theirs in _blocks(texts, some, others)]
    pairs = np.concatenate([np.zeros((0, 3), np.int64), *found])
    if sign:
        pairs = np.concatenate([pairs, _overwritten(texts, some, others, sign)])
    pairs = np.unique(pairs, axis=0)
    pairs = pairs[np.array([same_digits(texts[a], texts[b]) for a, b in pairs[:, :2].tolist()], bool)]
    over = np.array([covered(texts[a], texts[b], sign) for a, b in pairs[:, :2].tolist()], bool)
    left, right, apart = pairs.T
    way = np.full(len(pairs), len(DENSE) - 1)
    single = np.flatnonzero(apart == 1)
    way[single] = [_way(texts[a], texts[b]) for a, b in pairs[single, :2].tolist()]
    return left, right, np.where(over, 1, apart), np.where(over, 0, way)


def _compared(texts: Sequence[str], some: "np.ndarray", others: "np.ndarray") -> "np.ndarray":
    """Return int64[m, 3]: close pairs of one block and how many slips lie between."""
    import numpy as np
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cdist

    found = [np.zeros((0, 3), np.int64)]
    theirs = [texts[place] for place in others.tolist()]
    length = np.array([len(text) for text in theirs])
    most = reach(length)
    spelt = np.array([sum(map(str.isalpha, text)) >= LETTERS for text in theirs], bool)
    step = max(1, MOST_COMPARED // len(theirs))
    for start in range(0, len(some), step):
        mine = some[start : start + step]
        apart = cdist([texts[place] for place in mine.tolist()], theirs, scorer=OSA.distance, dtype=np.int32)
        row, column = np.nonzero((apart > 0) & (apart <= most) & spelt)
        found.append(np.stack([mine[row], others[column], apart[row, column]], axis=1))
    return np.concatenate(found).astype(np.int64)


def _overwritten(texts: Sequence[str], some: "np.ndarray", others: "np.ndarray", sign: str) -> "np.ndarray":
    """Return int64[m, 3]: pairs of which the first is the second with characters overwritten, counted as one slip."""
    import numpy as np

    by_length: dict[int, list[int]] = {}
    for place in others.tolist():
        by_length.setdefault(len(texts[place]), []).append(place)
    tables = {n: np.array([[*map(ord, texts[place])] for place in places]) for n, places in by_length.items() if n}
    found = [np.zeros((0, 3), np.int64)]
    for place in some.tolist():
        text = texts[place]
        if sign in text and len(text) in tables:
            letters = np.array([*map(ord, text)])
            hit = ((tables[len(text)] == letters) | (letters == ord(sign))).all(axis=1)
            theirs = np.array(by_length[len(text)])[hit]
            found.append(np.stack([np.full(len(theirs), place), theirs, np.ones(len(theirs), np.int64)], axis=1))
    return np.concatenate(found)


def _blocks(
    texts: Sequence[str], some: "np.ndarray", others: "np.ndarray"
) -> "Iterator[tuple[np.ndarray, np.ndarray]]":
    """Yield what is compared with what: texts with the same digits; of many, those that begin or end alike."""
    for mine, theirs in _same(texts, some, others, digits_of):
        if len(mine) * len(theirs) <= MOST_COMPARED:
            yield mine, theirs
        else:
            yield from _same(texts, mine, theirs, lambda text: text[:BLOCK_LETTERS])
            yield from _same(texts, mine, theirs, lambda text: text[-BLOCK_LETTERS:])


def _same(
    texts: Sequence[str], some: "np.ndarray", others: "np.ndarray", key: Callable[[str], str]
) -> "Iterator[tuple[np.ndarray, np.ndarray]]":
    """Yield places of texts that have something in common."""
    import numpy as np

    mine: dict[str, list[int]] = {}
    theirs: dict[str, list[int]] = {}
    for table, places in ((theirs, others), (mine, some)):
        for place in places.tolist():
            one = key(texts[place])
            if table is theirs or one in theirs:
                table.setdefault(one, []).append(place)
    for one, same in mine.items():
        yield np.array(same), np.array(theirs[one])
