"""Words that say little by themselves."""

import re
from functools import lru_cache
from typing import Annotated

from datastork.clean.text._stop_words import Language, of_file, of_language
from datastork.core import InputFile, step
from datastork.media.text import Text
from datastork.media.text.plain import plain
from datastork.media.text.tokens import word_pattern

_BEGINNING = re.compile(r"^[ \t]+", re.MULTILINE)


@step
def stop_words(text: Text, *, language: Language = "en", also: Annotated[str, InputFile()] | None = None) -> Text:
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
    gone = _gone(of_language(language), of_file(also) if also else frozenset())

    def rest(match: re.Match[str]) -> str:
        word = match[2].lower().replace("’", "'")
        if word in gone:
            return ""
        head, apostrophe, behind = word.partition("'")
        if not apostrophe or head + apostrophe not in gone:
            return match[0]
        return "" if behind in gone else match[1] + match[2][-len(behind) :]

    found = _with_spaces().sub(rest, content)
    return text if found == content else text.replaced(_BEGINNING.sub("", found))


@lru_cache(maxsize=16)
def _gone(first: frozenset[str], second: frozenset[str]) -> frozenset[str]:
    return first | second


@lru_cache(maxsize=1)
def _with_spaces() -> re.Pattern[str]:
    """Return the pattern of a word with the spaces before it."""
    return re.compile(rf"([ \t]*+)({word_pattern().pattern})")
