"""Changes of classes over time: renamed, merged, split. Recorded once, applied whenever votes are read."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from datastork.core.errors import DataError
from datastork.store.votes.engine import Base
from datastork.store.votes.queue.items import put_hints, reopen
from datastork.store.votes.queue.tally import Tally
from datastork.store.votes.records import stamp
from datastork.store.votes.rows import insert_rows
from datastork.store.votes.tables import migrations as table

AT_ONCE = 2_000  # samples opened again in one transaction


@dataclass(frozen=True, slots=True)
class Migration:
    """One change of the classes of a question: `old` became `new` from `version` of the question on."""

    question: str
    kind: str  # "rename", "merge" or "split"
    old: tuple[str, ...]
    new: tuple[str, ...]
    version: int
    by: str
    why: str
    at: str


@dataclass(frozen=True, slots=True)
class Migrations:
    """All changes, in the order they were made."""

    rows: tuple[Migration, ...] = field(default=())

    @classmethod
    def load(cls, connection: Connection) -> "Migrations":
        """Read them."""
        found = connection.execute(sa.text("SELECT * FROM migrations ORDER BY id")).mappings()
        return cls(
            tuple(
                Migration(
                    question=row["question"],
                    kind=row["kind"],
                    old=tuple(json.loads(row["old"])),
                    new=tuple(json.loads(row["new"])),
                    version=row["version"],
                    by=row["by"],
                    why=row["why"],
                    at=row["at"],
                )
                for row in found
            )
        )

    def newest(self) -> dict[str, int]:
        """Return by question the newest version that changed classes."""
        return {one.question: one.version for one in sorted(self.rows, key=lambda one: one.version)}

    def touches(self, question: str, version: int) -> bool:
        """Say whether classes of `question` changed after `version`."""
        return any(one.question == question and one.version > version for one in self.rows)

    def apply(self, value: Any, question: str, version: int) -> Any | None:
        """Return an answer given to `version` of a question as it reads now; None: it names a class that was split."""
        for one in self.rows:
            if one.question == question and one.version > version and value is not None:
                value = _apply(value, one)
        return value


class Taxonomy:
    """The part of the store that knows how classes changed."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def rename(self, question: str, old: str, new: str, *, version: int, by: str, why: str = "") -> None:
        """Call a class otherwise, from `version` of the question on. Raises DataError."""
        self._record(question, "rename", [old], [new], version, by, why)

    def merge(self, question: str, old: Sequence[str], new: str, *, version: int, by: str, why: str = "") -> None:
        """Make one class of several. Raises DataError."""
        self._record(question, "merge", old, [new], version, by, why)

    def split(self, question: str, old: str, new: Sequence[str], *, version: int, by: str, why: str = "") -> int:
        """Make several classes of one. Votes on it are current no more; their samples are asked afresh, with the old
        answer as a suggestion. Return how many samples that are. Raises DataError.
        """
        self._record(question, "split", [old], list(new), version, by, why)
        found: dict[str, Counter[str]] = {}
        query = sa.text(
            "SELECT v.seq, v.sample, v.value, v.schema_version FROM votes v LEFT JOIN stale s ON s.seq = v.seq "
            "WHERE s.seq IS NULL AND v.value IS NOT NULL AND v.question = :question AND v.schema_version < :version "
            "AND v.seq > :after ORDER BY v.seq LIMIT :most"
        )
        with self.base.read() as connection:
            known, after = Migrations.load(connection), 0
        while True:
            with self.base.read() as connection:
                given = {"question": question, "version": version, "after": after, "most": AT_ONCE}
                rows = connection.execute(query, given).all()
            for _, sample, value, cast_at in rows:
                if known.apply(json.loads(value), question, cast_at) is None:
                    found.setdefault(sample, Counter())[value] += 1
            if len(rows) < AT_ONCE:
                break
            after = rows[-1][0]
        samples = sorted(found)
        for start in range(0, len(samples), AT_ONCE):
            self._open(question, samples[start : start + AT_ONCE], found)
        return len(samples)

    def apply(self, value: Any, question: str, from_version: int) -> Any | None:
        """Return an answer to an older version of a question as it reads now; None: it names a class that was split."""
        with self.base.read() as connection:
            return Migrations.load(connection).apply(value, question, from_version)

    def _open(self, question: str, samples: Sequence[str], found: dict[str, Counter[str]]) -> None:
        def work(connection: Connection) -> None:
            tally = Tally(connection, samples)
            reopen(tally)
            tally.write()
            rows = []
            for sample in samples:
                value, count = max(found[sample].items(), key=lambda one: (one[1], one[0]))
                share = count / found[sample].total()
                hint = {"sample": sample, "question": question, "value": value, "by": "earlier votes"}
                rows.append(hint | {"probability": share})
            put_hints(connection, rows)

        self.base.write(work)

    def _record(
        self, question: str, kind: str, old: Sequence[str], new: Sequence[str], version: int, by: str, why: str
    ) -> None:
        if not old or not new or (kind == "split" and len(new) < 2):
            raise DataError(
                f"to {kind} classes name those that were and those that are", hint="a split has two or more"
            )

        def work(connection: Connection) -> None:
            newest = connection.execute(
                sa.text("SELECT coalesce(max(version), 0) FROM migrations WHERE question = :question"),
                {"question": question},
            ).scalar_one()
            if version < newest:
                raise DataError(
                    f"classes of {question} changed in version {newest} already, and not in {version} after that",
                    hint=f"give version {newest} or a later one",
                )
            number = connection.execute(sa.text("SELECT coalesce(max(id), 0) + 1 FROM migrations")).scalar()
            row = {"id": number, "question": question, "kind": kind, "version": version, "by": by, "why": why}
            classes = {"old": json.dumps(list(old)), "new": json.dumps(list(new)), "at": stamp(time.time())}
            insert_rows(connection, table, [row | classes])
            connection.execute(sa.text("UPDATE desk SET changes = changes + 1"))

        self.base.write(work)

    def list(self) -> tuple[Migration, ...]:
        """Return all changes, in the order they were made."""
        with self.base.read() as connection:
            return Migrations.load(connection).rows


def _apply(value: Any, one: Migration) -> Any | None:
    if isinstance(value, str):
        if value not in one.old:
            return value
        return None if one.kind == "split" else one.new[0]
    if not isinstance(value, list):
        return value
    names = _names(value)
    if names.isdisjoint(one.old):
        return value
    if one.kind == "split":
        return None
    changed = [_renamed(each, one) for each in value]
    return list(dict.fromkeys(changed)) if all(isinstance(each, str) for each in changed) else changed


def _names(value: Iterable[Any]) -> set[Any]:
    found = (each.get("label") if isinstance(each, dict) else each for each in value)
    return {name for name in found if isinstance(name, str)}


def _renamed(each: Any, one: Migration) -> Any:
    if isinstance(each, dict):
        return {**each, "label": one.new[0]} if each.get("label") in one.old else each
    return one.new[0] if each in one.old else each
