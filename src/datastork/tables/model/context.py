"""Repairs that the rest of a row tells, with how sure they are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.tables.changes import Changes
from datastork.tables.guards.backtest import backtest
from datastork.tables.model.blame import blame
from datastork.tables.model.cells import Cells
from datastork.tables.model.exceptions import BARE, CLEAR, KINDS, Exceptions
from datastork.tables.model.likeness import cover
from datastork.tables.model.parents import Parent
from datastork.tables.model.votes import Votes

if TYPE_CHECKING:
    import numpy as np

LEAST = 0.05  # proposals below are not returned
WRITTEN = (0.0, 4.0, 3.0, 0.0, 0.0)  # log odds that it adds, by kind of exception, how the value is written
RULE = 4.0  # log odds that it adds that a rule tells the value
RULED = 0.98  # how surely an exception from a dependency that the user gave is an error
SLIP = 0.99  # how likely a value close to what its parents tell is itself what is wrong
STEP = 6.0  # how much likelier each further row that backs a value makes it
CAUTION = 0.9  # log odds by which the parts, multiplied, come out too low: measured on tables with planted errors
REFUSED = 0.9  # the most that a repair may count in a column that fails its backtest


def by_context(
    names: Sequence[str],
    place: int,
    table: Sequence[Cells],
    parents: Sequence[Sequence[Parent]],
    votes: Sequence[Votes],
    found: Exceptions,
    rates: "np.ndarray",
) -> Changes:
    """Return what a column's parents would change.

    The confidence is the product of: the share of such exceptions that are errors, that the cell and not its parents
    is to blame, that enough rows back the value, that the parents find it likelier than what is there, and that they
    find it likelier than other values.
    """
    import numpy as np

    doubts = votes[place].doubts
    cause = blame(table, place, parents, votes)
    slip = np.isin(found.kind, [KINDS.index("overwritten"), KINDS.index("misspelt")])
    cause = np.where(slip, np.maximum(cause, SLIP), cause)
    voters = np.bitwise_count(doubts.against).astype(int)
    margin = doubts.backed - doubts.held + np.maximum(voters - 1, 0)
    size = 1 - STEP ** -np.maximum(margin, 0).astype(float)
    forced = np.array([parent.forced for parent in parents[place]], bool)[doubts.led_by]
    more = np.where(forced, RULE, np.array(WRITTEN)[found.kind])
    clear = 1 / (1 + np.exp(1 - doubts.odds - more))
    rate = rates[doubts.led_by, found.kind]
    rate = np.where(forced, np.maximum(rate, RULED), rate)
    chance = rate * cause * size * clear * doubts.chance * ~found.explained * ~(found.natural & ~forced)
    chance = chance / (chance + (1 - chance) * np.exp(-CAUTION))
    kept = chance >= LEAST
    natural = (doubts.odds > CLEAR) & (cause > 0.5) & (chance < 0.5)
    if not backtest(int(np.count_nonzero(votes[place].confirm)), int(natural.sum())).passed:
        chance = np.where(np.isin(found.kind, BARE), np.minimum(chance, REFUSED), chance)
    why = []
    for lead, backed, held in zip(
        *(x[kept].tolist() for x in (doubts.led_by, doubts.backed, doubts.held)), strict=True
    ):
        same = " and ".join(names[given] for given in parents[place][lead].given)
        why.append(f"{backed} of {backed + held} other rows with the same {same} have it")
    new = [table[place].values[code] for code in doubts.best[kept].tolist()]
    return Changes.of("model", doubts.row[kept], place, new, chance[kept], why)


def overwriting(table: Sequence[Cells], votes: Sequence[Votes]) -> str:
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
