"""Sounds, as the engine, the report and the publishers see them."""

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.media.audio import Audio
from datastork.media.audio.facts import Sound
from datastork.media.modality import Encoded, MediaOf, Modality

if TYPE_CHECKING:
    import numpy as np

    from datastork.media.modality import Pairs


class AudioModality:
    """WAV, FLAC, Ogg (Vorbis, Opus), MP3, AIFF, AU, CAF; M4A, WebM, AAC, AMR and WMA where `av` is installed."""

    name: str = "audio"
    type: builtins.type = Audio
    comparable: bool = True
    likeness: float = 0.6
    chained: bool = False
    batches: bool = False

    def sniff(self, head: bytes) -> str | None:
        """Return the format of sound that begins with `head`, or None."""
        from datastork.media.audio.header import sniff

        return sniff(head)

    def decode(self, data: bytes) -> Audio:
        """Return the sound in `data`; see `codec.decode`."""
        from datastork.media.audio.codec import decode

        return decode(data)

    def encode(self, value: Audio) -> Encoded:
        """Return the sound as a file: its own bytes where it was not changed; see `codec.encode`."""
        from datastork.media.audio.codec import encode

        return encode(value)

    def describe(self, value: Audio) -> Sound:
        """Return duration, rate, channels and peak."""
        return Sound.of(value)

    def fingerprint(self, value: Audio) -> bytes:
        """Return the bytes by which near-duplicates are found."""
        from datastork.media.audio.near.fingerprint import fingerprint

        return fingerprint(value)

    def fingerprints(self, values: Sequence[Audio]) -> list[bytes]:
        """Return the fingerprint of each sound."""
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
        from datastork.media.audio.near.pairs import near_pairs

        return near_pairs(fingerprints, threshold=threshold)

    def vectors(self, fingerprints: Sequence[bytes], media: MediaOf | None = None) -> "np.ndarray":
        """Return sounds as unit vectors (n, 66): their mean spectrum and how it varies."""
        from datastork.media.audio.near.fingerprint import vectors

        return vectors(fingerprints)

    def preview(self, data: bytes, size: int) -> Encoded:
        """Return the waveform as a PNG, `size` pixels wide and half as high."""
        from datastork.media.audio.picture import waveform
        from datastork.media.image.codec import to_png

        return Encoded(to_png(waveform(data, max(size, 2), max(size // 2, 3))), "png")

    def strip_private(self, data: bytes) -> bytes:
        """Return the file without tags and comments; see `private.strip_private`."""
        from datastork.media.audio.private import strip_private

        return strip_private(data)


MODALITY: Modality = AudioModality()
