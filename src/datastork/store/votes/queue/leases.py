"""Handing out items: who gets what next, for how long, and what is left."""

import json
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy.engine import Connection

from datastork.core.errors import StoreError
from datastork.store.votes.engine import Base
from datastork.store.votes.queue.picking import COLUMNS, Draw, draw, first_items, gold_item, repeat_item
from datastork.store.votes.queue.rules import adopt
from datastork.store.votes.queue.tally import Tally
from datastork.store.votes.records import Lease, Left, stamp
from datastork.store.votes.rows import Sentence, insert_rows, update_rows
from datastork.store.votes.tables import items, leases

if TYPE_CHECKING:
    from datastork.core.labelling import LabelPlan

EXPIRED_AT_ONCE = 200  # leases that one call takes back
MOST = 100  # items at once

BESIDE = ("gold", "repeat")

_EXPIRED = Sentence('SELECT sample, annotator FROM leases WHERE "until" <= :now ORDER BY "until" LIMIT :most')
_STILL = Sentence('SELECT sample, annotator FROM leases WHERE "until" <= :now AND sample IN :samples', "samples")
_ALONE = Sentence("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7))")
_START = Sentence(
    "SELECT a.id, a.given, a.disabled, d.round_active, d.overlap, d.sure, d.most, d.adopting, "
    '(SELECT min("until") FROM leases) AS due FROM annotators a, desk d WHERE a.name = :name AND d.id = 1'
)
_WHO = Sentence("SELECT id FROM annotators WHERE name = :name")
_HELD = Sentence('SELECT sample, repeat FROM leases WHERE annotator = :who AND "until" > :now ORDER BY "until", sample')
_GIVEN = Sentence("UPDATE annotators SET given = given + :count WHERE id = :who")
_RENEW = Sentence('UPDATE leases SET "until" = :until WHERE annotator = :who AND sample = :sample')
_SHOWN = Sentence(
    'SELECT s.sample, s.media, s."columns", i.grp, h.question, h.value, h."by", h.probability FROM shown s '
    "JOIN items i ON i.sample = s.sample LEFT JOIN hints h ON h.sample = s.sample WHERE s.sample IN :samples",
    "samples",
)
_LEFT = Sentence("SELECT d.total, d.done, a.answered, a.waiting FROM desk d LEFT JOIN annotators a ON a.name = :name")


