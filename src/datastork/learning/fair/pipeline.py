"""MLClean: sanitise, deduplicate, reweigh, in this order, each stage counted by group and label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from datastork.core.errors import DataError
from datastork.learning.encode import Encoder, encode, target_of
from datastork.learning.estimators import form_of
from datastork.learning.fair.groups import Groups
from datastork.learning.fair.reweigh import Aim, Reached, impact_error, reach, reweighed
from datastork.learning.fair.thresholds import Thresholds, thresholds
from datastork.learning.folds import out_of_fold
from datastork.learning.sanitise import Suspected, suspected
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np

    from datastork.tables.kinds import Kind

Stage = Literal["sanitise", "deduplicate", "reweigh"]
ORDER: tuple[Stage, ...] = get_args(Stage)
FOLDS = 3
CLASSES = 50  # labels beyond which a label is a quantity
MOST = 50_000  # rows that the power of the weights, and thresholds, are found on


@dataclass(frozen=True, slots=True)
class Counted:
    """One stage: `rows` it touched and `before`, `after` the weight of rows, each float64[g, 2] by group and label."""

    stage: str
    rows: "np.ndarray"
    before: "np.ndarray"
    after: "np.ndarray"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A table for training, cleaned by weights; arrays are of its n rows.

    `weight`     float64[n]: 0 for suspected rows, a share for copies, more or less by group and label
    `suspected`  what is suspected; None where that stage was left out
    `reached`    how far the reweighing went, on at most 50,000 of the rows; None where that stage was left out
    `limits`     thresholds by group, for a model without weights of groups
    """

    weight: "np.ndarray"
    suspected: Suspected | None
    stages: tuple[Counted, ...]
    reached: Reached | None
    limits: Thresholds


@dataclass(frozen=True, slots=True)
class Table:
    """Rows for training as a model sees them, with their groups; made by `table_of`."""

    model: "str | Any"
    encoder: Encoder
    matrix: Any
    numbers: "np.ndarray"
    classes: "np.ndarray"
    groups: Groups
    cluster: "np.ndarray"
    seed: int = 0

    def take(self, rows: "np.ndarray") -> "Table":
        """Return some rows (int64) as the same model sees them."""
        return replace(
            self,
            matrix=self.matrix[rows],
            numbers=self.numbers[rows],
            classes=self.classes[rows],
            groups=self.groups.take(rows),
            cluster=self.cluster[rows],
        )

    def asked(self, weight: "np.ndarray | None") -> "np.ndarray":
        """Return float64[n]: the probability of the favourable label by models fitted with weights on other rows."""
        good = self.groups.favourable.astype(int)
        found: np.ndarray = out_of_fold(
            *(self.model, self.encoder, self.matrix, good),
            weight=weight,
            together=self.cluster,
            folds=FOLDS,
            seed=self.seed,
        )[:, 1]
        return found


def table_of(
    grid: Grid,
    label: str,
    groups: Groups,
    rows: "np.ndarray",
    *,
    model: "str | Any" = "logistic",
    kinds: "Mapping[str, Kind] | None" = None,
    ignore: Sequence[str] = (),
    cluster: "np.ndarray | None" = None,
    seed: int = 0,
) -> Table:
    """Return rows for training (int64, with a label) as a model sees them.

    ignore: columns that the model does not see
    cluster: int64[n] of all rows of the grid, a number for each thing (see `copies`); found where it is not given

    Raises DataError for a label with more than 50 values.
    """
    import numpy as np

    from datastork.tables.kinds import kinds_of

    some = grid.take(rows)
    here = np.arange(some.rows)
    target = target_of(some, label, here)
    if len(target.classes) > CLASSES:
        raise DataError(f"the label {label!r} has {len(target.classes):,} values; {CLASSES} at most are classes")
    seen = kinds_of(some) if kinds is None else kinds
    encoder = encode(some, seen, here, form=form_of(model), ignore=(*ignore, label))
    plain = encode(some, seen, here, form="wide", ignore=(*ignore, label))
    names = [name for name in plain.features if name in some.names and seen[name].is_number]
    numbers = plain.matrix(some)[:, [plain.features.index(name) for name in names]].toarray()
    return Table(
        model,
        encoder,
        encoder.matrix(some),
        numbers,
        target.codes,
        groups.take(rows),
        np.unique(copies(grid, (label,), seed=seed) if cluster is None else cluster, return_inverse=True)[1][rows],
        seed,
    )


def copies(grid: Grid, ignore: Sequence[str] = (), *, seed: int = 0) -> "np.ndarray":
    """Return int64[n]: for each row the first that is the same thing, written differently or not."""
    from datastork.tables.entities.find import find_entities

    return find_entities(grid, ignore=ignore, seed=seed).cluster


def mlclean(
    table: Table,
    *,
    target: float = 0.8,
    aim: Aim = "impact",
    order: Sequence[Stage] = ORDER,
    sure: float = 0.9,
    most: float = 0.2,
) -> Cleaned:
    """Return the weights of rows for training after all stages.

    Poisoned rows come first, for they would be merged with good ones; copies next, so that their mass does not count
    twice; the weights of groups last, since both change how many rows each group has.

    target: the disparate impact to reach (0 to 1); aim "odds" asks for average odds of 0 in its place
    order: the stages, each at most once
    sure: from which probability of another class a label is doubted
    most: the greatest share of the rows of a group with one label that may be suspected

    Source: Tae, Roh, Oh, Kim and Whang, Data cleaning for accurate, fair, and robust models, 2019 (arXiv 1904.10761).
    """
    import numpy as np

    groups, count = table.groups, len(table.classes)
    weight, stages, found, reached = np.ones(count), [], None, None
    some = np.sort(np.random.default_rng(table.seed).permutation(count)[:MOST])
    small = table.take(some)
    fair = None
    for stage in order:
        before = weight
        if stage == "sanitise":
            told = out_of_fold(
                *(table.model, table.encoder, table.matrix, table.classes),
                weight=weight,
                together=table.cluster,
                seed=table.seed,
            )
            cells = 2 * groups.code + groups.favourable
            found = suspected(told, table.classes, table.numbers, sure=sure, cells=cells, most=most)
            weight = np.where(found.rows, 0.0, weight)
        elif stage == "deduplicate":
            alive = np.bincount(table.cluster, weight > 0)[table.cluster]
            weight = weight / np.maximum(alive, 1)
        else:
            fair = weight
            reached = reach(small.groups, small.asked, target, weight[some], aim=aim)
            weight = reweighed(groups, weight, power=reached.power)
        touched = groups.take(weight != before).counts()
        stages.append(Counted(stage, touched, groups.counts(before), groups.counts(weight)))
    sure_of = small.asked((weight if fair is None else fair)[some])
    limits = thresholds(sure_of, small.groups, min(1.0, target + impact_error(small.groups, target)))
    return Cleaned(weight, found, tuple(stages), reached, limits)
