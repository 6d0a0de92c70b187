"""The label guard: whether a repaired table serves a model worse than the table as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.core.errors import DataError
from datastork.learning.encode import encode, target_of
from datastork.learning.estimators import Model, estimator_of, fitted, form_of, need_learn, probabilities
from datastork.tables.changes import LAYERS, Changes
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np

    from datastork.tables.kinds import Kind

MOST = 9_000  # rows looked at: more tell differences that no user would see
QUICK = {"max_iter": 40, "learning_rate": 0.2}  # of trees: the same before and after, and nearly as good as more
LEAST = 40  # labelled rows below which nothing can be said
FOLDS = 3
CLASSES = 50  # values beyond which a label is a quantity, and nothing is said
CERTAIN = 2.5  # standard errors of a difference that is no noise (one in 160 for a table that is as good)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a repair does to a model, on rows that it was not fitted on.

    `what`: the repair; `model`: of those tried, the one that it hurts most; `before`, `after`: its accuracy (0 to 1);
    `error`: the standard error of the difference; `rows`: how many rows it was measured on.
    """

    what: str
    model: str
    before: float
    after: float
    error: float
    rows: int

    @property
    def harms(self) -> bool:
        """Whether the accuracy falls by more than noise."""
        return self.before - self.after > CERTAIN * self.error

    def __str__(self) -> str:
        said = "harms" if self.harms else "does not harm"
        return (
            f"{self.what} {said} {self.model}: accuracy {self.before:.4f} before, {self.after:.4f} after"
            f" (± {self.error:.4f}, {self.rows:,} rows)"
        )


def harms(
    before: Grid,
    after: Grid,
    label: str,
    *,
    train: "np.ndarray | None" = None,
    validation: "np.ndarray | None" = None,
    models: Sequence[Model] = ("logistic", "trees"),
    what: str = "the repair",
    seed: int = 0,
) -> Verdict:
    """Return whether models learn less from a table after a repair than before.

    Both tables have the same rows in the same order. Each model is fitted on rows for training and asked about others,
    with the same rows on both tables, so that the difference is that of pairs (McNemar 1947). Given `train` and
    `validation` (int64, rows), these are used; else three folds of the labelled rows take turns. At most 9,000 rows
    are looked at. Of fewer than 40, and of a label with more than 50 values, nothing is known: no harm.

    Raises DataError where the tables have different rows, where there is no such label, or where it has one class;
    MissingExtraError without scikit-learn.
    """
    import numpy as np

    need_learn("the label guard")
    if before.rows != after.rows:
        raise DataError(f"{before.rows:,} rows before and {after.rows:,} after: the guard compares the same rows")
    if (train is None) != (validation is None):
        raise DataError("the guard needs rows for training and for validation, or neither")
    target = target_of(before, label, np.arange(before.rows))
    if len(target.classes) > CLASSES:
        return Verdict(what, models[0], 0.0, 0.0, 0.0, 0)
    labelled = np.flatnonzero(target.codes >= 0)
    rng = np.random.default_rng(seed)
    if train is None or validation is None:
        chosen = rng.permutation(labelled)[:MOST]
        folds = [
            (np.sort(np.concatenate([*parts[:at], *parts[at + 1 :]])), parts[at])
            for parts in [[chosen[one::FOLDS] for one in range(FOLDS)]]
            for at in range(FOLDS)
        ]
    else:
        folds = [
            (
                np.sort(rng.permutation(np.intersect1d(train, labelled))[:MOST]),
                np.sort(rng.permutation(np.intersect1d(validation, labelled))[:MOST]),
            )
        ]
    if min(len(fit) for fit, _ in folds) < LEAST or sum(len(asked) for _, asked in folds) < LEAST:
        return Verdict(what, models[0], 0.0, 0.0, 0.0, 0)
    found = [_compared(before, after, label, folds, model, what, seed) for model in models]
    return max(found, key=lambda one: (one.before - one.after) / one.error if one.error else 0.0)


def veto(
    grid: Grid,
    changes: Changes,
    label: str,
    *,
    by: str = "column",
    train: "np.ndarray | None" = None,
    validation: "np.ndarray | None" = None,
    seed: int = 0,
) -> tuple[Changes, tuple[Verdict, ...]]:
    """Return the changes that may stay, and the verdicts that say why others may not.

    First all are tried together. If they harm, the changes of each column (or of each layer, with `by="layer"`) are
    tried alone, and those that harm are taken out; if what is left harms still, the columns follow one by one, those
    that cost most first. A person's answers are always kept.
    """
    import numpy as np

    def tried(some: Changes, what: str) -> Verdict:
        return harms(grid, some.applied(grid), label, train=train, validation=validation, what=what, seed=seed)

    every = tried(changes, f"{len(changes):,} changes")
    if not len(changes) or not every.harms:
        return changes, ()
    places = changes.layer if by == "layer" else changes.column
    names = LAYERS if by == "layer" else grid.names
    answered = changes.layer == LAYERS.index("answer")
    alone = {
        place: tried(changes.where(places == place), f"repairing {by} {names[place]!r}")
        for place in np.unique(places[~answered]).tolist()
    }
    order = sorted(alone, key=lambda place: (not alone[place].harms, alone[place].after - alone[place].before))
    out = sum(one.harms for one in alone.values())
    said = [every]
    while True:
        kept = answered | ~np.isin(places, order[:out])
        if out == len(order) or (out and not tried(changes.where(kept), "the rest").harms):
            return changes.where(kept), (*said, *(alone[place] for place in order[:out]))
        out += 1


def _compared(
    before: Grid,
    after: Grid,
    label: str,
    folds: "list[tuple[np.ndarray, np.ndarray]]",
    model: Model,
    what: str,
    seed: int,
) -> Verdict:
    import numpy as np

    right = [
        np.concatenate([_right(grid, label, fit, asked, model, seed) for fit, asked in folds])
        for grid in (before, after)
    ]
    difference = right[1].astype(float) - right[0]
    count = len(difference)
    # a difference in one row of none is noise, so the error is at least that of one row
    error = max(float(difference.std()), 1 / np.sqrt(count)) / np.sqrt(count)
    return Verdict(what, model, float(right[0].mean()), float(right[1].mean()), float(error), count)


def _right(grid: Grid, label: str, fit: "np.ndarray", asked: "np.ndarray", model: Model, seed: int) -> "np.ndarray":
    """Return bool[m]: whether the label of each row asked about is foretold."""
    import numpy as np

    from datastork.tables.kinds import kinds_of

    some = grid.take(np.concatenate([fit, asked]))
    here = np.arange(len(fit))
    target = target_of(some, label, here)
    kinds: Mapping[str, Kind] = kinds_of(some.take(here))
    encoder = encode(some, kinds, here, form=form_of(model), ignore=(label,))
    matrix = encoder.matrix(some)
    machine = estimator_of(model, encoder, seed=seed)
    if model == "trees":
        machine.set_params(**QUICK)
    machine = fitted(machine, matrix[: len(fit)], target.codes[: len(fit)])
    told = probabilities(machine, matrix[len(fit) :], len(target.classes)).argmax(1)
    found: np.ndarray = told == target.codes[len(fit) :]
    return found
