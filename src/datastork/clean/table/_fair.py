"""What the report says of a table weighed for accuracy, robustness and fairness."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.core.findings import Findings, Table, plural

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.learning.fair.compare import Compared
    from datastork.learning.fair.groups import Groups
    from datastork.learning.fair.pipeline import Cleaned
    from datastork.learning.sanitise import Suspected
    from datastork.tables.grid import Grid

LOST = 0.1  # of a group's rows with one label that are suspected, from which the report warns
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Cleaning:
    """All that was done: `rows` (int64) are those for training, which `done` and `doubts` speak of."""

    grid: "Grid"
    label: str
    groups: "Groups"
    rows: "np.ndarray"
    cluster: "np.ndarray"
    done: "Cleaned"
    doubts: "Suspected"
    beside: "list[Compared]"
    target: float
    aim: str
    action: str

    def reasons(self) -> list[str]:
        """Return why each suspected row is suspected, in the order of rows."""
        import numpy as np

        from datastork.learning.sanitise import REASONS

        found = []
        labels = self.labels()
        for at in np.flatnonzero(self.doubts.rows).tolist():
            own = self.grid[self.label].text(int(self.rows[at]))
            if REASONS[self.doubts.kind[at]] == "far":
                found.append(f"far from all other rows labelled {own!r}, and like those of another label")
            else:
                likely = labels[self.doubts.likely[at]]
                found.append(f"labelled {own!r}, but all else says {likely!r} ({self.doubts.sure[at]:.2f})")
        return found

    def labels(self) -> tuple[str, ...]:
        """Return the labels in the order of classes."""
        from datastork.learning.encode import target_of

        return target_of(self.grid, self.label, self.rows).classes


def merged_suspects(before: "pa.ChunkedArray", cleaning: Cleaning) -> "pa.Array":
    """Return the column `suspects` with the likelier labels of doubtful ones in it."""
    import numpy as np
    import pyarrow as pa

    texts = before.to_pylist()
    labels = cleaning.labels()
    for at in np.flatnonzero(cleaning.doubts.sure > 0).tolist():
        row = int(cleaning.rows[at])
        known: dict[str, Any] = json.loads(texts[row]) if texts[row] else {}
        known[cleaning.label] = labels[cleaning.doubts.likely[at]]
        texts[row] = json.dumps(known, ensure_ascii=False, sort_keys=True)
    return pa.array(texts, pa.string())


def findings(cleaning: Cleaning, guessed: bool) -> Findings:
    """Return what was done to which group, and what it does for a model."""
    import numpy as np

    done, groups, doubts = cleaning.done, cleaning.groups, cleaning.doubts
    first, last = cleaning.beside[0], next(one for one in cleaning.beside if "target" in one.name)
    merged = len(cleaning.rows) - len(np.unique(cleaning.cluster[cleaning.rows]))
    power = done.reached.power if done.reached is not None else 0.0
    met = done.reached is not None and done.reached.met
    suspected = int(doubts.rows.sum())
    sentences = [
        f"{suspected:,} of {plural(len(cleaning.rows), 'row')} {'is' if suspected == 1 else 'are'} suspected;"
        f" {plural(merged, 'is a copy', 'are copies')} of another;"
        f" weights of groups and labels to the power {power:.2f} of Kamiran and Calders'.",
        f"Disparate impact {_told(first, 'disparate_impact')} before, {_told(last, 'disparate_impact')} after; accuracy"
        f" {_told(first, 'accuracy')} before, {_told(last, 'accuracy')} after; average odds"
        f" {_told(first, 'average_odds')} before, {_told(last, 'average_odds')} after (rows left out,"
        f" {first_rows(cleaning)}).",
        "To reach the target at the time of the prediction instead, say"
        f" {groups.label!r} from these probabilities on: "
        + ", ".join(
            f"{name} {limit:.2f}" for name, limit in zip(groups.names, done.limits.by_group.tolist(), strict=True)
        )[:1000]
        + ".",
    ]
    warnings = []
    if guessed:
        warnings.append(f"{groups.label!r} was taken for the favourable label, as the rarest: say favourable = …")
    if not met:
        warnings.append(f"No weights reach the target {cleaning.target:g}; those that come nearest are given.")
    warnings += [*_small(cleaning), *_lost(cleaning)]
    numbers: dict[str, Any] = {
        "rows": len(cleaning.rows),
        "suspected": int(doubts.rows.sum()),
        "copies": int(merged),
        "power": round(power, 4),
        "target_met": met,
        "favourable": groups.label,
        "privileged": groups.names[groups.privileged],
    }
    for when, one in (("before", first), ("after", last)):
        for name in MEASURES:
            numbers[f"{name}_{when}"] = round(getattr(one.mean, name), 5)
            numbers[f"{name}_{when}_error"] = round(getattr(one.error, name), 5)
    for name, limit in list(zip(groups.names, done.limits.by_group.tolist(), strict=True))[:SHOWN]:
        numbers[f"threshold {name}"] = round(limit, 4)
    return Findings(
        "Accurate, robust, fair",
        sentences=sentences,
        warnings=warnings,
        numbers=numbers,
        tables=[_measures(cleaning), *_stages(cleaning)],
    )


MEASURES = (
    *("accuracy", "balanced_accuracy", "disparate_impact"),
    *("parity_difference", "opportunity_difference", "average_odds"),
)


def first_rows(cleaning: Cleaning) -> str:
    """Return who is compared with whom, in words."""
    return f"the worst-off group against {cleaning.groups.names[cleaning.groups.privileged]!r}"


def _told(one: "Compared", name: str) -> str:
    return f"{getattr(one.mean, name):.3f} ± {getattr(one.error, name):.3f}"


def _measures(cleaning: Cleaning) -> Table:
    rows = [(one.name, *(_told(one, name) for name in MEASURES)) for one in cleaning.beside]
    columns = ("rows and weights", *(name.replace("_", " ") for name in MEASURES))
    return Table("On rows left out, mean and standard error over splits", columns, rows)


def _stages(cleaning: Cleaning) -> list[Table]:
    """Return for each stage the rows it touched and the weight before and after, by group and label."""
    found = []
    columns = ("group", "label", "rows touched", "weight before", "weight after", "kept")
    groups = cleaning.groups
    for one in cleaning.done.stages:
        rows = [
            (
                *(name, groups.label if good else "another"),
                *(int(one.rows[at, good]), round(one.before[at, good], 1), round(one.after[at, good], 1)),
                round(float(one.after[at, good] / one.before[at, good]), 3) if one.before[at, good] else None,
            )
            for at, name in enumerate(groups.names[:SHOWN])
            for good in (0, 1)
        ]
        found.append(Table(f"Stage {one.stage}: rows by group and label", columns, rows, bar="kept"))
    return found


def _small(cleaning: Cleaning) -> list[str]:
    """Return a warning on groups that nothing can be said of."""
    some = cleaning.groups.take(cleaning.rows)
    sizes = some.counts().sum(1)
    left = [at for at in range(len(sizes)) if sizes[at] and at not in some.compared]
    if not left:
        return []
    names = ", ".join(repr(some.names[at]) for at in left[:10])
    return [
        f"{plural(len(left), 'group')} with {plural(int(sizes[left].sum()), 'row')}"
        f" {'is' if len(left) == 1 else 'are'} too small to compare, so that weights stay there:"
        f" {names}{' …' if len(left) > 10 else ''}; {'is it' if len(left) == 1 else 'are some of them'} misspelt?"
    ]


def _lost(cleaning: Cleaning) -> list[str]:
    """Return a warning for each group and label of which much is suspected."""
    import numpy as np

    some = cleaning.groups.take(cleaning.rows)
    gone, there = some.take(cleaning.doubts.rows).counts(), some.counts()
    found = []
    for at, good in np.argwhere(gone > LOST * np.maximum(there, 10)).tolist():
        found.append(
            f"{int(gone[at, good]):,} of {int(there[at, good]):,} rows of {some.names[at]!r} with"
            f" {'the favourable' if good else 'another'} label are suspected: look at them before they are left out"
        )
    return found
