"""What other columns say of the label: alone, and too well."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import Pairs, leave_one_out, pair_counts
from datastork.tables.profile.column import ColumnProfile
from datastork.tables.profile.remark import Remark, listed, percent, quoted, rows_of
from datastork.tables.profile.together import missing_cells

if TYPE_CHECKING:
    import numpy as np

BINS = 64  # of a column of numbers, at most
OWN = 0.5  # distinct over given values from which all that a column tells is whether there is one
FULL = 50  # rows that a bin has, at least
MOST_LABELS = 50  # different ones; a column with more is a quantity
LEAK = 0.9  # share of what the commonest label leaves open that one column alone tells
LEAK_NUMBERS = 0.97  # the same of numbers with many values: some measures do tell well
SMALL = 20  # times as many rows has the largest label as the smallest
MANY = 10  # different numbers
FEW = 10  # rows of a label that a model cannot learn from


@dataclass(frozen=True, slots=True)
class Teller:
    """How well a column alone tells the label, each row left out.

    `accuracy` stands beside `modal`, that of the commonest label; `gain` is the part of what that leaves open. `told`
    is the share of the doubt that is taken away: Goodman and Kruskal's tau, by the squared error of shares (Brier).
    `by_missing`: whether there is a value says (nearly) as much as the value.
    """

    column: str
    accuracy: float
    modal: float
    gain: float
    told: float
    by_missing: bool


def tellers(columns: Mapping[str, ColumnProfile], label: str, codes: "np.ndarray") -> list[Teller]:
    """Return how well each other column alone tells the label (int[n], -1 where none), the best first.

    Numbers and moments are taken in up to 64 bins of about equal size. That a value is missing counts as a value.
    """
    found = []
    for name, one in columns.items():
        if name == label or one.given == 0:
            continue
        gone = missing_cells(one).astype("int64")
        alone = leave_one_out(pair_counts(gone, codes)).gain if one.given < one.rows else 0.0
        numeric = one.kind.is_number or one.kind.is_moment
        pairs = pair_counts(_binned(one) if numeric or one.distinct <= OWN * one.given else gone, codes)
        told = leave_one_out(pairs)
        if told.covered:
            by_missing = alone >= 0.95 * told.gain > 0
            figures = [round(figure, 4) for figure in (told.accuracy, told.modal, told.gain, _doubt_taken(pairs))]
            found.append(Teller(name, figures[0], figures[1], figures[2], figures[3], by_missing))
    return sorted(found, key=lambda one: (-one.told, one.column))


def _doubt_taken(pairs: Pairs) -> float:
    """Return Goodman and Kruskal's tau with each row left out; rows alone in their group take no doubt away."""
    import numpy as np

    whole = np.bincount(pairs.target, pairs.count)
    total = whole.sum()
    doubt = 1 - float(np.square(whole / total).sum())
    size, count = pairs.size[pairs.given], pairs.count
    squares = np.bincount(pairs.given, np.square(count), minlength=len(pairs.size))[pairs.given]
    others = np.maximum(size - 1, 1)
    error = 1 - 2 * (count - 1) / others + (squares - 2 * count + 1) / np.square(others)
    error = np.where(size > 1, error, doubt)
    return 1 - float((error * count).sum()) / float(total) / doubt if doubt > 0 else 0.0


def _binned(one: ColumnProfile) -> "np.ndarray":
    """Return int64[n]: the value of each cell, numbers in bins; 0 where it is missing."""
    import numpy as np

    if not (one.kind.is_number or one.kind.is_moment) or one.distinct <= BINS // 4:
        return np.where(missing_cells(one), 0, one.column.codes + 1)
    cells = one.cells()
    bins = min(BINS, max(4, one.given // FULL))
    edges = np.unique(np.nanquantile(cells, np.linspace(0, 1, bins + 1)[1:-1]))
    return np.where(np.isfinite(cells), np.searchsorted(edges, cells, side="right") + 1, 0)


def remarks_on_label(
    columns: Mapping[str, ColumnProfile], label: str, codes: "np.ndarray", names: "tuple[str, ...]", found: list[Teller]
) -> Iterator[Remark]:
    """Yield columns that give the label away, labels with few rows, rows without one."""
    import numpy as np

    without = int((codes < 0).sum())
    if without:
        yield Remark(
            (label,),
            "unlabelled",
            2,
            f"{label}: {rows_of(without)} have no label: they teach nothing, and test nothing.",
        )
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    order = sorted(range(len(names)), key=lambda at: (int(counts[at]), names[at]))
    if len(names) == 1:
        yield Remark((label,), "one_label", 3, f"{label}: {quoted(names[0])} everywhere: there is nothing to learn.")
        return
    rare = [at for at in order if counts[at] < FEW]
    if rare:
        few = f"{quoted(names[rare[0]])} has {rows_of(int(counts[rare[0]]))}"
        more = f", {len(rare) - 1:,} other labels fewer than {FEW}" if len(rare) > 1 else ""
        yield Remark((label,), "rare_label", 2, f"{label}: {few}{more}: too few to learn or to test.")
    elif counts[order[-1]] >= SMALL * counts[order[0]]:
        text = (
            f"{label}: {quoted(names[order[0]])} has {rows_of(int(counts[order[0]]))}, {quoted(names[order[-1]])} "
            f"{int(counts[order[-1]]):,}: accuracy says little; look at each label, or weight the rows."
        )
        yield Remark((label,), "uneven_labels", 2, text)
    leaks = sorted((one for one in found if one.gain >= _enough(columns[one.column])), key=lambda one: -one.gain)
    given = [one for one in leaks if one.by_missing]
    if given:
        early, best = [one.column for one in given], given[0]
        text = (
            f"{listed(early, 6)}: whether there is a value tells {label} in {percent(best.accuracy)} of the rows (the "
            f"commonest label: {percent(best.modal)}): filled in when the label was known? Then leave "
            f"{'it' if len(early) == 1 else 'them'} out."
        )
        yield Remark((*early, label), "leak", 3, text)
    for one in leaks:
        if not one.by_missing:
            text = (
                f"{one.column}: alone it tells {label} in {percent(one.accuracy)} of the rows (the commonest label: "
                f"{percent(one.modal)}): is it known before the label is? If not, leave it out."
            )
            yield Remark((one.column, label), "leak", 3, text)


def _enough(one: ColumnProfile) -> float:
    return LEAK_NUMBERS if one.kind.is_number and one.distinct > MANY else LEAK
