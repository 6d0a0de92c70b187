"""The scorer: exact cells, after one fixed normalisation of all three tables."""

import csv
import html
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from datastork.tables.changes import Changes
from datastork.tables.grid import Column, Grid


@dataclass(frozen=True)
class Score:
    """Counts of cells: errors, changed, repaired right, broken; flagged (changed or suspected), of those errors."""

    cells: int
    errors: int
    changed: int
    right: int
    broken: int
    flagged: int
    found: int

    @property
    def precision(self) -> float:
        """Share of changed cells that are right now."""
        return self.right / self.changed if self.changed else 0.0

    @property
    def recall(self) -> float:
        """Share of wrong cells that are right now."""
        return self.right / self.errors if self.errors else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def line(self) -> dict[str, float]:
        """Return counts and shares."""
        residual = self.errors - self.right + self.broken
        detection = {"dp": self.found / max(self.flagged, 1), "dr": self.found / max(self.errors, 1)}
        shares = {"p": self.precision, "r": self.recall, "f1": self.f1, "residual": residual}
        return {**asdict(self), **shares, **detection}


def normal(text: str | None) -> str:
    """Return a cell as it is compared: HTML unescaped, blanks collapsed and stripped, never lower-cased."""
    return " ".join(html.unescape(text or "").split())


def read(path: Path, names: tuple[str, ...] | None = None) -> Grid:
    """Return a CSV file as a grid of text, with other column names if given."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    width = max(len(row) for row in rows)
    if names is None:
        names = tuple(rows[0])
    return Grid.of(dict(zip(names, zip(*(row for row in rows[1:] if len(row) == width), strict=True), strict=True)))


def score(dirty: Grid, clean: Grid, repaired: Grid, suspects: Changes, rows: np.ndarray) -> Score:
    """Return how a repair did on some rows."""
    errors = changed = right = broken = flagged = found = 0
    for place in range(len(dirty.columns)):
        was, true, now = (_normal(grid.columns[place])[rows] for grid in (dirty, clean, repaired))
        wrong, moved = was != true, now != was
        said = np.zeros(dirty.rows, bool)
        said[suspects.row[suspects.column == place]] = True
        marked = moved | said[rows]
        errors += int(wrong.sum())
        changed += int(moved.sum())
        right += int((moved & (now == true)).sum())
        broken += int((moved & ~wrong).sum())
        flagged += int(marked.sum())
        found += int((marked & wrong).sum())
    return Score(len(rows) * len(dirty.columns), errors, changed, right, broken, flagged, found)


def _normal(column: Column) -> np.ndarray:
    values = np.array([*(normal(text) for text in column.values), ""], object)
    return values[column.codes]
