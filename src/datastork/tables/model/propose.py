"""The model of a table: what each cell should hold, given the rest of its row and how it is written."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.model.blame import blame
from datastork.tables.model.cells import Cells, cells_of
from datastork.tables.model.exceptions import KINDS, Exceptions, error_rates, exceptions_of
from datastork.tables.model.parents import Parent, parents_of
from datastork.tables.model.spelling import misspelt
from datastork.tables.model.votes import Votes, votes_of

if TYPE_CHECKING:
    import numpy as np

LEAST = 0.05  # proposals below are not returned
STEP = 6.0  # how much likelier each further row that backs a value makes it


def propose(
    grid: Grid,
    *,
    missing_tokens: Mapping[str, Collection[str]] | None = None,
    fds: Sequence[tuple[tuple[str, ...], str]] = (),
    ignore: Collection[str] = (),
    seed: int = 0,
) -> Changes:
    """Return what the model would change."""

    tokens = missing_tokens or {}
    table = [cells_of(column, tokens.get(column.name, ())) for column in grid.columns]
    usable = [place for place, name in enumerate(grid.names) if name not in ignore]
    forced: list[list[tuple[int, ...]]] = [[] for _ in table]
    for given, then in fds:
        forced[grid.place(then)].append(tuple(grid.place(name) for name in given))
    parents = [parents_of(table, place, forced[place], usable, seed) for place in range(len(table))]
    votes = [votes_of(cells, mine, seed) for cells, mine in zip(table, parents, strict=True)]
    found = [exceptions_of(cells, one) for cells, one in zip(table, votes, strict=True)]
    rates = error_rates(found)
    parts = []
    for place in usable:
        told = _by_context(grid, place, table[place], parents, votes, found[place], rates[place])
        written = _by_spelling(grid, place, table[place], votes[place])
        parts += [told, written]
    return Changes.joined(parts)


def _by_context(
    grid: Grid,
    place: int,
    cells: Cells,
    parents: Sequence[Sequence[Parent]],
    votes: Sequence[Votes],
    found: Exceptions,
    rates: "np.ndarray",
) -> Changes:
    import numpy as np

    doubts = votes[place].doubts
    cause = blame(place, parents, votes)
    misspelt = found.kind == KINDS.index("misspelt")
    cause = np.where(misspelt, np.maximum(cause, 0.98), cause)
    voters = np.bitwise_count(doubts.against).astype(int)
    margin = doubts.backed - doubts.held + np.maximum(voters - 1, 0)
    size = 1 - STEP ** -np.maximum(margin, 0).astype(float)
    clear = 1 / (1 + np.exp(-(doubts.odds - 1)))
    chance = rates[found.kind] * cause * size * clear * doubts.chance * ~found.natural
    kept = chance >= LEAST
    why = []
    for lead, backed, held in zip(
        *(x[kept].tolist() for x in (doubts.led_by, doubts.backed, doubts.held)), strict=True
    ):
        names = " and ".join(grid.names[g] for g in parents[place][lead].given)
        why.append(f"{backed} of {backed + held} other rows with the same {names} have it")
    new = [cells.values[code] for code in doubts.best[kept].tolist()]
    return Changes.of("model", doubts.row[kept], place, new, chance[kept], why)


def _by_spelling(grid: Grid, place: int, cells: Cells, votes: Votes) -> Changes:
    import numpy as np

    texts = [text or "" for text in cells.values[:-1]]
    found = misspelt(texts, cells.counts[:-1])
    meant = np.full(len(cells.values), -1)
    chance = np.zeros(len(cells.values))
    meant[found.text], chance[found.text] = found.meant, found.chance
    rows = np.flatnonzero((chance[cells.codes] >= LEAST) & (votes.confirm == 0))
    codes = cells.codes[rows]
    new = [cells.values[code] for code in meant[codes].tolist()]
    return Changes.of("model", rows, place, new, chance[codes], [f"rare, and close to {text!r}" for text in new])
