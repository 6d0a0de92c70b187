"""A copy of everything, taken while the app runs."""

import contextlib
import json
import os
import sqlite3
from pathlib import Path

import sqlalchemy as sa

from datastork.core.errors import StoreError
from datastork.store.votes.engine import Base
from datastork.store.votes.tables import META


def backup(base: Base, path: Path) -> None:
    """Write a copy to `path`, which must not exist: SQLite as a file of the same kind, PostgreSQL as JSON lines
    `{"table": …, "row": {…}}`. Both show one moment. Raises StoreError.
    """
    if path.exists():
        raise StoreError(f"{path} is there already", hint="name a new file")
    partial = path.with_name(f".{path.name}.part")
    partial.unlink(missing_ok=True)
    try:
        private(partial)
        if base.postgres:
            _lines(base, partial)
        else:
            with base.told(), sqlite3.connect(str(base.url.database), timeout=30) as raw:
                raw.execute("VACUUM INTO ?", (str(partial),))
            raw.close()
        partial.replace(path)
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror or error}", hint="check space and permissions"
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def private(path: Path) -> None:
    """Make an empty file that only its owner can read, where there is none: who said what is nobody else's."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _lines(base: Base, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file, base.read() as connection:
        connection.execute(sa.text("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        for table in META.sorted_tables:
            columns = list(table.primary_key.columns)
            after: tuple[object, ...] | None = None
            while True:
                query = sa.select(table).order_by(*columns).limit(5_000)
                if after is not None:
                    query = query.where(sa.tuple_(*columns) > sa.tuple_(*after))
                rows = connection.execute(query).mappings().all()
                for row in rows:
                    file.write(json.dumps({"table": table.name, "row": dict(row)}, ensure_ascii=False) + "\n")
                if len(rows) < 5_000:
                    break
                after = tuple(rows[-1][one.name] for one in columns)
        connection.execute(sa.text("COMMIT"))
