"""Stand-ins for authors: the same author gets the same one, and nobody without the dataset's key can look them up."""

import hashlib
import os
import secrets
from functools import lru_cache
from pathlib import Path

from datastork.core.errors import StoreError
from datastork.store.home import reason

KEY = Path(".stork") / "authors.key"
BYTES = 32


class Authors:
    """Gives stand-ins under the key of one dataset; the key is made at first use and stays in `.stork`.

    `fingerprint` says which key it is, and tells nothing of it.
    """

    def __init__(self, root: Path) -> None:
        self._key = _key(root / KEY)
        self.fingerprint = self.stand_in("", "fingerprint")
        self.author = lru_cache(100_000)(self.stand_in)

    def stand_in(self, name: str, what: str = "author") -> str:
        """Return the stand-in of a name: 20 hex digits. Names of different things (`what`) never meet."""
        data = name.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, digest_size=10, key=self._key, person=what.encode()[:16]).hexdigest()


def _key(path: Path) -> bytes:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        if not path.exists():
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(BYTES))
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        key = path.read_bytes()
    except OSError as error:
        raise StoreError(f"cannot keep the key for authors in {path}: {reason(error)}") from error
    if len(key) != BYTES:
        raise StoreError(f"{path} is damaged", hint="remove it: a new one is made, and authors get other stand-ins")
    return key
