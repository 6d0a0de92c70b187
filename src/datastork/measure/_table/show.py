"""A profile of a table in tables and pictures."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from datastork.core.findings import Cell, Table
from datastork.measure._tables import histogram
from datastork.tables.dependencies.said import said_codes
from datastork.tables.profile import ColumnProfile, Profile
from datastork.tables.profile.together import minimal

if TYPE_CHECKING:
    import numpy as np

COLUMNS = 200  # told of, and those whose values are counted
HISTOGRAMS = 40
CATEGORIES = 12  # values of a column of which all are counted
SHOWN = 40  # rows of a table of dependencies
MAPPED = 24  # columns in the map of associations
FAINT = 0.1  # association below which the map stays empty
BINS = 20
GROUPS = 12  # of a protected column
LABELS = 4  # whose shares are told of each group


def tables(found: Profile, protect: Sequence[str]) -> list[Table]:
    """Return all tables, in the order in which they are read."""
    told = [columns_table(found)]
    if found.tellers:
        rows = [(one.column, one.told, one.accuracy, one.modal, one.by_missing) for one in found.tellers[:SHOWN]]
        caption = f"How much of the doubt about {found.label} each column alone takes away, each row left out (tau)"
        heads = ("column", "doubt taken", "share right", "share of commonest", "by being given")
        told.append(Table(caption, heads, rows, "doubt taken"))
    told += [_groups(found, name) for name in protect if found.columns[name].given]
    told += _dependencies(found)
    told += _associations(found)
    told += [counted for one in found.columns.values() if (counted := _values(one)) is not None][:COLUMNS]
    drawn = [spread for one in found.columns.values() if (spread := _spread(one)) is not None]
    return told + drawn[:HISTOGRAMS]


def columns_table(found: Profile) -> Table:
    """Return each column with its kind, what is missing, how many values, from where to where."""
    rows: list[tuple[Cell, ...]] = []
    for one in list(found.columns.values())[:COLUMNS]:
        low, middle, high = _range(one)
        kind = one.kind.name + (f", {one.kind.width} digits" if one.kind.width else "")
        kind += f", {one.kind.unit}" if one.kind.unit else ""
        if one.kind.is_moment and one.kind.formats:
            kind += f", {one.kind.formats[0][0]}"
        share = round(1 - one.given / one.rows, 4) if one.rows else 0.0
        rows.append((one.column.name, kind, share, one.distinct, low, middle, high, one.odd))
    caption = "Columns"
    if len(found.columns) > COLUMNS:
        caption += f" (the first {COLUMNS} of {len(found.columns):,})"
    heads = ("column", "kind", "share missing", "values", "from", "median or commonest", "to", "odd cells")
    return Table(caption, heads, rows)


def _range(one: ColumnProfile) -> tuple[Cell, Cell, Cell]:
    if one.low is not None and one.median is not None and one.high is not None:
        return one.written(one.low), one.written(one.median), one.written(one.high)
    if not one.common or one.kind.name in ("identifier", "text"):
        return "", "", ""
    value, count = one.common[0]
    return "", f"{value[:40]} ({100 * count / one.given:.0f} %)", ""


def _groups(found: Profile, name: str) -> Table:
    """Return the groups of a protected column: rows, and the shares of the labels in each."""
    one = found.columns[name]
    names, places = _group_codes(one)
    rows: list[list[Cell]] = [
        [group, int((places == at).sum()), round(float((places == at).mean()), 4)]
        for at, group in enumerate(names[:GROUPS])
    ]
    values: list[str] = []
    if found.label is not None and found.tellers:
        label = found.columns[found.label]
        values = [value for value, _ in label.common[:LABELS]]
        codes = said_codes(label.column, label.kind)
        for at, row in enumerate(rows):
            mine = codes[(places == at) & (codes >= 0)]
            for value in values:
                hits = mine == label.column.values.index(value)
                row.append(round(float(hits.mean()), 4) if len(mine) else None)
    heads = (name, "rows", "share", *(f"share {value}" for value in values))
    return Table(
        f"Groups of {name}" + (f", and how often each has which {found.label}" if values else ""), heads, rows, "rows"
    )


def _group_codes(one: ColumnProfile) -> tuple[list[str], "np.ndarray"]:
    """Return the names of groups, the largest first, and int[n] which each row is in; numbers in quarters."""
    import numpy as np

    if (one.kind.is_number or one.kind.is_moment) and one.distinct > GROUPS:
        cells = one.cells()
        edges = np.unique(np.nanquantile(cells, (0, 0.25, 0.5, 0.75, 1)))
        places = np.where(
            np.isfinite(cells), np.clip(np.searchsorted(edges, cells, side="right") - 1, 0, len(edges) - 2), -1
        )
        return [f"{one.written(a)} to {one.written(b)}" for a, b in pairwise(edges.tolist())], places
    codes = said_codes(one.column, one.kind)
    counts = np.bincount(codes[codes >= 0], minlength=len(one.column.values))
    order = [at for at in np.argsort(-counts, kind="stable").tolist() if counts[at]]
    place = np.full(len(one.column.values) + 1, -1)
    place[order] = np.arange(len(order))
    return [one.column.values[at] for at in order], place[codes]


def _dependencies(found: Profile) -> list[Table]:
    told = []
    shown = minimal(found.dependencies, found.equivalents)
    if shown:
        rows = []
        for one in shown[:SHOWN]:
            example = one.examples[0] if one.examples else None
            text = None
            if example is not None:
                given = ", ".join(value[:30] for value in example.given)
                text = f"{given}: {example.usual[:30]} ({example.rows:,}), {example.other[:30]} ({example.others:,})"
            rows.append((" with ".join(one.given), one.column, round(one.gain, 3), one.support, one.violations, text))
        caption = "Columns that tell others: how much beyond the commonest value, rows that speak for it, exceptions"
        left = len(found.dependencies) - min(len(shown), SHOWN)
        if left:
            caption += f"; {left:,} more follow from these or tell less"
        told.append(Table(caption, ("given", "tells", "gain", "rows", "exceptions", "for example"), rows))
    if found.derived:
        made = [(one.column, one.text, one.support, one.violations) for one in found.derived[:SHOWN]]
        told.append(Table("Columns made of others", ("column", "is", "rows", "exceptions"), made))
    return told


def _associations(found: Profile) -> list[Table]:
    """Return a map of how strongly columns go together, and the strongest pairs."""
    strong = [one for one in found.associations if abs(one.value) >= FAINT]
    if not strong:
        return []
    names: list[str] = []
    for one in strong:
        names += [name for name in (one.first, one.second) if name not in names]
    chosen = [name for name in found.columns if name in names[:MAPPED]]
    value = {(one.first, one.second): abs(one.value) for one in strong}
    value |= {(b, a): strength for (a, b), strength in list(value.items())}
    rows: list[list[Cell]] = [
        [name, *(1.0 if name == other else value.get((name, other), 0.0) for other in chosen)] for name in chosen
    ]
    told = []
    if len(chosen) > 2:
        caption = "How strongly columns go together, from 0 (light) to 1 (dark); columns in the order of the lines"
        told.append(Table(caption, ("column", *chosen), rows, None, "map"))
    measures = {"cramers_v": "Cramér's V", "correlation_ratio": "correlation ratio", "spearman": "Spearman"}
    pairs = [(f"{one.first}, {one.second}", round(one.value, 3), measures[one.measure]) for one in strong[:CATEGORIES]]
    told.append(Table("The strongest associations", ("columns", "strength", "measure"), pairs))
    return told


def _values(one: ColumnProfile) -> Table | None:
    """Return all values of a category with few, the first of one with more."""
    if one.kind.name not in ("category", "boolean", "code") or one.distinct < 2:
        return None
    rows: list[tuple[Cell, ...]] = [(value[:60], count) for value, count in one.common[:CATEGORIES]]
    rest = one.given - sum(count for _, count in one.common[:CATEGORIES])
    if one.distinct > CATEGORIES:
        rows = [
            *rows[: CATEGORIES - 1],
            (f"{one.distinct - CATEGORIES + 1:,} others", rest + one.common[CATEGORIES - 1][1]),
        ]
    return Table(one.column.name, ("value", "rows"), rows, "rows")


def _spread(one: ColumnProfile) -> Table | None:
    """Return the histogram of numbers, dates and times."""
    import numpy as np
    import pyarrow as pa

    if one.low is None or one.high is None or one.kind.name in ("identifier", "boolean"):
        return None
    cells = one.cells()
    cells = cells[np.isfinite(cells)]
    if one.kind.is_moment:
        if one.low == one.high:
            return None
        counts, edges = np.histogram(cells, bins=BINS, range=(one.low, one.high))
        rows = [(one.written(float(edge)), int(count)) for edge, count in zip(edges[:-1], counts, strict=True)]
        return Table(one.column.name, (one.column.name, "rows"), rows, "rows", "histogram")
    whole = one.kind.name == "integer" and max(abs(one.low), abs(one.high)) < 2**53
    drawn = histogram(
        one.column.name, one.column.name, pa.chunked_array([pa.array(cells.astype(np.int64) if whole else cells)])
    )
    if drawn is None:
        return None
    return Table(drawn.caption, (one.column.name, "rows"), drawn.rows, "rows", "histogram")
