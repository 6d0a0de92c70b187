"""How alike pairs of texts are, kept from one time to the next: comparing them takes their texts, knowing it does not.

A pair is known by the digests of its two contents, so what is kept is true whatever became of the samples since.
"""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

NAME = "pairs-1.npy"  # another number where shingles or their comparison change


class Known:
    """Likeness of pairs in a file of a folder; nothing is known, and nothing kept, without a folder."""

    def __init__(self, folder: str | None) -> None:
        self._path = None if folder is None else Path(folder) / NAME
        self._kept = self._read()
        self._new: list[np.ndarray] = []

    def recall(self, one: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
        """Return how alike the pairs of contents with these digests (uint64) are; NaN where that is not known."""
        import numpy as np

        low, high = np.minimum(one, other), np.maximum(one, other)
        alike = np.full(len(low), np.nan)
        if not len(self._kept):
            return alike
        key = _key(low, high)
        at = np.minimum(np.searchsorted(self._kept["key"], key), len(self._kept) - 1)
        found = self._kept[at]
        same = (found["key"] == key) & (found["low"] == low) & (found["high"] == high)
        alike[same] = found["alike"][same]
        return alike

    def note(self, one: "np.ndarray", other: "np.ndarray", alike: "np.ndarray") -> None:
        """Keep what is known of pairs of this time."""
        import numpy as np

        if self._path is None or not len(alike):
            return
        rows = np.zeros(len(alike), _kind())
        rows["low"], rows["high"] = np.minimum(one, other), np.maximum(one, other)
        rows["key"], rows["alike"] = _key(rows["low"], rows["high"]), alike
        self._new.append(rows)

    def save(self) -> None:
        """Write the pairs of this time, and only these. A folder that cannot be written to is no error."""
        import numpy as np

        if self._path is None or not self._new:
            return
        rows = np.concatenate(self._new)
        rows.sort(order="key")
        part = self._path.with_suffix(".part")
        with suppress(OSError):
            with part.open("wb") as file:
                np.save(file, rows, allow_pickle=False)
            part.replace(self._path)

    def _read(self) -> "np.ndarray":
        import numpy as np

        if self._path is not None:
            with suppress(OSError, ValueError, EOFError):  # there is none yet, or it was cut short
                found: np.ndarray = np.load(self._path, allow_pickle=False)
                if found.dtype == _kind() and found.ndim == 1:
                    return found
        return np.zeros(0, _kind())


def _kind() -> "np.dtype":
    import numpy as np

    return np.dtype([("key", "<u8"), ("low", "<u8"), ("high", "<u8"), ("alike", "<f8")])


def _key(low: "np.ndarray", high: "np.ndarray") -> "np.ndarray":
    import numpy as np

    mixed: np.ndarray = low * np.uint64(0x9E3779B97F4A7C15) + high * np.uint64(0xC2B2AE3D27D4EB4F)
    return mixed
