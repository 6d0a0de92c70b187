"""Casting votes: append-only, idempotent by uuid, the counters of the queue in the same transaction."""

import json
import math
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from datastork.core.errors import DataError
from datastork.core.votes import CastVote
from datastork.store.votes.engine import Base
from datastork.store.votes.queue.tally import Answer, Tally
from datastork.store.votes.records import ConflictError, stamp
from datastork.store.votes.rows import Sentence, delete_rows, insert_rows
from datastork.store.votes.tables import annotators, drafts, stale, votes

AT_ONCE = 5_000  # votes in one transaction
LONGEST = 16 << 20  # bytes of one answer
NAMES = tuple(one.name for one in fields(CastVote))
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_LIMITS = {"sample": 500, "question": 200, "annotator": 200, "uuid": 300, "replaces": 300, "device": 200}

_KNOWN = Sentence("SELECT * FROM votes WHERE uuid IN :uuids OR replaces IN :uuids", "uuids")
_CURRENT = Sentence(
    "SELECT v.seq, v.sample, v.question, v.annotator, v.repeat, v.skipped, v.decides FROM votes v "
    "LEFT JOIN stale s ON s.seq = v.seq WHERE v.sample IN :samples AND v.annotator IN :annotators "
    "AND s.seq IS NULL AND (v.value IS NOT NULL OR v.skipped IS NOT NULL)",
    "samples",
    "annotators",
)
_WHO = Sentence("SELECT id, name, role FROM annotators WHERE name IN :names", "names")
_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
Key = tuple[str, str, str, int, int]  # sample, question, annotator, repeat, decides: one vote of each is current


