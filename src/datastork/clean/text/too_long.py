"""Texts with too much in them."""

from typing import Annotated

from datastork.core import Drop, Range, step
from datastork.media.text.facts import Length


@step
def too_long(
    length: Length, *, characters: Annotated[int, Range(1)], words: Annotated[int, Range(1)] | None = None
) -> Drop | None:
    """Drop texts of more words or characters than wanted.

    To keep the text in pieces, use clean.text.sentences.

    Settings:
        characters: the greatest number that is kept (characters)
        words: the greatest number that is kept (words); without it, any

    Example:
        >>> too_long(Length(characters=250_000, words=41_000), characters=100_000)
        Drop(reason='250,000 characters > 100,000', evidence=250000)
    """
    if length.characters > characters:
        return Drop(f"{length.characters:,} characters > {characters:,}", length.characters)
    if words is not None and length.words > words:
        return Drop(f"{length.words:,} words > {words:,}", length.words)
    return None
