"""Recordings that annotators made: who, of what, under which consent, in which file; and how to take them back."""

import hashlib
import time
from dataclasses import asdict, dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from datastork.store.votes.engine import Base
from datastork.store.votes.records import ConflictError, stamp
from datastork.store.votes.rows import insert_rows
from datastork.store.votes.tables import captures


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One recording. `consent` is the text as it was shown; `code_hash` is of the code that takes it back
    (`hash_of`); `file` its name in `.stork/captured/`; `content` the content id of its bytes as they came.
    """

    uuid: str
    annotator: str
    class_: str
    kind: str
    consent: str
    code_hash: str
    file: str
    content: str
    mime: str
    seconds: float | None
    device: str | None
    created_at: str
    withdrawn_at: str | None = None

    @property
    def consent_hash(self) -> str:
        """SHA-256 of the consent text."""
        return hash_of(self.consent)


class Captures:
    """The part of the store that keeps recordings."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def add(self, capture: Capture) -> bool:
        """Add a recording; False: this uuid is there already. Raises ConflictError where it is another recording."""
        row = asdict(capture)
        row["class"], row["consent_hash"] = row.pop("class_"), capture.consent_hash

        def work(connection: Connection) -> bool:
            query = sa.text("SELECT annotator, content FROM captures WHERE uuid = :uuid")
            known = connection.execute(query, {"uuid": capture.uuid}).one_or_none()
            if known is not None:
                if tuple(known) != (capture.annotator, capture.content):
                    raise ConflictError(f"the recording {capture.uuid} is there already, and is another one")
                return False
            number = connection.execute(sa.text("SELECT coalesce(max(number), 0) + 1 FROM captures")).scalar()
            insert_rows(connection, captures, [{"number": number, **row}])
            return True

        return self.base.write(work)

    def get(self, uuid: str) -> Capture | None:
        """Return a recording, or None."""
        return next(iter(self._list("WHERE uuid = :uuid", {"uuid": uuid})), None)

    def withdraw(self, code: str) -> Capture | None:
        """Mark the recording with this code as taken back and return it, so that its file can be removed; None: no
        recording has the code. The second time returns it again.
        """
        given = {"hash": hash_of(code), "at": stamp(time.time())}
        query = sa.text(
            "UPDATE captures SET withdrawn_at = coalesce(withdrawn_at, :at) WHERE code_hash = :hash RETURNING uuid"
        )
        uuid = self.base.write(lambda connection: connection.execute(query, given).scalar())
        return None if uuid is None else self.get(uuid)

    def counts(self) -> dict[str, int]:
        """Return how many recordings, not taken back, each class has."""
        query = sa.text('SELECT "class", count(*) FROM captures WHERE withdrawn_at IS NULL GROUP BY "class"')
        with self.base.read() as connection:
            return dict(connection.execute(query).all())

    def _list(self, where: str, given: dict[str, Any]) -> list[Capture]:
        names = [one.name for one in fields(Capture)]
        with self.base.read() as connection:
            rows = connection.execute(sa.text(f"SELECT * FROM captures {where} ORDER BY number"), given).mappings()
            return [Capture(**{name: row[name.removesuffix("_")] for name in names}) for row in rows]

    def list(self, withdrawn: bool = False) -> list[Capture]:
        """Return all recordings in the order they came; those taken back only with `withdrawn`."""
        return self._list("" if withdrawn else "WHERE withdrawn_at IS NULL", {})


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text, in hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()
