"""The words around a place in a text, by which an ambiguous number is told."""

import re


def before(text: str, start: int, width: int = 48) -> str:
    """Return the text just before `start`, in lower case."""
    return text[max(start - width, 0) : start].lower()


def after(text: str, end: int, width: int = 24) -> str:
    """Return the text just after `end`, in lower case."""
    return text[end : end + width].lower()


def said(words: re.Pattern[str], text: str, start: int, end: int, width: int = 48) -> bool:
    """Return whether one of `words` stands before a place (within `width` characters), or soon after it."""
    return words.search(before(text, start, width)) is not None or words.search(after(text, end)) is not None
