"""Words that say little by themselves."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from datastork.core import InputFile, step
from datastork.core.errors import RecipeError
from datastork.media.text import Text
from datastork.media.text.plain import plain
from datastork.media.text.stop_words import Listed, left_of, of_language
from datastork.media.text.tokens import word_pattern

MOST_BYTES = 1 << 20  # of a list
_BEGINNING = re.compile(r"^[ \t]+", re.MULTILINE)


@step
def stop_words(
    text: Text, *, language: Literal["none", Listed] = "en", also: Annotated[str, InputFile()] | None = None
) -> Text:
    """Take out words that say little by themselves: the, of, and, is.

    For counting words and for topic models; texts that a language model learns from need theirs. What stays keeps its
    case, its punctuation and its lines.

    Settings:
        language: whose short list is used (ISO 639-1), or "none"
        also: a file of more words, one a line; lines that begin with # are remarks

    Example:
        >>> stop_words(Text("The robin sat on the wall, and it sang.")).content
        'robin sat wall, sang.'
    """
    content = plain(text)
    gone = _gone(of_language(language), _of_file(also) if also else frozenset())

    def rest(match: re.Match[str]) -> str:
        word = match[2].lower().replace("’", "'")
        if word in gone:
            return ""
        left = left_of(match[2], gone) if "'" in word else match[2]
        return match[1] + left if left else ""

    found = _with_spaces().sub(rest, content)
    return text if found == content else text.replaced(_BEGINNING.sub("", found))


@lru_cache(maxsize=16)
def _gone(first: frozenset[str], second: frozenset[str]) -> frozenset[str]:
    return first | second


def _of_file(place: str) -> frozenset[str]:
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


@lru_cache(maxsize=1)
def _with_spaces() -> re.Pattern[str]:
    """Return the pattern of a word with the spaces before it."""
    return re.compile(rf"([ \t]*+)({word_pattern().pattern})")
