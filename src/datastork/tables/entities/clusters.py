"""Which rows are one thing, of pairs that probably are: groups that hold together, not chains."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

MEAN = 0.5  # least mean probability between two groups that are joined
WHOLE = 100  # rows of a component of which every pair is looked at


def cross_pairs(root: "np.ndarray", known: "np.ndarray", rows: int) -> "np.ndarray":
    """Return the pairs (first * rows + second) within components of at most `WHOLE` rows that are not `known`.

    root: int64 (rows): the component of each row
    known: int64, sorted: pairs that were looked at
    """
    import numpy as np

    order = np.argsort(root, kind="stable")
    starts = np.flatnonzero(np.diff(root[order], prepend=-1))
    sizes = np.diff(np.append(starts, rows))
    found = [np.zeros(0, np.int64)]
    for size in np.unique(sizes[(sizes > 2) & (sizes <= WHOLE)]).tolist():
        members = order[starts[sizes == size][:, None] + np.arange(size)]
        a, b = np.triu_indices(size, 1)
        found.append((members[:, a] * rows + members[:, b]).ravel())
    pairs = np.unique(np.concatenate(found))
    at = np.minimum(np.searchsorted(known, pairs), max(len(known) - 1, 0))
    return pairs[known[at] != pairs] if len(known) else pairs


def clusters(
    rows: int, first: "np.ndarray", second: "np.ndarray", probability: "np.ndarray", threshold: float
) -> "np.ndarray":
    """Return for each row the smallest row of its cluster (int64).

    Pairs are gone through from the most probable on, down to `threshold`; two groups become one only where the mean
    probability over all pairs between them is at least one half, a pair not looked at counting 0. So A = B and B = C
    do not make A = C where A and C differ.
    """
    import numpy as np

    sums: dict[int, dict[int, float]] = {}
    for a, b, p in zip(first.tolist(), second.tolist(), probability.tolist(), strict=True):
        sums.setdefault(a, {})[b] = p
        sums.setdefault(b, {})[a] = p
    parent = np.arange(rows)
    group = {row: [row] for row in sums}
    order = np.lexsort((second, first, -np.round(probability, 9)))
    order = order[probability[order] >= threshold]
    for a, b in zip(first[order].tolist(), second[order].tolist(), strict=True):
        one, other = int(parent[a]), int(parent[b])
        if one == other:
            continue
        one, other = min(one, other), max(one, other)
        if sums[one].get(other, 0.0) < MEAN * len(group[one]) * len(group[other]):
            continue
        parent[group[other]] = one
        group[one] += group.pop(other)
        for third, p in sums.pop(other).items():
            if third == one:
                continue
            sums[one][third] = sums[one].get(third, 0.0) + p
            sums[third][one] = sums[one][third]
            del sums[third][other]
        sums[one].pop(other, None)
    return parent
