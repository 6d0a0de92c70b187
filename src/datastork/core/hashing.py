"""Content ids and canonical hashes. SHA-256 throughout, shortened where people read them."""

import hashlib
import json
from pathlib import Path
from typing import Any

ID_LENGTH = 24  # hex digits: 96 bits, so that a billion samples collide with probability below 1e-10


def content_id(data: bytes) -> str:
    """Return the id of raw bytes: the first 24 hex digits of their SHA-256."""
    return hashlib.sha256(data).hexdigest()[:ID_LENGTH]


def canonical(value: Any) -> str:
    """Return `value` as JSON with sorted keys and no spaces: equal values give equal text.

    Raises TypeError for anything JSON cannot say; never a pickle.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=True)


def key_of(*parts: Any, length: int = 16) -> str:
    """Return a short hash of JSON-like parts, used as a cache key."""
    return hashlib.sha256(canonical(list(parts)).encode()).hexdigest()[:length]


def file_key(path: Path) -> str:
    """Return a hash of what a file holds, read in pieces. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:ID_LENGTH]