class Caster:
    """Writes votes."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self._known: dict[str, tuple[int, str]] = {}  # ids of annotators never change, nor who is a model
        self._guard = threading.Lock()

    def __call__(self, given: Sequence[CastVote]) -> list[bool]:
        """Cast votes. Up to 5,000 are one transaction; more are several. True where a vote was new.

        Raises DataError for a vote that cannot stand, ConflictError for a known uuid with other content;
        nothing of that transaction is kept then.
        """
        rows = [to_row(one) for one in given]
        new: list[bool] = []
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            done, learnt = self.base.write(lambda connection, part=part: self._cast(connection, part))  # type: ignore[misc]
            new += done
            if learnt:
                with self._guard:
                    if len(self._known) > AT_ONCE:
                        self._known.clear()
                    self._known.update(learnt)
        return new

    def _cast(
        self, connection: Connection, rows: list[dict[str, Any]]
    ) -> tuple[list[bool], dict[str, tuple[int, str]]]:
        """Return which votes are new, and number and role of annotators not known before: true once committed."""
        uuids = {row["uuid"] for row in rows} | {row["replaces"] for row in rows if row["replaces"]}
        found: dict[str, Mapping[Any, Any]] = {}
        dead: set[tuple[str, ...]] = set()  # what was revised before it arrived
        for there in _KNOWN.dicts(connection, {"uuids": sorted(uuids)}):
            found[there["uuid"]] = there
            if there["replaces"]:
                dead.add((there["replaces"], *_key(there)[:3]))
        new: list[bool] = []
        fresh: list[dict[str, Any]] = []
        for row in rows:
            known = found.get(row["uuid"])
            if known is not None and any(known[name] != row[name] for name in NAMES):
                raise ConflictError(
                    f"the vote {row['uuid']} is there already, and says something else",
                    hint="give every vote a uuid of its own",
                    uuid=row["uuid"],
                )
            new.append(known is None)
            if known is None:
                found[row["uuid"]] = row
                fresh.append(row)
        learnt = self._append(connection, fresh, found, dead) if fresh else {}
        return new, learnt

    def _append(
        self, connection: Connection, fresh: list[dict[str, Any]], found: dict[str, Any], dead: set[tuple[str, ...]]
    ) -> dict[str, tuple[int, str]]:
        people, learnt = self._people(connection, {row["annotator"] for row in fresh})
        tally = Tally(connection, {row["sample"] for row in fresh})
        current: dict[Key, tuple[int, str | None]] = {}
        touched = {"samples": sorted(tally.answers), "annotators": sorted({row["annotator"] for row in fresh})}
        for seq, sample, question, annotator, repeat, skipped, decides in _CURRENT.rows(connection, touched):
            current[sample, question, annotator, repeat, decides] = (seq, skipped)
        seq = tally.desk["last"]
        numbers = {uuid: row["seq"] for uuid, row in found.items() if "seq" in row}
        revised: list[dict[str, Any]] = []
        inserted = []
        for row in fresh:
            seq += 1
            numbers[row["uuid"]] = seq
            inserted.append({"seq": seq, **row})
            key = _key(row)
            if row["replaces"]:
                dead.add((row["replaces"], *key[:3]))
                target = found.get(row["replaces"])
                if target is not None:
                    _may_replace(row, target)
                    old = _key(target)
                    if old in current and current[old][0] == numbers.get(row["replaces"]):
                        revised.append({"seq": current.pop(old)[0], "by": seq})
            if row["value"] is None and row["skipped"] is None:
                continue
            if (row["uuid"], *key[:3]) in dead:
                revised.append({"seq": seq, "by": seq})
                continue
            if key in current:
                revised.append({"seq": current[key][0], "by": seq})
            current[key] = (seq, row["skipped"])
        insert_rows(connection, votes, inserted)
        insert_rows(connection, stale, revised)
        self._answered(tally, fresh, current, people)
        done = tally.drafts & {(row["sample"], row["annotator"]) for row in fresh}
        delete_rows(connection, drafts, [{"sample": sample, "annotator": who} for sample, who in sorted(done)])
        tally.more = {"votes": len(fresh), "last": seq}
        tally.write()
        return learnt

    def _answered(
        self,
        tally: Tally,
        fresh: list[dict[str, Any]],
        current: dict[Key, tuple[int, str | None]],
        people: dict[str, tuple[int, str]],
    ) -> None:
        """Bring `answers` of the touched samples and annotators up to date, and end their leases."""
        touched = {(row["sample"], row["annotator"]) for row in fresh}
        by: dict[tuple[str, str, int], list[tuple[int, str | None, int]]] = {}
        for (sample, _, annotator, repeat, decides), (seq, skipped) in current.items():
            if (sample, annotator) in touched:
                by.setdefault((sample, annotator, decides), []).append((seq, skipped, repeat))
        for sample, annotator in touched:
            who, role = people[annotator]
            tally.leases[sample].pop(who, None)
            for decides in (0, 1):
                answer = summary(by.get((sample, annotator, decides), []))
                if answer is not None and role != "model":
                    tally.answers[sample][who, decides] = answer
                else:
                    tally.answers[sample].pop((who, decides), None)

    def _people(
        self, connection: Connection, names: set[str]
    ) -> tuple[dict[str, tuple[int, str]], dict[str, tuple[int, str]]]:
        """Return number and role of annotators, and of those among them that were not known; who is new becomes one,
        of the role annotator.
        """
        with self._guard:
            people = {name: self._known[name] for name in names if name in self._known}
        missing = sorted(names - people.keys())
        if not missing:
            return people, {}
        learnt = {name: (number, role) for number, name, role in _WHO.rows(connection, {"names": missing})}
        for name in missing:
            if name not in learnt:
                row = {"name": name, "role": "annotator", "created_at": stamp(time.time())}
                learnt[name] = (add_annotator(connection, row), "annotator")
        return people | learnt, learnt


def add_annotator(connection: Connection, row: dict[str, Any]) -> int:
    """Add an annotator and return its number, the next. Within a `write`."""
    number = int(connection.execute(sa.text("SELECT coalesce(max(id), 0) + 1 FROM annotators")).scalar_one())
    insert_rows(connection, annotators, [{"id": number, **row}])
    return number


def summary(those: list[tuple[int, str | None, int]]) -> Answer | None:
    """Return one annotator's answer to one sample from its current votes (seq, skipped, repeat)."""
    if not those:
        return None
    answered = [one for one in those if one[1] is None]
    newest = max(answered or those)
    return Answer(newest[0], newest[1], max(one[2] for one in those))


