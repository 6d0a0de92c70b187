"""Counting a column, in the forms findings are made of."""

from typing import TYPE_CHECKING

from datastork.core.findings import Table

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = 50  # rows of a table of counts; the rest is summed up in the last
BINS = 20  # columns of a histogram, at most


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

    A column of few different whole numbers gets a bin for each.
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
    bins = BINS
    if whole:
        step = max(1, -(-int(high - low + 1) // BINS))
        bins = -(-int(high - low + 1) // step)
        high = low + step * bins
    counts, edges = np.histogram(values, bins=bins, range=(low, high))
    rows = [
        (int(edge) if whole else _neat(float(edge)), int(count)) for edge, count in zip(edges[:-1], counts, strict=True)
    ]
    return Table(caption, (what, "samples"), rows, "samples", "histogram")


def _neat(value: float) -> float:
    return float(f"{value:.4g}")


def plural(count: int, one: str, many: str = "") -> str:
    """Return "1 sample" or "1,234 samples"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
