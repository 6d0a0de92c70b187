"""Which columns tell a column: its parents, found by prediction with each row left out, or given as rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import Pairs, joint_codes, leave_one_out, pair_counts
from datastork.tables.model.cells import Cells

if TYPE_CHECKING:
    import numpy as np

MOST_PARENTS, MOST_RULES = 6, 8  # of one column; votes are kept in eight bits
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


def parents_of(table: Sequence[Cells], target: int, given: Sequence[tuple[int, ...]], forced: int) -> list[Parent]:
    """Return the parents of a column; the first `forced` of them were given as rules."""
    found = []
    for number, places in enumerate(given):
        codes = joint_codes([table[place].given for place in places])
        found.append(Parent(places, number < forced, codes, pair_counts(codes, table[target].codes)))
    return found


def best_parents(
    table: Sequence[Cells], target: int, forced: Sequence[tuple[int, ...]], usable: Sequence[int], seed: int
) -> list[tuple[int, ...]]:
    """Return which columns tell a column: those given as rules, then the single ones that tell it best.

    `usable` are the places of columns that may be parents. A column is one if its leave-one-out gain is at least
    LEAST_GAIN; of large tables whole groups are sampled to find out.
    """
    ranked = []
    for place in usable:
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
