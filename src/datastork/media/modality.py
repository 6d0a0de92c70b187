"""The protocol every modality follows, and the list of those there are.

A modality turns bytes into a thin in-memory value (`Image`, `Row`, `Text`, `Audio`, `Video`) and back. Steps name
that type in their first parameter; the engine decodes once, runs every step on it, and encodes once.
"""

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from datastork.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np


MediaOf = Callable[[Sequence[int]], Sequence[bytes]]  # the stored media of rows, read when asked for


class Encoded(NamedTuple):
    """Bytes ready to be stored, and the short name of their format ("jpeg", "png", "json")."""

    data: bytes
    format: str


class Pairs(NamedTuple):
    """Pairs of near-duplicates as three arrays of one length: `first` < `second` are indices (int64)."""

    first: "np.ndarray"
    second: "np.ndarray"
    similarity: "np.ndarray"


class Modality(Protocol):
    """What the engine, the report and the publishers ask of a modality.

    Every method is pure, and raises `DataError` for data that is broken, `TooLargeError` for data beyond a limit.
    """

    name: str
    type: type
    comparable: bool  # whether samples have fingerprints
    likeness: float  # from which two samples count as near-duplicates where the user says nothing
    chained: bool  # whether what is alike only through others then counts as the same too
    batches: bool  # whether samples are so small that many are measured at once

    def sniff(self, head: bytes) -> str | None:
        """Return the format of data that begins with `head` (at least 64 bytes where there are), or None."""
        ...

    def decode(self, data: bytes) -> Any:
        """Return the value in `data`. Truncated or corrupt data raises DataError; nothing is repaired silently."""
        ...

    def encode(self, value: Any) -> Encoded:
        """Return `value` as bytes: the same bytes for the same value, on every machine with the same codec."""
        ...

    def describe(self, value: Any) -> NamedTuple:
        """Return the facts every sample of this modality has, such as width and height."""
        ...

    def fingerprint(self, value: Any) -> bytes:
        """Return the bytes by which near-duplicates are found; DataError where the modality has none."""
        ...

    def fingerprints(self, values: Sequence[Any]) -> list[bytes]:
        """Return what `fingerprint` does of each value, at once."""
        ...

    def near_pairs(
        self,
        fingerprints: Sequence[bytes],
        *,
        threshold: float,
        media: MediaOf,
        mirrored: bool = False,
        rotated: bool = False,
        scratch: str | None = None,
    ) -> "Pairs":
        """Return every pair of samples at least `threshold` alike (0 to 1), each pair once.

        Where fingerprints alone do not decide, `media` gives what is stored of the samples in question, and
        `scratch` is a folder where it may be kept what was found.
        `mirrored` and `rotated` (by 90° steps) also count as alike, where the modality knows such a thing. The
        result does not depend on the order of the fingerprints but for the indices, and never needs memory or
        time in the square of their number; where very many are alike, only so many pairs are found that all
        stay tied together.
        """
        ...

    def vectors(self, fingerprints: Sequence[bytes], media: MediaOf) -> "np.ndarray":
        """Return samples as unit vectors (n, d), near where they look, sound or read alike; DataError as above."""
        ...

    def preview(self, data: bytes, size: int) -> Encoded:
        """Return a small picture (JPEG, PNG) or text of stored data, `size` pixels at its longest side."""
        ...

    def strip_private(self, data: bytes) -> bytes:
        """Return `data` without what tells where or by whom it was recorded (GPS, owner, serial numbers)."""
        ...


# name -> module that holds `MODALITY`; imported on first use
KNOWN = {
    "audio": "datastork.media.audio.modality",
    "image": "datastork.media.image.modality",
    "row": "datastork.media.row",
    "text": "datastork.media.text.modality",
    "video": "datastork.media.video.modality",
}


def modality(name: str) -> Modality:
    """Return the modality called `name` ("audio", "image", "row", "text", "video")."""
    found: Modality = import_module(KNOWN[name]).MODALITY
    return found


def modality_of_type(kind: type) -> Modality | None:
    """Return the modality whose values are of type `kind`, or None."""
    for name in KNOWN:
        candidate = modality(name)
        if candidate.type is kind:
            return candidate
    return None


def recognise(data: bytes, expected: Iterable[str] = ("image",)) -> Modality:
    """Return the modality whose format `data` is, by content and never by file name.

    Raises DataError where no expected modality knows it.
    """
    names = list(expected)
    for name in names:
        candidate = modality(name)
        if candidate.sniff(data[:512]) is not None:
            return candidate
    if not data:
        raise DataError("the file is empty")
    raise DataError(f"the content is no {' or '.join(names)} (it begins with {data[:12]!r})")
