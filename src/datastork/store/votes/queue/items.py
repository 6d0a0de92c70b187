"""The items of the queue: taken over from the table of samples, judged, closed, opened again, put into pilot rounds."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from datastork.store.votes.engine import Base
from datastork.store.votes.queue.rules import AT_ONCE, adopt, change, every_item
from datastork.store.votes.queue.tally import Tally, active
from datastork.store.votes.records import Item, ItemState, SyncCount
from datastork.store.votes.rows import Sentence, insert_rows, listed, update_rows
from datastork.store.votes.tables import hints, items, shown

if TYPE_CHECKING:
    from datastork.core.labelling import LabelPlan

MANY = 25_000  # new items in one transaction

_THERE = Sentence(
    'SELECT i.sample, i.place, i.rank, i.grp, i.gone, s.media, s."columns" FROM items i '
    "JOIN shown s ON s.sample = i.sample WHERE i.sample IN :samples",
    "samples",
)
_SEEN = Sentence("UPDATE items SET seen = :sync WHERE sample IN :samples", "samples")
_SPECIAL = Sentence(
    "SELECT sample FROM answers WHERE sample IN :samples UNION SELECT sample FROM gold WHERE sample IN :samples",
    "samples",
)
_GOLD = Sentence("SELECT DISTINCT sample FROM gold WHERE sample IN :samples", "samples")
_STATE = listed(
    'SELECT i.*, s.media, s."columns" FROM items i JOIN shown s ON s.sample = i.sample WHERE i.sample IN :samples',
    "samples",
)


class Items:
    """The part of the queue that knows its items."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def adopt(self, plan: "LabelPlan") -> None:
        """Take over how many annotators a plan wants; `next` does so too."""
        adopt(self.base, plan)

    def sync(self, given: Iterable[Item], version: int) -> SyncCount:
        """Make the items those of version `version` of the dataset: new ones come in, departed ones are set aside
        with their votes, those that come back go on where they were, the rest stays and only its place changes.

        Reads `given` piece by piece. An interrupted sync is made whole by the next one.
        """
        self.base.write(lambda c: c.execute(sa.text("UPDATE desk SET sync = sync + 1")))
        with self.base.read() as connection:
            sync = connection.execute(sa.text("SELECT sync FROM desk")).scalar_one()
        source, new, back, gone, many = iter(given), 0, 0, 0, AT_ONCE
        with self.base.much():
            while part := {one.sample: one for one in islice(source, many)}:
                counts = self.base.write(lambda c, part=part: _sync(c, part, sync), durable=False)  # type: ignore[misc]
                new, back = new + counts[0], back + counts[1]
                # a new sample touches pages all over the file, so many of them in one transaction write far less;
                # among known ones others are at work, who should not wait
                many = min(4 * many, MANY) if counts[0] == len(part) else AT_ONCE
        for samples in every_item(self.base, "gone = 0 AND seen <> :sync", {"sync": sync}):
            change(self.base, samples, lambda tally: _set(tally, gone=1), durable=False)
            gone += len(samples)
        self.base.write(lambda c: c.execute(sa.text("UPDATE desk SET version = :version"), {"version": version}))
        if new + back > AT_ONCE and self.base.postgres:
            self.base.write(lambda c: c.execute(sa.text("ANALYZE items")))
        with self.base.read() as connection:
            total = connection.execute(sa.text("SELECT total FROM desk")).scalar_one()
        return SyncCount(new=new, back=back, gone=gone, total=total)

    def version(self) -> int:
        """Return the version of the dataset that the items were last taken from; 0: never."""
        with self.base.read() as connection:
            return int(connection.execute(sa.text("SELECT version FROM desk")).scalar_one())

    def judge(self, sample: str, probability: float) -> None:
        """Say how probable the leading answer to the main question is: what adaptive overlap goes by."""
        self.judge_all({sample: probability})

    def judge_all(self, probabilities: Mapping[str, float]) -> None:
        """Judge many samples."""
        for part in _parts(probabilities):
            change(self.base, part, lambda tally: _judge(tally, probabilities))

    def set_uncertainty(self, entropies: Mapping[str, float]) -> None:
        """Set how unsure the labels of samples are: the orders "uncertainty" and "mix" begin with the largest."""
        for part in _parts(entropies):
            rows = [{"sample": sample, "rank": -float(entropies[sample])} for sample in part]
            self.base.write(lambda c, rows=rows: update_rows(c, items, ("sample",), rows))  # type: ignore[misc]

    def suggest(self, sample: str, question: str, value: Any, by: str, probability: float | None = None) -> None:
        """Keep what is shown as a suggestion with a sample."""
        row = {"sample": sample, "question": question, "value": json.dumps(value), "by": by, "probability": probability}
        self.base.write(lambda connection: put_hints(connection, [row]))

    def close(self, samples: Iterable[str], why: str) -> None:
        """Set items aside: nobody gets them any more. Their votes stay."""
        for part in _parts(samples):
            change(self.base, part, lambda tally: _set(tally, closed=why))

    def reopen(self, samples: Iterable[str]) -> None:
        """Open items again. What was closed goes on where it was; what was done, decided, or set aside by skips is
        asked afresh of everyone, and votes cast until now stay in the record but count no longer for the queue.
        """
        for part in _parts(samples):
            change(self.base, part, reopen)

    def state(self, samples: Iterable[str]) -> dict[str, ItemState]:
        """Return what is known of items, by id; unknown ones are left out."""
        found = {}
        for part in _parts(samples):
            with self.base.read() as connection:
                for row in connection.execute(_STATE, {"samples": part}).mappings():
                    found[row["sample"]] = _state(row)
        return found

    def aside(self, limit: int = 100) -> list[ItemState]:
        """Return items that several annotators skipped, for a reviewer."""
        query = sa.text(
            'SELECT i.*, s.media, s."columns" FROM items i JOIN shown s ON s.sample = i.sample '
            "WHERE i.aside IS NOT NULL AND i.decided = 0 AND i.gone = 0 AND i.closed IS NULL "
            "ORDER BY i.shuffle, i.sample LIMIT :limit"
        )
        with self.base.read() as connection:
            return [_state(row) for row in connection.execute(query, {"limit": limit}).mappings()]

    def start_pilot(self, size: int, wanted: int = 2) -> int:
        """Begin a pilot round of up to `size` open items, drawn at random among those with fewest answers; each
        wants `wanted` annotators, and `next` gives only these until `end_pilot`. Return the number of items.
        """

        def work(connection: Connection) -> int:
            if connection.execute(sa.text("SELECT round_active FROM desk")).scalar():
                _end(connection)
            drawn = sa.text("SELECT sample FROM items WHERE free > 0 ORDER BY answered, shuffle, sample LIMIT :size")
            samples = list(connection.execute(drawn, {"size": size}).scalars())
            begin = "UPDATE desk SET round = round + 1, round_active = 1, round_wanted = :wanted"
            connection.execute(sa.text(begin), {"wanted": wanted})
            tally = Tally(connection, samples)
            _set(tally, round=tally.desk["round"])
            tally.write()
            return len(samples)

        return self.base.write(work)

    def end_pilot(self) -> None:
        """End the pilot round: its items are ordinary ones again."""
        self.base.write(_end)

    def pilot(self) -> dict[str, Any] | None:
        """Return the pilot round that is on: `round`, `wanted`, `samples` and how many are `done`; else None."""
        with self.base.read() as connection:
            desk = connection.execute(sa.text("SELECT * FROM desk")).mappings().one()
            if not desk["round_active"]:
                return None
            query = sa.text("SELECT * FROM items WHERE round = :round AND round > 0 AND gone = 0 ORDER BY shuffle")
            there = connection.execute(query, {"round": desk["round"]}).mappings().all()
        done = sum(not active(row) for row in there)
        samples = [row["sample"] for row in there]
        return {"round": desk["round"], "wanted": desk["round_wanted"], "samples": samples, "done": done}


