"""Small things kept by name: the guideline as revised, the state of a round."""

import json
from typing import Any

import sqlalchemy as sa

from datastork.store.votes.engine import Base


class Settings:
    """The part of the store that keeps JSON values by key."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of `key`."""
        query = sa.text("SELECT value FROM settings WHERE key = :key")
        with self.base.read() as connection:
            text = connection.execute(query, {"key": key}).scalar()
        return default if text is None else json.loads(text)

    def put(self, key: str, value: Any) -> None:
        """Set the value of `key`; None removes it."""
        given = {"key": key, "value": json.dumps(value, ensure_ascii=False)}
        change = "INSERT INTO settings (key, value) VALUES (:key, :value) "
        change += "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        query = sa.text("DELETE FROM settings WHERE key = :key" if value is None else change)
        self.base.write(lambda connection: connection.execute(query, given))

    def all(self, prefix: str = "") -> dict[str, Any]:
        """Return all values whose key begins with `prefix`."""
        with self.base.read() as connection:
            rows = connection.execute(sa.text("SELECT key, value FROM settings ORDER BY key")).all()
        return {key: json.loads(value) for key, value in rows if key.startswith(prefix)}
