"""People: who may vote, by which invitation they came, and the sessions they are known by.

Links and sessions are 256 random bits; only their SHA-256 is kept. Nobody has a password.
"""

import re
import secrets
import time
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from datastork.core.errors import DataError, NotFoundError
from datastork.store.votes.beside.captures import hash_of
from datastork.store.votes.cast import add_annotator
from datastork.store.votes.engine import Base
from datastork.store.votes.records import ROLES, Annotator, ConflictError, stamp
from datastork.store.votes.rows import insert_rows
from datastork.store.votes.tables import invites, sessions

LONGEST = 80  # characters of a name
SEEN = 60.0  # seconds between two notes that a session is in use


@dataclass(frozen=True, slots=True)
class Invite:
    """A link by which annotators come: `uses` left, until `expires` (ISO 8601, UTC); `name` where it is for one."""

    id: int
    role: str
    label: str
    name: str | None
    uses: int
    expires: str
    created_at: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """A session: whose, on what device, last used when."""

    annotator: str
    role: str
    device: str | None
    created_at: str
    seen_at: str


class People:
    """The part of the store that knows annotators."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def add(self, name: str, role: str = "annotator") -> Annotator:
        """Add an annotator. Raises ConflictError where the name is taken, DataError where it cannot be one."""
        row = {"name": clean_name(name), "role": _role(role), "created_at": stamp(time.time())}

        def work(connection: Connection) -> None:
            if connection.execute(_BY_NAME, {"name": row["name"]}).first():
                raise ConflictError(f"there is an annotator called {row['name']!r} already", hint="choose another name")
            add_annotator(connection, row)

        self.base.write(work)
        return Annotator(**row, disabled=False, answered=0, given=0)

    def ensure(self, name: str, role: str = "annotator") -> Annotator:
        """Return the annotator of this name; where there is none, add one."""
        found = self.get(name)
        try:
            return found or self.add(name, role)
        except ConflictError:  # another thread was quicker
            return self.get(name) or self.add(name, role)

    def get(self, name: str) -> Annotator | None:
        """Return an annotator, or None."""
        with self.base.read() as connection:
            row = connection.execute(_BY_NAME, {"name": name}).mappings().one_or_none()
        return None if row is None else _annotator(row)

    def disable(self, name: str, disabled: bool = True) -> None:
        """Lock an annotator out, or let it in again; its votes stay. Raises NotFoundError."""
        self._change(name, "disabled = :value", int(disabled))

    def set_role(self, name: str, role: str) -> None:
        """Give an annotator another role. Raises DataError, NotFoundError; who is a model stays one."""
        found = self.get(name)
        if found is not None and "model" in (found.role, role) and found.role != role:
            raise DataError(f"{name} is {found.role} and cannot become {role}", hint="models and people stay apart")
        self._change(name, "role = :value", _role(role))

    def invite(
        self,
        role: str = "annotator",
        *,
        uses: int = 1,
        seconds: float = 7 * 86_400,
        label: str = "",
        name: str | None = None,
        by: str | None = None,
        now: float | None = None,
    ) -> str:
        """Make a link for `uses` people; return its token, which is kept nowhere. `name` makes it the way in of one
        annotator, there already or not: how the owner enters, and how somebody comes back on another device.
        """
        at, token = _now(now), secrets.token_urlsafe(32)
        row: dict[str, Any] = {
            "hash": hash_of(token),
            "role": _role(role),
            "label": label,
            "uses": max(1, uses),
            "by": by,
        }
        row |= {"name": None if name is None else clean_name(name), "expires": at + seconds, "created_at": stamp(at)}

        def work(connection: Connection) -> None:
            number = connection.execute(sa.text("SELECT coalesce(max(id), 0) + 1 FROM invites")).scalar()
            insert_rows(connection, invites, [{"id": number, **row}])

        self.base.write(work)
        return token

    def invites(self) -> list[Invite]:
        """Return all links, used up ones included."""
        with self.base.read() as connection:
            rows = connection.execute(sa.text("SELECT * FROM invites ORDER BY id")).mappings()
            return [_invite(row) for row in rows]

    def look(self, token: str, now: float | None = None) -> Invite | None:
        """Return the invitation that a token opens, without using it; None: it is unknown, used up or over."""
        with self.base.read() as connection:
            row = connection.execute(_INVITE, {"hash": hash_of(token), "now": _now(now)}).mappings().one_or_none()
        return None if row is None else _invite(row)

    def revoke(self, invite: int) -> bool:
        """Make a link useless; False: there is no such link."""
        query = sa.text("UPDATE invites SET uses = 0 WHERE id = :id")
        return bool(self.base.write(lambda connection: connection.execute(query, {"id": invite}).rowcount))

    def join(
        self,
        token: str,
        name: str | None = None,
        *,
        seconds: float = 30 * 86_400,
        device: str | None = None,
        now: float | None = None,
    ) -> tuple[Annotator, str]:
        """Use an invitation: return the annotator and the token of a new session.

        Raises NotFoundError for a token that opens nothing, ConflictError where `name` is taken, DataError.
        """
        at = _now(now)

        def work(connection: Connection) -> tuple[Annotator, str]:
            row = connection.execute(_INVITE, {"hash": hash_of(token), "now": at}).mappings().one_or_none()
            if row is None:
                raise NotFoundError("this link is unknown, used up or over", hint="ask for a new one")
            called = row["name"] or clean_name(name or "")
            found = connection.execute(_BY_NAME, {"name": called}).mappings().one_or_none()
            if found is not None and row["name"] is None:
                raise ConflictError(
                    f"there is an annotator called {called!r} already",
                    hint="choose another name; if that is you, ask the owner for a link of your own",
                )
            if found is None:
                add_annotator(connection, {"name": called, "role": row["role"], "created_at": stamp(at)})
                found = connection.execute(_BY_NAME, {"name": called}).mappings().one()
            if found["disabled"]:
                raise NotFoundError("this link is unknown, used up or over", hint="ask for a new one")
            connection.execute(sa.text("UPDATE invites SET uses = uses - 1 WHERE id = :id"), {"id": row["id"]})
            session = secrets.token_urlsafe(32)
            times = {"created_at": stamp(at), "expires": at + seconds, "seen": at, "device": device}
            insert_rows(connection, sessions, [{"hash": hash_of(session), "annotator": found["id"], **times}])
            return _annotator(found), session

        return self.base.write(work)

    def session(self, token: str, now: float | None = None) -> Annotator | None:
        """Return whose session this is; None: it is unknown, over, or its annotator locked out."""
        at, key = _now(now), hash_of(token)
        with self.base.read() as connection:
            row = connection.execute(_SESSION, {"hash": key, "now": at}).mappings().one_or_none()
        if row is None:
            return None
        if at - row["seen"] > SEEN:
            query = sa.text("UPDATE sessions SET seen = :now WHERE hash = :hash")
            self.base.lend(lambda connection: connection.execute(query, {"now": at, "hash": key}))
        return _annotator(row)

    def sessions(self, name: str | None = None) -> list[Session]:
        """Return the sessions of an annotator, or of all, the one used last first."""
        query = sa.text(
            "SELECT s.*, a.name, a.role FROM sessions s JOIN annotators a ON a.id = s.annotator ORDER BY s.seen DESC"
        )
        with self.base.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Session(row["name"], row["role"], row["device"], row["created_at"], stamp(row["seen"]))
            for row in rows
            if name in (None, row["name"])
        ]

    def leave(self, token: str) -> None:
        """End a session."""
        query = sa.text("DELETE FROM sessions WHERE hash = :hash")
        self.base.write(lambda connection: connection.execute(query, {"hash": hash_of(token)}))

    def _change(self, name: str, what: str, value: Any) -> None:
        query = sa.text(f"UPDATE annotators SET {what} WHERE name = :name")
        if not self.base.write(lambda connection: connection.execute(query, {"name": name, "value": value}).rowcount):
            near = ", ".join(one.name for one in self.list()[:20])
            raise NotFoundError(f"no annotator is called {name!r}", hint=f"there are: {near}")

    def list(self) -> list[Annotator]:
        """Return all annotators in the order they came."""
        with self.base.read() as connection:
            return [
                _annotator(row)
                for row in connection.execute(sa.text("SELECT * FROM annotators ORDER BY id")).mappings()
            ]


def clean_name(name: str) -> str:
    """Return a name without white space around it. Raises DataError where it cannot be one."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST or not visible(name):
        raise DataError(f"{name[:LONGEST]!r} cannot be a name", hint=f"give 1 to {LONGEST} printable characters")
    return name


