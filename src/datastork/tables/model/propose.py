"""The model of a table: what each cell should hold, given the rest of its row and how it is written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.guards.support import explained
from datastork.tables.model.cells import Cells, cells_of
from datastork.tables.model.context import LEAST, by_context, overwriting
from datastork.tables.model.exceptions import error_rates, exceptions_of
from datastork.tables.model.parents import Parent, best_parents, parents_of, witnesses
from datastork.tables.model.spelling import misspelt
from datastork.tables.model.votes import votes_of
from datastork.tables.model.words import misspelt_words

if TYPE_CHECKING:
    import numpy as np

    from datastork.tables.model.votes import Votes

ROUNDS, SURE = 2, 0.95
DECIDED = 0.5  # from which confidence the parents' word counts, and not how a value is written


@dataclass(frozen=True, slots=True)
class Learnt:
    """What one round tells the next, which no longer sees the errors: the character that overwrites others in this
    table ("": none does), by kind the share of exceptions that are errors and how many are usual, and that share by
    column, parent and kind.
    """

    sign: str = ""
    rates: "np.ndarray | float" = 0.0
    columns: "Sequence[np.ndarray]" = ()


def propose(
    grid: Grid,
    *,
    missing_tokens: Mapping[str, Collection[str]] | None = None,
    fds: Sequence[tuple[tuple[str, ...], str]] = (),
    keep: Collection[str] = (),
    unused: Collection[str] = (),
    seed: int = 0,
    rounds: int = ROUNDS,
) -> Changes:
    """Return what the model would change, in rounds: what one round is sure of is the ground of the next.

    missing_tokens: by column, values that say missing.
    fds: functional dependencies as (given columns, column); they are believed, whether the table keeps them or not.
    keep: columns that are evidence and never changed. unused: columns that are neither.

    After HoloClean (Rekatsinas and others, VLDB 2017): evidence of correlated columns, the wish to keep what is there
    and weights learned from the table as it is; the row is left out of all counts on it.
    """
    import numpy as np

    width = len(grid.columns)
    forced: list[list[tuple[int, ...]]] = [[] for _ in grid.columns]
    for left, then in fds:
        forced[grid.place(then)].append(tuple(grid.place(name) for name in left))
    usable = [place for place, name in enumerate(grid.names) if name not in unused]
    tokens = missing_tokens or {}
    table = [cells_of(column, tokens.get(column.name, ())) for column in grid.columns]
    asked = witnesses(table, usable)
    given = [
        best_parents(table, place, forced[place], asked, seed) if place in usable else [] for place in range(width)
    ]
    changed = [place for place in usable if grid.names[place] not in keep]
    found, learnt = Changes.none(), Learnt()
    for number in range(rounds):
        sure = found.where(found.confidence >= SURE)
        if number:
            now = sure.applied(grid)
            table = [cells_of(column, tokens.get(column.name, ())) for column in now.columns]
        parents = [
            parents_of(table, place, mine, min(len(mine), len(forced[place]))) for place, mine in enumerate(given)
        ]
        more, learnt = _proposed(grid.names, table, parents, changed, asked, seed, learnt)
        new = ~np.isin(more.row * width + more.column, sure.row * width + sure.column)
        found = Changes.joined([sure, more.where(new)])
    return found


def _proposed(
    names: Sequence[str],
    table: Sequence[Cells],
    parents: Sequence[Sequence[Parent]],
    changed: Sequence[int],
    asked: Sequence[int],
    seed: int,
    before: Learnt,
) -> tuple[Changes, Learnt]:
    """Return what one round of the model would change, and what it learnt, in view of what rounds before did."""
    import numpy as np

    votes = [votes_of(cells, mine, seed) for cells, mine in zip(table, parents, strict=True)]
    sign = before.sign or overwriting(table, votes)
    found = [exceptions_of(table, place, asked, parents[place], one, sign) for place, one in enumerate(votes)]
    rates, whole = error_rates(found, before.rates)
    if before.columns:  # what was repaired counted then, and the few that are left tell less
        rates = [np.maximum(one, was) for one, was in zip(rates, before.columns, strict=True)]
    parts = []
    for place in changed:
        told = by_context(names, place, table, parents, votes, found[place], rates[place])
        decided = np.zeros(len(table[place].codes), bool)
        decided[told.row[told.confidence >= DECIDED]] = True
        parts += [told, *_by_spelling(table, place, asked, votes[place], decided, sign)]
    return Changes.joined(parts).best(), Learnt(sign, whole, rates)


def _by_spelling(
    table: Sequence[Cells], place: int, asked: Sequence[int], votes: "Votes", decided: "np.ndarray", sign: str
) -> list[Changes]:
    """Return what misspelt values and words are taken for, where rows of their group neither back nor decide them."""
    import numpy as np

    cells = table[place]
    texts = [text or "" for text in cells.values[:-1]]
    parts = []
    for found in (misspelt(texts, cells.counts[:-1], sign), misspelt_words(texts, cells.counts[:-1], sign)):
        new = np.empty(len(cells.values), object)
        chance = np.zeros(len(cells.values))
        new[found.text], chance[found.text] = found.meant, found.chance
        rows = np.flatnonzero((chance[cells.codes] >= LEAST) & (votes.confirm == 0) & ~decided)
        rows = rows[~explained(rows, [table[other].codes for other in asked if other != place])]
        codes = cells.codes[rows]
        why = [f"rare, and close to {text!r}" for text in new[codes].tolist()]
        parts.append(Changes.of("model", rows, place, new[codes].tolist(), chance[codes], why))
    return parts
