"""Units: what a split may not tear, and what happens when a new sample would tie two splits together."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from datastork.media.ties import components

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

FREE, SET_ASIDE = -1, -2


class Units(NamedTuple):
    """What is decided before any fraction is looked at.

    `unit`     the number of each sample's unit
    `home`     the split each sample must be in (a code), FREE, or SET_ASIDE
    `reasons`  for each sample set aside, by its index: why
    """

    unit: "np.ndarray"
    home: "np.ndarray"
    reasons: dict[int, str]


def find_units(
    ties: Mapping[str, "pa.ChunkedArray"], before: "np.ndarray", names: list[str], turn: "np.ndarray"
) -> Units:
    """Return the units of samples that share a value in any column of `ties`, directly or through others.

    `before` is the split each sample was in (a code into `names`), FREE for new samples. A sample that was
    in a split stays there; a new one joins the split of its unit. Where a unit lies in several splits (a
    new sample ties units together that were apart) the new samples are added one by one, in the order of
    `turn`, and those that would tie splits together are set aside.
    """
    import numpy as np

    count = len(before)
    sample, key, said = _keys(ties, count)
    root = components(count + len(said), sample, count + key)[:count]
    _, unit = np.unique(root, return_inverse=True)
    units = int(unit.max()) + 1 if count else 0

    settled = np.flatnonzero(before >= 0)
    low, high = np.full(units, len(names)), np.full(units, FREE)
    np.minimum.at(low, unit[settled], before[settled])
    np.maximum.at(high, unit[settled], before[settled])
    home = np.where(before >= 0, before, high[unit])
    torn = (high > FREE) & (low != high)
    if not torn.any():
        return Units(unit, home, {})
    return _add_one_by_one(unit, home, torn, before, turn, sample, key, said, names)


def _keys(ties: Mapping[str, "pa.ChunkedArray"], count: int) -> "tuple[np.ndarray, np.ndarray, list[tuple[str, str]]]":
    """Return pairs (sample, key), and for each key what it is in words ("recorder 'r7'")."""
    import numpy as np
    import pyarrow.compute as pc

    samples, keys = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    said: list[tuple[str, str]] = []
    for what, column in ties.items():
        coded = column.combine_chunks().dictionary_encode()
        there = np.flatnonzero(pc.is_valid(coded).to_numpy(zero_copy_only=False))
        code = pc.fill_null(coded.indices, 0).to_numpy(zero_copy_only=False).astype(np.int64)
        samples.append(there)
        keys.append(code[there] + len(said))
        said += [(what, value) for value in coded.dictionary.to_pylist()]
    return np.concatenate(samples), np.concatenate(keys), said


def _add_one_by_one(
    unit: "np.ndarray",
    home: "np.ndarray",
    torn: "np.ndarray",
    before: "np.ndarray",
    turn: "np.ndarray",
    sample: "np.ndarray",
    key: "np.ndarray",
    said: list[tuple[str, str]],
    names: list[str],
) -> Units:
    """Settle the samples of torn units, in a loop: each new one changes what the next would tie together."""
    import numpy as np

    keys_of: dict[int, list[int]] = {}
    touched = torn[unit[sample]]
    for one, other in zip(sample[touched].tolist(), key[touched].tolist(), strict=True):
        keys_of.setdefault(one, []).append(other)
    parent: dict[int, int] = {}
    splits: dict[int, set[int]] = {}

    def find(node: int) -> int:
        top = node
        while parent.setdefault(top, top) != top:
            top = parent[top]
        while parent[node] != top:
            parent[node], node = top, parent[node]
        return top

    def tie(nodes: list[int]) -> None:
        top, *rest = (find(node) for node in nodes)
        for other in rest:
            other = find(other)
            if other != top:
                parent[other] = top
                splits.setdefault(top, set()).update(splits.pop(other, ()))

    members = sorted(keys_of, key=lambda one: (before[one] < 0, int(turn[one]), one))
    reasons: dict[int, str] = {}
    for one in members:
        own = keys_of[one]
        if before[one] >= 0:
            tie(own)
            splits.setdefault(find(own[0]), set()).add(int(before[one]))
            continue
        reach = set().union(*(splits.get(find(node), ()) for node in own))
        if len(reach) <= 1:
            tie(own)
            continue
        parts = []
        for node in own:
            lies = " and ".join(names[code] for code in sorted(splits.get(find(node), ())))
            parts.append(f"its {said[node][0]} '{said[node][1]}' lies in {lies or 'no split yet'}")
        reasons[one] = f"would tie splits together: {', '.join(parts)}"

    unit, home = unit.copy(), home.copy()
    fresh: dict[int, int] = {}
    for one in members:
        top = find(keys_of[one][0])
        unit[one] = fresh.setdefault(top, len(torn) + len(fresh))
        if before[one] >= 0:
            continue
        reach = splits.get(top, set())
        home[one] = SET_ASIDE if one in reasons else next(iter(reach), FREE)
    _, unit = np.unique(unit, return_inverse=True)
    return Units(unit, home, reasons)
