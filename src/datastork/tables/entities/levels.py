"""How alike two cells are, in levels: not, somewhat, nearly, the same."""

import re
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from datastork.tables.entities.compared import Compared

if TYPE_CHECKING:
    import numpy as np

UNKNOWN, DIFFERENT, SOMEWHAT, NEARLY, SAME = -1, 0, 1, 2, 3
WORDS = (0.8, 0.93)  # similarity from which values are somewhat and nearly alike
TEXT = (0.6, 0.85)
NUMBER = (0.1, 0.01)  # difference over the spread of the column (half of its values lie within it)
DIGITS = re.compile(r"[0-9]+")
CUT = 300  # characters of a text that are compared


def levels(columns: Sequence[Compared], first: "np.ndarray", second: "np.ndarray") -> "np.ndarray":
    """Return int8 (pairs, columns): how alike the cells of pairs of rows are; -1 where either is not given.

    Short values by Jaro-Winkler or, whatever the order of words, by edit distance, and as beginnings of one another
    (initials, abbreviations); long ones by words in common, never where each holds a number that the other lacks (two
    sizes of one product);
    numbers by their difference, or one slip of a digit; dates by the day, or day and month swapped, or one slip.
    Two columns whose values stand in each other's place are nearly alike.
    """
    import numpy as np

    found = np.empty((len(first), len(columns)), np.int8)
    for place, column in enumerate(columns):
        found[:, place] = _levels(column, column.codes[first], column.codes[second])
    spelt = [place for place, column in enumerate(columns) if column.how == "words"]
    for a, b in combinations(spelt, 2):
        one, other = columns[a], columns[b]
        known = {value: code for code, value in enumerate(one.values)}
        there = np.array([known.get(value, -2) for value in other.values] + [-3], np.int64)  # b's values among a's
        if (there >= 0).sum() < 2:
            continue
        crossed = (one.codes[first] == there[other.codes[second]]) & (there[other.codes[first]] == one.codes[second])
        crossed &= found[:, a] >= 0
        found[crossed, a] = np.maximum(found[crossed, a], NEARLY)
        found[crossed, b] = np.maximum(found[crossed, b], NEARLY)
    return found


def _levels(column: Compared, one: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
    import numpy as np

    level = np.where((one < 0) | (other < 0), UNKNOWN, np.where(one == other, SAME, DIFFERENT)).astype(np.int8)
    if column.how == "exact":
        return level
    apart = np.flatnonzero(level == DIFFERENT)
    count = len(column.values)
    keys, back = np.unique(
        np.minimum(one[apart], other[apart]) * count + np.maximum(one[apart], other[apart]), return_inverse=True
    )
    alike = {"words": _by_spelling, "text": _by_words, "number": _by_difference, "date": _by_day}[column.how]
    level[apart] = alike(column, keys // count, keys % count)[back]
    return level


def _by_spelling(column: Compared, one: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
    import numpy as np
    from rapidfuzz.distance import JaroWinkler
    from rapidfuzz.fuzz import token_sort_ratio
    from rapidfuzz.process import cpdist

    texts = [value[:CUT] for value in column.values]
    left, right = [texts[at] for at in one.tolist()], [texts[at] for at in other.tolist()]
    close = cpdist(left, right, scorer=JaroWinkler.similarity, dtype=np.float32)
    sort = np.flatnonzero(close < WORDS[1])
    several = np.array([" " in text for text in texts], bool)
    sort = sort[several[one[sort]] & several[other[sort]]]
    ratio = cpdist(
        [left[at] for at in sort.tolist()],
        [right[at] for at in sort.tolist()],
        scorer=token_sort_ratio,
        dtype=np.float32,
    )
    close[sort] = np.maximum(close[sort], ratio / 100)
    level = _stepped(close, WORDS)
    far = np.flatnonzero(level == DIFFERENT)
    short = [a.startswith(b) or b.startswith(a) for a, b in ((left[at], right[at]) for at in far.tolist())]
    level[far[np.array(short, bool)]] = SOMEWHAT
    return level


def _by_words(column: Compared, one: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
    import numpy as np
    from rapidfuzz.fuzz import token_sort_ratio
    from rapidfuzz.process import cpdist

    texts = [value[:CUT] for value in column.values]
    left, right = [texts[at] for at in one.tolist()], [texts[at] for at in other.tolist()]
    level = _stepped(cpdist(left, right, scorer=token_sort_ratio, dtype=np.float32) / 100, TEXT)
    runs = [set(DIGITS.findall(text)) for text in texts]
    near = np.flatnonzero(level > DIFFERENT)
    other_numbers = [bool(runs[a] - runs[b] and runs[b] - runs[a]) for a, b in zip(one[near], other[near], strict=True)]
    level[near[np.array(other_numbers, bool)]] = DIFFERENT
    return level


def _by_difference(column: Compared, one: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
    import numpy as np

    x = column.numbers
    order = np.argsort(x, kind="stable")
    order = order[np.isfinite(x[order])]
    found = np.zeros(len(one), np.int8)
    if len(order):
        through = np.cumsum(column.counts[order])
        low, high = (x[order[np.searchsorted(through, share * through[-1])]] for share in (0.25, 0.75))
        gap = np.abs(x[one] - x[other])
        spread = float(high - low)
        found[gap <= NUMBER[0] * spread] = SOMEWHAT
        found[gap <= NUMBER[1] * spread] = NEARLY
    np.maximum(found, _slips(column, one, other, 4), out=found)
    return found


def _by_day(column: Compared, one: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
    import numpy as np

    days = column.numbers
    with np.errstate(invalid="ignore"):
        iso = np.datetime_as_string(np.nan_to_num(days).astype("int64").astype("datetime64[s]"), unit="D")
    parts = np.char.partition(iso, "-")
    swapped = np.array([year + "-" + "-".join(rest.split("-")[::-1]) for year, _, rest in parts.tolist()])
    found = np.zeros(len(one), np.int8)
    both = np.isfinite(days[one]) & np.isfinite(days[other])
    found[both & (iso[one] == swapped[other])] = NEARLY
    written = Compared(column.name, "date", tuple(iso.tolist()), column.codes, column.counts, days)
    found[both] = np.maximum(found[both], _slips(written, one, other, 8)[both])
    return found


def _slips(column: Compared, one: "np.ndarray", other: "np.ndarray", least: int) -> "np.ndarray":
    """Return SOMEWHAT where values of at least `least` characters are one slip apart (a digit, or two swapped)."""
    import numpy as np
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cpdist

    texts = [value.removesuffix(".0") for value in column.values]
    left, right = [texts[at] for at in one.tolist()], [texts[at] for at in other.tolist()]
    far = cpdist(left, right, scorer=OSA.distance, score_cutoff=1, dtype=np.int32)
    size = np.array([len(text) for text in texts], np.int64)
    long = np.minimum(size[one], size[other]) >= least
    return np.where((far <= 1) & long, SOMEWHAT, DIFFERENT).astype(np.int8)


def _stepped(close: "np.ndarray", steps: tuple[float, float]) -> "np.ndarray":
    import numpy as np

    return (close >= steps[0]).astype(np.int8) + (close >= steps[1]).astype(np.int8)