class Leases:
    """The part of the queue that hands out items."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def next(
        self, annotator: str, *, count: int, have: Sequence[str] = (), plan: "LabelPlan", now: float | None = None
    ) -> list[Lease]:
        """Hand out up to `count` items (at most 100) to an annotator, who holds those in `have` already.

        They are items that want more annotators than have answered or hold them, that this annotator has neither
        answered nor skipped nor holds, in the order of the plan, with gold questions and repeats mixed in by a draw
        that depends on annotator and position only. Where nothing else is left, items that it holds without having
        them (the page was loaded again) are given once more. `now`: seconds since 1970.
        """
        at = time.time() if now is None else now
        wanted = max(0, min(count, MOST))
        late = True  # leases that are over are looked for once
        for _ in range(4):
            found = self.base.lend(lambda c: self._next(c, annotator, wanted, set(have), plan, at, late))  # noqa: B023
            if not isinstance(found, str):
                return found
            if found == "late":
                self._expire(at)
                late = False
            else:
                adopt(self.base, plan)
        raise StoreError(
            "two recipes with different numbers of annotators are at work on these votes", hint="end one of the two"
        )

    def hold(self, annotator: str, sample: str, *, seconds: float, now: float | None = None) -> Lease | None:
        """Hold one item for an annotator, whatever the queue says; None where there is no such item."""
        at = time.time() if now is None else now

        def work(connection: Connection) -> Lease | None:
            who = self._who(connection, annotator)
            tally = Tally(connection, [sample])
            if who is None or sample not in tally.items or tally.items[sample]["gone"]:
                return None
            answered = (who, 0) in tally.answers[sample]
            repeat = tally.leases[sample].get(who, 0)
            if who in tally.leases[sample]:
                _RENEW.run(connection, {"until": at + seconds, "who": who, "sample": sample})
            elif not answered:
                self._insert(connection, who, [(sample, 0)], at + seconds)
                tally.leases[sample][who] = 0
                tally.write()
            return self._shown(connection, [(sample, repeat)], at + seconds)[0]

        return self.base.lend(work)

    def release(self, annotator: str, samples: Iterable[str]) -> int:
        """Give items back; return how many were held."""

        def work(connection: Connection) -> int:
            who = self._who(connection, annotator)
            if who is None:
                return 0
            tally = Tally(connection, samples)
            given = [held.pop(who) for held in tally.leases.values() if who in held]
            tally.write()
            return len(given)

        return self.base.lend(work)

    def extend(self, annotator: str, samples: Iterable[str], *, seconds: float, now: float | None = None) -> list[str]:
        """Hold items longer: until `seconds` from now. Return those that this annotator (still) holds."""
        until = (time.time() if now is None else now) + seconds

        def work(connection: Connection) -> list[str]:
            who = self._who(connection, annotator)
            if who is None:
                return []
            return [
                sample
                for sample in sorted(set(samples))
                if _RENEW.run(connection, {"until": until, "who": who, "sample": sample})
            ]

        return self.base.lend(work)

    def left(self, annotator: str) -> Left:
        """Say how far it is, for one annotator and for all."""
        total, done, answered, waiting = self.base.ask(_LEFT, {"name": annotator})[0]
        return Left(todo=total - done - (waiting or 0), mine=answered or 0, total=total, done=done)

    def _next(
        self,
        connection: Connection,
        annotator: str,
        count: int,
        have: set[str],
        plan: "LabelPlan",
        now: float,
        late: bool,
    ) -> list[Lease] | Literal["late", "plan"]:
        """Hand out, or say what has to be done first, in a transaction of its own."""
        if self.base.postgres:  # one call of an annotator at a time; SQLite has one writer anyhow
            _ALONE.rows(connection, {"key": f"{self.base.schema} {annotator}"})
        found = _START.dicts(connection, {"name": annotator})
        if not found or found[0]["disabled"] or count == 0:
            return []
        row = found[0]
        if (row["overlap"], row["sure"], row["most"], row["adopting"]) != (plan.overlap, plan.sure, plan.most, 0):
            return "plan"
        if late and row["due"] is not None and row["due"] <= now:
            return "late"
        draws = [
            draw(annotator, row["given"] + at, plan.gold, plan.repeat, plan.order, plan.random_share, plan.seed)
            for at in range(count)
        ]
        until, pool = now + plan.lease, 2 if row["round_active"] else 1
        taken = set(have)
        beside = self._beside(connection, row["id"], draws, taken, until)
        usual = next((one.kind for one in draws if one.kind not in BESIDE), COLUMNS[plan.order])
        kinds = [one.kind if one.kind not in BESIDE else usual for one in draws]
        rows: dict[str, list[dict[str, Any]]] = {}
        for order in dict.fromkeys(kinds):
            wanted = sum(kind == order for at, kind in enumerate(kinds) if at not in beside)
            rows[order] = first_items(connection, order, row["id"], wanted, pool, taken) if wanted else []
            taken.update(one["sample"] for one in rows[order])
        self._take(connection, row["id"], [one for those in rows.values() for one in those], until)
        chosen = []
        for at, kind in enumerate(kinds):
            if at in beside:
                chosen.append(beside[at])
            elif rows[kind]:
                chosen.append((rows[kind].pop(0)["sample"], 0))
        if chosen:
            _GIVEN.run(connection, {"count": len(chosen), "who": row["id"]})
        else:
            held = _HELD.rows(connection, {"who": row["id"], "now": now})
            chosen = [(sample, repeat) for sample, repeat in held if sample not in have][:count]
            for sample, _ in chosen:
                _RENEW.run(connection, {"until": until, "who": row["id"], "sample": sample})
        return self._shown(connection, chosen, until)

    def _beside(
        self, connection: Connection, who: int, draws: Sequence[Draw], taken: set[str], until: float
    ) -> dict[int, tuple[str, int]]:
        """Hand out the gold questions and repeats that were drawn, by position, as far as there are any."""
        chosen: dict[int, tuple[str, int]] = {}
        for at, one in enumerate(draws):
            sample = None
            if one.kind == "gold":
                sample = gold_item(connection, who, taken)
            elif one.kind == "repeat":
                sample = repeat_item(connection, who, one.at, taken)
            if sample is not None:
                chosen[at] = (sample, int(one.kind == "repeat"))
                taken.add(sample)
        if chosen:
            tally = Tally(connection, [sample for sample, _ in chosen.values()])
            for sample, repeat in chosen.values():
                tally.leases[sample][who] = repeat
            tally.write()
            self._insert(connection, who, list(chosen.values()), until)
        return chosen

    def _take(self, connection: Connection, who: int, rows: list[dict[str, Any]], until: float) -> None:
        """Write down leases of ordinary items, whose rows say all that is needed."""
        if not rows:
            return
        changed = []
        for row in rows:
            people = sorted({who, *(int(one) for one in row["taken"].split(",") if one)})
            leased = row["leased"] + 1
            free = row["free"] if row["answered"] + leased < row["wanted"] else 0
            taken = f",{','.join(map(str, people))},"
            changed.append({"sample": row["sample"], "leased": leased, "taken": taken, "free": free})
        update_rows(connection, items, ("sample",), changed)
        self._insert(connection, who, [(row["sample"], 0) for row in rows], until)

    def _insert(self, connection: Connection, who: int, chosen: list[tuple[str, int]], until: float) -> None:
        rows = [{"sample": sample, "annotator": who, "until": until, "repeat": repeat} for sample, repeat in chosen]
        insert_rows(connection, leases, rows)

    def _expire(self, now: float) -> None:
        """Take back leases whose time is over, in a transaction of its own, so that no two wait in a circle."""
        samples = sorted({row[0] for row in self.base.ask(_EXPIRED, {"now": now, "most": EXPIRED_AT_ONCE})})
        if not samples:
            return

        def work(connection: Connection) -> None:
            tally = Tally(connection, samples)
            for sample, who in _STILL.rows(connection, {"now": now, "samples": samples}):
                tally.leases[sample].pop(who, None)
            tally.write()

        self.base.lend(work)

    def _who(self, connection: Connection, annotator: str) -> int | None:
        found = _WHO.rows(connection, {"name": annotator})
        return found[0][0] if found else None

    def _shown(self, connection: Connection, chosen: list[tuple[str, int]], until: float) -> list[Lease]:
        if not chosen:
            return []
        wanted = {"samples": [sample for sample, _ in chosen]}
        shown: dict[str, dict[str, Any]] = {}
        hints: dict[str, dict[str, Any]] = {}
        for row in _SHOWN.dicts(connection, wanted):
            shown[row["sample"]] = row
            if row["question"] is not None:
                hint = {"value": json.loads(row["value"]), "by": row["by"], "probability": row["probability"]}
                hints.setdefault(row["sample"], {})[row["question"]] = hint
        return [
            Lease(
                sample=sample,
                until=stamp(until),
                repeat=repeat,
                media=json.loads(shown[sample]["media"]),
                columns=None if shown[sample]["columns"] is None else json.loads(shown[sample]["columns"]),
                group=shown[sample]["grp"],
                suggestions=hints.get(sample, {}),
            )
            for sample, repeat in chosen
        ]
