"""Which items come next: sets of annotators that had them, and the draws that mix in gold and repeats.

Items that may still be given carry in `taken` the set of annotators who answered or hold them. Items with one set
stand together in an index, in each order. An annotator may get those of every set it is not in, so the next item is
the first of a few sets, however many items there are and however many of them were answered.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from datastork.store.votes.rows import Sentence, said

COLUMNS = {"plan": "place", "random": "shuffle", "uncertainty": "rank", "mix": "rank"}
AT_ONCE = 500  # sets looked at together; further ones only where these had nothing
APART = 20  # a repeat comes after so many other answers at the earliest

_SETS = """
WITH RECURSIVE sets(taken, n) AS (
  SELECT (SELECT min(taken) FROM items WHERE free > 0 AND free = :pool AND taken > :after), 1
  UNION ALL
  SELECT (SELECT min(taken) FROM items WHERE free > 0 AND free = :pool AND taken > sets.taken), n + 1
  FROM sets WHERE sets.taken IS NOT NULL AND n < :most
)
SELECT taken, (SELECT min({order}) FROM items i WHERE i.free > 0 AND i.free = :pool AND i.taken = sets.taken)
FROM sets WHERE taken IS NOT NULL
"""
_FIRST = """
SELECT sample, {order} AS at, taken, free, answered, leased, wanted FROM items
WHERE free > 0 AND free = :pool AND taken = :taken ORDER BY {order}, sample LIMIT :count
"""


@dataclass(frozen=True, slots=True)
class Draw:
    """What one position in the row of an annotator's tasks is: "gold", "repeat", or an item by the column `order`."""

    kind: str
    at: float  # in [0, 1): which of the repeats


def draw(annotator: str, position: int, gold: float, repeat: float, order: str, share: float, seed: int) -> Draw:
    """Return what comes at a position; the same for the same annotator and position, whatever happened before.

    >>> [draw("ada", at, 0.1, 0.1, "plan", 0.25, 0).kind for at in range(5)]
    ['gold', 'place', 'place', 'place', 'gold']
    """
    digest = hashlib.sha256(f"{seed}\0{annotator}\0{position}".encode()).digest()
    first, second, third = (int.from_bytes(digest[at : at + 6], "big") / (1 << 48) for at in (0, 6, 12))
    if first < gold:
        return Draw("gold", third)
    if first < gold + repeat:
        return Draw("repeat", third)
    if order == "mix":
        order = "random" if second < share else "uncertainty"
    return Draw(COLUMNS[order], third)


def first_items(
    connection: Connection, order: str, who: int, count: int, pool: int, without: set[str]
) -> list[dict[str, Any]]:
    """Return up to `count` items for annotator number `who` in the order of a column, locked for this transaction."""
    lock = "" if connection.dialect.name == "sqlite" else " FOR UPDATE SKIP LOCKED"
    sets, first = said(_SETS.format(order=order)), said(_FIRST.format(order=order) + lock)
    chosen: list[dict[str, Any]] = []
    after, mine = "", f",{who},"
    while not chosen:
        found = sets.rows(connection, {"pool": pool, "after": after, "most": AT_ONCE})
        fit = sorted((at, taken) for taken, at in found if at is not None and mine not in taken)
        for at, taken in fit:
            if len(chosen) >= count and at > chosen[count - 1]["at"]:
                break
            given = {"pool": pool, "taken": taken, "count": count + len(without)}
            rows = first.dicts(connection, given)
            chosen += [row for row in rows if row["sample"] not in without]
            chosen.sort(key=lambda row: (row["at"], row["sample"]))
            del chosen[count:]
        if len(found) < AT_ONCE:
            break
        after = found[-1][0]
    return chosen


_GOLD = Sentence("""
SELECT i.sample FROM items i WHERE i.gold > 0 AND i.gone = 0 AND i.closed IS NULL
AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.sample = i.sample AND a.annotator = :who AND a.decides = 0)
AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.sample = i.sample AND l.annotator = :who)
ORDER BY i.shuffle, i.sample LIMIT :count
""")


def gold_item(connection: Connection, who: int, without: set[str]) -> str | None:
    """Return a gold question this annotator has not seen, or None."""
    found = [row[0] for row in _GOLD.rows(connection, {"who": who, "count": 1 + len(without)})]
    return next((sample for sample in found if sample not in without), None)


_SPAN = Sentence("""
SELECT (SELECT min(seq) FROM answers WHERE annotator = :who),
       (SELECT seq FROM answers WHERE annotator = :who ORDER BY seq DESC LIMIT 1 OFFSET :apart)
""")
_OWN = """
SELECT a.sample FROM answers a JOIN items i ON i.sample = a.sample
WHERE a.annotator = :who AND a.seq {compare} :pivot AND a.seq <= :high AND a.decides = 0 AND a.repeats = 0
AND a.skipped IS NULL AND i.gone = 0 AND i.closed IS NULL AND i.gold = 0
AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.sample = a.sample AND l.annotator = :who)
ORDER BY a.seq {way} LIMIT :count
"""


def repeat_item(connection: Connection, who: int, at: float, without: set[str]) -> str | None:
    """Return an item this annotator answered once, some time ago, or None; `at` in [0, 1) says how far back."""
    low, high = _SPAN.rows(connection, {"who": who, "apart": APART})[0]
    if low is None or high is None:
        return None
    given: dict[str, Any] = {"who": who, "pivot": low + int(at * (high - low + 1)), "high": high}
    for compare, way in ((">=", ""), ("<", "DESC")):
        statement = said(_OWN.format(compare=compare, way=way))
        for (sample,) in statement.rows(connection, given | {"count": 1 + len(without)}):
            if sample not in without:
                return str(sample)
    return None
