"""The connection to the database of votes: SQLite in one file, or PostgreSQL by URL; transactions and errors.

Three ways to talk to it:

`read`   sees what is committed; each statement for itself (`ask` is a single one, the short way)
`write`  one at a time over all threads and processes (SQLite: BEGIN IMMEDIATE; PostgreSQL: an advisory lock), and on
         disk before it returns: votes, and what must not be lost; those who wait share a transaction, see `line`
`lend`   leases: SQLite as above, PostgreSQL side by side with row locks; a power cut may lose the last ones, which
         costs a lease and never a vote
"""

import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from datastork.core.errors import StoreError
from datastork.store.votes.checkpoints import BACKSTOP, Checkpoints
from datastork.store.votes.line import Line, Work
from datastork.store.votes.rows import Sentence, driver, told_by_driver

T = TypeVar("T")
BUSY_SECONDS = 30  # how long a writer waits for another process
CACHE_KIB = 8000  # of SQLite's pages, per connection
MUCH_KIB = 128_000  # the same while much is written
RETRIES = 5  # of a transaction that PostgreSQL ended because of another (deadlock, serialisation)
_ALONE = "SELECT pg_advisory_xact_lock({})"
_locks: dict[str, threading.RLock] = {}
_locks_guard = threading.Lock()


class Base:
    """A database of votes. Safe for threads; open it again in a process made by fork."""

    def __init__(self, url: URL, schema: str, ssl_context: Any = None) -> None:
        self.url, self.schema = url, schema
        self.postgres = url.get_backend_name() == "postgresql"
        self.name = url.render_as_string(hide_password=True) if self.postgres else str(url.database)
        if self.postgres:
            self._durable, self._quick = (_postgres(url, schema, commit, ssl_context) for commit in ("on", "off"))
            self._key = int.from_bytes(hashlib.sha256(schema.encode()).digest()[:7], "big")
            self._lock = threading.RLock()
            self._line = Line(self._lock, self._on_postgres)
        else:
            self._durable = self._quick = _sqlite(str(url.database))
            with _locks_guard:
                self._lock = _locks.setdefault(os.path.realpath(str(url.database)), threading.RLock())
            self._line = Line(self._lock, self._on_sqlite)
            self._checkpoints = Checkpoints(str(url.database))
        self._writer: Connection | None = None  # SQLite: the connection that writes, and whether it waits for the disk
        self._waits: bool | None = None
        self._readers: list[Connection] = []  # SQLite: connections of `ask` that nobody uses at the moment

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that reads."""
        with self.told(), self._quick.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT") if self.postgres else connection

    def ask(self, sentence: Sentence, given: Mapping[str, Any]) -> Sequence[Any]:
        """Return the rows of one statement."""
        if self.postgres:
            with self.told(), self._quick.connect() as connection:  # outside of a transaction
                return sentence.rows(connection, given)
        with self.told():
            try:
                connection = self._readers.pop()
            except IndexError:
                connection = self._quick.connect()
            try:
                rows = sentence.rows(connection, given)
            except BaseException:
                connection.close()
                raise
            self._readers.append(connection)
            return rows

    def write(self, work: Callable[[Connection], T], durable: bool = True) -> T:
        """Run `work` in a transaction, alone among writers, and return once it is on disk; with `durable` false, once
        it is committed: for what can be done again after a power cut. Others who wait may share the transaction.
        """
        with self.told():
            return self._line.join(work, durable)

    def lend(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that may run beside others (PostgreSQL) and need not survive a power cut."""
        with self.told():
            if not self.postgres:
                return self._line.join(work, False)
            done: T = self._attempts(self._quick, [work], alone=False)[0]
            return done

    @contextmanager
    def much(self) -> Iterator[None]:
        """Much is written within: more of the file stays in memory, and it is brought in order once, at the end."""
        if self.postgres:
            yield
            return
        self._checkpoints.paused = True
        self.write(lambda connection: _room(connection, MUCH_KIB, MUCH_KIB // 4), durable=False)
        try:
            yield
        finally:
            self._checkpoints.paused = False
            self.write(lambda connection: _room(connection, CACHE_KIB, BACKSTOP), durable=False)
            with self.told(), self._lock:
                if self._writer is not None:
                    driver(self._writer).execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                self._let_go()

    def close(self) -> None:
        """Let go of all connections."""
        if not self.postgres:
            self._checkpoints.end()
        with self._lock:
            self._let_go()
        while self._readers:
            self._readers.pop().close()
        self._durable.dispose()
        self._quick.dispose()

    def _on_sqlite(self, works: Sequence[Work], durable: bool) -> list[Any]:
        """Run pieces of work in one transaction; the caller holds the lock."""
        if self._writer is None:
            self._writer = self._quick.connect()
        connection = self._writer
        raw: Any = connection.connection.dbapi_connection
        try:
            if self._waits != durable:
                raw.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                self._waits = durable
            raw.execute("BEGIN IMMEDIATE")
            done = [work(connection) for work in works]
            raw.execute("COMMIT")
        except BaseException:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            self._let_go()
            raise
        self._checkpoints.written(len(works))
        return done

    def _let_go(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = self._waits = None

    def _on_postgres(self, works: Sequence[Work], durable: bool) -> list[Any]:
        return self._attempts(self._durable if durable else self._quick, works, alone=True)

    def _attempts(self, engine: sa.Engine, works: Sequence[Work], *, alone: bool) -> list[Any]:
        for attempt in range(RETRIES):
            try:
                with engine.connect() as connection:  # what is not committed is rolled back where it goes back
                    raw = driver(connection)
                    with told_by_driver(connection, "BEGIN"):
                        raw.execute_simple(f"BEGIN; {_ALONE.format(self._key)}" if alone else "BEGIN")
                    done = [work(connection) for work in works]
                    with told_by_driver(connection, "COMMIT"):
                        raw.execute_simple("COMMIT")
                    return done
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
        except OSError as error:  # a certificate that is not right comes as such
            if not self.postgres:
                raise
            raise self._story(error) from error

    def _story(self, error: Exception) -> StoreError:
        original = getattr(error, "orig", None) or error
        said = _said(original)
        if self.postgres:
            if "CERTIFICATE_VERIFY_FAILED" in said:
                return StoreError(
                    f"the votes in {self.name} are not reached: {said}",
                    hint="sslrootcert=/folder/ca.pem in the address names the authority that signed its certificate",
                )
            if isinstance(error, (InterfaceError, OperationalError, OSError)) and not _code(error):
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


def _room(connection: Connection, cache: int, log: int) -> None:
    """Set how much of the file (KiB) is kept in memory, and how many pages the log takes before it is worked in."""
    driver(connection).execute(f"PRAGMA cache_size = -{cache}")
    driver(connection).execute(f"PRAGMA wal_autocheckpoint = {log}")


def _sqlite(path: str) -> sa.Engine:
    engine = sa.create_engine(
        URL.create("sqlite", database=path), connect_args={"timeout": BUSY_SECONDS}, pool_size=8, max_overflow=56
    )

    @sa.event.listens_for(engine, "connect")
    def connected(raw: Any, record: Any) -> None:
        raw.isolation_level = None  # transactions begin where we say
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        raw.execute(f"PRAGMA wal_autocheckpoint = {BACKSTOP}")
        deadline = time.monotonic() + BUSY_SECONDS
        while raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":  # no busy handler runs for this one
            try:
                raw.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    return engine


def _postgres(url: URL, schema: str, commit: str, ssl_context: Any) -> sa.Engine:
    given = {"ssl_context": ssl_context}
    engine = sa.create_engine(url, connect_args=given, pool_size=8, max_overflow=24, pool_recycle=600)

    @sa.event.listens_for(engine, "connect")
    def connected(raw: Any, record: Any) -> None:
        settings = {
            "search_path": f'"{schema}"',
            "synchronous_commit": commit,
            "enable_seqscan": "off",  # every query of ours has an index; statistics may lag behind
            "jit": "off",  # it would compile these small queries anew, for hundreds of milliseconds
            "client_min_messages": "warning",
        }
        raw.execute_simple("; ".join(f"SET {name} TO {value}" for name, value in settings.items()))

    return engine


def _code(error: Exception) -> str:
    """Return PostgreSQL's code of an error ("40P01"), or ""."""
    original = getattr(error, "orig", error)
    first = original.args[0] if getattr(original, "args", ()) else None
    return str(first.get("C", "")) if isinstance(first, dict) else ""


def _said(error: Any) -> str:
    if isinstance(error, OSError):
        return str(error.strerror or error)
    first = error.args[0] if getattr(error, "args", ()) else error
    return str(first.get("M", first) if isinstance(first, dict) else first).splitlines()[0] if first else str(error)
