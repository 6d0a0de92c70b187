"""Texts with too little in them."""

from typing import Annotated

from datastork.core import Drop, Range, step
from datastork.media.text.facts import Length


@step
def too_short(
    length: Length, *, words: Annotated[int, Range(0)] = 1, characters: Annotated[int, Range(0)] = 0
) -> Drop | None:
    """Drop texts of fewer words or characters than wanted.

    Words are what stands between white space; for Chinese, Japanese and Thai, which use none, count characters.

    Settings:
        words: the least number that is kept (words; 1 drops texts of nothing but white space)
        characters: the least number that is kept (characters)

    Example:
        >>> too_short(Length(characters=14, words=3), words=5)
        Drop(reason='3 words < 5', evidence=3)
    """
    if length.words < words:
        return Drop(f"{length.words:,} words < {words:,}", length.words)
    if length.characters < characters:
        return Drop(f"{length.characters:,} characters < {characters:,}", length.characters)
    return None
