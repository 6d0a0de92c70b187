"""A repair, from the wishes of a user to what is applied: the engine, budgets, the label guard, before and after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from datastork.core.errors import MissingExtraError, RecipeError
from datastork.core.nearest import did_you_mean
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.guards.budget import Refusal, within_budget
from datastork.tables.guards.representative import Representation, representative

if TYPE_CHECKING:
    import numpy as np

    from datastork.learning.guard import Verdict
    from datastork.tables.answers import Answers
    from datastork.tables.repair import Repaired
    from datastork.tables.rules import Rules


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a user wants of a repair; see `clean.table.repair` for what each setting means."""

    rules: "Rules | None" = None
    references: Sequence[tuple[Grid, str]] = ()
    answers: "Answers | None" = None
    columns: Sequence[str] | None = None
    ignore: Sequence[str] = ()
    label: str | None = None
    protect: Sequence[str] = ()
    source: str | None = None
    apply: float = 0.95
    suspect: float = 0.5
    max_change: float = 0.2
    allow: Sequence[str] = ()
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Mended:
    """What a repair came to. `changes` were applied; `suspects` were not: unsure, or refused by a guard."""

    before: Grid
    after: Grid
    changes: Changes
    suspects: Changes
    repaired: "Repaired"
    refusals: tuple[Refusal, ...]
    verdicts: "tuple[Verdict, ...]"
    representation: Representation
    notes: tuple[str, ...] = field(default=())


def mend(
    grid: Grid,
    wishes: Wishes,
    *,
    train: "np.ndarray | None" = None,
    validation: "np.ndarray | None" = None,
    progress: Callable[[str], None] | None = None,
) -> Mended:
    """Repair a table as wished. `train` and `validation` are the rows the label guard fits on and asks about.

    Raises RecipeError for columns that are not there.
    """
    from datastork.tables.repair import repair

    ignore = _ignored(grid, wishes)
    done = repair(
        grid,
        rules=wishes.rules,
        references=wishes.references,
        answers=wishes.answers,
        ignore=ignore,
        label=wishes.label,
        source=wishes.source,
        apply=wishes.apply,
        suspect=wishes.suspect,
        seed=wishes.seed,
        progress=progress,
    )
    notes = list(done.notes)
    allowed = [grid.place(name) for name in wishes.allow]
    changes, aside, refusals = _budgeted(grid, done.changes, wishes, allowed)
    verdicts: tuple[Verdict, ...] = ()
    if wishes.label is not None and len(changes):
        changes, harmful, verdicts, note = _guarded(grid, changes, wishes.label, train, validation, wishes.seed)
        aside = Changes.joined([aside, harmful])
        notes += note
    after = changes.applied(grid)
    suspects = Changes.joined([aside, done.suspects]).best()
    return Mended(
        before=grid,
        after=after,
        changes=changes.best(),
        suspects=suspects,
        repaired=done,
        refusals=refusals,
        verdicts=verdicts,
        representation=representative(grid, after, changes=changes, label=wishes.label, protect=wishes.protect),
        notes=tuple(notes),
    )


def _ignored(grid: Grid, wishes: Wishes) -> tuple[str, ...]:
    """Return the columns that stay as they are. Raises RecipeError where a wish names one that is not there."""
    given = [*(wishes.columns or ()), *wishes.ignore, *wishes.protect, *wishes.allow]
    given += [name for name in (wishes.label, wishes.source) if name is not None]
    wrong = [name for name in dict.fromkeys(given) if name not in grid.names]
    if wrong:
        raise RecipeError([f"the table has no column {name!r}{did_you_mean(name, grid.names)}" for name in wrong])
    outside = [] if wishes.columns is None else [name for name in grid.names if name not in wishes.columns]
    return tuple(dict.fromkeys([*wishes.ignore, *outside]))


def _budgeted(
    grid: Grid, changes: Changes, wishes: Wishes, allowed: list[int]
) -> tuple[Changes, Changes, tuple[Refusal, ...]]:
    import numpy as np

    free = np.isin(changes.column, allowed)
    found = within_budget(
        grid, changes.where(~free), wishes.max_change, label=wishes.label, protect=tuple(wishes.protect)
    )
    return Changes.joined([found.allowed, changes.where(free)]), found.refused, found.refusals


def _guarded(
    grid: Grid,
    changes: Changes,
    label: str,
    train: "np.ndarray | None",
    validation: "np.ndarray | None",
    seed: int,
) -> "tuple[Changes, Changes, tuple[Verdict, ...], list[str]]":
    """Return the changes that may stay, those that a model pays for, why, and what could not be looked at."""
    import numpy as np

    from datastork.learning.guard import veto

    try:
        kept, verdicts = veto(grid, changes, label, train=train, validation=validation, seed=seed)
    except MissingExtraError as error:
        return changes, Changes.none(), (), [f"the label guard did not run: {error.message}"]
    if not verdicts:
        return changes, Changes.none(), (), []
    width = len(grid.columns)
    stay = np.isin(changes.row * width + changes.column, kept.row * width + kept.column)
    return kept, changes.where(~stay), verdicts, []
