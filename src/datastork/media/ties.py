"""Ties between samples: equal ones taken as one, pairs of those as pairs of all, and what pairs tie together."""

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from datastork.media.modality import Pairs

if TYPE_CHECKING:
    import numpy as np

MANY = 32  # more equal fingerprints are paired with the first of them alone


def grouped(fingerprints: Sequence[bytes]) -> tuple[list[bytes], list[list[int]]]:
    """Return the distinct fingerprints, sorted so that nothing depends on the order given, and who has each."""
    equal: dict[bytes, list[int]] = {}
    for index, one in enumerate(fingerprints):
        equal.setdefault(one, []).append(index)
    different = sorted(equal)
    return different, [equal[one] for one in different]


def distinct(numbers: "np.ndarray") -> "np.ndarray":
    """Return the different numbers of an array, in order; three times as quick on millions as `np.unique`."""
    import numpy as np

    ordered = np.sort(numbers)
    new = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    found: np.ndarray = ordered[new]
    return found


def spread_out(first: "np.ndarray", second: "np.ndarray", alike: "np.ndarray", members: list[list[int]]) -> Pairs:
    """Return the pairs of samples from pairs of distinct fingerprints, and those of equal ones, in order."""
    import numpy as np

    sizes = np.array([len(group) for group in members], np.int64)
    lead = np.array([group[0] for group in members], np.int64)
    single = (sizes[first] == 1) & (sizes[second] == 1)
    one, other, how = [lead[first[single]]], [lead[second[single]]], [alike[single]]
    for a, b, value in zip(first[~single].tolist(), second[~single].tolist(), alike[~single].tolist(), strict=True):
        left, right = (group if len(group) <= MANY else group[:1] for group in (members[a], members[b]))
        one.append(np.repeat(left, len(right)))
        other.append(np.tile(right, len(left)))
        how.append(np.full(len(left) * len(right), value))
    several = [members[k] for k in np.flatnonzero(sizes > 1).tolist()]
    equal = [pair for group in several if len(group) <= MANY for pair in combinations(group, 2)]
    equal += [(group[0], copy) for group in several if len(group) > MANY for copy in group[1:]]
    near, far = np.array(equal, np.int64).reshape(-1, 2).T
    one, other, how = [*one, near], [*other, far], [*how, np.ones(len(near))]
    low, high, value = (np.concatenate(x) for x in (one, other, how))
    low, high = np.minimum(low, high).astype(np.int64), np.maximum(low, high).astype(np.int64)
    order = np.lexsort((high, low))
    return Pairs(low[order], high[order], value[order])


def components(count: int, first: "np.ndarray", second: "np.ndarray") -> "np.ndarray":
    """Return for each of `count` things the smallest one it is tied to, directly or through others.

    `first` and `second` are the ties, as indices.
    """
    import numpy as np

    root = np.arange(count)
    while True:
        a, b = root[first], root[second]
        apart = a != b
        if not apart.any():
            return root
        first, second, a, b = first[apart], second[apart], a[apart], b[apart]
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while True:
            further = root[root]
            if np.array_equal(further, root):
                break
            root = further