def reopen(tally: Tally) -> None:
    """Open the items of a tally again."""
    for item in tally.items.values():
        if item["closed"] is not None:
            item["closed"] = None
        else:
            item["since"] = tally.desk["last"]


def put_hints(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Keep suggestions."""
    again = 'ON CONFLICT (sample, question) DO UPDATE SET value = excluded.value, "by" = excluded."by", '
    insert_rows(connection, hints, rows, again + "probability = excluded.probability")


def _sync(connection: Connection, part: dict[str, Item], sync: int) -> tuple[int, int]:
    there = {row["sample"]: row for row in _THERE.dicts(connection, {"samples": list(part)})}
    new = [part[sample] for sample in sorted(part.keys() - there.keys())]  # in the order of the file: quicker
    moved, pictures, ranked = [], [], []
    for sample, row in there.items():
        one, picture = part[sample], _shown(part[sample])
        if (one.place, one.group) != (row["place"], row["grp"]):
            moved.append({"sample": sample, "place": one.place, "grp": one.group})
        if one.priority is not None and row["rank"] != -one.priority:
            ranked.append({"sample": sample, "rank": -one.priority})
        if (picture["media"], picture["columns"]) != (row["media"], row["columns"]):
            pictures.append(picture)
    back = [sample for sample, row in there.items() if row["gone"]]
    _SEEN.run(connection, {"sync": sync, "samples": sorted(there)})
    update_rows(connection, items, ("sample",), moved)
    update_rows(connection, items, ("sample",), ranked)
    update_rows(connection, shown, ("sample",), pictures)
    if new:
        special = {row[0] for row in _SPECIAL.rows(connection, {"samples": [one.sample for one in new]})}
        back += sorted(special)
        desk = connection.execute(sa.text("SELECT overlap FROM desk")).mappings().one()
        insert_rows(connection, items, [_row(one, sync, desk["overlap"], one.sample in special) for one in new])
        insert_rows(connection, shown, [_shown(one) for one in new])
        plain = sa.text("UPDATE desk SET total = total + :count")
        connection.execute(plain, {"count": len(new) - len(special)})
    if back:
        known = {row[0] for row in _GOLD.rows(connection, {"samples": back})}
        tally = Tally(connection, back)
        for sample, item in tally.items.items():
            item.update(gone=0, gold=int(sample in known))
        tally.write()
    return len(new), len([sample for sample in back if sample in there])


def _row(one: Item, sync: int, overlap: int, special: bool) -> dict[str, Any]:
    return {
        "sample": one.sample,
        "place": one.place,
        "shuffle": int.from_bytes(hashlib.blake2b(one.sample.encode(), digest_size=7).digest(), "big"),
        "rank": -(one.priority or 0.0),
        "taken": ",",
        "wanted": overlap,
        "grp": one.group,
        "seen": sync,
        "gone": int(special),
        "free": int(not special),
    }


def _shown(one: Item) -> dict[str, Any]:
    media = _json(one.media)
    return {"sample": one.sample, "media": media, "columns": None if one.columns is None else _json(one.columns)}


def _json(value: Mapping[str, Any]) -> str:
    return msgspec.json.encode(dict(value)).decode()


def _set(tally: Tally, **columns: Any) -> None:
    for item in tally.items.values():
        item.update(columns)


def _judge(tally: Tally, probabilities: Mapping[str, float]) -> None:
    for sample, item in tally.items.items():
        item["probability"] = float(probabilities[sample])


def _end(connection: Connection) -> None:
    number = connection.execute(sa.text("SELECT round FROM desk")).scalar()
    connection.execute(sa.text("UPDATE desk SET round_active = 0"))
    query = sa.text("SELECT sample FROM items WHERE round = :round AND round > 0")
    tally = Tally(connection, connection.execute(query, {"round": number}).scalars())
    tally.write()


def _parts(samples: Iterable[str]) -> Iterable[list[str]]:
    source = iter(samples)
    while part := list(islice(source, AT_ONCE)):
        yield part


def _state(row: Mapping[Any, Any]) -> ItemState:
    flags = [name for name in ("gone", "decided", "gold") if row[name]]
    held = [name for name in ("closed", "aside") if row[name] is not None]
    state = [*flags[:1], *held[:1], "open" if active(row) else "done"][0]
    return ItemState(
        sample=row["sample"],
        state=state,
        why=row["closed"] if row["closed"] is not None else row["aside"],
        answered=row["answered"],
        skips=row["skips"],
        leased=row["leased"],
        wanted=row["wanted"],
        probability=row["probability"],
        uncertainty=-row["rank"],
        media=json.loads(row["media"]),
        columns=None if row["columns"] is None else json.loads(row["columns"]),
        group=row["grp"],
    )
