"""What is measured of texts."""

from typing import NamedTuple

from datastork.media.text import Text


class Length(NamedTuple):
    """How long a text is: Unicode characters, and words between white space."""

    characters: int
    words: int

    @staticmethod
    def of(text: Text) -> "Length":
        """Count the characters and words of a text."""
        return Length(len(text.content), len(text.words))
