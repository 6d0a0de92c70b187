"""The key by which stand-ins are chosen. It is read, used and forgotten: it goes into no dataset, message or log."""

import os
from functools import lru_cache
from pathlib import Path

from datastork.core.errors import RecipeError

VARIABLE = "DATASTORK_PII_KEY"
SHORTEST = 16  # bytes


def read_key(path: str | None) -> bytes:
    """Return the key in a file, or else in the environment. Raises RecipeError where there is none or it is short."""
    found = _content(path) if path is not None else os.environ.get(VARIABLE, "").encode()
    found = found.strip()
    if not found:
        where = f"{path} is empty" if path is not None else f"neither key nor the variable {VARIABLE} is given"
        raise RecipeError([f'clean.pii with action = "replace" needs a key, and {where}'], hint=_HOW)
    if len(found) < SHORTEST:
        raise RecipeError([f"the key of clean.pii has {len(found)} bytes; {SHORTEST} are the least"], hint=_HOW)
    return found


_HOW = (
    "make one outside the dataset, keep it, and name it in the recipe: head -c 32 /dev/urandom | base64 > ../pii.key"
    '\n  → key = "../pii.key"'
)


@lru_cache(maxsize=4)
def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise RecipeError([f"the key of clean.pii cannot be read: {error.strerror} ({path})"]) from None
