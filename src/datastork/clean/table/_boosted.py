"""The rows that repairs are chosen on, and what the report says of the choice."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.core.findings import Findings, Table, plural
from datastork.core.seeds import fraction_for
from datastork.tables.grid import NULL, Grid

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.learning.boost.search import Boosted, Result
    from datastork.tables.changes import Changes

HELD = 0.3  # of the rows for training, where the dataset has none for validation
LEAST = 50  # labelled rows for validation below which they are taken from those for training
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Parts:
    """Rows (int64) to train on and to choose by while choosing.

    `held`   rows for training that were set aside to choose by
    `split`  whether the samples have a split
    """

    train: "np.ndarray"
    validation: "np.ndarray"
    held: "np.ndarray"
    split: bool


def parts_of(grid: Grid, label: str, ids: "pa.ChunkedArray", split: "pa.ChunkedArray", seed: int) -> Parts:
    """Return which rows are for training and for validation.

    Those of the splits of that name; where fewer than 50 labelled rows are for validation, 30 % of those for training
    are, chosen by id. Without splits all rows are for training.
    """
    import numpy as np
    import pyarrow.compute as pc

    labelled = grid[label].codes != NULL if label in grid.names else np.ones(grid.rows, bool)
    named = bool(pc.any(pc.equal(split, "train")).as_py())
    parts = {
        name: np.flatnonzero(np.asarray(pc.fill_null(pc.equal(split, name), False)) & labelled)
        for name in ("train", "validation")
    }
    train = parts["train"] if named else np.flatnonzero(labelled)
    validation = parts["validation"] if named else np.zeros(0, np.int64)
    held = np.zeros(0, np.int64)
    if len(validation) < LEAST:
        texts = ids.take(train).to_pylist()
        aside = np.array([fraction_for(seed, text) < HELD for text in texts], bool)
        held, train = train[aside], train[~aside]
        validation = held
    return Parts(train, validation, held, named)


def findings(
    boosted: "Boosted",
    best: int,
    trees: "list[Result]",
    changes: "Changes",
    discarded: "np.ndarray",
    grid: Grid,
    parts: Parts,
) -> Findings:
    """Return what was tried and chosen, in words, numbers and tables."""
    import numpy as np

    base, chosen = boosted.results[0], boosted.results[best]
    model = "the nearest neighbours" if boosted.model == "knn" else boosted.model
    asked = len(boosted.truth)
    sentences = [
        f"{plural(len(boosted.results), 'way')} to repair the table"
        f" {'was' if len(boosted.results) == 1 else 'were'} tried with {model} and compared on {plural(asked, 'row')}"
        f" for validation{' set aside from those for training' if len(parts.held) else ''}."
    ]
    if best:
        sentences.append(
            f"Chosen: {chosen.way}. Accuracy {chosen.accuracy:.4f} instead of {base.accuracy:.4f}"
            f" ({chosen.gain:+.4f} ± {chosen.gain_error:.4f}); {plural(len(changes), 'cell')} filled."
        )
    else:
        sentences.append(
            f"No repair needed: none is better than the table as it is (accuracy {base.accuracy:.4f}) by more than"
            " noise, so nothing was changed."
        )
    if len(discarded) and discarded.any():
        sentences.append(
            plural(
                int(np.count_nonzero(discarded)),
                "row for training got weight 0; it stays in the table.",
                "rows for training got weight 0; they stay in the table.",
            )
        )
    if trees:
        sentences.append(_beside(trees, chosen, boosted.model))
    other = boosted.choice.best
    if other != best:
        found = boosted.results[other]
        sentences.append(
            f"Repairing cells that are given would do more for {model} ({found.way}: {found.accuracy:.4f}), but a value"
            " far from the others may be right: not done; outliers = 'repair' does it."
        )
    if boosted.choice.votes:
        gain, error = boosted.choice.boosted
        names = ", ".join(f"{boosted.results[at].way} ({weight:.2f})" for at, weight in boosted.choice.votes)
        sentences.append(
            f"A vote of several models is better still ({gain:+.4f} ± {error:.4f} over the best one): {names}. The rows"
            " hold one repair, so only the Python interface votes."
        )
    tables = [
        Table("Accuracy on validation rows", COLUMNS, _rows(boosted.results), bar="accuracy"),
        Table("What the detectors flagged", ("detector", "cells, training", "cells, validation"), boosted.flags),
    ]
    if trees:
        tables.append(Table("Gradient-boosted trees on the same rows", COLUMNS, _rows(trees), bar="accuracy"))
    missing = _missing(boosted, grid, parts)
    if missing.rows:
        tables.append(missing)
    return Findings(
        "Repairs chosen for a model",
        sentences=sentences,
        warnings=_warnings(boosted, best, parts),
        numbers={
            "accuracy_before": round(base.accuracy, 5),
            "accuracy_after": round(chosen.accuracy, 5),
            "gain": round(chosen.gain, 5),
            "gain_error": round(chosen.gain_error, 5),
            "trees_as_is": round(trees[0].accuracy, 5) if trees else None,
            "chosen": str(chosen.way) if best else "no repair",
            "tried": len(boosted.results),
            "cells_filled": len(changes),
            "rows_left_out": int(np.count_nonzero(discarded)),
        },
        tables=tables,
    )


COLUMNS = ("detector", "training rows", "other rows", "accuracy", "standard error", "gain", "error of the gain")


def _rows(results: "tuple[Result, ...] | list[Result]") -> list[tuple[str | float, ...]]:
    """Return a row for each way, the table as it is first, then the best first."""
    order = [results[0], *sorted(results[1:], key=lambda one: -one.accuracy)][:SHOWN]
    return [
        (
            *("as it is" if one is results[0] else one.way.detector, one.way.train, one.way.test),
            *(round(value, 4) for value in (one.accuracy, one.error, one.gain, one.gain_error)),
        )
        for one in order
    ]


def _beside(trees: "list[Result]", chosen: "Result", model: str) -> str:
    bare = trees[0]
    said = (
        f"Gradient-boosted trees, which take missing values as they are, reach {bare.accuracy:.4f} without any repair"
    )
    if model == "trees":
        return said + "."
    if bare.accuracy >= chosen.accuracy:
        return f"{said}: with them no repair is needed."
    return f"{said}, less than the chosen way."


def _missing(boosted: "Boosted", grid: Grid, parts: Parts) -> Table:
    from datastork.learning.boost.cells import hole_counts

    rows = hole_counts(grid.take(parts.train), boosted.models[0].setting.reader)
    columns = ("column", "not given", "says missing", "not readable")
    return Table("What is missing in rows for training", columns, sorted(rows, key=lambda one: -sum(one[1:]))[:SHOWN])


def _warnings(boosted: "Boosted", best: int, parts: Parts) -> list[str]:
    found = []
    if not parts.split:
        found.append(
            "The samples have no split: no repair used the label, and rows for testing took part in the fit. Split"
            " before this step (split.random) for an honest test."
        )
    if boosted.results[best].way.train.startswith("class"):
        found.append(
            "Cells of rows for training were filled with the help of their label: use these rows to train, never to"
            " measure."
        )
    return found
