"""Gold: samples whose answer is known, shown among the others to teach annotators and to measure them."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from datastork.store.votes.engine import Base
from datastork.store.votes.queue.tally import Tally
from datastork.store.votes.records import stamp
from datastork.store.votes.rows import insert_rows, listed
from datastork.store.votes.tables import gold


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """The known answer to a question about a sample; `says` is what an annotator is told who answered otherwise."""

    sample: str
    question: str
    value: Any
    says: str
    by: str | None
    at: str


class Gold:
    """The part of the store that knows gold answers. Nothing the queue gives out tells of them."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def set(self, sample: str, question: str, value: Any, says: str = "", by: str | None = None) -> None:
        """Set the known answer. The sample leaves the ordinary queue: it is shown as gold from now on."""
        row = {"sample": sample, "question": question, "value": json.dumps(value), "says": says, "by": by}
        again = "ON CONFLICT (sample, question) DO UPDATE SET value = excluded.value, says = excluded.says, "
        again += '"by" = excluded."by", at = excluded.at'

        def work(connection: Connection) -> None:
            insert_rows(connection, gold, [row | {"at": stamp(time.time())}], again)
            _mark(connection, sample)

        self.base.write(work)

    def remove(self, sample: str, question: str | None = None) -> int:
        """Forget the known answers to a question, or to all; return how many there were."""

        def work(connection: Connection) -> int:
            of = " AND question = :question" if question is not None else ""
            given = {"sample": sample} | ({"question": question} if question is not None else {})
            count = connection.execute(sa.text(f"DELETE FROM gold WHERE sample = :sample{of}"), given).rowcount
            _mark(connection, sample)
            return int(count)

        return self.base.write(work)

    def get(self, samples: Iterable[str]) -> dict[str, dict[str, GoldAnswer]]:
        """Return known answers by sample and question; samples without are left out."""
        query = listed("SELECT * FROM gold WHERE sample IN :samples ORDER BY sample, question", "samples")
        wanted = sorted(set(samples))
        with self.base.read() as connection:
            rows = connection.execute(query, {"samples": wanted}).mappings().all() if wanted else []
        found: dict[str, dict[str, GoldAnswer]] = {}
        for row in rows:
            found.setdefault(row["sample"], {})[row["question"]] = _answer(row)
        return found

    def list(self) -> list[GoldAnswer]:
        """Return all known answers."""
        with self.base.read() as connection:
            rows = connection.execute(sa.text("SELECT * FROM gold ORDER BY sample, question")).mappings()
            return [_answer(row) for row in rows]


def _answer(row: Any) -> GoldAnswer:
    return GoldAnswer(**{**row, "value": json.loads(row["value"])})


def _mark(connection: Connection, sample: str) -> None:
    known = connection.execute(sa.text("SELECT count(*) FROM gold WHERE sample = :sample"), {"sample": sample}).scalar()
    tally = Tally(connection, [sample])
    for item in tally.items.values():
        item["gold"] = int(bool(known))
    tally.write()
    connection.execute(sa.text("UPDATE desk SET changes = changes + 1"))
