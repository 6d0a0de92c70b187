"""Repair of a table of text: rules, examples, sources and the model in turn, guarded, split by how sure they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.answers import Answers
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.guards.budget import within_budget
from datastork.tables.kinds.decide import kinds_of
from datastork.tables.kinds.kind import Kind
from datastork.tables.model.propose import propose
from datastork.tables.rules.lines import Rules

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """What happened to one column.

    `applied`, `suspects`  how many cells were changed, and how many are only suspected
    `injected`             how many good cells were damaged to try the repair out; 0 where it was not tried
    `precision`, `recall`  of the repairs of those: None where nothing was damaged or nothing changed
    `refused`              why changes of this column were not applied; "" where they were
    """

    name: str
    applied: int
    suspects: int
    injected: int = 0
    precision: float | None = None
    recall: float | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired table: the grid, what was changed (`changes`) and what is only suspected, per cell of the old grid."""

    grid: Grid
    changes: Changes
    suspects: Changes
    columns: tuple[ColumnReport, ...]
    notes: tuple[str, ...] = ()


def repair(
    grid: Grid,
    *,
    rules: Rules | None = None,
    answers: Answers | None = None,
    ignore: Sequence[str] = (),
    label: str | None = None,
    protect: Sequence[str] = (),
    source: str | None = None,
    apply: float = 0.95,
    suspect: float = 0.5,
    max_change: float | None = None,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Repaired:
    """Return a table with its errors repaired as far as they are sure, and the doubtful ones listed.

    rules: what must hold, read by `rules.reading.parse`; None for none.
    answers: cells a person vouched for; they are set, and never changed.
    ignore: columns that are neither changed nor used.
    label, protect: columns whose groups `max_change` is counted in as well; the label is never changed.
    source: the column that names where a row comes from.
    apply, suspect: from which confidence a change is made, and from which it is listed.
    max_change: the greatest share of a column's rows that may change; None for any.
    progress: told what is being done.

    Example:
        >>> cities = ["Portland"] * 30 + ["Salem"] * 30 + ["Portlnad"]
        >>> found = repair(Grid.of({"city": cities}))
        >>> found.grid["city"].text(60), found.changes.why.tolist()
        ('Portland', ["rare, and close to 'Portland'"])
    """
    told = progress or (lambda _: None)
    known = answers.changes(grid) if answers else Changes.none()
    told("kinds")
    now = known.applied(grid)
    kinds = kinds_of(now)
    told("model")
    fds = rules.fds if rules else ()
    found = propose(now, missing_tokens=_tokens(kinds), fds=fds, ignore=ignore, seed=seed)
    found = found.where(~_same_cells(found, known, len(grid.columns)))
    if label is not None:
        found = found.where(found.column != grid.place(label))
    changes = Changes.joined([known, found]).real(grid).best()
    sure = changes.where(changes.confidence >= apply)
    doubtful = changes.where((changes.confidence >= suspect) & (changes.confidence < apply))
    refused: dict[str, str] = {}
    if max_change is not None:
        budget = within_budget(grid, sure, max_change, label=label, protect=protect)
        sure, doubtful = budget.allowed, Changes.joined([doubtful, budget.refused])
        refused = {one.column: one.message for one in budget.refusals}
    reports = tuple(
        ColumnReport(
            column.name,
            int((sure.column == place).sum()),
            int((doubtful.column == place).sum()),
            refused=refused.get(column.name, ""),
        )
        for place, column in enumerate(grid.columns)
    )
    return Repaired(sure.applied(grid), sure, doubtful, reports)


def _tokens(kinds: dict[str, Kind]) -> dict[str, tuple[str, ...]]:
    """Return the words that say missing, by column."""
    return {name: kind.missing_tokens for name, kind in kinds.items()}


def _same_cells(some: Changes, others: Changes, width: int) -> "np.ndarray":
    """Return which of some changes are of cells that others change too: bool[m]."""
    import numpy as np

    return np.isin(some.row * width + some.column, others.row * width + others.column)