def visible(text: str) -> bool:
    """Return whether a text has no characters that cannot be seen, but for the two joiners between letters that need
    them (Persian, Hindi, emoji) and wide spaces. Marks that turn the direction of writing could feign another name.

    >>> visible("Ada"), visible("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"), visible("Ada\u200d"), visible("a\nb")
    (True, True, False, False)
    """
    return _JOINED.sub("", text).replace("\u3000", " ").replace("\xa0", " ").isprintable()


_JOINED = re.compile(r"(?<=[^\x00-\x7f\u200c\u200d])[\u200c\u200d](?=[^\x00-\x7f\u200c\u200d])")
_BY_NAME = sa.text("SELECT * FROM annotators WHERE name = :name")
_INVITE = sa.text("SELECT * FROM invites WHERE hash = :hash AND uses > 0 AND expires > :now")
_SESSION = sa.text(
    "SELECT a.*, s.seen FROM sessions s JOIN annotators a ON a.id = s.annotator "
    "WHERE s.hash = :hash AND s.expires > :now AND a.disabled = 0"
)


def _annotator(row: Any) -> Annotator:
    return Annotator(row["name"], row["role"], row["created_at"], bool(row["disabled"]), row["answered"], row["given"])


def _invite(row: Any) -> Invite:
    return Invite(
        row["id"],
        row["role"],
        row["label"],
        row["name"],
        row["uses"],
        stamp(row["expires"]),
        row["created_at"],
        row["by"],
    )


def _role(role: str) -> str:
    if role not in ROLES:
        raise DataError(f"{role!r} is no role", hint=f"roles are {', '.join(ROLES)}")
    return role


def _now(now: float | None) -> float:
    return time.time() if now is None else now
