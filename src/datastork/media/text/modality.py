"""Texts, as the engine, the report and the publishers see them."""

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.media.modality import Encoded, MediaOf, Modality
from datastork.media.text import Text
from datastork.media.text.facts import Length

if TYPE_CHECKING:
    import numpy as np

    from datastork.media.modality import Pairs


class TextModality:
    """Plain text and HTML, stored as UTF-8."""

    name: str = "text"
    type: builtins.type = Text
    comparable: bool = True
    likeness: float = 0.7
    chained: bool = True
    batches: bool = True

    def sniff(self, head: bytes) -> str | None:
        """Return "html" or "txt" for data that begins like text, or None."""
        from datastork.media.text.codec import sniff

        return sniff(head)

    def decode(self, data: bytes) -> Text:
        """Return the text in `data`; see `codec.decode`."""
        from datastork.media.text.codec import decode

        return decode(data)

    def encode(self, value: Text) -> Encoded:
        """Return the text as UTF-8."""
        from datastork.media.text.codec import encode

        return encode(value)

    def describe(self, value: Text) -> Length:
        """Return the number of characters and words."""
        return Length.of(value)

    def fingerprint(self, value: Text) -> bytes:
        """Return the bytes by which near-duplicates are found."""
        return self.fingerprints([value])[0]

    def fingerprints(self, values: Sequence[Text]) -> list[bytes]:
        """Return the fingerprint of each text."""
        from datastork.media.text.near.fingerprint import fingerprints

        return fingerprints([value.content for value in values])

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
        """Return the pairs of texts with at least `threshold` of their runs of five words in common."""
        from datastork.media.text.near.pairs import near_pairs

        return near_pairs(fingerprints, threshold=threshold, media=media, scratch=scratch)

    def vectors(self, fingerprints: Sequence[bytes], media: MediaOf) -> "np.ndarray":
        """Return texts as unit vectors (n, 256): their words, counted in 256 places."""
        from datastork.media.text.near.vectors import vectors

        return vectors(len(fingerprints), media)

    def preview(self, data: bytes, size: int) -> Encoded:
        """Return the beginning of the text, at most `size` characters of it."""
        content = self.decode(data).content.strip()
        if len(content) > size:
            content = content[: max(size - 1, 0)] + "…"
        return Encoded(content.encode(), "text")

    def strip_private(self, data: bytes) -> bytes:
        """Return `data` as it is: a text has no hidden metadata. What it says is for `clean.pii`."""
        return data


MODALITY: Modality = TextModality()
