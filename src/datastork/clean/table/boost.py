"""Choose the repair a model learns most from."""

from typing import TYPE_CHECKING, Literal

from datastork.clean.table._boosted import Parts, findings, parts_of
from datastork.core import Findings, Frame, step
from datastork.learning.estimators import Model
from datastork.media.row_table import corrections_of, grid_of
from datastork.media.stored import Media
from datastork.store.columns import put, take

if TYPE_CHECKING:
    import numpy as np

    from datastork.learning.boost.search import Boosted
    from datastork.tables.changes import Changes
    from datastork.tables.grid import Grid
    from datastork.tables.rules import Rules

GIVEN = ("missing", "rules")  # what flags cells that a repair may change


@step(needs=(Media,), corrects=True)
def boost(
    frame: Frame,
    *,
    label: str,
    model: Model = "logistic",
    rules: list[str] | None = None,
    ignore: list[str] | None = None,
    outliers: Literal["try", "repair"] = "try",
    rounds: int = 9,
    seed: int = 0,
) -> tuple[Frame, Findings]:
    """Fill in what is missing, in the way that a model learns most from, or not at all.

    Detectors (missing values, numbers far from the others, rows that an isolation forest sets apart, broken rules) are
    paired with repairs of rows for training (mean, median, mode, smallest, greatest, what the rest of the row lets
    expect, a value drawn from rows alike, either also from rows of the same label, a mark, leaving the row out) and
    with repairs of rows to be foretold. A model is trained for each pair, and the rows of the split "validation" say
    which is best; where there are none, a part of those for training does. Leaving the table as it is stays the choice
    unless another is better by more than noise. Rows of other splits are never looked at to choose; they get the
    repair that does not know the label. Where samples have no split yet, no repair uses the label, for a row for
    training may become one for testing.

    The chosen repair is made in the rows, each cell in the ledger; its confidence is how often it finds the value of a
    known cell exactly, which for a mean is hardly ever. Rows that it leaves out get `weight` 0 and stay. The report
    lists all that was tried, a vote of several models (boosting), and a gradient-boosted tree, which takes missing
    values as they are and often needs no repair.

    label: the column a model is to predict
    model: what is trained: "logistic" regression, gradient-boosted "trees", or the three nearest neighbours ("knn")
    rules: rules in plain lines; cells that break one are taken for wrong
    ignore: columns that the model does not see and that stay as they are
    outliers: whether repairs of numbers that are given but look wrong are tried for the report ("try"), or made too
        where they win ("repair")
    rounds: how many models vote together at most
    seed: for what is drawn at random

    Example: `label = "income"` fills the missing ages of a table of people as serves a model of their income best.

    Source: Krishnan, Franklin, Goldberg and Wu, BoostClean, 2017 (arXiv 1711.01299).
    Raises DataError where no column is called `label`, or where the rows for training have one class; MissingExtraError
    without datastork[learn].
    """
    import pyarrow as pa

    from datastork.learning.boost.beside import trees_beside
    from datastork.learning.boost.search import search
    from datastork.learning.estimators import need_learn
    from datastork.tables.rules import parse

    need_learn("clean.table.boost")
    table = take(frame, "media", split="string", weight="float64")
    grid = grid_of(table["media"])
    parts = parts_of(grid, label, table["id"], table["split"], seed)
    read = parse("\n".join(rules), grid.names) if rules else None
    boosted = search(
        grid,
        label,
        parts.train,
        parts.validation,
        model=model,
        rules=read,
        ignore=ignore or (),
        by_class=parts.split,
        rounds=rounds,
        seed=seed,
    )
    best = boosted.choice.best if outliers == "repair" else boosted.among(GIVEN)
    changes, discarded = _made(grid, label, parts, boosted, best, read, ignore or (), seed)
    told = findings(boosted, best, trees_beside(boosted, grid.take(boosted.asked)), changes, discarded, grid, parts)
    changed = {"id": table["id"], "corrections": corrections_of(changes, grid)}
    if discarded.any():
        weight = table["weight"].to_numpy()
        weight[discarded] = 0.0
        changed["weight"] = pa.array(weight, from_pandas=True)
    return put(frame, pa.table(changed)), told


def _made(
    grid: "Grid",
    label: str,
    parts: Parts,
    boosted: "Boosted",
    best: int,
    rules: "Rules | None",
    ignore: "list[str] | tuple[str, ...]",
    seed: int,
) -> "tuple[Changes, np.ndarray]":
    """Return the changes of the chosen way, and of that below it; and which rows are left out of training."""
    import numpy as np

    from datastork.learning.boost.deliver import deliver

    way = boosted.results[best].way
    base = boosted.models[best].setting.base
    ways = [way] if way.detector == "missing" else [base, way]
    known = parts.train if not parts.split else np.union1d(parts.train, parts.held)
    return deliver(grid, label, known, ways, rules=rules, ignore=ignore, seed=seed)
