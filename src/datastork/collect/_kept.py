"""What a collecting step remembers beside its spool: where it was, when it asked, what the user should be told."""

import time
from pathlib import Path
from typing import Any, Literal

from datastork.core.stop import STOP
from datastork.store.home import read_json, write_json
from datastork.store.spool import FOLDER

Refresh = Literal["never", "daily", "weekly", "always"]
SECONDS: dict[str, float] = {"daily": 86_400.0, "weekly": 7 * 86_400.0, "always": 0.0}


def heed_stop() -> None:
    """Raise KeyboardInterrupt where the user asked to stop; what is in the spool by then stays."""
    if STOP.is_set():
        raise KeyboardInterrupt


class Kept:
    """A small record under `.stork/collected/<key>.json`, written in one piece."""

    def __init__(self, root: Path, key: str) -> None:
        self.path = root / FOLDER / f"{key}.json"
        self.data: dict[str, Any] = read_json(self.path, {})

    def due(self, refresh: Refresh, *, now: float | None = None) -> bool:
        """Say whether the source is to be asked: it never was, or its last answer is older than `refresh` says."""
        asked = self.data.get("asked")
        if asked is None:
            return True
        if refresh == "never":
            return False
        age = (time.time() if now is None else now) - float(asked)
        return age >= SECONDS[refresh] or age < 0

    def keep(self, **values: Any) -> None:
        """Write these values; others stay as they are."""
        self.data |= values
        write_json(self.path, self.data)

    def asked_now(self, **values: Any) -> None:
        """Write that the source was asked and has answered in full."""
        self.keep(asked=time.time(), **values)
