"""Words that say little by themselves: articles, pronouns, prepositions, conjunctions, auxiliary verbs."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from datastork.core.errors import RecipeError

Language = Literal["none", "en", "de", "fr", "es", "it", "pt", "nl", "ru"]
MOST_BYTES = 1 << 20  # of a list


@lru_cache(maxsize=16)
def of_language(language: Language) -> frozenset[str]:
    """Return the stop words of a language (ISO 639-1), in lower case."""
    from datastork.clean.text._stop_words.lists import LISTS

    return frozenset(LISTS.get(language, "").split())


def of_file(place: str) -> frozenset[str]:
    """Return the words of a file, one a line, in lower case; lines that begin with # are remarks.

    Raises RecipeError where the file cannot be read as such a list.
    """
    try:
        known = Path(place).stat()
    except OSError as error:
        raise RecipeError([f"the stop words cannot be read: {error}"]) from error
    return _read(place, known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=16)
def _read(place: str, changed: int, size: int) -> frozenset[str]:
    if size > MOST_BYTES:
        raise RecipeError([f"{place} has {size:,} bytes; a list of stop words has at most {MOST_BYTES:,}"])
    try:
        lines = Path(place).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError([f"the stop words cannot be read: {place}: {error}"]) from error
    words = (line.strip().lower().replace("’", "'") for line in lines if not line.startswith("#"))
    return frozenset(word for word in words if word)
