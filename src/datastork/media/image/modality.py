"""Images, as the engine, the report and the publishers see them."""

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.media.image import Image
from datastork.media.image.facts import Size
from datastork.media.modality import Encoded, MediaOf, Modality

if TYPE_CHECKING:
    import numpy as np

    from datastork.media.modality import Pairs


class ImageModality:
    """JPEG, PNG, WebP, GIF, BMP, TIFF and AVIF; HEIC where `pillow_heif` is installed."""

    name: str = "image"
    type: builtins.type = Image
    comparable: bool = True
    likeness: float = 0.9
    chained: bool = False
    batches: bool = False

    def sniff(self, head: bytes) -> str | None:
        """Return the format of an image that begins with `head`, or None."""
        from datastork.media.image.header import sniff

        return sniff(head)

    def decode(self, data: bytes) -> Image:
        """Return the image in `data`; see `codec.decode`."""
        from datastork.media.image.codec import decode

        return decode(data)

    def encode(self, value: Image) -> Encoded:
        """Return the image as a file; see `codec.encode`."""
        from datastork.media.image.codec import encode

        return encode(value)

    def describe(self, value: Image) -> Size:
        """Return width and height."""
        return Size.of(value)

    def fingerprint(self, value: Image) -> bytes:
        """Return the bytes by which near-duplicates are found."""
        from datastork.media.image.near.fingerprint import fingerprint

        return fingerprint(value)

    def fingerprints(self, values: Sequence[Image]) -> list[bytes]:
        """Return the fingerprint of each image."""
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
        from datastork.media.image.near.pairs import near_pairs

        return near_pairs(fingerprints, threshold=threshold, mirrored=mirrored, rotated=rotated)

    def vectors(self, fingerprints: Sequence[bytes], media: MediaOf | None = None) -> "np.ndarray":
        """Return the thumbnails as unit vectors (n, 256): 16×16 pixels less their mean."""
        from datastork.media.image.near.fingerprint import vectors

        return vectors(fingerprints)

    def preview(self, data: bytes, size: int) -> Encoded:
        """Return a JPEG of at most `size` pixels at its longest side; a smaller image is not enlarged."""
        from datastork.media.image.codec import PREVIEW_QUALITY, decode, to_jpeg
        from datastork.media.image.scale import scale, within

        pixels = decode(data).pixels
        return Encoded(to_jpeg(scale(pixels, *within(pixels, size)), PREVIEW_QUALITY), "jpeg")

    def strip_private(self, data: bytes) -> bytes:
        """Return the file without EXIF, XMP, IPTC and comments; see `private.strip_private`."""
        from datastork.media.image.private import strip_private

        return strip_private(data)


MODALITY: Modality = ImageModality()
