"""The model of a table: what each cell should hold, given the rest of its row and how it is written."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.guards.support import explained
from datastork.tables.model.blame import blame
from datastork.tables.model.cells import Cells, cells_of
from datastork.tables.model.exceptions import CLEAR, KINDS, Exceptions, error_rates, exceptions_of
from datastork.tables.model.likeness import cover
from datastork.tables.model.parents import Parent, parents_of
from datastork.tables.model.spelling import misspelt
from datastork.tables.model.words import misspelt_words
from datastork.tables.model.votes import Votes, votes_of

if TYPE_CHECKING:
    import numpy as np

ROUNDS, SURE = 2, 0.95
DECIDED = 0.5  # from which confidence the parents' word counts, and not how a value is written
LEAST = 0.05  # proposals below are not returned
WRITTEN = (0.0, 4.0, 3.0, 0.0, 0.0)  # log odds that it adds, by kind of exception, how the value is written
SLIP = 0.99  # how likely a value close to what its parents tell is itself what is wrong
STEP = 6.0  # how much likelier each further row that backs a value makes it


def propose(
    grid: Grid,
    *,
    missing_tokens: Mapping[str, Collection[str]] | None = None,
    fds: Sequence[tuple[tuple[str, ...], str]] = (),
    ignore: Collection[str] = (),
    seed: int = 0,
) -> Changes:
    """Return what the model would change, in rounds: what one round is sure of is the ground of the next."""
    import numpy as np

    width = len(grid.columns)
    found, sign = Changes.none(), ""
    for _ in range(ROUNDS):
        sure = found.where(found.confidence >= SURE)
        more, sign = _proposed(sure.applied(grid), missing_tokens or {}, fds, ignore, seed, sign)
        more = more.best()
        new = ~np.isin(more.row * width + more.column, sure.row * width + sure.column)
        found = Changes.joined([sure, more.where(new)])
    return found


def _proposed(
    grid: Grid,
    tokens: Mapping[str, Collection[str]],
    fds: Sequence[tuple[tuple[str, ...], str]],
    ignore: Collection[str],
    seed: int,
    sign: str,
) -> tuple[Changes, str]:
    """Return what one round of the model would change, and the character that overwrites others, if one does."""
    import numpy as np

    table = [cells_of(column, tokens.get(column.name, ())) for column in grid.columns]
    usable = [place for place, name in enumerate(grid.names) if name not in ignore]
    forced: list[list[tuple[int, ...]]] = [[] for _ in table]
    for given, then in fds:
        forced[grid.place(then)].append(tuple(grid.place(name) for name in given))
    parents = [parents_of(table, place, forced[place], usable, seed) for place in range(len(table))]
    votes = [votes_of(cells, mine, seed) for cells, mine in zip(table, parents, strict=True)]
    sign = sign or _sign(table, votes)
    found = [exceptions_of(table, place, parents[place], one, sign) for place, one in enumerate(votes)]
    rates = error_rates(found)
    parts = []
    for place in usable:
        told = _by_context(grid, place, table[place], parents, votes, found[place], rates[place])
        decided = np.zeros(grid.rows, bool)
        decided[told.row[told.confidence >= DECIDED]] = True
        parts += [told, *_by_spelling(table, place, votes[place].confirm > 0, decided, sign)]
    return Changes.joined(parts), sign


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
    slip = np.isin(found.kind, [KINDS.index("overwritten"), KINDS.index("misspelt")])
    cause = np.where(slip, np.maximum(cause, SLIP), cause)
    voters = np.bitwise_count(doubts.against).astype(int)
    margin = doubts.backed - doubts.held + np.maximum(voters - 1, 0)
    size = 1 - STEP ** -np.maximum(margin, 0).astype(float)
    clear = 1 / (1 + np.exp(1 - doubts.odds - np.array(WRITTEN)[found.kind]))
    chance = rates[doubts.led_by, found.kind] * cause * size * clear * doubts.chance * ~found.natural
    kept = chance >= LEAST
    why = []
    for lead, backed, held in zip(
        *(x[kept].tolist() for x in (doubts.led_by, doubts.backed, doubts.held)), strict=True
    ):
        names = " and ".join(grid.names[g] for g in parents[place][lead].given)
        why.append(f"{backed} of {backed + held} other rows with the same {names} have it")
    new = [cells.values[code] for code in doubts.best[kept].tolist()]
    return Changes.of("model", doubts.row[kept], place, new, chance[kept], why)


def _sign(table: Sequence[Cells], votes: Sequence[Votes]) -> str:
    """Return the character that overwrites others in this table, seen where parents tell what should be there."""
    import numpy as np

    old: list[str] = []
    new: list[str] = []
    for cells, one in zip(table, votes, strict=True):
        clear = np.flatnonzero(one.doubts.odds > CLEAR)
        pairs = np.unique(np.stack([cells.codes[one.doubts.row[clear]], one.doubts.best[clear]]), axis=1)
        old += [cells.values[place] or "" for place in pairs[0].tolist()]
        new += [cells.values[place] or "" for place in pairs[1].tolist()]
    return cover(old, new)


def _by_spelling(table: Sequence[Cells], place: int, backed: "np.ndarray", decided: "np.ndarray", sign: str) -> list[Changes]:
    """Return what misspelt values are taken for, whatever stands beside them, but not where their group backs them."""
    import numpy as np

    cells = table[place]
    texts = [text or "" for text in cells.values[:-1]]
    values = misspelt(texts, cells.counts[:-1], sign)
    words = misspelt_words(texts, cells.counts[:-1], sign)
    parts = []
    for found in (values, words):
        new = np.empty(len(cells.values), object)
        chance = np.zeros(len(cells.values))
        new[found.text], chance[found.text] = found.meant, found.chance
        rows = np.flatnonzero((chance[cells.codes] >= LEAST) & ~backed & ~decided)
        rows = rows[~explained(rows, [one.codes for other, one in enumerate(table) if other != place])]
        codes = cells.codes[rows]
        why = [f"rare, and close to {text!r}" for text in new[codes].tolist()]
        parts.append(Changes.of("model", rows, place, new[codes].tolist(), chance[codes], why))
    return parts
