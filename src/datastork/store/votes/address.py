"""Where votes are kept: what an address names."""

import hashlib
import os
import re
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from datastork.core.errors import DataError, MissingExtraError, StoreError
from datastork.store.votes.encryption import OPTIONS, encryption
from datastork.store.votes.engine import Base

DRIVER = ("application_name", "unix_sock")  # options that the driver takes as they are


def locate(url: str | None, default: Path, dataset: str) -> Base:
    """Return the database that `url` names (None: the environment's DATASTORK_VOTES, else SQLite at `default`).

    `sqlite:///path`, or `postgresql://user:password@host/database`, where every dataset has a schema of its own,
    see `schema_of`, unless the URL has `?schema=name`; `sslmode` and `sslrootcert` as in `encryption`. Raises
    StoreError, MissingExtraError.
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
    try:
        context = encryption(parsed.query, ("schema", *DRIVER))
    except DataError as error:
        raise StoreError(error.message, hint=error.hint) from error
    plain = parsed.difference_update_query(["schema", *OPTIONS]).set(drivername="postgresql+pg8000")
    return Base(plain, schema, context)


def schema_of(dataset: str) -> str:
    """Return the schema of a dataset; names that would look alike in it are told apart by a hash.

    >>> schema_of("garden_birds"), schema_of("Garden Birds")
    ('stork_garden_birds', 'stork_garden_birds_2ab1fac9')
    """
    slug = re.sub(r"[^a-z0-9_]+", "_", dataset.lower()).strip("_")[:40]
    if slug == dataset:
        return f"stork_{slug}"
    return f"stork_{slug}_{hashlib.sha256(dataset.encode()).hexdigest()[:8]}"
