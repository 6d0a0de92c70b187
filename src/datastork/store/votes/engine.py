"""The connection to the database of votes: SQLite in one file, or PostgreSQL by URL; transactions and errors.

Three ways to talk to it:

`read`   sees what is committed; each statement for itself
`write`  one at a time over all threads and processes (SQLite: BEGIN IMMEDIATE; PostgreSQL: an advisory lock), and on
         disk before it returns: votes, and what must not be lost
`lend`   leases: SQLite as above, PostgreSQL side by side with row locks; a power cut may lose the last ones, which
         costs a lease and never a vote
"""

import hashlib
import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError

from datastork.core.errors import MissingExtraError, StoreError

T = TypeVar("T")
BUSY_SECONDS = 30  # how long a writer waits for another process
CACHE_KIB = 8000  # of SQLite's pages, per connection
RETRIES = 5  # of a transaction that PostgreSQL ended because of another (deadlock, serialisation)
_ALONE = sa.text("SELECT pg_advisory_xact_lock(:key)")
_locks: dict[str, threading.RLock] = {}
_locks_guard = threading.Lock()


class Base:
    """A database of votes. Safe for threads; open it again in a process made by fork."""

    def __init__(self, url: URL, schema: str) -> None:
        self.url, self.schema = url, schema
        self.postgres = url.get_backend_name() == "postgresql"
        self.name = url.render_as_string(hide_password=True) if self.postgres else str(url.database)
        if self.postgres:
            self._durable, self._quick = (_postgres(url, schema, commit) for commit in ("on", "off"))
            self._key = int.from_bytes(hashlib.sha256(schema.encode()).digest()[:7], "big")
        else:
            self._durable = self._quick = _sqlite(str(url.database))
            with _locks_guard:
                self._lock = _locks.setdefault(os.path.realpath(str(url.database)), threading.RLock())

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that reads."""
        options = {"isolation_level": "AUTOCOMMIT"} if self.postgres else {"stork_mode": "read"}
        with self.told(), self._quick.connect() as connection:
            yield connection.execution_options(**options)

    def write(self, work: Callable[[Connection], T], durable: bool = True) -> T:
        """Run `work` in a transaction of its own, alone among writers, and return once it is on disk; with `durable`
        false, once it is committed: for what can be done again after a power cut.
        """
        return self._run(self._durable if durable else self._quick, "full" if durable else "normal", True, work)

    def lend(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that may run beside others (PostgreSQL) and need not survive a power cut."""
        return self._run(self._quick, "normal", False, work)

    def close(self) -> None:
        """Let go of all connections."""
        self._durable.dispose()
        self._quick.dispose()

    def _run(self, engine: sa.Engine, mode: str, alone: bool, work: Callable[[Connection], T]) -> T:
        with self.told():
            if not self.postgres:
                with self._lock, engine.connect().execution_options(stork_mode=mode) as connection, connection.begin():
                    return work(connection)
            for attempt in range(RETRIES):
                try:
                    with engine.begin() as connection:
                        if alone:
                            connection.execute(_ALONE, {"key": self._key})
                        return work(connection)
                except DBAPIError as error:
                    if _code(error) not in ("40P01", "40001") or attempt == RETRIES - 1:
                        raise
                    time.sleep(0.01 * 2**attempt)
        raise AssertionError("unreachable")

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn what the database says into a StoreError with a hint; no password, no traceback of a driver."""
        try:
            yield
        except (DBAPIError, sqlite3.DatabaseError) as error:
            raise self._story(error) from error

    def _story(self, error: Exception) -> StoreError:
        original = getattr(error, "orig", None) or error
        said = _said(original)
        if self.postgres:
            if isinstance(error, (InterfaceError, OperationalError)) and not _code(error):
                return StoreError(
                    f"cannot reach the votes in {self.name}: {said}",
                    hint="is PostgreSQL running there, and is the address in [label] store or DATASTORK_VOTES right?",
                )
            return StoreError(f"the votes in {self.name} cannot be used: {said}", hint="see PostgreSQL's own log")
        if "malformed" in said or "not a database" in said or "disk I/O" in said:
            return StoreError(
                f"{self.name} is damaged: {said}",
                hint=f"put a backup in its place, or save what can be read: sqlite3 {self.name} .recover",
            )
        if "locked" in said or "busy" in said:
            return StoreError(
                f"{self.name} is held by another process for more than {BUSY_SECONDS} s",
                hint="end what holds it; on a network drive use PostgreSQL: [label] store = 'postgresql://…'",
            )
        return StoreError(f"{self.name} cannot be used: {said}", hint="check permissions and space on the disk")


def locate(url: str | None, default: Path, dataset: str) -> Base:
    """Return the database that `url` names (None: the environment's DATASTORK_VOTES, else SQLite at `default`).

    `sqlite:///path`, or `postgresql://user:password@host/database`, where every dataset has a schema of its own,
    see `schema_of`, unless the URL ends in `?schema=name`. Raises StoreError, MissingExtraError.
    """
    url = url or os.environ.get("DATASTORK_VOTES") or None
    if url is None:
        return Base(URL.create("sqlite", database=str(default)), "")
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError) as error:  # says nothing of the URL, which may hold a password
        raise StoreError(
            "the address of the votes cannot be read", hint="write postgresql://user:password@host:5432/database"
        ) from error
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise StoreError("votes are kept in a file", hint="write sqlite:////folder/votes.sqlite")
        return Base(URL.create("sqlite", database=parsed.database), "")
    if backend not in ("postgresql", "postgres"):
        raise StoreError(f"votes cannot be kept in {backend}", hint="SQLite and PostgreSQL can: postgresql://…")
    try:
        import pg8000  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("votes in PostgreSQL", "pg8000", "postgres") from error
    schema = parsed.query.get("schema") or schema_of(dataset)
    if not isinstance(schema, str) or not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema):
        raise StoreError(f"{schema!r} cannot name a schema", hint="use small letters, digits and _, at most 63 of them")
    return Base(parsed.difference_update_query(["schema"]).set(drivername="postgresql+pg8000"), schema)


def schema_of(dataset: str) -> str:
    """Return the schema of a dataset; names that would look alike in it are told apart by a hash.

    >>> schema_of("garden_birds"), schema_of("Garden Birds")
    ('stork_garden_birds', 'stork_garden_birds_2ab1fac9')
    """
    slug = re.sub(r"[^a-z0-9_]+", "_", dataset.lower()).strip("_")[:40]
    if slug == dataset:
        return f"stork_{slug}"
    return f"stork_{slug}_{hashlib.sha256(dataset.encode()).hexdigest()[:8]}"


def _sqlite(path: str) -> sa.Engine:
    engine = sa.create_engine(
        URL.create("sqlite", database=path), connect_args={"timeout": BUSY_SECONDS}, pool_size=8, max_overflow=56
    )

    @sa.event.listens_for(engine, "connect")
    def connected(raw: Any, record: Any) -> None:
        raw.isolation_level = None  # transactions begin where we say
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        deadline = time.monotonic() + BUSY_SECONDS
        while raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":  # no busy handler runs for this one
            try:
                raw.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    @sa.event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        mode = connection.get_execution_options().get("stork_mode", "full")
        if mode == "read":
            return
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute(f"PRAGMA synchronous = {'FULL' if mode == 'full' else 'NORMAL'}")
        raw.execute("BEGIN IMMEDIATE")

    return engine


def _postgres(url: URL, schema: str, commit: str) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=8, max_overflow=24, pool_pre_ping=False, pool_recycle=600)

    @sa.event.listens_for(engine, "connect")
    def connected(raw: Any, record: Any) -> None:
        cursor = raw.cursor()
        cursor.execute(f'SET search_path TO "{schema}"')
        cursor.execute(f"SET synchronous_commit TO {commit}")
        cursor.execute("SET enable_seqscan TO off")  # every query of ours has an index; statistics may lag behind
        cursor.execute("SET jit TO off")  # it would compile these small queries anew, for hundreds of milliseconds
        cursor.execute("SET client_min_messages TO warning")
        raw.commit()

    return engine


def _code(error: Exception) -> str:
    """Return PostgreSQL's code of an error ("40P01"), or ""."""
    original = getattr(error, "orig", error)
    first = original.args[0] if getattr(original, "args", ()) else None
    return str(first.get("C", "")) if isinstance(first, dict) else ""


def _said(error: Any) -> str:
    first = error.args[0] if getattr(error, "args", ()) else error
    return str(first.get("M", first) if isinstance(first, dict) else first).splitlines()[0] if first else str(error)
