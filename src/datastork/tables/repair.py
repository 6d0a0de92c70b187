"""Repair of a table of text: rules, examples, sources and the model in turn, guarded, split by how sure they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from datastork.tables.answers import Answers
from datastork.tables.changes import Changes
from datastork.tables.confirmed import as_learned, confirmed
from datastork.tables.dependencies.derived import find_derived
from datastork.tables.examples.learn import learn
from datastork.tables.grid import Grid
from datastork.tables.guards.injection import Trial, tried
from datastork.tables.kinds.decide import kinds_of
from datastork.tables.majority import majority
from datastork.tables.model.computed import LEAST, SLIP, by_relation
from datastork.tables.model.propose import propose
from datastork.tables.references import look_up
from datastork.tables.rules.effects.certain import certain
from datastork.tables.rules.lines import Rules
from datastork.tables.sources.vote import vote
from datastork.tables.topics import contradicted, reported, topics

if TYPE_CHECKING:
    import numpy as np

WIDE = 300  # columns that the model looks at, the first of the table
OTHER = object()  # equal to no value of a cell


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """What happened to one column.

    `applied`, `suspects`  how many cells were changed, and how many are only suspected
    `injected`             how many good cells were damaged to try the model out; 0 where it was not tried
    `precision`, `recall`  of the repairs of those: None where nothing was damaged, or nothing was changed
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
    references: Sequence[tuple[Grid, str]] = (),
    answers: Answers | None = None,
    ignore: Sequence[str] = (),
    label: str | None = None,
    source: str | None = None,
    apply: float = 0.95,
    suspect: float = 0.5,
    seed: int = 0,
    trial: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Repaired:
    """Return a table with its errors repaired as far as they are sure, and the doubtful ones listed.

    In this order, each on what the one before made sure: what people answered; what rules leave no choice about
    (formats, units, derived columns); transforms learned from answers; reference tables; the vote among sources; the
    model of the table.

    rules: what must hold, read by `rules.parse`; None for none.
    references: tables to look values up in, each with the column by which rows are found.
    answers: cells a person vouched for; they are set, and never changed.
    ignore: columns that stay as they are; they are evidence all the same.
    label: a column that is neither changed nor evidence.
    source: the column that names where a row comes from; None to find it.
    apply, suspect: from which confidence a change is made, and from which it is listed.
    trial: damage good cells and see what the model makes of them; the shares per column are told.
    progress: told what is being done.

    Raises KeyError for columns that are not there, RecipeError for a reference without its key.

    Example:
        >>> cities = ["Portland"] * 30 + ["Salem"] * 30 + ["Portlnad", "Sallem"]
        >>> found = repair(Grid.of({"city": cities}))
        >>> found.grid["city"].text(60), found.changes.why.tolist()[0]
        ('Portland', "rare, and close to 'Portland'")
    """
    import numpy as np

    told = progress or (lambda _: None)
    said = answers or Answers.of([], [], [])
    known = said.changes(grid)
    book = _Book(grid, known, {*ignore, *([label] if label else [])}, apply, suspect)
    fds = rules.fds if rules else ()
    if rules:
        told("rules")
        book.add(certain(rules, book.grid))
    examples = learn(grid, said) if len(said) else Changes.none()
    if len(said):
        told("examples")
        book.add(examples)
    for reference, on in references:
        told(f"reference by {on}")
        book.add(look_up(book.grid, reference, on))
    trusts = rules.trusts if rules else ()
    asked = reported(book.grid, fds, source) if rules else topics(grid, said) if len(said) else []
    if asked or trusts:
        told("sources")
        book.add(vote(book.grid, asked, trusts=trusts, source=source, answers=said if len(said) else None))
    told("kinds of columns")
    kinds = kinds_of(book.grid)
    tokens = {name: kind.missing_tokens for name, kind in kinds.items()}
    relations = [one for one in find_derived(book.grid, kinds=kinds, least=LEAST, seed=seed) if one.column != label]
    relations = [one for one in relations if label not in one.parts]

    voted = {column for _, column in asked} | {column for one in trusts for column in one.then}
    unused = [*([label] if label else []), *grid.names[WIDE:]]
    keep = [*ignore, *voted]  # the vote knows better than the commonest value

    def model(now: Grid) -> Changes:
        proposed = propose(now, missing_tokens=tokens, fds=fds, keep=keep, unused=unused, seed=seed)
        made = by_relation(proposed.where(proposed.confidence >= apply).applied(now), relations, keep)
        plain = made.where(made.confidence >= SLIP)  # how a word looks says less
        width = len(now.columns)
        rest = ~np.isin(proposed.row * width + proposed.column, plain.row * width + plain.column)
        return Changes.joined([proposed.where(rest), made])

    told("model")
    before = book.grid
    proposed = model(before)
    believed = [one for one in fds if one not in asked]
    if len(said) and not rules:
        borne_out = confirmed(examples.where(examples.confidence >= apply).applied(grid), said)
        believed = [one for one in borne_out if label not in (*one[0], one[1])]
    denied = contradicted(before, believed)

    def broken(now: Grid) -> Changes:
        found = majority(now, believed, denied)
        return found if rules else as_learned(found)

    ruled = broken(before)
    ruled = ruled.where(ruled.confidence >= apply)
    book.add(proposed)
    book.vouch(ruled)
    book.add(broken(book.grid))  # what the rules still leave broken
    trials: dict[str, Trial] = {}
    if trial and len(grid.columns) <= WIDE:
        told("trial on damaged cells")
        trials = tried(before, book.doubtful(proposed), model, apply, seed)
        book.refuse({name: one.message for name, one in trials.items() if not one.passed})
    notes: tuple[str, ...] = ()
    if len(grid.columns) > WIDE:
        notes = (
            f"of {len(grid.columns):,} columns the model of the table looked at the first {WIDE} and was not tried on "
            "planted errors; rules and answers count for all",
        )
    return replace(book.closed(trials), notes=notes)


