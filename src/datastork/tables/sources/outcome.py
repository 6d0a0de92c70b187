"""What a vote changes, how sure that is, and why."""

from typing import TYPE_CHECKING

from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.sources.calibration import tempered
from datastork.tables.sources.case import Case
from datastork.tables.sources.claims import Claims
from datastork.tables.sources.truth import Truth
from datastork.tables.sources.wording import wordings

if TYPE_CHECKING:
    import numpy as np

SURE = 0.99  # that all rows of a thing have the value a person told for one of them
TRUSTED = 0.97  # that an authority is right


def changes_of(
    grid: Grid, case: Case, truth: Truth, ceiling: float, things: "np.ndarray", sources: "np.ndarray", what: str
) -> Changes:
    """Return the changes of one column, to what is most likely true of the thing of each row.

    ceiling: how sure it may be at the most.
    things, sources: int64[n], int32[n]: the thing and the source of each row.
    what: the columns that name a thing, for the reasons.
    """
    import numpy as np

    claims, column = case.claims, grid.columns[case.place]
    count = int(things.max()) + 1
    first = claims.winners(truth.chance)
    winner = np.full(count, -1, np.int64)
    winner[claims.thing[first]] = first
    texts = wordings(column, case.forms, claims, truth, winner, sources, list(case.told.values()))
    sure = np.minimum(ceiling, tempered(np.where(winner >= 0, truth.chance[winner] if len(first) else 0.0, 0.0)))
    by_trust = np.zeros(count, bool)
    by_trust[things[case.trusted & (claims.row >= 0)]] = True
    by_trust &= sure > TRUSTED
    sure[by_trust] = TRUSTED
    for thing, value in case.told.items():
        texts[thing], sure[thing] = value, SURE
    rows = np.flatnonzero(things >= 0)
    held = np.array([*column.values, None], object)[column.codes[rows]]
    new = texts[things[rows]]
    asked = np.isin(things[rows], np.array(list(case.told), np.int64))
    differs = (held != new) & (asked | (winner[things[rows]] >= 0))
    rows, new = rows[differs], new[differs]
    same = (claims.row[rows] >= 0) & (claims.row[rows] == winner[things[rows]])
    votes, total = _tally(claims, winner, count)
    why = [
        f"a person said so of this {what}"
        if thing in case.told
        else "the same in the form of the other rows"
        if form
        else f"the trusted row of this {what} says so"
        if by_trust[thing]
        else f"{votes[thing]} of {total[thing]} sources of this {what} say so, weighed by how reliable they are"
        for thing, form in zip(things[rows].tolist(), same.tolist(), strict=True)
    ]
    return Changes.of("source", rows, case.place, new.tolist(), sure[things[rows]], why)


def _tally(claims: Claims, winner: "np.ndarray", count: int) -> "tuple[np.ndarray, np.ndarray]":
    """Return int64[g] twice: how many claims are for the winner of each thing, and how many there are."""
    import numpy as np

    each = np.bincount(claims.option, minlength=len(claims.thing))
    total = np.bincount(claims.thing, each, count).astype(np.int64)
    votes = np.where(winner >= 0, each[winner] if len(each) else 0, 0)
    return votes, total
