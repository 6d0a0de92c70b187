"""Videos, as the engine, the report and the publishers see them."""

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.media.modality import Encoded, MediaOf, Modality
from datastork.media.video import Video
from datastork.media.video.facts import Footage

if TYPE_CHECKING:
    import numpy as np

    from datastork.media.modality import Pairs


class VideoModality:
    """MP4, MOV, WebM, Matroska, AVI, MPEG, FLV, WMV and Ogg Theora, where `av` is installed."""

    name: str = "video"
    type: builtins.type = Video
    comparable: bool = True
    likeness: float = 0.9
    chained: bool = False
    batches: bool = False

    def sniff(self, head: bytes) -> str | None:
        """Return the format of a video that begins with `head`, or None."""
        from datastork.media.video.header import sniff

        return sniff(head)

    def decode(self, data: bytes) -> Video:
        """Return the video in `data`; see `reading.decode`."""
        from datastork.media.video.reading import decode

        return decode(data)

    def encode(self, value: Video) -> Encoded:
        """Return the video as the file it came in: nothing is encoded anew."""
        return Encoded(value.data, value.format)

    def describe(self, value: Video) -> Footage:
        """Return size, rate, length and rotation."""
        return Footage.of(value)

    def fingerprint(self, value: Video) -> bytes:
        """Return the bytes by which near-duplicates are found."""
        from datastork.media.video.near import fingerprint

        return fingerprint(value)

    def fingerprints(self, values: Sequence[Video]) -> list[bytes]:
        """Return the fingerprint of each video."""
        return [self.fingerprint(value) for value in values]

    def near_pairs(
        self,
        fingerprints: Sequence[bytes],
        *,
        threshold: float,
        media: MediaOf | None = None,
        mirrored: bool = False,
        rotated: bool = False,
        scratch: str | None = None,
    ) -> "Pairs":
        """Return the pairs of fingerprints at least `threshold` alike."""
        from datastork.media.video.near import near_pairs

        return near_pairs(fingerprints, threshold=threshold, mirrored=mirrored, rotated=rotated)

    def vectors(self, fingerprints: Sequence[bytes], media: MediaOf | None = None) -> "np.ndarray":
        """Return videos as unit vectors (n, 256): the mean of their frames' thumbnails."""
        from datastork.media.video.near import vectors

        return vectors(fingerprints)

    def preview(self, data: bytes, size: int) -> Encoded:
        """Return four frames side by side as a JPEG of at most `size` pixels at its longest side."""
        from datastork.media.image.codec import PREVIEW_QUALITY, to_jpeg
        from datastork.media.video.picture import contact

        return Encoded(to_jpeg(contact(self.decode(data), size), PREVIEW_QUALITY), "jpeg")

    def strip_private(self, data: bytes) -> bytes:
        """Return the file without tags, places and telemetry; see `private.strip_private`."""
        from datastork.media.video.private import strip_private

        return strip_private(data)


MODALITY: Modality = VideoModality()
