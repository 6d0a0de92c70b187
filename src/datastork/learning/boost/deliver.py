"""A chosen repair, put into the rows: changes of cells, fitted on rows for training."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from datastork.learning.boost.cells import Cells, Reader, reader_of
from datastork.learning.boost.detectors import WORDS as FLAGGED
from datastork.learning.boost.detectors import detectors_of
from datastork.learning.boost.repairs import SIMPLE, WORDS, Repair, fill_of, partner
from datastork.learning.boost.trained import Setting, Way
from datastork.learning.encode import target_of
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np

    from datastork.tables.kinds import Kind
    from datastork.tables.rules import Rules

MOST = 50_000  # rows that repairs are fitted on
TRIED = 500  # rows whose known cells are filled as if they were missing, to see how often that is right


def deliver(
    grid: Grid,
    label: str,
    train: "np.ndarray",
    ways: Sequence[Way],
    *,
    kinds: "Mapping[str, Kind] | None" = None,
    rules: "Rules | None" = None,
    ignore: Sequence[str] = (),
    seed: int = 0,
) -> tuple[Changes, "np.ndarray"]:
    """Return the changes that ways make in a table, and bool[n]: the rows for training that they discard.

    All is fitted on rows for training (int64; at most 50,000 of them), whose own cells get the repair for training;
    cells of other rows get the repair that is used where the label is not known. The confidence of a change is how
    often the repair finds the value of cells that are known, exactly: a mean is hardly ever right, however useful.
    """
    import numpy as np

    reader = reader_of(grid, train, kinds=kinds, ignore=(*ignore, label))
    classes = target_of(grid, label, train).codes
    fit = train[classes[train] >= 0]
    learned = np.sort(np.random.default_rng(seed).permutation(fit)[:MOST])
    some, all_cells = grid.take(learned), reader.read(grid)
    cells = all_cells.take(learned)
    found = {one.name: one for one in detectors_of(reader, cells, rules=rules, seed=seed)}
    setting = Setting(reader, some, cells, classes[learned], found, "trees", seed=seed)
    others = np.setdiff1d(np.arange(grid.rows), fit)
    changes, discarded = [], np.zeros(grid.rows, bool)
    for way in ways:
        flags = setting.flagged(way.detector, grid, all_cells)
        if way.train == "discard":
            discarded[fit] |= flags[fit].any(1)
        for rows, repair, known in ((fit, way.train, classes[fit]), (others, _plain(way.test), None)):
            if repair in WORDS and len(rows):
                mine = _Mine(setting, way, repair, known is not None)
                changes.append(mine.changes(grid, rows, all_cells.take(rows), flags[rows], known))
    return Changes.joined(changes), discarded


def _plain(test: str) -> Repair:
    return "none" if test == "default class" else test  # type: ignore[return-value]


class _Mine:
    """The changes of one way in some rows."""

    def __init__(self, setting: Setting, way: Way, repair: Repair, by_class: bool) -> None:
        self.setting, self.way = setting, way
        self.repair = repair if by_class else partner(repair)
        self.fill = setting.fill(way.detector, self.repair)

    def changes(
        self, grid: Grid, rows: "np.ndarray", cells: Cells, flags: "np.ndarray", classes: "np.ndarray | None"
    ) -> Changes:
        import numpy as np

        reader: Reader = self.setting.reader
        filled = self.fill(cells.values, flags, classes)
        sure = self._sure()
        parts = []
        for place in np.flatnonzero(flags.any(0)).tolist():
            here = np.flatnonzero(flags[:, place])
            column = grid[reader.names[place]]
            texts = reader.texts(place, filled[here, place], column)
            good = np.array([text is not None for text in texts], bool)
            how = "mode" if reader.category[place] and self.repair in SIMPLE else self.repair
            why = f"{FLAGGED[self.way.detector]}: {WORDS[how]}"
            new = [text for text in texts if text is not None]
            parts.append(Changes.of("model", rows[here[good]], grid.place(column.name), new, sure[place], why))
        return Changes.joined(parts).real(grid)

    def _sure(self) -> "np.ndarray":
        """Return float64[d]: how often a known cell is found when it is taken away, by a repair fitted on others."""
        import numpy as np

        setting = self.setting
        order = np.random.default_rng(setting.seed).permutation(len(setting.classes))
        half = len(order) // 2
        fit, asked = order[half:], order[:half][:TRIED]
        cells, classes = setting.cells.take(fit), setting.classes[fit]
        found = np.zeros(cells.values.shape[1])
        if not len(asked):
            return found
        fill = fill_of(self.repair, setting.reader, cells, cells.hole, classes, setting.seed)
        cells, classes = setting.cells.take(asked), setting.classes[asked]
        for place in range(len(found)):
            known = np.zeros(cells.values.shape, bool)
            known[:, place] = ~np.isnan(cells.values[:, place])
            if known.any():
                told = fill(cells.values, known, classes)[:, place]
                found[place] = float(np.mean(told[known[:, place]] == cells.values[known[:, place], place]))
        return found
