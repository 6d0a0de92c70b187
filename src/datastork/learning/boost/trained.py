"""Models trained on a table repaired in many ways, and what each foretells."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from datastork.learning.boost.cells import Cells, Reader
from datastork.learning.boost.detectors import Detector
from datastork.learning.boost.repairs import Fill, Repair, fill_of, partner
from datastork.learning.estimators import estimator_of, fitted, form_of
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np

LEAST = 30  # rows left for training below which none is discarded


@dataclass(frozen=True, slots=True)
class Way:
    """What is done with the cells a detector flags: in rows for training, and in rows to be foretold.

    `test` is a repair, or "default class": rows with a flagged cell get the most frequent class.
    """

    detector: str
    train: Repair
    test: "Repair | str"

    def __str__(self) -> str:
        return f"{self.detector}: {self.train}" + ("" if partner(self.train) == self.test else f" / {self.test}")


NOTHING = Way("missing", "none", "none")


@dataclass(frozen=True, slots=True)
class Setting:
    """The rows for training as they are, with all that is fitted on them once.

    `base` is how holes are filled before another detector's cells are looked at; `fills` and `flags` keep what was
    fitted and found.
    """

    reader: Reader
    grid: Grid
    cells: Cells
    classes: "np.ndarray"
    detectors: dict[str, Detector]
    model: "str | Any"
    base: Way = NOTHING
    seed: int = 0
    fills: "dict[tuple[str, str], Fill]" = field(default_factory=dict)
    flags: "dict[tuple[str, int], tuple[Cells, np.ndarray]]" = field(default_factory=dict)

    @property
    def takes_holes(self) -> bool:
        """Whether the model takes missing values as they are."""
        return form_of(self.model) == "codes"

    def flagged(self, detector: str, grid: Grid, cells: Cells) -> "np.ndarray":
        """Return bool[n, d]: the cells of rows that a detector flags."""
        key = (detector, id(cells))
        if key not in self.flags:  # the cells are kept with it, so that nothing else gets their id
            self.flags[key] = (cells, self.detectors[detector].flags(grid, cells))
        return self.flags[key][1]

    def fill(self, detector: str, repair: Repair) -> Fill:
        """Return a repair, fitted once."""
        key = (detector, repair)
        if key not in self.fills:
            flagged = self.flagged(detector, self.grid, self.cells) | self.cells.hole
            self.fills[key] = fill_of(repair, self.reader, self.cells, flagged, self.classes, self.seed)
        return self.fills[key]

    def repaired(
        self, way: Way, repair: Repair, grid: Grid, cells: Cells, classes: "np.ndarray | None"
    ) -> "np.ndarray":
        """Return float64[n, d]: rows with the flagged cells repaired, nan for holes that stay."""
        values = cells.values
        if way.detector != "missing":
            flags = self.flagged(way.detector, grid, cells) & ~cells.hole
            if repair not in ("none", "mark", "discard") and not self.detectors[way.detector].whole_rows:
                values = self.fill(way.detector, repair)(values, flags, classes)
            repair = self.base.train if classes is not None else self.base.test  # type: ignore[assignment]
        if repair in ("none", "mark", "discard", "default class"):
            return values
        return self.fill("missing", repair)(values, cells.hole, classes)

    def matrix(self, values: "np.ndarray", cells: Cells, *, marked: bool) -> Any:
        """Return what the model sees of repaired rows: holes as they are where it takes them, else filled."""
        if self.takes_holes:
            return values
        import numpy as np

        plain = self.fill("missing", "mean")(values, np.isnan(values) & cells.hole, None)
        return self.reader.wide(plain, cells.hole[:, self.cells.hole.any(0)] if marked else None)

    def train(self, way: Way) -> "Trained | None":
        """Return the model for a way; None where it would discard all but few rows, or a class."""
        import numpy as np

        kept = self.classes >= 0
        if way.train == "discard":
            kept = kept & ~self.flagged(way.detector, self.grid, self.cells).any(1)
            if np.count_nonzero(kept) < LEAST or len(np.unique(self.classes[kept])) < 2:
                return None
        values = self.repaired(way, way.train, self.grid, self.cells, self.classes)
        marked = way.train == "mark" or (way.detector != "missing" and self.base.train == "mark")
        matrix = self.matrix(values, self.cells, marked=marked)
        machine = fitted(
            estimator_of(self.model, self.reader.encoder, seed=self.seed), matrix[kept], self.classes[kept]
        )
        return Trained(self, way, marked, machine)


@dataclass(frozen=True, slots=True)
class Trained:
    """A model trained on repaired rows."""

    setting: Setting
    way: Way
    marked: bool
    machine: Any

    def foretell(self, grid: Grid, cells: Cells, test: "Repair | str") -> "np.ndarray":
        """Return int64[n]: the class of each row, its flagged cells repaired as `test` says."""
        import numpy as np

        setting = self.setting
        default = test == "default class"
        repair: Any = "none" if default else test
        values = setting.repaired(self.way, repair, grid, cells, None)
        told: np.ndarray = self.machine.predict(setting.matrix(values, cells, marked=self.marked)).astype(np.int64)
        if default:
            flags = setting.flagged(self.way.detector, grid, cells).any(1)
            told[flags] = np.bincount(setting.classes[setting.classes >= 0]).argmax()
        return told
