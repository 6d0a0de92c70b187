"""How many annotators items want: taken over from the plan, and brought to all items when it changes."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from datastork.store.votes.engine import Base
from datastork.store.votes.queue.tally import Tally

if TYPE_CHECKING:
    from datastork.core.labelling import LabelPlan

AT_ONCE = 2_000  # items in one transaction


def adopt(base: Base, plan: "LabelPlan") -> None:
    """Take over `overlap`, `sure` and `most` of a plan. Where they changed, every item is looked at."""
    rules = {"overlap": plan.overlap, "sure": plan.sure, "most": plan.most}
    with base.read() as connection:
        now = connection.execute(sa.text("SELECT overlap, sure, most, adopting FROM desk")).mappings().one()
    if dict(now) == rules | {"adopting": 0}:
        return

    def begin(connection: Connection) -> None:
        connection.execute(_BEGIN, rules)
        connection.execute(_UNTOUCHED, rules)

    base.write(begin)
    for samples in every_item(base, "(taken <> ',' OR round > 0)"):
        change(base, samples, lambda tally: None, durable=False)
    base.write(lambda connection: connection.execute(sa.text("UPDATE desk SET adopting = 0")))


_BEGIN = sa.text("UPDATE desk SET overlap = :overlap, sure = :sure, most = :most, adopting = 1")  # 1: not yet for all
_UNTOUCHED = sa.text("UPDATE items SET wanted = :overlap WHERE taken = ',' AND round = 0")


def change(base: Base, samples: list[str], work: Callable[[Tally], Any], durable: bool = True) -> None:
    """Run `work` on the tally of some items and write what follows."""

    def changed(connection: Connection) -> None:
        tally = Tally(connection, samples)
        work(tally)
        tally.write()

    base.write(changed, durable)


def every_item(base: Base, where: str = "1 = 1", given: dict[str, Any] | None = None) -> Iterator[list[str]]:
    """Yield the ids of the items where a condition in SQL holds, a few thousand at a time, by id."""
    query = sa.text(f"SELECT sample FROM items WHERE sample > :after AND {where} ORDER BY sample LIMIT {AT_ONCE}")
    after = ""
    while True:
        with base.read() as connection:
            samples = list(connection.execute(query, {"after": after, **(given or {})}).scalars())
        if not samples:
            return
        yield samples
        after = samples[-1]
