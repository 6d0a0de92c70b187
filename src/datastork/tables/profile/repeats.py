"""Rows that repeat others: within the table, with another label, in another split."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import joint_codes
from datastork.tables.profile.column import ColumnProfile
from datastork.tables.profile.remark import Remark, rows_of

if TYPE_CHECKING:
    import numpy as np


SHUFFLED = 50_000  # rows
CHANCE = 0.1  # share of the repeats that unrelated columns would have, from which they say little


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many rows say in all columns (but identifiers and ignored ones) what a row before them says.

    `rows`       such rows, label and all
    `conflicts`  rows that share all but the label with a row of another label
    `by_chance`  repeats that there would be if the columns had nothing to do with each other
    `across`     rows outside train that share all but the label with a row in train
    """

    rows: int
    conflicts: int
    across: int
    by_chance: int


def repeats_in(
    columns: Mapping[str, ColumnProfile], label: str | None, split: "Sequence[str | None] | None"
) -> Repeats:
    """Return how many rows repeat others."""
    import numpy as np

    features = [
        one.column.codes + 1 for name, one in columns.items() if name != label and one.kind.name != "identifier"
    ]
    if not features or not len(features[0]):
        return Repeats(0, 0, 0, 0)
    order = sorted(features, key=lambda codes: -int(codes.max(initial=0)))
    alike = order[0].astype(np.int64)
    for one in order:
        alike = joint_codes([alike, one])
        if int(alike.max()) + 1 == len(alike):  # no row repeats another one
            return Repeats(0, 0, 0, 0)
    labels = (
        columns[label].column.codes + 1 if label is not None and label in columns else np.zeros(len(alike), np.int64)
    )
    both = joint_codes([alike, labels])
    rows = len(both) - len(np.unique(both))
    first = np.unique(both, return_index=True)[1]
    kinds = np.bincount(alike[first])
    conflicts = int((kinds[alike] > 1).sum()) if label is not None else 0
    across = 0
    if split is not None:
        place = np.array([1 if one == "train" else 0 if one is None else 2 for one in split])
        seen = np.zeros(int(alike.max()) + 1, bool)
        seen[alike[place == 1]] = True
        across = int((seen[alike] & (place == 2)).sum())
    return Repeats(rows, conflicts, across, _by_chance([*order, labels]) if rows else 0)


def _by_chance(columns: "list[np.ndarray]") -> int:
    """Return how many rows repeat others when each column is shuffled on its own (of large tables: the first rows)."""
    import numpy as np

    draw = np.random.default_rng(0)
    joint = joint_codes([draw.permutation(one[:SHUFFLED]) for one in columns])
    return round((len(joint) - len(np.unique(joint))) * len(columns[0]) / len(joint))


def remarks_on_repeats(found: Repeats, label: str | None, total: int) -> Iterator[Remark]:
    """Yield what repeated rows do to a model and its test."""
    if found.across:
        text = (
            f"{rows_of(found.across)} outside train {'has' if found.across == 1 else 'have'} a twin in train"
            f"{f', the same but for {label}' if label else ''}: the test is easier than the world; use split.grouped."
        )
        yield Remark((), "across_splits", 3, text)
    if found.rows:
        chance = found.by_chance >= CHANCE * found.rows
        weight = 2 if not chance and found.rows > max(0.01 * total, 10) else 1
        text = (
            f"{rows_of(found.rows)} {'repeats' if found.rows == 1 else 'repeat'} another one"
            f" ({found.by_chance:,} would if columns were shuffled)"
            f"{': no sign of copies.' if chance else ': if they are copies, clean.table.dedupe weights them.'}"
        )
        yield Remark((), "repeated_rows", weight, text)
    if found.conflicts:
        text = (
            f"{rows_of(found.conflicts)} share all but {label} with a row of another label: no model tells them apart."
        )
        yield Remark((), "conflicts", 2 if found.conflicts > 0.01 * total else 1, text)
