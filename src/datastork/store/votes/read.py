"""Reading votes: those that are current, the whole record, and the current ones as an Arrow table."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from datastork.core.votes import CastVote
from datastork.store.votes.beside.taxonomy import Migrations
from datastork.store.votes.engine import Base
from datastork.store.votes.records import Counts, Recorded
from datastork.store.votes.rows import listed
from datastork.store.votes.table import votes_table

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 5_000  # votes read together
ASKED = 500  # samples asked about together
NAMES = tuple(one.name for one in fields(CastVote))

# current at the moment when `last` was the newest vote: no later one revised it or took it back by then
_CURRENT = f"""
SELECT v.seq, {", ".join(f"v.{name}" for name in NAMES)}
FROM votes v LEFT JOIN stale s ON s.seq = v.seq AND s."by" <= :last
WHERE v.seq > :after AND v.seq <= :last AND s.seq IS NULL AND (v.value IS NOT NULL OR v.skipped IS NOT NULL) {{where}}
ORDER BY v.seq LIMIT :most
"""
_ABOUT = f"""
SELECT v.seq, {", ".join(f"v.{name}" for name in NAMES)} FROM votes v LEFT JOIN stale s ON s.seq = v.seq
WHERE v.sample IN :samples AND s.seq IS NULL AND (v.value IS NOT NULL OR v.skipped IS NOT NULL)
"""
_ALL = 'SELECT v.*, s."by" AS stale FROM votes v LEFT JOIN stale s ON s.seq = v.seq WHERE {where}'
_LAST = sa.text("SELECT last FROM desk")
_COUNTS = sa.text("""
SELECT votes, votes - (SELECT count(*) FROM votes v LEFT JOIN stale s ON s.seq = v.seq
  WHERE v.replaces IS NOT NULL AND v.value IS NULL AND v.skipped IS NULL AND s.seq IS NULL)
  - (SELECT count(*) FROM stale), total, done, (SELECT count(*) FROM annotators WHERE role <> 'model') FROM desk
""")


class Reader:
    """The part of the store that reads votes."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def current(
        self, question: str | None = None, sample: str | None = None, annotator: str | None = None, after: int = 0
    ) -> Iterator[CastVote]:
        """Yield the current votes in the order they were cast, skips included: those not revised and not taken back.

        As they stood when this was called, whatever is cast meanwhile, in constant memory. Classes that were renamed
        or merged since appear under their new ids; votes on a class that was split are left out. `after` leaves out
        votes up to that number of the record (see `last`).
        """
        wanted = {"question": question, "sample": sample, "annotator": annotator}
        given: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
        query = sa.text(_CURRENT.format(where=" ".join(f"AND v.{name} = :{name}" for name in given)))
        with self.base.read() as connection:
            migrations = Migrations.load(connection)
            given |= {"last": connection.execute(_LAST).scalar_one(), "most": AT_ONCE}
        while True:
            with self.base.read() as connection:
                rows = connection.execute(query, {**given, "after": after}).all()
            for row in rows:
                vote = _carried(to_vote(row[1:]), migrations)
                if vote is not None:
                    yield vote
            if len(rows) < AT_ONCE:
                return
            after = rows[-1][0]

    def about(self, samples: Iterable[str]) -> list[CastVote]:
        """Return the current votes on some samples, skips included, in the order they were cast; as `current` does."""
        wanted = sorted(set(samples))
        found: list[tuple[int, CastVote]] = []
        with self.base.read() as connection:
            migrations = Migrations.load(connection)
            query = listed(_ABOUT, "samples")
            for start in range(0, len(wanted), ASKED):
                for row in connection.execute(query, {"samples": wanted[start : start + ASKED]}).all():
                    vote = _carried(to_vote(row[1:]), migrations)
                    if vote is not None:
                        found.append((row[0], vote))
        return [vote for _, vote in sorted(found, key=lambda one: one[0])]

    def table(self, question: str | None = None) -> "pa.Table":
        """Return the current votes, skips included, as an Arrow table, in the order they were cast.

        Columns: `seq`, `uuid`, `sample`, `question`, `annotator`, `value` (the plain text of choice, taxonomy, open,
        text and transcript, JSON of every other kind; null: a skip), `confidence`, `difficulty`, `prominence`,
        `seconds`, `device`, `schema_version`, `changed`, `created_at` (timestamp[us, UTC]), `skipped`, `repeat`,
        `decides`. Classes are carried along as `current` does.
        """
        return votes_table(self.base, question)

    def history(self, sample: str) -> list[Recorded]:
        """Return everything ever cast about a sample, as it was cast, in that order."""
        return self._recorded("v.sample = :sample ORDER BY v.seq", {"sample": sample})

    def find(self, uuids: Iterable[str]) -> dict[str, Recorded]:
        """Return votes by uuid; unknown ones are left out."""
        wanted = sorted(set(uuids))
        found = self._recorded("v.uuid IN :uuids ORDER BY v.seq", {"uuids": wanted}) if wanted else []
        return {one.vote.uuid: one for one in found}

    def mine(self, annotator: str, before: int | None = None, limit: int = 50) -> list[Recorded]:
        """Return the current votes of one annotator, newest first; `before` a `seq` goes further back."""
        where = 'v.annotator = :annotator AND v.seq < :before AND s."by" IS NULL ORDER BY v.seq DESC LIMIT :limit'
        where = where.replace(" ORDER", " AND (v.value IS NOT NULL OR v.skipped IS NOT NULL) ORDER")
        return self._recorded(where, {"annotator": annotator, "before": before or (1 << 62), "limit": limit})

    def last(self) -> int:
        """Return the number of the newest vote; 0: there is none."""
        with self.base.read() as connection:
            return int(connection.execute(_LAST).scalar_one())

    def key(self) -> str:
        """Return what changes when a vote is cast, or classes or gold answers change."""
        with self.base.read() as connection:
            return "-".join(map(str, connection.execute(sa.text("SELECT votes, last, changes FROM desk")).one()))

    def counts(self) -> Counts:
        """Count."""
        with self.base.read() as connection:
            return Counts(*connection.execute(_COUNTS).one())

    def _recorded(self, where: str, given: Mapping[str, Any]) -> list[Recorded]:
        query = listed(_ALL.format(where=where), *({"uuids"} & given.keys()))
        with self.base.read() as connection:
            rows = connection.execute(query, given).mappings().all()
        return [
            Recorded(
                seq=row["seq"],
                vote=to_vote([row[name] for name in NAMES]),
                current=row["stale"] is None and (row["value"] is not None or row["skipped"] is not None),
            )
            for row in rows
        ]


def to_vote(row: Sequence[Any]) -> CastVote:
    """Return a row of `votes`, its columns in the order of `NAMES`, as a record."""
    given = dict(zip(NAMES, row, strict=True))
    for name in ("value", "suggestion"):
        text = given[name]
        if text is not None:
            given[name] = text[1:-1] if text[0] == '"' and "\\" not in text else json.loads(text)
    if given["changed"] is not None:
        given["changed"] = bool(given["changed"])
    given["decides"] = bool(given["decides"])
    return CastVote(**given)


def _carried(vote: CastVote, migrations: Migrations) -> CastVote | None:
    """Return a vote as it reads under the classes of today; None: it names one that was split."""
    if not migrations.rows or vote.value is None:
        return vote
    value = migrations.apply(vote.value, vote.question, vote.schema_version)
    if value is None:
        return None
    return vote if value is vote.value else replace(vote, value=value)
