"""Which columns tell a column: its parents, found by prediction with each row left out, or given as rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import Pairs, joint_codes, leave_one_out, pair_counts
from datastork.tables.model.cells import Cells

if TYPE_CHECKING:
    import numpy as np

MOST_PARENTS, MOST_RULES = 6, 8  # of one column; votes are kept in eight bits
MOST_ASKED, FEWEST_ASKED, MOST_PAIRS = 60, 10, 20_000  # columns that may be parents, and pairs of columns looked at
LEAST_GAIN = 0.25
SAMPLED_ROWS = 50_000


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
    """Return which columns tell a column: those given as rules, then the single ones that tell it best.

    `asked` are the places of columns that may be parents. A column is one if its leave-one-out gain is at least
    LEAST_GAIN; of large tables whole groups are sampled to find out.
    """
    ranked = []
    for place in asked:
        if place == target or (place,) in forced:
            continue
        gain = _gain(table[place].given, len(table[place].values), table[target], seed)
        if gain >= LEAST_GAIN:
            ranked.append((-gain, place))
    found = [*forced, *((place,) for _, place in sorted(ranked))]
    return found[: max(MOST_PARENTS, min(len(forced), MOST_RULES))]


def _gain(given: "np.ndarray", width: int, cells: Cells, seed: int) -> float:
    """Return the leave-one-out gain of one column for another, on whole groups of a large table."""
    import numpy as np

    target = cells.given
    if len(given) > SAMPLED_ROWS:
        chosen = np.random.default_rng(seed).random(width) < SAMPLED_ROWS / len(given)
        rows = np.flatnonzero(chosen[given] & (given >= 0))
        given, target = given[rows], target[rows]
    return leave_one_out(pair_counts(given, target)).gain
