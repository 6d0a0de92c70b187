"""The parts of sound and video files, walked without decoding. A file that ends too early is found here."""

from typing import NamedTuple


class Part(NamedTuple):
    """One part of a file: `data[start:end]` is all of it, `data[body:end]` its content."""

    kind: bytes
    start: int
    body: int
    end: int
