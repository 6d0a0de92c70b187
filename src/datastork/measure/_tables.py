"""Counting a column, in the forms findings are made of."""

from typing import TYPE_CHECKING

from datastork.core.findings import Table

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

SHOWN = 50  # rows of a table of counts; the rest is summed up in the last
BINS = 20  # columns of a histogram, at most
WIDENING = 24  # columns of one whose columns widen
SKEWED = 0.9  # share of the numbers that must lie in the first even column for columns to widen


def tally(column: "pa.ChunkedArray") -> list[tuple[str, int]]:
    """Return the different values with their counts, the most frequent first; empty ones are left out."""
    import pyarrow.compute as pc

    counts = pc.value_counts(column.drop_null().combine_chunks())
    order = pc.sort_indices(counts, sort_keys=[("counts", "descending"), ("values", "ascending")])
    counts = counts.take(order)
    return list(zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True))


def count_table(caption: str, what: str, counts: list[tuple[str, int]], total: int) -> Table:
    """Return counts as a table with a bar for each; the rare values beyond `SHOWN` share one row."""
    rows: list[tuple[str, int, float]] = [(value, count, round(count / total, 4)) for value, count in counts[:SHOWN]]
    rest = counts[SHOWN:]
    if rest:
        left = sum(count for _, count in rest)
        rows.append((f"{len(rest):,} others", left, round(left / total, 4)))
    return Table(caption=caption, columns=(what, "samples", "share"), rows=rows, bar="samples")


def histogram(caption: str, what: str, column: "pa.ChunkedArray") -> Table | None:
    """Return the spread of numbers as a histogram of even bins; None where there are no numbers.

    A column of few different whole numbers gets a bin for each. Where nearly all would lie in the first bin, as
    lengths of texts do, each bin is by the same factor wider than the one before.
    """
    import numpy as np
    import pyarrow as pa

    whole = pa.types.is_integer(column.type)
    values = column.drop_null().cast("float64").to_numpy()
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    low, high = float(values.min()), float(values.max())
    if low == high:
        return Table(
            caption,
            (what, "samples"),
            [(int(low) if whole else _neat(low), len(values))],
            "samples",
            "histogram",
        )
    bins, step = BINS, 0
    if whole:
        step = max(1, -(-int(high - low + 1) // BINS))
        bins = -(-int(high - low + 1) // step)
        high = low + step * bins
    if step != 1 and low >= 0 and float(np.quantile(values, SKEWED)) < low + (high - low) / bins:
        return Table(
            f"{caption}; the columns widen", (what, "samples"), widening(values, whole), "samples", "histogram"
        )
    counts, edges = np.histogram(values, bins=bins, range=(low, high))
    rows = [
        (int(edge) if whole else _neat(float(edge)), int(count)) for edge, count in zip(edges[:-1], counts, strict=True)
    ]
    return Table(caption, (what, "samples"), rows, "samples", "histogram")


def widening(values: "np.ndarray", whole: bool) -> list[tuple[float, int]]:
    """Return (left edge, how many) of bins that grow by one factor; what is next to nothing shares the first bin."""
    import numpy as np

    values = np.sort(values)
    high = float(values[-1])
    positive = values[values > 0]
    low = max(float(positive[0]), high / 1e6) if len(positive) else 1.0
    if whole:
        low = max(1.0, low)
        edges = np.unique(np.geomspace(low, high + 1, WIDENING + 1).round())[:-1]
    else:
        edges = np.geomspace(low, high, WIDENING + 1)[:-1]
    if values[0] < edges[0]:
        edges = np.concatenate([[values[0]], edges])
    counts = np.diff(np.append(np.searchsorted(values, edges), len(values)))
    return [(int(edge) if whole else _neat(float(edge)), int(count)) for edge, count in zip(edges, counts, strict=True)]


def _neat(value: float) -> float:
    return float(f"{value:.4g}")
