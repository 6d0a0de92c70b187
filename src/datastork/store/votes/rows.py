"""Statements, and many rows at once, the short way: the drivers without what SQLAlchemy does for each call; PostgreSQL
with statements that it has read once per connection, so that each is one message there and one back, and with one
statement for all rows.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

FEW = 4  # rows that are quicker one by one (PostgreSQL)
_NAME = re.compile(r"(?<![:\w]):(\w+)")
SPELT = 8  # values of a list that are written out (SQLite); longer lists are read out of JSON


class Sentence:
    """A statement with named parameters, read once. `lists` are parameters that are lists: `sample IN :samples`."""

    def __init__(self, statement: str, *lists: str) -> None:
        self._statement, self._lists = statement, lists
        self._spelt: dict[tuple[int, ...], str] = {}
        for name in lists:
            statement = statement.replace(f"IN :{name}", f"= ANY(:{name})")
        self._names = _NAME.findall(statement)  # each place is a parameter of its own, of the type that it needs there
        places = iter(range(1, len(self._names) + 1))
        self._placed = _NAME.sub(lambda _: f"${next(places)}", statement)

    def rows(self, connection: Connection, given: Mapping[str, Any]) -> Sequence[Any]:
        """Return the rows, as tuples."""
        if connection.dialect.name != "sqlite":
            return self._asked(connection, given).rows or []
        rows: list[Any] = self._cursor(connection, given).fetchall()
        return rows

    def dicts(self, connection: Connection, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the rows, by the names of the columns."""
        if connection.dialect.name != "sqlite":
            found = self._asked(connection, given)
            columns = [column["name"] for column in found.columns]
            return [dict(zip(columns, row, strict=True)) for row in found.rows]
        cursor = self._cursor(connection, given)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def run(self, connection: Connection, given: Mapping[str, Any]) -> int:
        """Run it; return how many rows it changed."""
        if connection.dialect.name != "sqlite":
            return int(self._asked(connection, given).row_count)
        return int(self._cursor(connection, given).rowcount)

    def _asked(self, connection: Connection, given: Mapping[str, Any]) -> Any:
        """Return what PostgreSQL says, as pg8000 has it; raises what SQLAlchemy would."""
        from pg8000.core import make_params

        raw, prepared = driver(connection), connection.connection.info.setdefault("prepared", {})
        with told_by_driver(connection, self._statement):
            if self._placed not in prepared:
                prepared[self._placed] = raw.prepare_statement(self._placed, ())
            name, columns, read = prepared[self._placed]
            values = make_params(raw.py_types, [given[one] for one in self._names])
            return raw.execute_named(name, values, columns, read, self._placed)

    def _cursor(self, connection: Connection, given: Mapping[str, Any]) -> Any:
        if not self._lists:
            return driver(connection).execute(self._statement, given)
        sizes = tuple(min(len(given[name]), SPELT + 1) for name in self._lists)
        spelt = self._spelt.get(sizes) or self._spell(sizes)
        values = dict(given)
        for name, size in zip(self._lists, sizes, strict=True):
            if size > SPELT:
                values[name] = json.dumps(given[name])
            else:
                values.update((f"{name}_{at}", value) for at, value in enumerate(given[name]))
        return driver(connection).execute(spelt, values)

    def _spell(self, sizes: tuple[int, ...]) -> str:
        spelt = self._statement
        for name, size in zip(self._lists, sizes, strict=True):
            marks = ", ".join(f":{name}_{at}" for at in range(size))
            spelt = spelt.replace(
                f":{name}", f"(SELECT value FROM json_each(:{name}))" if size > SPELT else f"({marks})"
            )
        self._spelt[sizes] = spelt
        return spelt


def driver(connection: Connection) -> Any:
    """Return the driver's own connection within one of SQLAlchemy's."""
    return connection.connection.dbapi_connection


