"""Texts in other languages."""

import re
from functools import lru_cache
from typing import Annotated, Literal

from datastork.core import Drop, Range, step
from datastork.core.errors import RecipeError
from datastork.media.text.measures.language import Language

_CODE = re.compile("[a-z]{2,3}")


@step
def keep_language(
    facts: Language,
    *,
    languages: str | list[str],
    at_least: Annotated[float, Range(0, 1)] = 0.5,
    unknown: Literal["keep", "drop"] = "keep",
) -> Drop | None:
    """Keep the texts in some languages, and drop the others.

    How the language is told is said at `clean.text.language`. A text of a few words is often not told for sure: of
    pieces of three words, what is told with a probability below 0.5 is wrong in two cases of five, with 0.9 and more
    in one of 300. Of 5,574 English text messages 90 % stay as they are, and 97 % with `at_least = 0`.

    Settings:
        languages: the code of the language to keep, or a list of them (ISO 639-1, such as "en", "de")
        at_least: how sure the language must be for a text to stay (probability)
        unknown: whether to "keep" or "drop" texts with too few letters to tell

    Raises RecipeError for a language that is no code, such as "English".

    Example:
        >>> keep_language(Language("fr", 0.98), languages="en")
        Drop(reason='language fr (0.98), not en', evidence=0.98)
    """
    found, probability = facts
    wanted = _codes(languages) if isinstance(languages, str) else _codes(*languages)
    if found is None:
        return Drop("too few letters to tell the language", 0.0) if unknown == "drop" else None
    if found not in wanted:
        return Drop(f"language {found} ({probability:.2f}), not {' or '.join(wanted)}", probability)
    if probability < at_least:
        return Drop(f"language {found}: probability {probability:.2f} < {at_least:g}", probability)
    return None


@lru_cache(maxsize=64)
def _codes(*languages: str) -> tuple[str, ...]:
    """Return the codes. Raises RecipeError for what has not the form of one: no text would ever be in it."""
    wrong = [
        f"languages: {name!r} is no code of ISO 639 (en, de, …)" for name in languages if not _CODE.fullmatch(name)
    ]
    if wrong or not languages:
        raise RecipeError(wrong or ["languages: name one at least"])
    return languages
