"""How even the labels are, over all and in each split."""

import math
from typing import TYPE_CHECKING

from datastork.core import Findings, Frame, step
from datastork.core.findings import Cell, Table, plural
from datastork.measure._tables import SHOWN, tally
from datastork.store.columns import take

if TYPE_CHECKING:
    import numpy as np

KNOWN_ORDER = ("train", "validation", "test")
UNEVEN = 10.0  # largest label over smallest from which a warning is due
COARSE = 0.05  # half-width of an accuracy's 95 % interval from which a test split is too small
APART = 0.1  # share of samples that would have to change label for a split to be like the whole


@step
def balance(frame: Frame) -> Findings:
    """Count every label in every split, and say how even the labels are and how alike the splits.

    Shares come with 95 % intervals (Wilson 1927). `imbalance_ratio` is the largest label over the smallest;
    `effective_labels` is exp(entropy): how many equally large labels would be as varied. The distance of a
    split is the share of its samples that would have to change label to give it the shares of the whole
    (total variation);
    `split_association` is Cramér's V between label and split (0: alike, 1: each label in one split).
    `accuracy_margin` is the half-width of the 95 % interval of an accuracy of 90 % measured on the test
    split. Warns of labels missing from a split, of sizes more than 10-fold apart, of splits with other
    labels than the whole, and of a test split too small to tell 5 points apart. Has no settings.
    """
    import numpy as np
    import pyarrow.compute as pc

    table = take(frame, label="string", split="string")
    numbers: dict[str, Cell] = {
        "samples": table.num_rows,
        "labelled": table.num_rows - table["label"].null_count,
    }
    sizes = dict(tally(table["split"]))
    splits = [name for name in KNOWN_ORDER if name in sizes] + sorted(set(sizes) - set(KNOWN_ORDER))
    for name in splits:
        numbers |= {name: sizes[name], f"{name}_share": round(sizes[name] / table.num_rows, 6)}
    numbers["in_no_split"] = table["split"].null_count
    table = table.filter(pc.is_valid(table["label"]))
    labels = sorted(pc.unique(table["label"]).to_pylist())
    numbers["labels"] = len(labels)
    if not labels:
        return Findings("Balance", sentences=("No sample has a label.",), numbers=numbers)

    columns = [*splits, None]  # the last: in no split
    place = {name: at for at, name in enumerate(columns)}
    cells = np.zeros((len(labels), len(columns)), np.int64)
    at = {name: row for row, name in enumerate(labels)}
    for row in table.group_by(["label", "split"]).aggregate([([], "count_all")]).to_pylist():
        cells[at[row["label"]], place[row["split"]]] = row["count_all"]
    numbers |= _evenness(cells.sum(axis=1))
    numbers["empty_cells"] = int((cells[:, : len(splits)] == 0).sum())

    tables = [_labels_table(labels, splits, cells)]
    warnings = _label_warnings(labels, splits, cells, numbers)
    if splits:
        found, distances = _distances(splits, cells)
        numbers |= found
        tables.append(distances)
        warnings += _split_warnings(numbers, splits)
    return Findings("Balance", _sentences(numbers, splits), warnings, numbers, tables)


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, where `count` of `total` were seen (Wilson's score interval)."""
    if not total:
        return 0.0, 1.0
    z = 1.959963984540054
    share = count / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def _evenness(total: "np.ndarray") -> dict[str, Cell]:
    import numpy as np

    share = total / total.sum()
    return {
        "imbalance_ratio": round(float(total.max() / total.min()), 4),
        "effective_labels": round(float(np.exp(-(share * np.log(share)).sum())), 4),
        "smallest_label": int(total.min()),
        "largest_label": int(total.max()),
    }


def _labels_table(labels: list[str], splits: list[str], cells: "np.ndarray") -> Table:
    total = cells.sum(axis=1)
    everything = int(total.sum())
    order = sorted(range(len(labels)), key=lambda row: (-int(total[row]), labels[row]))
    shown = order if len(order) <= 2 * SHOWN else order[:SHOWN] + order[-SHOWN:]
    rows: list[list[Cell]] = []
    for row in shown:
        low, high = wilson(int(total[row]), everything)
        share = round(int(total[row]) / everything, 4)
        counts = [int(count) for count in cells[row, : len(splits)]]
        rows.append([labels[row], int(total[row]), share, round(low, 4), round(high, 4), *counts])
    left = len(order) - len(shown)
    caption = "Labels, their shares with 95 % intervals, and their samples in each split"
    if left:
        caption += f" (the {SHOWN} largest and the {SHOWN} smallest; {left:,} between are left out)"
    return Table(caption, ("label", "samples", "share", "low", "high", *splits), rows, "samples")


def _distances(splits: list[str], cells: "np.ndarray") -> tuple[dict[str, Cell], Table]:
    import numpy as np

    inside = cells[:, : len(splits)]
    size, total = np.maximum(inside.sum(axis=0), 1), inside.sum(axis=1)
    expected = total[:, None] * size / size.sum()
    degrees = min(len(total), len(splits)) - 1
    square = (np.square(inside - expected)[expected > 0] / expected[expected > 0]).sum()
    association = math.sqrt(square / size.sum() / degrees) if degrees > 0 else 0.0
    apart = np.abs(inside / size - (total / total.sum())[:, None]).sum(axis=0) / 2
    rows = [(name, int(size[at]), round(float(apart[at]), 4)) for at, name in enumerate(splits)]
    numbers: dict[str, Cell] = {"split_association": round(association, 4)}
    numbers |= {f"{name}_distance": round(float(apart[at]), 4) for at, name in enumerate(splits)}
    caption = "Share of each split that would have to change label to be like the whole"
    return numbers, Table(caption, ("split", "samples", "distance"), rows, "distance")


def _label_warnings(labels: list[str], splits: list[str], cells: "np.ndarray", numbers: dict[str, Cell]) -> list[str]:
    warnings = []
    ratio = float(numbers["imbalance_ratio"] or 0)
    if ratio >= UNEVEN:
        warnings.append(
            f"The largest label has {ratio:,.0f} times the samples of the smallest "
            f"({numbers['largest_label']:,} and {numbers['smallest_label']:,}): "
            "plain accuracy says little about the small ones."
        )
    for at, name in enumerate(splits):
        missing = [label for row, label in enumerate(labels) if cells[row, at] == 0]
        if missing:
            listed = ", ".join(missing[:10]) + (f" and {len(missing) - 10:,} more" if len(missing) > 10 else "")
            lacks = "lacks" if len(missing) > 1 else "lacks the label"
            count = f" {len(missing):,} labels" if len(missing) > 1 else ""
            warnings.append(f"The {name} split {lacks}{count}: {listed}.")
    return warnings


def _split_warnings(numbers: dict[str, Cell], splits: list[str]) -> list[str]:
    warnings = []
    for name in splits:
        apart = float(numbers[f"{name}_distance"] or 0)
        size = int(numbers[name] or 0)
        # what chance alone makes of a split of this size: the mean total variation of even labels
        chance = math.sqrt(int(numbers["labels"] or 1) / (2 * math.pi * size))
        if apart > max(APART, 2 * chance):
            warnings.append(
                f"The labels of the {name} split are not those of the whole: {apart:.0%} of its samples "
                "would have to change label."
            )
    if "test" in splits:
        low, high = wilson(round(0.9 * int(numbers["test"] or 0)), int(numbers["test"] or 0))
        numbers["accuracy_margin"] = round((high - low) / 2, 4)
        if (high - low) / 2 > COARSE:
            warnings.append(
                f"The test split is small: with {numbers['test']:,} samples an accuracy near 90 % is known "
                f"to ±{(high - low) / 2:.1%} only."
            )
    return warnings


def _sentences(numbers: dict[str, Cell], splits: list[str]) -> list[str]:
    said = [
        f"{plural(int(numbers['labels'] or 0), 'label')} on "
        f"{plural(int(numbers['labelled'] or 0), 'sample')}, "
        f"as varied as {numbers['effective_labels']:.1f} equally large ones."
    ]
    unlabelled = int(numbers["samples"] or 0) - int(numbers["labelled"] or 0)
    if unlabelled:
        said.append(f"{plural(unlabelled, 'sample')} without a label.")
    if splits:
        parts = ", ".join(f"{name} {numbers[name]:,} ({float(numbers[f'{name}_share'] or 0):.2%})" for name in splits)
        said.append(f"Splits: {parts}.")
    if "accuracy_margin" in numbers:
        said.append(
            "An accuracy near 90 % measured on the test split is known to "
            f"±{float(numbers['accuracy_margin'] or 0):.1%}."
        )
    return said