@contextmanager
def told_by_driver(connection: Connection, statement: str) -> Iterator[None]:
    """Turn an error of the driver into SQLAlchemy's; where a connection broke, it and those beside it are given up."""
    dialect = connection.dialect
    base: Any = dialect.loaded_dbapi.Error
    try:
        yield
    except (base, OSError) as error:  # pg8000 lets some errors of the socket through
        code = error.args[0].get("C", "") if error.args and isinstance(error.args[0], dict) else ""
        broken = isinstance(error, OSError) or dialect.is_disconnect(error, driver(connection), None)
        if broken or code.startswith("57P"):  # the server ended it
            connection.invalidate(error)
            connection.engine.dispose()
        if isinstance(error, OSError):
            raise
        raise DBAPIError.instance(statement, None, error, base, dialect=dialect) from error


def insert_rows(connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]], extra: str = "") -> None:
    """Insert rows that all have the same keys. `extra` is put behind: "ON CONFLICT …"."""
    if rows:
        _write(connection, *_insert(table, tuple(rows[0]), extra), rows, tuple(rows[0]))


def update_rows(connection: Connection, table: sa.Table, keys: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """Change the rows that have these keys. All of `rows` have the same names."""
    if rows:
        _write(connection, *_update(table, tuple(keys), tuple(rows[0])), rows, tuple(rows[0]))


def delete_rows(connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Remove the rows that have these keys."""
    if rows:
        _write(connection, *_delete(table, tuple(rows[0])), rows, tuple(rows[0]))


@lru_cache(500)
def said(statement: str) -> Sentence:
    """Return a statement, read once."""
    return Sentence(statement)


def listed(statement: str, *names: str) -> sa.TextClause:
    """Return a statement some of whose parameters are lists of texts: `sample IN :samples`."""
    return sa.text(statement).bindparams(*(sa.bindparam(name, expanding=True, type_=sa.Text) for name in names))


@lru_cache(500)
def _insert(table: sa.Table, names: tuple[str, ...], extra: str) -> tuple[str, str]:
    """Return the statement for one row, and (PostgreSQL) that for all."""
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join(f":{name}" for name in names)
    begin = f'INSERT INTO "{table.name}" ({columns})'
    return f"{begin} VALUES ({marks}) {extra}", f"{begin} SELECT {columns} FROM {_source(table)} {extra}"


@lru_cache(500)
def _update(table: sa.Table, keys: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, str]:
    put = [name for name in names if name not in keys]
    one = ", ".join(f'"{name}" = :{name}' for name in put), " AND ".join(f'"{key}" = :{key}' for key in keys)
    many = ", ".join(f'"{name}" = g."{name}"' for name in put), " AND ".join(f't."{key}" = g."{key}"' for key in keys)
    return (
        f'UPDATE "{table.name}" SET {one[0]} WHERE {one[1]}',
        f'UPDATE "{table.name}" t SET {many[0]} FROM {_source(table)} g WHERE {many[1]}',
    )


@lru_cache(500)
def _delete(table: sa.Table, keys: tuple[str, ...]) -> tuple[str, str]:
    one = " AND ".join(f'"{key}" = :{key}' for key in keys)
    many = " AND ".join(f't."{key}" = g."{key}"' for key in keys)
    return (
        f'DELETE FROM "{table.name}" WHERE {one}',
        f'DELETE FROM "{table.name}" t USING {_source(table)} g WHERE {many}',
    )


def _source(table: sa.Table) -> str:
    return f'json_populate_recordset(NULL::"{table.name}", CAST(:rows AS json))'


def _write(connection: Connection, one: str, many: str, rows: Sequence[dict[str, Any]], names: tuple[str, ...]) -> None:
    if connection.dialect.name == "sqlite":
        if len(rows) == 1:
            driver(connection).execute(one, rows[0])
        else:
            values = map(itemgetter(*names), rows) if len(names) > 1 else ((row[names[0]],) for row in rows)
            driver(connection).executemany(_numbered(one, names), values)
    elif len(rows) < FEW:
        for row in rows:
            said(one).run(connection, row)
    else:
        said(many).run(connection, {"rows": json.dumps(rows, ensure_ascii=False, allow_nan=False)})


@lru_cache(500)
def _numbered(statement: str, names: tuple[str, ...]) -> str:
    """Return a statement with `?3` in place of the third name: rows of tuples are quicker than rows of names."""
    for name in sorted(names, key=len, reverse=True):
        statement = statement.replace(f":{name}", f"?{names.index(name) + 1}")
    return statement
