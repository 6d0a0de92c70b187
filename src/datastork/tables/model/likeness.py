"""When one text may be a slip of the keyboard for another, or has characters that were overwritten."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SLIPS = 0.34  # of a text's characters at most
FEW_SLIPS, LONG = 2, 40  # and at most so many; one more for each so many characters
_DIGITS = frozenset("0123456789")  # another digit is another number, not a mask
COVERED_PAIRS, COVERED_SHARE = 10, 0.5  # from when a character counts as one that overwrites others
COVERED_LETTERS = 3  # different ones that it must stand for


def slips(old: Sequence[str], new: Sequence[str]) -> "np.ndarray":
    """Return how many characters lie between old[i] and new[i]: int64[m], swapped neighbours counting one."""
    import numpy as np
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cpdist

    if not len(old):
        return np.zeros(0, np.int64)
    return np.asarray(cpdist(old, new, scorer=OSA.distance, dtype=np.int32), np.int64)


def alike(old: Sequence[str], new: Sequence[str]) -> "np.ndarray":
    """Return where old[i] may be a misspelt new[i] (bool[m]): a slip or two, at most a third of the characters."""
    import numpy as np

    length = np.array([len(text) for text in new], np.int64)
    apart = slips(old, new)
    return np.asarray((apart > 0) & (length > 1) & (apart <= reach(length)))


def variant(old: str, new: str) -> bool:
    """Return whether one text is the other with words or an ending of a word left out: another way to write it.

    Example:
        >>> variant("Cafe Roma Inc", "Cafe Roma"), variant("Roma's Cafe", "Roma Cafe"), variant("Rma Cafe", "Roma Cafe")
        (True, True, False)
    """
    short, long = sorted((old.split(), new.split()), key=len)
    if len(short) < len(long):
        rest = iter(long)
        return all(word in rest for word in short)
    apart = [sorted(pair, key=len) for pair in zip(short, long, strict=True) if pair[0] != pair[1]]
    return bool(apart) and all(len(b) > len(a) + 1 and b.startswith(a) for a, b in apart)


def reach(length: "np.ndarray") -> "np.ndarray":
    """Return how many slips texts of so many characters (int64[m]) may have and still be meant."""
    import numpy as np

    return np.asarray(np.minimum(np.maximum(1, SLIPS * length), FEW_SLIPS + length // LONG))


def cover(old: Sequence[str], new: Sequence[str]) -> str:
    """Return the character that overwrites others wherever old[i] differs from new[i] of equal length; "" if none does.

    Where characters were masked, or lost to an encoding, most errors of a table have the same one, in place of several
    others: a table with "ak" and "al" is about two states.

    Example:
        >>> cover(["me??ico", "pe?u", "?uba"] * 5, ["mexxico", "peru", "cuba"] * 5)
        '?'
    """
    found: Counter[str] = Counter()
    under: dict[str, set[str]] = {}
    pairs = 0
    for was, is_ in zip(old, new, strict=True):
        if was and is_:
            pairs += 1
            put = {a for a, b in zip(was, is_, strict=False) if a != b}
            if len(was) == len(is_) and len(put) == 1 and not put & _DIGITS:
                found.update(put)
                under.setdefault(min(put), set()).update(b for a, b in zip(was, is_, strict=True) if a != b)
    sign, count = found.most_common(1)[0] if found else ("", 0)
    several = len(under.get(sign, ())) >= COVERED_LETTERS
    return sign if several and count >= max(COVERED_PAIRS, COVERED_SHARE * pairs) else ""


def covered(old: str, new: str, sign: str) -> bool:
    """Return whether `old` is `new` with some characters overwritten by a sign, but not all.

    Example:
        >>> covered("sh?rt", "short", "?"), covered("?????", "short", "?"), covered("sh?rt", "shoot", "?")
        (True, False, False)
    """
    if not sign or len(old) != len(new) or old == new or sign not in old:
        return False
    return all(a in (b, sign) for a, b in zip(old, new, strict=True)) and any(a != sign for a in old if not a.isspace())
