"""How well one column, or several together, tell another: counts of pairs and prediction with each row left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


SPARSE = 16  # times as many keys as rows may a table of them have


def joint_codes(codes: "Sequence[np.ndarray]") -> "np.ndarray":
    """Return one code a row for several columns together: int64[n], dense from 0, -1 where any column has none.

    `codes` are int[n] each, below 0 where nothing is given (as in `Column.codes`). The order of the codes is that of
    the columns' own.
    """
    import numpy as np

    joint = np.asarray(codes[0], np.int64)
    for other in codes[1:]:
        width = int(other.max(initial=-1)) + 1
        both = np.where((joint >= 0) & (other >= 0), joint * width + other, -1)
        joint = dense(both)
    return joint


def dense(codes: "np.ndarray") -> "np.ndarray":
    """Return codes counted up from 0 without gaps, -1 kept."""
    found: np.ndarray = _coded(codes)[1]
    return found


@dataclass(frozen=True)
class Pairs:
    """The p distinct pairs (given, target) of a table of n rows, sorted by given, then target.

    `given`   int64[p]: code of the given side; `target` int64[p]; `count` int64[p]: rows that have the pair
    `pair`    int64[n]: which pair each row has, -1 where either side is missing
    `start`   int64[g + 1]: the pairs of given code i are start[i]:start[i + 1]
    """

    given: "np.ndarray"
    target: "np.ndarray"
    count: "np.ndarray"
    pair: "np.ndarray"
    start: "np.ndarray"

    @cached_property
    def size(self) -> "np.ndarray":
        """int64[g]: how many rows each given code has."""
        import numpy as np

        return np.bincount(self.given, self.count, minlength=len(self.start) - 1).astype(np.int64)

    @cached_property
    def ranked(self) -> "tuple[np.ndarray, np.ndarray]":
        """int64[g] each: the place of the commonest pair of each given code and of the second; -1 where none is.

        Of equal counts the first pair is taken.
        """
        import numpy as np

        first = np.full(len(self.size), -1, np.int64)
        second = first.copy()
        begins = self.start[:-1][np.diff(self.start) > 0]
        left = self.count.copy()
        for found in (first, second) if len(begins) else ():
            most = np.repeat(np.maximum.reduceat(left, begins), np.diff(np.append(begins, len(left))))
            places = np.flatnonzero((left == most) & (left > 0))[::-1]  # backwards: of equals the first stays
            found[self.given[places]] = places
            left[found[found >= 0]] = 0
        return first, second

    @cached_property
    def rival(self) -> "np.ndarray":
        """int64[p]: for each pair the commonest other pair of its given code; -1 where there is no other."""
        import numpy as np

        first, second = (one[self.given] for one in self.ranked)
        rival: np.ndarray = np.where(first == np.arange(len(self.given)), second, first)
        return rival


def pair_counts(given: "np.ndarray", target: "np.ndarray") -> Pairs:
    """Return the distinct pairs of two arrays of codes (int[n], below 0: not given), in about O(n).

    Example:
        >>> import numpy as np
        >>> pairs = pair_counts(np.array([0, 0, 1, 1]), np.array([2, 2, 0, -1]))
        >>> pairs.given.tolist(), pairs.target.tolist(), pairs.count.tolist(), pairs.pair.tolist()
        ([0, 1], [2, 0], [2, 1], [0, 0, 1, -1])
    """
    import numpy as np

    groups, width = int(given.max(initial=-1)) + 1, int(target.max(initial=-1)) + 1
    both = (given >= 0) & (target >= 0)
    key = np.where(both, given.astype(np.int64) * width + target, -1)
    keys, pair = _coded(key)
    count = np.bincount(pair + 1, minlength=len(keys) + 1)[1:]
    left, right = np.divmod(keys, max(width, 1))
    start = np.bincount(left + 1, minlength=groups + 1).cumsum()
    return Pairs(left, right, count, pair, start)


def _coded(keys: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """Return the distinct keys, sorted, and which each row has (-1 where its key is below 0).

    By a table of all keys where there are not many more than rows, else by hashing.
    """
    import numpy as np
    import pyarrow as pa

    wide = int(keys.max(initial=-1)) + 1
    if wide <= SPARSE * len(keys) + 1000:
        there = np.zeros(wide + 1, bool)
        there[keys] = True
        there[-1] = False
        values = np.flatnonzero(there)
        rank = np.empty(wide + 1, np.int64)
        rank[values] = np.arange(len(values))
        rank[-1] = -1
        return values, rank[keys]
    packed = pa.array(keys, mask=keys < 0).dictionary_encode()
    values = packed.dictionary.to_numpy()
    order = np.argsort(values)
    rank = np.empty(len(order) + 1, np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = -1
    return values[order], rank[packed.indices.fill_null(len(order)).to_numpy(zero_copy_only=False)]


@dataclass(frozen=True, slots=True)
class Tells:
    """How well a given side tells a target, each row predicted from the other rows of its group.

    `accuracy`  share of covered rows whose value is the commonest one of the others (ties count half)
    `modal`     the same for the commonest value of the whole column
    `coverage`  share of rows with both sides given whose group has another row
    `covered`   how many rows that are
    """

    accuracy: float
    modal: float
    coverage: float
    covered: int

    @property
    def gain(self) -> float:
        """The part of what the commonest value leaves open that the given side tells, times the coverage."""
        return self.coverage * (self.accuracy - self.modal) / (1 - self.modal) if self.modal < 1 else 0.0


def leave_one_out(pairs: Pairs) -> Tells:
    """Return how well the given side tells the target when each row is predicted without itself.

    A key tells nothing here (no group has a second row), and a column that nearly always has one value gives no gain
    to anything: what g1 or g3 errors of approximate functional dependencies reward.

    Example:
        >>> import numpy as np
        >>> told = leave_one_out(pair_counts(np.array([0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1])))
        >>> told.accuracy, told.coverage, round(told.modal, 2)
        (1.0, 0.8, 0.6)
    """
    import numpy as np

    total = int(pairs.count.sum())
    covered = np.where(pairs.size[pairs.given] > 1, pairs.count, 0)
    rows = int(covered.sum())
    if rows == 0:
        return Tells(0.0, 0.0, 0.0, 0)
    rival = pairs.rival
    best_other = np.where(rival >= 0, pairs.count[rival], 0)
    right = np.sign(pairs.count - 1 - best_other) * 0.5 + 0.5
    whole = np.bincount(pairs.target, pairs.count)
    return Tells(float(right @ covered) / rows, float(whole.max()) / total, rows / total, rows)


def tells(given: "np.ndarray | Sequence[np.ndarray]", target: "np.ndarray") -> Tells:
    """Return `leave_one_out` of codes (int[n]), or of those of several columns together, for a target's (int[n])."""
    import numpy as np

    codes = given if isinstance(given, np.ndarray) else joint_codes(list(given))
    return leave_one_out(pair_counts(codes, target))
