"""Making the tables of votes, and bringing those of an older datastork up to date."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.schema import CreateIndex, CreateTable

from datastork.core.errors import StoreError
from datastork.store.votes.engine import Base
from datastork.store.votes.tables import META, WHERE, desk, meta

VERSION = 1

_REFUSE_SQLITE = """CREATE TRIGGER {name} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'votes are never changed or removed'); END"""
_REFUSE_POSTGRES = """CREATE OR REPLACE FUNCTION votes_stay() RETURNS trigger AS
$$ BEGIN RAISE EXCEPTION 'votes are never changed or removed'; END $$ LANGUAGE plpgsql"""


def prepare(base: Base) -> None:
    """Make the tables where there are none, and bring older ones up to date. Raises StoreError for newer ones."""
    with base.told():
        found = _version(base)
    if found == VERSION:
        return
    if found is not None and found > VERSION:
        raise StoreError(
            f"the votes in {base.name} were written by a newer datastork (form {found}; this one knows {VERSION})",
            hint="pip install --upgrade datastork",
        )
    base.write(lambda connection: _make(connection, base))


def _version(base: Base) -> int | None:
    with base.read() as connection:
        names = set(sa.inspect(connection).get_table_names(schema=base.schema or None))
        if "meta" not in names:
            if names & set(META.tables) and not base.postgres:
                raise StoreError(f"{base.name} is no file of votes", hint="name another file in [label] store")
            return None
        value = connection.execute(sa.select(meta.c.value).where(meta.c.key == "schema")).scalar()
    try:
        return None if value is None else int(value)
    except ValueError as error:
        raise StoreError(f"{base.name} is no file of votes", hint="name another file in [label] store") from error


def _make(connection: Connection, base: Base) -> None:
    if base.postgres:
        connection.execute(sa.text(f'CREATE SCHEMA IF NOT EXISTS "{base.schema}"'))
    if sa.inspect(connection).has_table("meta", schema=base.schema or None):
        return  # another process was quicker
    for table in META.sorted_tables:
        connection.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            made = str(CreateIndex(index).compile(dialect=connection.dialect))
            connection.exec_driver_sql(made + (f" WHERE {index.info[WHERE]}" if WHERE in index.info else ""))
    if base.postgres:
        connection.execute(sa.text(_REFUSE_POSTGRES))
        connection.execute(
            sa.text(
                "CREATE TRIGGER votes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON votes "
                "FOR EACH STATEMENT EXECUTE FUNCTION votes_stay()"
            )
        )
    else:
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(_REFUSE_SQLITE.format(name=f"votes_{verb.lower()}", verb=verb, table="votes"))
    connection.execute(desk.insert().values(id=1))
    connection.execute(meta.insert(), [{"key": "schema", "value": str(VERSION)}])
