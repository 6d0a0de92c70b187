"""Which columns tell a column: its parents, found by prediction with each row left out, or given as rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import Pairs, joint_codes, leave_one_out, pair_counts
from datastork.tables.model.cells import Cells

if TYPE_CHECKING:
    import numpy as np

MOST_PARENTS, MOST_RULES = 6, 8  # of one column; votes are kept in eight bits
MOST_ASKED, FEWEST_ASKED, MOST_PAIRS = 60, 10, 20_000  # columns that may be parents, and pairs of columns looked at
LEAST_GAIN = 0.25
SAMPLED_ROWS = 50_000
OPEN = 0.75  # gain of the best single column below which two together are tried
TRIED, TOGETHER = 5, 2  # columns of which each two are tried, and pairs that may be parents
HINT, LEAST_JOINT, MORE = 0.02, 0.5, 0.4  # gain of each by itself, of both, and how much of the rest both must add
FULL = 4  # rows of a group of two columns, on average


@dataclass(frozen=True, slots=True)
class Parent:
    """A column, or several together, that tell another.

    `given`   places of the columns; `forced`: the user says that they determine it
    `codes`   int64[n]: their code in each row, -1 where missing
    `pairs`   how often each code meets each value of the target
    """

    given: tuple[int, ...]
    forced: bool
    codes: "np.ndarray"
    pairs: Pairs


def witnesses(table: Sequence[Cells], usable: Sequence[int]) -> list[int]:
    """Return which columns are asked about others: all, or of a wide table those whose values come again the most.

    A column whose values never come again, or that has one value, tells nothing.
    """
    import numpy as np

    most = max(FEWEST_ASKED, min(MOST_ASKED, MOST_PAIRS // max(1, len(usable))))
    if len(usable) <= most:
        return list(usable)
    worth = []
    for place in usable:
        shared = table[place].counts[:-1]
        shared = shared[shared > 1]
        worth.append(float(shared.sum()) * float(np.log1p(len(shared))) if len(shared) > 1 else 0.0)
    order = np.argsort(-np.array(worth), kind="stable")[:most]
    return sorted(usable[place] for place in order.tolist())


def parents_of(table: Sequence[Cells], target: int, given: Sequence[tuple[int, ...]], forced: int) -> list[Parent]:
    """Return the parents of a column; the first `forced` of them were given as rules."""
    found = []
    for number, places in enumerate(given):
        codes = joint_codes([table[place].given for place in places])
        found.append(Parent(places, number < forced, codes, pair_counts(codes, table[target].codes)))
    return found


def best_parents(
    table: Sequence[Cells], target: int, forced: Sequence[tuple[int, ...]], asked: Sequence[int], seed: int
) -> list[tuple[int, ...]]:
    """Return which columns tell a column: those given as rules, then those that tell it best, alone or two together.

    `asked` are the places of columns that may be parents. A column is one if its leave-one-out gain is at least
    LEAST_GAIN; two are where none alone tells nearly all. Of large tables whole groups are sampled to find out.
    """
    ranked = []
    for place in asked:
        if place != target and (place,) not in forced:
            ranked.append((-_gain(table[place].given, len(table[place].values), table[target], seed), place))
    ranked.sort()
    single = [(place,) for gain, place in ranked if -gain >= LEAST_GAIN]
    joint = [] if forced or (ranked and -ranked[0][0] >= OPEN) else _together(table, target, ranked, seed)
    most = max(MOST_PARENTS, min(len(forced), MOST_RULES))
    return [*forced, *joint, *single][:most]


def _together(
    table: Sequence[Cells], target: int, ranked: Sequence[tuple[float, int]], seed: int
) -> list[tuple[int, ...]]:
    """Return pairs of columns that tell a column where none does alone: each tells a little, both nearly all."""
    import numpy as np

    some = [(place, -gain) for gain, place in ranked if -gain >= HINT][:TRIED]
    found = []
    for (a, alone), (b, other) in combinations(some, 2):
        wide = a if len(table[a].values) >= len(table[b].values) else b
        rows = _sampled(table[wide].given, len(table[wide].values), seed)
        joint = joint_codes([table[a].given[rows], table[b].given[rows]])
        groups = int(joint.max(initial=-1)) + 1
        if FULL * groups > np.count_nonzero(joint >= 0) or groups <= max(len(table[a].values), len(table[b].values)):
            continue
        gain = leave_one_out(pair_counts(joint, table[target].given[rows])).gain
        best = max(alone, other)
        if gain >= max(LEAST_JOINT, best + MORE * (1 - best)):
            found.append((-gain, (min(a, b), max(a, b))))
    return [pair for _, pair in sorted(found)[:TOGETHER]]


def _gain(given: "np.ndarray", width: int, cells: Cells, seed: int) -> float:
    """Return the leave-one-out gain of one column for another, on whole groups of a large table."""
    rows = _sampled(given, width, seed)
    return leave_one_out(pair_counts(given[rows], cells.given[rows])).gain


def _sampled(given: "np.ndarray", width: int, seed: int) -> "np.ndarray | slice":
    """Return all rows, or of a large table those of whole groups of a column."""
    import numpy as np

    if len(given) <= SAMPLED_ROWS:
        return slice(None)
    chosen = np.random.default_rng(seed).random(width) < SAMPLED_ROWS / len(given)
    return np.flatnonzero(chosen[given] & (given >= 0))
