"""Before and after, measured on rows that were neither cleaned nor weighed nor learned from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.learning.estimators import estimator_of, fitted, probabilities
from datastork.learning.fair.groups import Groups
from datastork.learning.fair.metrics import Fairness, fairness, mean_and_error
from datastork.learning.fair.pipeline import ORDER, Table, mlclean, table_of
from datastork.learning.fair.reweigh import Aim, reweighed
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np

    from datastork.tables.kinds import Kind

ASKED = 0.3  # of the rows, for measuring


@dataclass(frozen=True, slots=True)
class Compared:
    """One way to train: what it does on rows left out, the mean over splits and its standard error."""

    name: str
    mean: Fairness
    error: Fairness


def compare(
    grid: Grid,
    label: str,
    groups: Groups,
    rows: "np.ndarray",
    cluster: "np.ndarray",
    *,
    model: "str | Any" = "logistic",
    kinds: "Mapping[str, Kind] | None" = None,
    ignore: Sequence[str] = (),
    target: float = 0.8,
    aim: Aim = "impact",
    sure: float = 0.9,
    most: float = 0.2,
    splits: int = 5,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> list[Compared]:
    """Return what a model does after each part of the cleaning, over random splits of rows, 70 % to train on.

    rows: int64, those with a label; copies of one thing (`cluster`, int64[n] of the grid) stay on one side
    """
    import numpy as np

    found: dict[str, list[Fairness]] = {}
    for split in range(splits):
        if progress is not None:
            progress(f"split {split + 1} of {splits}")
        thing = np.unique(cluster[rows], return_inverse=True)[1]
        asked = np.random.default_rng([seed, split]).random(int(thing.max()) + 1)[thing] < ASKED
        fit, held = rows[~asked], rows[asked]
        table = table_of(
            grid, label, groups, fit, model=model, kinds=kinds, ignore=ignore, cluster=cluster, seed=seed + split
        )
        matrix, others = table.encoder.matrix(grid.take(held)), groups.take(held)
        clean = mlclean(table, target=target, aim=aim, order=ORDER[:2], sure=sure, most=most)
        fair = mlclean(table, target=target, aim=aim, sure=sure, most=most)
        half = np.full(len(groups.names), 0.5)
        for name, weight, limits in (
            ("as it is", None, half),
            ("sanitised, copies weighed", clean.weight, half),
            ("and reweighed once", reweighed(table.groups, clean.weight), half),
            ("and reweighed to the target", fair.weight, half),
            ("thresholds by group instead", clean.weight, fair.limits.by_group),
        ):
            told = _favourable(table, weight, matrix) > limits[others.code]
            found.setdefault(name, []).append(fairness(told, others))
    return [Compared(name, *mean_and_error(results)) for name, results in found.items()]


def _favourable(table: Table, weight: "np.ndarray | None", matrix: Any) -> "np.ndarray":
    good = table.groups.favourable.astype(int)
    machine = fitted(estimator_of(table.model, table.encoder, seed=table.seed), table.matrix, good, weight)
    found: np.ndarray = probabilities(machine, matrix, 2)[:, 1]
    return found
