"""Tables that a database gives: one query, in a transaction that cannot write, row by row.

What a password is stands in an environment variable, never in a recipe; no note, error or record shows it.
"""

import os
import posixpath
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.collect._kept import heed_stop
from datastork.collect._tables.gather import Mapping
from datastork.collect._tables.open import Form, Opened, checked
from datastork.collect._tables.text_tables import BATCH, Batch, Table
from datastork.core.errors import DataError, MissingExtraError, RecipeError, SourceError
from datastork.core.hashing import key_of
from datastork.tables.reading.header import named
from datastork.tables.reading.values import plain

if TYPE_CHECKING:
    from sqlalchemy import URL

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|\$\{\w+\}$")
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_QUERY = re.compile(r"(?>(?:\s|--[^\n]*\n|/\*.*?\*/)*)(?:select|with|values|table)\b", re.IGNORECASE | re.DOTALL)
SECONDS = 30  # until a server must answer


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a database is: `shown` is what may be told of it, `secret` what may not, `file` that of SQLite.

    `ssl_context` says how the connection to PostgreSQL is encrypted, see `store.votes.encryption`.
    """

    url: "URL"
    shown: str
    secret: str = ""
    file: str = ""
    ssl_context: Any = None


def is_database(path: str) -> bool:
    """Say whether a path is the address of a database, or an environment variable with one.

    >>> is_database("sqlite:///shop.db"), is_database("${SHOP}"), is_database("shop.csv")
    (True, True, False)
    """
    return _ADDRESS.match(path) is not None


def open_query(root: Path, path: str, mapping: Mapping, form: Form, *, text: str | None, outside: bool) -> list[Opened]:
    """Return what `form.query` gives, not yet read. See `open_tables` for what is raised."""
    query = (form.query or "").strip().rstrip(";").rstrip()
    if _QUERY.match(query) is None:
        raise RecipeError(["query: a database needs one SELECT, such as query = 'select * from orders order by id'"])
    place = _place(root, path, outside)
    if place.url.get_backend_name() == "sqlite":
        rows = _from_sqlite(place, query)
    else:
        rows = _from_postgres(place, query)
    columns = next(rows)
    notes = [] if re.search(r"\border\s+by\b", query, re.IGNORECASE) else [f"{place.shown}: {_UNORDERED}"]
    names = named(place.shown, columns, notes)
    table = Table(place.shown, names, _batches(names, rows), notes)
    wanted = [*mapping.named(), *((("text", text),) if text else ()), *(("types", column) for column in form.types)]
    uri = f"{place.shown}?{key_of(query, length=8)}"
    return [Opened(uri, None, checked(table, wanted, form), posixpath.basename(place.shown), None)]


_UNORDERED = "the query has no ORDER BY, so that rows may come in another order and get other numbers"


def _place(root: Path, path: str, outside: bool) -> _Place:
    """Raise RecipeError for an address that cannot be, without saying what is secret in it."""
    import sqlalchemy as sa

    from datastork.store.votes.encryption import encryption

    given = _filled(path) if _VARIABLE.fullmatch(path) else path
    try:
        url = sa.make_url(given)
        backend = url.get_backend_name()
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ValueError):
        raise RecipeError([f"path: {_KNOWN}"]) from None
    if backend not in ("sqlite", "postgresql"):
        raise RecipeError([f"path: {backend}:// is not known; {_KNOWN}"])
    if url.query and backend == "sqlite":
        raise RecipeError(["path: the address of a file of SQLite has no options behind a `?` here"])
    if url.password and given is path and not _VARIABLE.fullmatch(str(url.password)):
        raise RecipeError(
            ["path: it holds a password, which the records of every build would keep"],
            hint="put it into an environment variable: postgresql://user:${NAME}@host/database",
        )
    if backend == "sqlite":
        file = _file(root, url.database or "", outside)
        return _Place(url, file, file=os.path.join(root, file))
    if given is path:
        username, password, host, database = (
            None if part is None else _filled(str(part))
            for part in (url.username, url.password, url.host, url.database)
        )
        query = {name: _filled(value) if isinstance(value, str) else value for name, value in url.query.items()}
        url = url.set(username=username, password=password, host=host, database=database, query=query)
    try:
        context = encryption(url.query)
    except DataError as error:
        raise RecipeError([f"path: {error.message}"], hint=error.hint) from None
    shown = f"postgresql://{url.host or 'localhost'}/{url.database or ''}"
    return _Place(url, shown, str(url.password or ""), ssl_context=context)


_KNOWN = "databases are sqlite:///file.db and postgresql://user:${PASSWORD}@host/database"


def _filled(text: str) -> str:
    """Return a text with its environment variables put in."""
    missing = sorted({name for name in _VARIABLE.findall(text) if name not in os.environ})
    if missing:
        raise RecipeError([f"path: the environment variable {name} is not set" for name in missing])
    return _VARIABLE.sub(lambda found: os.environ[found[1]], text)


def _file(root: Path, path: str, outside: bool) -> str:
    """Return the path of a file of SQLite, as it may be shown: relative to the recipe where it is inside."""
    full = os.path.join(root, _filled(path))
    real, base = os.path.realpath(full), os.path.realpath(root)
    if not outside and not real.startswith(base.rstrip("/") + "/"):
        raise RecipeError([f"path: {path} lies outside the folder of the recipe; `outside = true` allows it"])
    if not os.path.isfile(real):
        raise SourceError(f"{path}: there is no such database")
    return os.path.relpath(full, root) if real.startswith(base.rstrip("/") + "/") else full


def _from_sqlite(place: _Place, query: str) -> Iterator[Sequence[Any]]:
    """Yield the names of the columns, then the rows. Nothing but reading is allowed."""
    allowed = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)

    def permit(action: int, *about: str | None) -> int:
        loads = action == sqlite3.SQLITE_FUNCTION and "load_extension" in about
        return sqlite3.SQLITE_OK if action in allowed and not loads else sqlite3.SQLITE_DENY

    try:
        with closing(sqlite3.connect(f"{Path(place.file).absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
            connection.set_authorizer(permit)
            cursor = connection.execute(query)
            yield [column[0] for column in cursor.description]
            yield from cursor
    except sqlite3.Error as error:
        raise SourceError(f"{place.shown}: {error}") from error


def _from_postgres(place: _Place, query: str) -> Iterator[Sequence[Any]]:
    """Yield the names of the columns, then the rows, which a cursor of the server holds back."""
    try:
        from pg8000.core import CoreConnection
        from pg8000.exceptions import Error
    except ImportError as error:
        raise MissingExtraError("collect.table", "pg8000", "postgres") from error
    url = place.url
    try:
        connection = CoreConnection(
            url.username or "postgres", host=url.host or "localhost", port=url.port or 5432, database=url.database,
            password=place.secret or None, ssl_context=place.ssl_context, timeout=SECONDS, application_name="datastork",
            startup_params={"options": "-c default_transaction_read_only=on"},
        )  # fmt: skip
        with closing(connection):
            connection._usock.settimeout(None)  # a query may take long
            for command in ("begin transaction isolation level repeatable read read only",
                            f"declare datastork no scroll cursor for {query}"):  # fmt: skip
                connection.execute_unnamed(command)  # takes one statement and no more
            fetched = connection.execute_unnamed(f"fetch {BATCH} from datastork")
            yield [column["name"] for column in fetched.columns]
            while fetched.rows:
                yield from fetched.rows
                fetched = connection.execute_unnamed(f"fetch {BATCH} from datastork")
    except (Error, OSError) as error:
        raise SourceError(f"{place.shown}: {_said(error, place)}") from None


def _said(error: Exception, place: _Place) -> str:
    first: Any = error.args[0] if error.args and not isinstance(error, OSError) else error
    text = str(first.get("M", first) if isinstance(first, dict) else first)
    return text.replace(place.secret, "***") if place.secret else text


def _batches(names: list[str], rows: Iterator[Sequence[Any]]) -> Iterator[Batch]:
    start = 0
    values: list[dict[str, Any] | None] = []
    problems: list[str | None] = []
    for number, row in enumerate(rows):
        binary = [name for name, value in zip(names, row, strict=True) if isinstance(value, (bytes, memoryview))]
        problems.append(f"row {number}: {binary[0]} holds bytes, which a row cannot" if binary else None)
        values.append(None if binary else dict(zip(names, map(plain, row), strict=True)))
        if len(values) == BATCH:
            heed_stop()
            yield Batch(start, values, problems)
            start, values, problems = number + 1, [], []
    yield Batch(start, values, problems)
