"""Placing units, then single samples, so that what is missing from each split is filled.

`ideal[stratum, split]` is how many samples of a label a split should hold, `filled` how many it holds,
`total[split]` how many it holds in the end. Deviations are weighed by 1 / ideal, as in a chi-square: a
sample too many hurts where there are few.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

OVERALL = 20.0  # how much more the size of a split counts than the share of one label in it
ROUNDS = 500  # units moved after all are placed, at most
EFFORT = 10_000_000  # cells looked at for that, at most


def place_units(
    unit: "np.ndarray",
    stratum: "np.ndarray",
    turn: "np.ndarray",
    ideal: "np.ndarray",
    filled: "np.ndarray",
    total: "np.ndarray",
) -> "tuple[np.ndarray, np.ndarray]":
    """Return the split of each member of units that must stay whole, and `filled` with them in it.

    Largest unit first (equals by the smallest `turn` of their members), each to the split where it lowers the
    weighted squared deviation most; then single units are moved while that lowers it further.
    """
    import numpy as np

    if not len(unit):
        return np.zeros(0, np.int64), filled
    _, unit, size = np.unique(unit, return_inverse=True, return_counts=True)
    first = np.full(len(size), np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(first, unit, turn)
    cells, amount = np.unique(unit * len(ideal) + stratum, return_counts=True)
    owner, kind = np.divmod(cells, len(ideal))
    starts = np.searchsorted(owner, np.arange(len(size) + 1)).tolist()

    open_splits = [split for split in range(len(total)) if total[split] > 0]
    want, have = ideal.tolist(), filled.tolist()
    goal, level = [float(value) for value in total], [float(value) for value in filled.sum(axis=0)]
    kinds, amounts, sizes = kind.tolist(), amount.tolist(), size.tolist()
    chosen = np.zeros(len(size), np.int64)
    # each choice depends on those before it: a loop, in plain numbers because a unit has few labels
    for one in np.lexsort((first, -size)).tolist():
        parts = range(starts[one], starts[one + 1])
        best, least = open_splits[0], float("inf")
        for split in open_splits:
            cost = OVERALL * sizes[one] * (sizes[one] - 2 * (goal[split] - level[split])) / goal[split]
            for part in parts:
                wanted, count = want[kinds[part]][split], amounts[part]
                cost += count * (count - 2 * (wanted - have[kinds[part]][split])) / wanted
            if cost < least - 1e-9:
                best, least = split, cost
        chosen[one] = best
        level[best] += sizes[one]
        for part in parts:
            have[kinds[part]][best] += amounts[part]
    cells_of = _Cells(owner, kind, amount)
    chosen, filled = _polish(chosen, size, cells_of, ideal, np.array(have), total)
    return chosen[unit], filled


class _Cells(NamedTuple):
    """How many samples of which label each unit has: a sparse table."""

    unit: "np.ndarray"
    label: "np.ndarray"
    amount: "np.ndarray"


def _polish(
    chosen: "np.ndarray",
    size: "np.ndarray",
    cells: _Cells,
    ideal: "np.ndarray",
    filled: "np.ndarray",
    total: "np.ndarray",
) -> "tuple[np.ndarray, np.ndarray]":
    """Move one unit at a time to where it lowers the deviation most, while any does and effort is left."""
    import numpy as np

    chosen, filled = chosen.copy(), filled.copy()
    open_splits = np.flatnonzero(total > 0)
    count = cells.amount.astype(np.float64)
    for _ in range(min(ROUNDS, EFFORT // len(count))):
        gap, off = filled.sum(axis=0) - total, filled - ideal
        home = chosen[cells.unit]
        leave = count * (count - 2 * off[cells.label, home]) / ideal[cells.label, home]
        cost = np.full((len(size), len(total)), np.inf)
        for split in open_splits:
            join = count * (count + 2 * off[cells.label, split]) / ideal[cells.label, split]
            cost[:, split] = np.bincount(cells.unit, leave + join, minlength=len(size))
            cost[:, split] += OVERALL * size * (size + 2 * gap[split]) / total[split]
        cost += (OVERALL * size * (size - 2 * gap[chosen]) / total[chosen])[:, None]
        cost[np.arange(len(size)), chosen] = 0
        one, better = divmod(int(np.round(cost, 9).argmin()), len(total))
        if cost[one, better] > -1e-6:
            break
        own = cells.unit == one
        filled[cells.label[own], chosen[one]] -= cells.amount[own]
        filled[cells.label[own], better] += cells.amount[own]
        chosen[one] = better
    return chosen, filled


def place_singles(
    stratum: "np.ndarray", turn: "np.ndarray", ideal: "np.ndarray", filled: "np.ndarray", total: "np.ndarray"
) -> "np.ndarray":
    """Return the split of each sample: totals are exact where they can be, each label as near as possible."""
    import numpy as np

    if not len(stratum):
        return np.zeros(0, np.int64)
    count = np.bincount(stratum, minlength=len(ideal))
    wanted = _fill(ideal - filled, ideal, count)
    quota = _round(wanted, count, ideal)
    # a label with a single sample is learned from, not tested on
    rare = (ideal.sum(axis=1) < 1.5) & (count == 1) & (ideal[:, 0] > 0)
    quota[rare] = 0
    quota[rare, 0] = 1
    missing = _fill((total - filled.sum(axis=0))[None, :], total[None, :].astype(float), count.sum()[None])
    _meet(quota, _round(missing, count.sum()[None], total[None, :])[0], ideal, filled)

    order = np.lexsort((turn, stratum))
    position = np.arange(len(order)) - np.concatenate([[0], np.cumsum(count)])[stratum[order]]
    bounds = np.cumsum(quota, axis=1)[:, :-1]
    result = np.zeros(len(stratum), np.int64)
    result[order] = (position[:, None] >= bounds[stratum[order]]).sum(axis=1)
    return result


def _fill(need: "np.ndarray", weight: "np.ndarray", count: "np.ndarray") -> "np.ndarray":
    """Return for each row what to add: nearest to `need`, none negative, summing to `count`.

    Nearest in squares weighed by 1 / weight; found by giving up, one after another, what would be negative.
    """
    import numpy as np

    active = weight > 0
    result = np.zeros(need.shape)
    for _ in range(need.shape[1]):
        spread = np.where(active, weight, 0).sum(axis=1)
        excess = (np.where(active, need, 0).sum(axis=1) - count) / np.where(spread > 0, spread, 1)
        result = np.where(active, need - excess[:, None] * weight, 0)
        if not (result < 0).any():
            break
        active &= result >= 0
    return np.where(count[:, None] > 0, np.maximum(result, 0), 0)


def _round(wanted: "np.ndarray", count: "np.ndarray", ideal: "np.ndarray") -> "np.ndarray":
    """Return whole numbers, rows summing to `count`: largest remainders, ties to the smaller ideal."""
    import numpy as np

    floor = np.floor(wanted + 1e-9).astype(np.int64)
    rest = np.round(wanted - floor, 9)
    order = np.lexsort((ideal, -rest))
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(order.shape[1])[None, :], axis=1)
    return np.asarray(floor + (rank < (count - floor.sum(axis=1))[:, None]))


def _meet(quota: "np.ndarray", goal: "np.ndarray", ideal: "np.ndarray", filled: "np.ndarray") -> None:
    """Move samples between splits, in place, until each gets its `goal`; the least harmful moves first."""
    import numpy as np

    while True:
        over = quota.sum(axis=0) - goal
        source, sink = int(over.argmax()), int(over.argmin())
        count = min(int(over[source]), -int(over[sink]))
        if count <= 0:
            return
        # moving the m-th sample of a label costs start + slope * m
        left, right = ideal[:, source], np.where(ideal[:, sink] > 0, ideal[:, sink], np.inf)
        gap = filled + quota - ideal
        left = np.where(left > 0, left, 1e-9)
        start = (1 - 2 * gap[:, source]) / left + (1 + 2 * gap[:, sink]) / right
        slope = 2 / left + 2 / right
        moves = _cheapest(start, slope, np.where(np.isfinite(right), quota[:, source], 0), count)
        if not moves.any():
            return
        quota[:, source] -= moves
        quota[:, sink] += moves


def _cheapest(start: "np.ndarray", slope: "np.ndarray", limit: "np.ndarray", count: int) -> "np.ndarray":
    """Return how many moves of each row are among the `count` cheapest; the m-th costs start + slope * m.

    At most `limit` of a row. Found by bisecting the price of the dearest move.
    """
    import numpy as np

    count = min(count, int(limit.sum()))

    def moves(price: float) -> np.ndarray:
        return np.asarray(np.clip(np.floor((price - start) / slope) + 1, 0, limit), dtype=np.int64)

    low, high = float(start.min()) - 1, float((start + slope * limit).max()) + 1
    for _ in range(60):
        middle = (low + high) / 2
        if moves(middle).sum() <= count:
            low = middle
        else:
            high = middle
    taken = moves(low)
    rest = count - int(taken.sum())
    if rest:
        following = np.where(taken < limit, start + slope * taken, np.inf)
        taken[np.argsort(np.round(following, 9), kind="stable")[:rest]] += 1
    return taken