def to_row(vote: CastVote) -> dict[str, Any]:
    """Return a vote as a row of `votes`, without its number. Raises DataError where it cannot stand."""
    row = {name: getattr(vote, name) for name in NAMES}
    for name, limit in _LIMITS.items():
        value = row[name]
        if value is None and name in ("replaces", "device"):
            continue
        if not isinstance(value, str) or not 0 < len(value) <= limit or _CONTROL.search(value):
            raise DataError(
                f"{name} of a vote is {value!r:.60}", hint=f"a text of 1 to {limit} characters without control ones"
            )
    for name in ("skipped", "suggestion_by"):
        if row[name] is not None and (not row[name] or len(row[name]) > 500 or _CONTROL.search(row[name])):
            raise DataError(f"{name} of the vote {vote.uuid} is {row[name]!r:.60}", hint="give up to 500 characters")
    if not isinstance(vote.created_at, str) or not _TIME.fullmatch(vote.created_at):
        raise DataError(
            f"created_at of the vote {vote.uuid} is {vote.created_at!r:.60}",
            hint="write ISO 8601 with its zone: 2026-01-31T08:00:00.000Z",
        )
    if vote.value is not None and vote.skipped is not None:
        raise DataError(f"the vote {vote.uuid} both answers and skips", hint="leave out value or skipped")
    if vote.value is None and vote.skipped is None and vote.replaces is None:
        raise DataError(f"the vote {vote.uuid} says nothing", hint="give value, skipped, or replaces to take one back")
    if vote.replaces == vote.uuid:
        raise DataError(f"the vote {vote.uuid} replaces itself")
    for name, low, high in (
        ("confidence", 0.0, 1.0),
        ("seconds", 0.0, 1e9),
        ("difficulty", 1, 5),
        ("prominence", 1, 5),
    ):
        value = row[name]
        if value is not None and not (
            isinstance(value, (int, float)) and math.isfinite(value) and low <= value <= high
        ):
            raise DataError(f"{name} of the vote {vote.uuid} is {value!r:.60}", hint=f"{low:g} to {high:g}")
    for name in ("difficulty", "prominence", "repeat", "schema_version"):
        if row[name] is not None and not (type(row[name]) is int and 0 <= row[name] < 1 << 31):
            raise DataError(f"{name} of the vote {vote.uuid} is {row[name]!r:.60}", hint="give a whole number")
    row["value"], row["suggestion"] = (
        None if value is None else _text(vote, value) for value in (vote.value, vote.suggestion)
    )
    row["changed"] = None if vote.changed is None else int(vote.changed)
    row["decides"] = int(vote.decides)
    for name in ("confidence", "seconds"):
        row[name] = None if row[name] is None else float(row[name])
    return row


def _text(vote: CastVote, value: Any) -> str:
    try:
        text = _JSON(value)
        size = len(text.encode())
    except (TypeError, ValueError) as error:
        raise DataError(f"the vote {vote.uuid} says what JSON cannot: {error}"[:300]) from error
    if size > LONGEST:
        raise DataError(f"the vote {vote.uuid} has {size:,} bytes", hint=f"at most {LONGEST:,}")
    return text


def _key(row: Any) -> Key:
    return row["sample"], row["question"], row["annotator"], row["repeat"], row["decides"]


def _may_replace(row: dict[str, Any], target: Any) -> None:
    if any(row[name] != target[name] for name in ("sample", "question", "annotator")):
        raise DataError(
            f"the vote {row['uuid']} would replace {row['replaces']}, which is another's or about something else",
            hint="annotators revise their own votes, question by question",
        )
