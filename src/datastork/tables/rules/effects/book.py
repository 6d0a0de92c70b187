"""Edits of a grid, one after the other, kept as what changed from the first to the last."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.tables.changes import Changes, Layer
from datastork.tables.grid import NULL, Column, Grid
from datastork.tables.rules.lines import Rule

if TYPE_CHECKING:
    import numpy as np

LONGEST_WHY = 160


class Book:
    """A grid that rules change, and which rule changed each cell last."""

    def __init__(self, grid: Grid) -> None:
        self.before = grid
        self.grid = grid
        self.last: dict[str, np.ndarray] = {}  # by column: the place in `reasons` of the last edit of each row, or -1
        self.reasons: list[tuple[Layer, str]] = []
        self.doubtful: list[Changes] = []

    def values(self, rule: Rule, layer: Layer, name: str, new: Sequence[str | None]) -> None:
        """Put `new[i]` wherever column `name` has its i-th value (k texts; None empties)."""
        import numpy as np

        column = self.grid[name]
        changed = np.array([a != b for a, b in zip(column.values, new, strict=True)] + [False], bool)
        if changed.any():
            self._note(rule, layer, name, changed[column.codes])
            self.grid = self.grid.with_column(_remapped(column, new))

    def cells(self, rule: Rule, layer: Layer, name: str, rows: "np.ndarray", texts: Sequence[str | None]) -> None:
        """Put texts into some rows (int64[m]) of a column."""
        import numpy as np

        if len(rows):
            mask = np.zeros(self.grid.rows, bool)
            mask[rows] = True
            self._note(rule, layer, name, mask)
            self.grid = self.grid.with_column(self.grid[name].replaced(rows, texts))

    def doubt(
        self, rule: Rule, layer: Layer, name: str, rows: "np.ndarray", texts: Sequence[str | None], sure: float
    ) -> None:
        """Propose texts for some rows without making the change."""
        if len(rows):
            place = self.grid.place(name)
            self.doubtful.append(Changes.of(layer, rows, place, texts, sure, why_of(rule)))

    def changes(self) -> Changes:
        """Return every cell that is other than it was, with the last rule that changed it, and what is doubtful."""
        import numpy as np

        found = []
        whys = np.array([why for _, why in self.reasons] or [""], object)
        for name, last in self.last.items():
            place = self.grid.place(name)
            after = self.grid.columns[place]
            rows = np.flatnonzero(differs(self.before.columns[place], after))
            new = np.array([*after.values, None], object)[after.codes[rows]]
            for layer in dict.fromkeys(layer for layer, _ in self.reasons):
                mine = np.array([one == layer for one, _ in self.reasons], bool)[last[rows]]
                if mine.any():
                    why = whys[last[rows][mine]].tolist()
                    found.append(Changes.of(layer, rows[mine], place, new[mine].tolist(), 1.0, why))
        return Changes.joined([*found, *self.doubtful]).real(self.before)

    def _note(self, rule: Rule, layer: Layer, name: str, mask: "np.ndarray") -> None:
        import numpy as np

        last = self.last.setdefault(name, np.full(self.grid.rows, NULL, np.int64))
        last[mask] = len(self.reasons)
        self.reasons.append((layer, why_of(rule)))


def why_of(rule: Rule) -> str:
    """Return the reason of a change: the rule's line."""
    text = rule.text if len(rule.text) <= LONGEST_WHY else f"{rule.text[:LONGEST_WHY]}…"
    return f"rule line {rule.line}: {text}"


def differs(one: Column, other: Column) -> "np.ndarray":
    """Return where two columns hold different texts: bool[n]."""
    import numpy as np

    place = {text: code for code, text in enumerate(one.values)}
    shared = np.array([*(place.get(text, len(place)) for text in other.values), NULL], np.int64)
    mask: np.ndarray = one.codes != shared[other.codes]
    return mask


def _remapped(column: Column, new: Sequence[str | None]) -> Column:
    import numpy as np

    known: dict[str, int] = {}
    codes = [NULL if text is None else known.setdefault(text, len(known)) for text in new]
    spread = np.array([*codes, NULL], np.int32)[column.codes]
    return Column(column.name, tuple(known), spread, np.bincount(spread[spread >= 0], minlength=len(known)))
