"""Comments on samples: "unclear", "broken", and whatever else annotators want to say."""

import time
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from datastork.core.errors import DataError
from datastork.store.votes.engine import Base
from datastork.store.votes.records import ConflictError, stamp
from datastork.store.votes.rows import insert_rows, listed
from datastork.store.votes.tables import comments

LONGEST = 10_000  # characters


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; `seq` its number, `reply_to` the uuid of the one it answers."""

    seq: int
    uuid: str
    sample: str
    annotator: str
    kind: str
    text: str
    reply_to: str | None
    created_at: str
    resolved_by: str | None
    resolved_at: str | None


class Comments:
    """The part of the store that keeps comments."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def add(self, uuid: str, sample: str, annotator: str, kind: str, text: str, reply_to: str | None = None) -> bool:
        """Add a comment; False: this uuid is there already. Raises DataError, ConflictError as `cast` does."""
        if not uuid or len(text) > LONGEST or "\0" in f"{uuid}{sample}{annotator}{kind}{text}{reply_to}":
            raise DataError(f"a comment of {len(text):,} characters", hint=f"at most {LONGEST:,}, none of them NUL")
        row = {"uuid": uuid, "sample": sample, "annotator": annotator, "kind": kind, "text": text, "reply_to": reply_to}

        def work(connection: Connection) -> bool:
            known = connection.execute(sa.text("SELECT * FROM comments WHERE uuid = :uuid"), {"uuid": uuid}).mappings()
            there = known.one_or_none()
            if there is not None:
                if any(there[name] != row[name] for name in row):
                    raise ConflictError(f"the comment {uuid} is there already, and says something else", uuid=uuid)
                return False
            number = connection.execute(sa.text("SELECT coalesce(max(seq), 0) + 1 FROM comments")).scalar()
            insert_rows(connection, comments, [{"seq": number, **row, "created_at": stamp(time.time())}])
            return True

        return self.base.write(work)

    def of(self, sample: str) -> list[Comment]:
        """Return the comments on a sample, oldest first."""
        with self.base.read() as connection:
            query = sa.text("SELECT * FROM comments WHERE sample = :sample ORDER BY seq")
            return [Comment(**row) for row in connection.execute(query, {"sample": sample}).mappings()]

    def count(self, samples: list[str]) -> dict[str, int]:
        """Return how many comments samples have; those without are left out."""
        query = listed("SELECT sample, count(*) FROM comments WHERE sample IN :samples GROUP BY sample", "samples")
        with self.base.read() as connection:
            return dict(connection.execute(query, {"samples": samples}).all()) if samples else {}

    def resolve(self, uuid: str, by: str) -> bool:
        """Mark a comment as settled; False: it is unknown or was settled before."""
        query = sa.text(
            "UPDATE comments SET resolved_by = :by, resolved_at = :at WHERE uuid = :uuid AND resolved_at IS NULL"
        )
        given = {"uuid": uuid, "by": by, "at": stamp(time.time())}
        return bool(self.base.write(lambda connection: connection.execute(query, given).rowcount))

    def list(self, after: int = 0, limit: int = 500) -> list[Comment]:
        """Return comments with numbers above `after`, oldest first."""
        with self.base.read() as connection:
            query = sa.text("SELECT * FROM comments WHERE seq > :after ORDER BY seq LIMIT :limit")
            rows = connection.execute(query, {"after": after, "limit": limit}).mappings()
            return [Comment(**row) for row in rows]
