"""A comparison of a table before and after a change, as tables for a report."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.core.findings import Cell, Table
from datastork.tables.guards.shift import QUANTILES

if TYPE_CHECKING:
    from datastork.tables.guards.representative import Representation

SHOWN = 30  # rows of a table
LENGTH = 60  # characters of a value
WORTH = 0.001  # change of an association that is worth a line


def tables(found: "Representation") -> list[Table]:
    """Return at most five tables: columns, numbers, vanished values, associations, groups; those with rows."""
    made = [_columns(found), _numbers(found), _gone(found), _ties(found), _groups(found)]
    return [one for one in made if one.rows]


def _columns(found: "Representation") -> Table:
    p = dict(zip((one.column for one in found.shifts), _holm([one.p for one in found.shifts]), strict=True))
    rows: list[tuple[Cell, ...]] = [
        (
            *(one.column, one.cells, _share(one.missing_before), _share(one.missing_after)),
            *(one.values_before, one.values_after, _share(one.variation), _share(one.unexplained), p[one.column]),
        )
        for one in found.shifts
    ]
    return Table(
        f"Columns that changed, before and after ({found.rows_before:,} rows before, {found.rows_after:,} after"
        f"{_more(rows)}). Total variation is the share of rows that would have to change value to have the shares of "
        "before; above 0.02 unexplained fails",
        (
            *("column", "changed cells", "missing before", "missing after", "values before", "values after"),
            *("total variation", "unexplained", "p (chi-square, Holm)"),
        ),
        rows[:SHOWN],
        bar="unexplained",
    )


def _numbers(found: "Representation") -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            one.column,
            when,
            *[float(f"{number:.6g}") for number in numbers],
            round(one.ks, 4) if one.ks is not None and when == "after" else None,
            float(f"{one.wasserstein:.4g}") if one.wasserstein is not None and when == "after" else None,
        )
        for one in found.shifts
        if one.quantiles is not None
        for when, numbers in zip(("before", "after"), one.quantiles, strict=True)
    ]
    names = [f"{share:.0%} below" for share in QUANTILES]
    return Table(
        f"Numbers that changed: quantiles, largest gap between distributions (Kolmogorov-Smirnov), and how far values "
        f"moved on average (Wasserstein, in units of the column){_more(rows, 2 * SHOWN)}",
        ("column", "when", *names, "KS", "Wasserstein"),
        rows[: 2 * SHOWN],
    )


def _gone(found: "Representation") -> Table:
    each = [(one.column, gone) for one in found.shifts for gone in one.gone]
    each.sort(key=lambda pair: (-pair[1].unexplained, -pair[1].rows))
    rows = [
        (column, _short(gone.value), gone.rows, None if gone.now is None else _short(gone.now), gone.unexplained)
        for column, gone in each
    ]
    return Table(
        f"Values no row has any more{_more(rows)}; five unexplained rows of one value fail",
        ("column", "value", "rows before", "most are now", "unexplained rows"),
        rows[:SHOWN],
        bar="rows before",
    )


def _ties(found: "Representation") -> Table:
    rows = [
        (one.first, one.second, one.measure, round(one.before, 4), round(one.after, 4), round(one.change, 4))
        for one in found.ties
        if one.change >= WORTH
    ]
    return Table(
        f"Pairs of columns that go together otherwise than before{_more(rows)}",
        ("column", "with", "measure", "before", "after", "change"),
        rows[:SHOWN],
        bar="change",
    )


def _groups(found: "Representation") -> Table:
    rows = [
        (
            *(one.column, _short(one.group), _short(one.label), one.before, one.after, one.touched),
            round(one.touched / one.before, 4) if one.before else None,
        )
        for one in found.groups
    ]
    told = "; ".join(f"{name} {ratio:.3f}" for name, ratio in found.impact.items())
    impact = f". Rows left alone, least over greatest share of a group (below 0.8 is uneven): {told}" if told else ""
    return Table(
        f"Protected groups by label, and how many of their rows were changed or dropped{impact}{_more(rows)}",
        ("column", "group", "label", "rows before", "rows after", "touched", "share"),
        rows[:SHOWN],
        bar="share",
    )


def _holm(p: list[float]) -> list[float | None]:
    """Return p values corrected for how many there are (Holm 1979); None for nan."""
    order = sorted((one, place) for place, one in enumerate(p) if one == one)
    told: list[float | None] = [None] * len(p)
    least = 0.0
    for number, (one, place) in enumerate(order):
        least = max(least, min(1.0, one * (len(order) - number)))
        told[place] = float(f"{least:.3g}")
    return told


def _share(value: float) -> float:
    return round(value, 5)


def _short(text: str) -> str:
    return text if len(text) <= LENGTH else text[: LENGTH - 1] + "…"


def _more(rows: Sequence[object], shown: int = SHOWN) -> str:
    return f"; {len(rows) - shown:,} more are not shown" if len(rows) > shown else ""
