"""How long the texts are."""

from typing import TYPE_CHECKING

from datastork.core import Findings, Frame, step
from datastork.core.findings import Cell, Table, plural
from datastork.measure._tables import tally, widening
from datastork.measure.text._sample import only_texts
from datastork.store.columns import take

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

SHOWN = 30  # labels, the largest first
QUANTILES = (("shortest", 0.0), ("5 %", 0.05), ("median", 0.5), ("95 %", 0.95), ("longest", 1.0))
APART = 3.0  # medians of two splits this many times apart are worth a warning
FEW = 30  # texts of a split below which its median is left to chance


@step
def length(frame: Frame) -> Findings:
    """Count the characters and words of the texts, over all, by label and by split.

    Words are the pieces between white space. Lengths spread over many orders of magnitude, so the columns of
    the histograms widen: each is the same share longer than the one before. Warns of empty texts, and of
    splits whose medians are more than threefold apart. Has no settings.
    """
    import numpy as np
    import pyarrow.compute as pc

    table = take(only_texts(frame), characters="int64", words="int64", label="string", split="string")
    table = table.filter(pc.is_valid(table["characters"]))
    numbers: dict[str, Cell] = {"texts": table.num_rows}
    if not table.num_rows:
        return Findings("Length of the texts", sentences=("There are no texts.",), numbers=numbers)
    tables = []
    for unit in ("characters", "words"):
        lengths = np.sort(table[unit].to_numpy())
        numbers[unit] = int(lengths.sum())
        numbers |= {f"{unit}_{name.replace(' %', '')}": _at(lengths, share) for name, share in QUANTILES}
        numbers[f"{unit}_mean"] = round(float(lengths.mean()), 2)
        caption = f"Spread of {unit}; the columns widen"
        tables.append(Table(caption, (unit, "texts"), widening(lengths, whole=True), "texts", "histogram"))
    numbers["empty_texts"] = int((table["words"].to_numpy() == 0).sum())
    warnings = []
    if numbers["empty_texts"]:
        warnings.append(
            f"{plural(int(numbers['empty_texts']), 'text')} without a word: clean.text.too_short drops them."
        )
    for column in ("label", "split"):
        found = _by(table, column)
        if found:
            tables.append(found)
            if column == "split":
                warnings += _warnings(found)
    return Findings("Length of the texts", _sentences(numbers), warnings, numbers, tables)


def _at(lengths: "np.ndarray", share: float) -> int:
    """Return a quantile of sorted numbers: one that is among them."""
    return int(lengths[min(len(lengths) - 1, int(share * len(lengths)))])


def _by(table: "pa.Table", column: str) -> Table | None:
    """Return how long the texts of each label or split are; None where there are no two."""
    import numpy as np
    import pyarrow.compute as pc

    groups = tally(table[column])
    if len(groups) < 2:
        return None
    rows: list[list[Cell]] = []
    for name, count in groups[:SHOWN]:
        some = table.filter(pc.equal(table[column], name))
        lengths = np.sort(some["characters"].to_numpy())
        words = np.sort(some["words"].to_numpy())
        rows.append([name, count, *(_at(lengths, share) for _, share in QUANTILES), _at(words, 0.5), int(words.sum())])
    caption = f"Characters of the texts by {column}"
    if len(groups) > SHOWN:
        caption += f" (the {SHOWN} largest of {len(groups):,})"
    columns = (column, "texts", *(name for name, _ in QUANTILES), "words, median", "words, all")
    return Table(caption, columns, rows, "median")


def _warnings(by_split: Table) -> list[str]:
    known = [(str(row[0]), int(row[4] or 0)) for row in by_split.rows if int(row[1] or 0) >= FEW]
    if len(known) < 2:
        return []
    shortest, longest = min(known, key=lambda pair: pair[1]), max(known, key=lambda pair: pair[1])
    if longest[1] <= APART * max(1, shortest[1]):
        return []
    return [
        f"The texts of {longest[0]} are longer than those of {shortest[0]}: "
        f"medians of {longest[1]:,} and {shortest[1]:,} characters."
    ]


def _sentences(numbers: dict[str, Cell]) -> list[str]:
    return [
        f"{plural(int(numbers['texts'] or 0), 'text')} with {int(numbers['characters'] or 0):,} characters and "
        f"{int(numbers['words'] or 0):,} words.",
        f"Half have at most {int(numbers['words_median'] or 0):,} words; one in twenty has fewer than "
        f"{int(numbers['words_5'] or 0):,}, one in twenty more than {int(numbers['words_95'] or 0):,}.",
    ]
