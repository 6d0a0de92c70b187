"""Messages between the app and its helpers: a JSON header and bytes, each with its length before it."""

import json
import struct
from typing import Any

from datastork.core.errors import StoreError

LENGTHS = struct.Struct(">II")  # of the header, of the bytes behind it
MOST_HEADER, MOST_BYTES = 64 * 1024 * 1024, 1024 * 1024 * 1024


def pack(header: dict[str, Any], data: bytes = b"") -> bytes:
    """Return a message as bytes."""
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    return LENGTHS.pack(len(head), len(data)) + head + data


def lengths(raw: bytes) -> tuple[int, int]:
    """Return the two lengths in the first eight bytes of a message. Raises StoreError for what cannot be one."""
    head, data = LENGTHS.unpack(raw)
    if head > MOST_HEADER or data > MOST_BYTES:
        raise StoreError("a helper of the labelling app sent what is no message")
    return head, data


def header(raw: bytes) -> dict[str, Any]:
    """Return the header of a message."""
    found: dict[str, Any] = json.loads(raw)
    return found
