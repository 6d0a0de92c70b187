"""Many rows at once: in one statement, on both databases."""

import json
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

FEW = 4  # rows that are quicker one by one


def insert_rows(connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]], extra: str = "") -> None:
    """Insert rows that all have the same keys. `extra` is put behind: "ON CONFLICT …"."""
    if not rows:
        return
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name != "sqlite" and len(rows) >= FEW:
        statement = f'INSERT INTO "{table.name}" ({columns}) SELECT {columns} {_source(table)} {extra}'
        connection.execute(said(statement), {"rows": _json(rows)})
        return
    marks = ", ".join(f":{name}" for name in names)
    _each(connection, f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks}) {extra}', rows, names)


def update_rows(connection: Connection, table: sa.Table, keys: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """Change the rows that have these keys. All of `rows` have the same names."""
    if not rows:
        return
    names = [name for name in rows[0] if name not in keys]
    if connection.dialect.name != "sqlite" and len(rows) >= FEW:
        put = ", ".join(f'"{name}" = g."{name}"' for name in names)
        where = " AND ".join(f't."{key}" = g."{key}"' for key in keys)
        statement = f'UPDATE "{table.name}" t SET {put} {_source(table)} g WHERE {where}'
        connection.execute(said(statement), {"rows": _json(rows)})
        return
    put = ", ".join(f'"{name}" = :{name}' for name in names)
    where = " AND ".join(f'"{key}" = :{key}' for key in keys)
    _each(connection, f'UPDATE "{table.name}" SET {put} WHERE {where}', rows, [*names, *keys])


def delete_rows(connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Remove the rows that have these keys."""
    if not rows:
        return
    keys = list(rows[0])
    if connection.dialect.name != "sqlite" and len(rows) >= FEW:
        where = " AND ".join(f't."{key}" = g."{key}"' for key in keys)
        statement = f'DELETE FROM "{table.name}" t USING {_source(table).removeprefix("FROM ")} g WHERE {where}'
        connection.execute(said(statement), {"rows": _json(rows)})
        return
    where = " AND ".join(f'"{key}" = :{key}' for key in keys)
    _each(connection, f'DELETE FROM "{table.name}" WHERE {where}', rows, keys)


@lru_cache(500)
def said(statement: str) -> sa.TextClause:
    """Return a statement, read once."""
    return sa.text(statement)


def listed(statement: str, *names: str) -> sa.TextClause:
    """Return a statement some of whose parameters are lists of texts: `sample IN :samples`."""
    return sa.text(statement).bindparams(*(sa.bindparam(name, expanding=True, type_=sa.Text) for name in names))


def _source(table: sa.Table) -> str:
    return f'FROM json_populate_recordset(NULL::"{table.name}", CAST(:rows AS json))'


def _json(rows: Sequence[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, allow_nan=False)


def _each(connection: Connection, statement: str, rows: Sequence[dict[str, Any]], names: list[str]) -> None:
    if len(rows) < FEW:
        for row in rows:
            connection.execute(said(statement), row)
        return
    for name in sorted(names, key=len, reverse=True):
        statement = statement.replace(f":{name}", f"?{names.index(name) + 1}")
    values = map(itemgetter(*names), rows)
    connection.exec_driver_sql(statement, list(values) if len(names) > 1 else [(one,) for one in values])
