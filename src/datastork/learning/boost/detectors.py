"""Detectors of cells that may be wrong, fitted on rows for training: each says which cells of any rows it flags."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np

    from datastork.learning.boost.cells import Cells, Reader
    from datastork.tables.rules import Rules

FAR = 6.0  # robust standard deviations (1.4826 times the median distance) from the median
DEVIATIONS = 3.0  # standard deviations from the mean
DISTINCT = 10  # numbers below which a column has kinds of things, and none of them is far
LONELY = 3.0  # standard deviations below the mean score of an isolation forest
WORDS: dict[str, str] = {
    "missing": "not given, or not readable",
    "far": f"a number more than {FAR:g} robust standard deviations from the median",
    "deviations": f"a number more than {DEVIATIONS:g} standard deviations from the mean",
    "forest": "a row that an isolation forest sets apart",
    "rules": "breaks a rule",
}


@dataclass(frozen=True, slots=True)
class Detector:
    """`flags(grid, cells)` gives bool[n, d]; `whole_rows` where it judges rows, not cells."""

    name: str
    flags: "Callable[[Grid, Cells], np.ndarray]"
    whole_rows: bool = False


def detectors_of(reader: "Reader", cells: "Cells", *, rules: "Rules | None" = None, seed: int = 0) -> list[Detector]:
    """Return the detectors, fitted on the cells of rows for training; "missing" is always the first.

    Numbers are judged by distance (Hellerstein, Quantitative data cleaning for large databases, 2008), rows by an
    isolation forest (Liu, Ting and Zhou 2008).
    """
    import numpy as np

    numbers = np.where(reader.category, np.nan, cells.values)
    many = [len(np.unique(one[~np.isnan(one)])) >= DISTINCT for one in numbers.T]
    known = np.flatnonzero(many)
    found = [Detector("missing", lambda grid, cells: cells.hole)]
    centre, reach = np.zeros(numbers.shape[1]), np.full(numbers.shape[1], np.inf)
    if len(known):
        some = numbers[:, known]
        centre[known] = np.nanmedian(some, axis=0)
        spread = 1.4826 * np.nanmedian(np.abs(some - centre[known]), axis=0)
        reach[known] = np.where(spread > 0, FAR * spread, np.inf)
        found.append(Detector("far", _beyond(reader.category, centre.copy(), reach.copy())))
        centre[known], spread = np.nanmean(some, axis=0), np.nanstd(some, axis=0)
        reach[known] = np.where(spread > 0, DEVIATIONS * spread, np.inf)
        found.append(Detector("deviations", _beyond(reader.category, centre, reach)))
    found.append(Detector("forest", _lonely(reader, cells, seed), whole_rows=True))
    if rules is not None:
        found.append(Detector("rules", _broken(reader, rules)))
    return found


def _beyond(category: "np.ndarray", centre: "np.ndarray", reach: "np.ndarray") -> "Callable[[Grid, Cells], np.ndarray]":
    import numpy as np

    def flags(grid: Grid, cells: "Cells") -> "np.ndarray":
        with np.errstate(invalid="ignore"):
            found: np.ndarray = ~category & (np.abs(cells.values - centre) > reach)
        return found

    return flags


def _lonely(reader: "Reader", seen: "Cells", seed: int) -> "Callable[[Grid, Cells], np.ndarray]":
    import numpy as np
    from sklearn.ensemble import IsolationForest

    @cache
    def grown() -> tuple[Any, float]:
        matrix = reader.wide(seen.values)
        forest = IsolationForest(n_estimators=100, random_state=seed % 2**32).fit(matrix)
        scores = forest.score_samples(matrix)
        return forest, scores.mean() - LONELY * scores.std()

    def flags(grid: Grid, cells: "Cells") -> "np.ndarray":
        forest, limit = grown()
        rows = forest.score_samples(reader.wide(cells.values)) < limit
        return np.broadcast_to(rows[:, None], cells.values.shape)

    return flags


def _broken(reader: "Reader", rules: "Rules") -> "Callable[[Grid, Cells], np.ndarray]":
    import numpy as np

    from datastork.tables.rules import flagged

    def flags(grid: Grid, cells: "Cells") -> "np.ndarray":
        by_column = flagged(rules, grid)
        none = np.zeros(grid.rows, bool)
        return np.column_stack([by_column.get(name, none) for name in reader.names])

    return flags
