"""When one text may be a slip of the keyboard for another."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SLIPS = 0.34  # of a text's characters at most


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
    return np.asarray((apart > 0) & (length > 1) & (apart <= np.maximum(1, SLIPS * length)))