class _Book:
    """The changes of all layers: of two for one cell the later counts, but answers stay."""

    def __init__(self, grid: Grid, known: Changes, closed: set[str], apply: float, suspect: float) -> None:
        self.first = grid
        self.grid = known.applied(grid)
        self.known, self.sure, self.open = known, known, Changes.none()
        self.closed_ = closed
        self.apply, self.suspect = apply, suspect
        self.refusals: dict[str, str] = {}
        self.width = len(grid.columns)

    def add(self, found: Changes) -> None:
        """Take a layer's changes, proposed on the grid as it is now."""
        import numpy as np

        shut = [self.grid.place(name) for name in self.closed_]
        found = found.where(~np.isin(found.column, shut) & ~self._among(found, self.known)).real(self.grid).best()
        sure = found.where(found.confidence >= self.apply)
        doubt = found.where((found.confidence >= self.suspect) & (found.confidence < self.apply))
        self.grid = sure.applied(self.grid)
        self.sure = Changes.joined([self.sure.where(~self._among(self.sure, sure)), sure])
        left = self.open.where(~self._among(self.open, sure) & ~self._among(self.open, doubt))
        self.open = Changes.joined([left, doubt])

    def vouch(self, rules: Changes) -> None:
        """Take as the word of rules what they say of a cell just as the model does."""
        import numpy as np

        told = dict(zip(self._cells(rules).tolist(), rules.new.tolist(), strict=True))
        cells = self._cells(self.sure).tolist()
        same = np.array([told.get(c, OTHER) == new for c, new in zip(cells, self.sure.new, strict=True)], bool)
        shared = self._among(rules, self.sure.where(same))
        self.sure = Changes.joined([self.sure.where(~same), rules.where(shared)])

    def doubtful(self, proposed: Changes) -> "np.ndarray":
        """Return which cells were changed, or proposed however unsure: row * columns + column, int64."""
        import numpy as np

        return np.concatenate([one.row * self.width + one.column for one in (self.sure, proposed)])

    def refuse(self, columns: dict[str, str]) -> None:
        """Make suspects of what the model changed in some columns."""
        import numpy as np

        from datastork.tables.changes import LAYERS

        places = [self.first.place(name) for name in columns]
        out = np.isin(self.sure.column, places) & (self.sure.layer == LAYERS.index("model"))
        self.open = Changes.joined([self.open, self.sure.where(out)])
        self.sure = self.sure.where(~out)
        self.refusals |= columns

    def closed(self, trials: dict[str, Trial]) -> Repaired:
        """Return what came of it."""
        sure, doubt = self.sure.real(self.first).best(), self.open.real(self.first).best()
        reports = []
        for place, name in enumerate(self.first.names):
            one = trials.get(name)
            reports.append(
                ColumnReport(
                    name,
                    int((sure.column == place).sum()),
                    int((doubt.column == place).sum()),
                    one.damaged if one else 0,
                    one.precision if one else None,
                    one.recall if one else None,
                    self.refusals.get(name, ""),
                )
            )
        return Repaired(sure.applied(self.first), sure, doubt, tuple(reports))

    def _cells(self, some: Changes) -> "np.ndarray":
        """Return the cells of changes: row * columns + column, int64[m]."""
        cells: np.ndarray = some.row * self.width + some.column
        return cells

    def _among(self, some: Changes, others: Changes) -> "np.ndarray":
        """Return which changes are of cells that others change too: bool[m]."""
        import numpy as np

        return np.isin(self._cells(some), self._cells(others))
