"""BoostClean: which repair of a table, or which vote of several, serves a model best on rows for validation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from datastork.core.errors import DataError
from datastork.learning.boost.cells import reader_of
from datastork.learning.boost.choosing import Choice, choose, vote
from datastork.learning.boost.detectors import detectors_of
from datastork.learning.boost.repairs import LEARNED, SIMPLE, Repair, partner
from datastork.learning.boost.trained import NOTHING, Setting, Trained, Way
from datastork.learning.encode import target_of
from datastork.learning.estimators import need_learn
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np

    from datastork.tables.kinds import Kind
    from datastork.tables.rules import Rules

TRAINED = 20_000  # rows that models are trained on while choosing
CLASSES = 50  # labels beyond which a label is a quantity
ASKED = 10_000  # rows that they are asked about
FOUND: tuple[Repair, ...] = ("median", "expected", "draw", "discard")  # for cells that are given but look wrong


@dataclass(frozen=True, slots=True)
class Result:
    """One way, and the accuracy of its model on the rows for validation, with standard errors (all 0 to 1)."""

    way: Way
    accuracy: float
    error: float
    gain: float
    gain_error: float


@dataclass(frozen=True, slots=True)
class Boosted:
    """What was tried and what was chosen; `results[0]` is the table as it is."""

    label: str
    labels: tuple[str, ...]
    model: str
    results: tuple[Result, ...]
    choice: Choice
    flags: tuple[tuple[str, int, int], ...]  # detector, cells for training, cells for validation
    models: "tuple[Trained, ...]"
    asked: "np.ndarray"  # int64[n]: the rows for validation
    told: "np.ndarray"  # int64[K, n]: what each foretells of them
    truth: "np.ndarray"

    @property
    def best(self) -> Way:
        """The way that was chosen; that which does nothing where no repair helps by more than noise."""
        return self.results[self.choice.best].way

    def among(self, detectors: Sequence[str]) -> int:
        """Return the place of the best way for cells that these detectors flag; 0 where none helps beyond noise."""
        import numpy as np

        places = np.flatnonzero([at == 0 or one.way.detector in detectors for at, one in enumerate(self.results)])
        best = choose(self.told[places], self.truth, len(self.labels), seed=self.models[0].setting.seed).best
        return int(places[best])

    def predict(self, grid: Grid) -> "np.ndarray":
        """Return object[n]: the label that the chosen model, or the vote of several, gives rows of a grid."""
        import numpy as np

        members = self.choice.members
        cells = self.models[0].setting.reader.read(grid)
        told = np.array([self.models[at].foretell(grid, cells, self.results[at].way.test) for at, _ in members])
        votes = tuple((at, weight) for at, (_, weight) in enumerate(members))
        found: np.ndarray = np.array(self.labels, object)[vote(told, votes, len(self.labels))]
        return found


def search(
    grid: Grid,
    label: str,
    train: "np.ndarray",
    validation: "np.ndarray",
    *,
    model: "str | Any" = "logistic",
    kinds: "Mapping[str, Kind] | None" = None,
    rules: "Rules | None" = None,
    ignore: Sequence[str] = (),
    by_class: bool = True,
    rounds: int = 9,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Boosted:
    """Return which repair of a table a model learns most from.

    Every detector is tried with every repair of rows for training, and each of these with several repairs of rows to
    be foretold. One model is trained for each way; the rows for validation say which is best, and whether a vote of
    several is better. First what is missing is looked at; then, on top of its best repair, what looks wrong. A way
    other than leaving the table as it is must win by more than noise (see `choosing.choose`). Rows in neither `train`
    nor `validation` (int64, rows) are never looked at. At most 20,000 rows are trained on and 10,000 asked about.

    model: "logistic", "trees", "knn" or a classifier of scikit-learn
    kinds: what the columns are; found in the rows for training where it is not given
    by_class: whether repairs of rows for training may use their label

    Source: Krishnan, Franklin, Goldberg and Wu, BoostClean, 2017 (arXiv 1711.01299), with other detectors and repairs,
    and with the choice made on rows that the result is not reported on.

    Raises DataError where there is no such label or it has more than 50 values, where rows for training have one class,
    or where a row is used for both; MissingExtraError without scikit-learn.
    """
    import numpy as np

    need_learn("choosing repairs")
    if len(np.intersect1d(train, validation)):
        raise DataError("a row is used both for training and for validation")
    rng = np.random.default_rng(seed)
    train, validation = _some(rng, train, TRAINED), _some(rng, validation, ASKED)
    target = target_of(grid, label, train)
    if len(target.classes) > CLASSES:
        raise DataError(
            f"the label {label!r} has {len(target.classes):,} values; repairs are chosen for {CLASSES} at most"
        )
    train, validation = train[target.codes[train] >= 0], validation[target.codes[validation] >= 0]
    if not len(validation):
        raise DataError(f"no row for validation has a label {label!r} that the rows for training know")
    reader = reader_of(grid, train, kinds=kinds, ignore=(*ignore, label))
    fit, asked = grid.take(train), grid.take(validation)
    cells, others = reader.read(fit), reader.read(asked)
    found = detectors_of(reader, cells, rules=rules, seed=seed)
    setting = Setting(reader, fit, cells, target.codes[train], {one.name: one for one in found}, model, seed=seed)
    truth = target.codes[validation]
    flags = [
        (
            one.name,
            int(np.count_nonzero(setting.flagged(one.name, fit, cells))),
            int(np.count_nonzero(setting.flagged(one.name, asked, others))),
        )
        for one in found
    ]

    ways, models, told = [], [], []

    def run(setting: Setting, train_repair: Repair, detector: str, tests: "Sequence[Repair | str]") -> None:
        if progress is not None:
            progress(f"{detector}: {train_repair}")
        machine = setting.train(Way(detector, train_repair, "none"))
        if machine is None:
            return
        for test in dict.fromkeys(tests):
            models.append(machine)
            ways.append(Way(detector, train_repair, test))
            told.append(machine.foretell(asked, others, test))

    run(setting, "none", "missing", ["none"])
    if cells.hole.any() or others.hole.any():
        for repair in _for_holes(setting, by_class=by_class):
            mine: list[Repair | str] = [partner(repair)]
            if others.hole.any():
                mine += ["none", "expected", "mode", "default class"]
            run(setting, repair, "missing", mine)
    best = choose(np.array(told), truth, len(target.classes), seed=seed).best
    later = replace(setting, base=ways[best] if ways[best].test != "default class" else NOTHING, fills={})
    for name, count, there in flags[1:]:
        if count + there == 0:
            continue
        repairs: tuple[Repair, ...] = ("discard",) if setting.detectors[name].whole_rows else FOUND
        for repair in repairs if count else ():
            run(later, repair, name, [partner(repair), "none", *(["default class"] if there else [])])
    choice = choose(np.array(told), truth, len(target.classes), rounds=rounds, seed=seed)
    right = np.array(told) == truth
    results = tuple(result_of(way, one, right[0]) for way, one in zip(ways, right, strict=True))
    name = model if isinstance(model, str) else type(model).__name__
    return Boosted(
        label, target.classes, name, results, choice, tuple(flags), tuple(models), validation, np.array(told), truth
    )


def _for_holes(setting: Setting, *, by_class: bool) -> list[Repair]:
    repairs: list[Repair] = [*SIMPLE, *(one for one in LEARNED if by_class or not one.startswith("class")), "discard"]
    if setting.takes_holes:
        return repairs
    repairs.remove("mean")  # what the model sees of holes in any case
    return [*repairs, "mark"]


def result_of(way: Way, right: "np.ndarray", before: "np.ndarray") -> Result:
    """Return the accuracy of a way from which rows it gets right (bool[n]), beside those of another."""
    import numpy as np

    difference = right.astype(float) - before
    root = np.sqrt(len(right))
    return Result(
        way,
        float(right.mean()),
        float(right.std() / root),
        float(difference.mean()),
        float(difference.std() / root),
    )


def _some(rng: "np.random.Generator", rows: "np.ndarray", most: int) -> "np.ndarray":
    import numpy as np

    return np.sort(rng.permutation(rows)[:most]) if len(rows) > most else np.asarray(rows, np.int64)
