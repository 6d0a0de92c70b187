"""Text without punctuation."""

import re
import sys
import unicodedata
from functools import cache

from datastork.core import step
from datastork.media.text import Text
from datastork.media.text.plain import plain

_JOINERS = frozenset("'’-\u2010\u2011")


@step
def strip_punctuation(
    text: Text, *, symbols: bool = False, keep: str = "", within_words: bool = True, space: bool = False
) -> Text:
    """Take punctuation out: every character of the Unicode categories P.

    Settings:
        symbols: whether symbols go as well: currency, mathematics, emoji (the Unicode categories S)
        keep: characters that stay, such as "@#"
        within_words: whether an apostrophe or hyphen between two letters or digits goes, too (don't is dont)
        space: whether a space takes the place of each, so that "and/or" is two words

    Example:
        >>> strip_punctuation(Text("Well, that's 5 % more!"), within_words=False).content
        "Well that's 5  more"
    """
    content = plain(text)
    if not within_words and not _JOINERS.isdisjoint(content):
        content = _joined(content, symbols, keep, space)
        return text.replaced(content)
    return text.replaced(content.translate(_table(symbols, keep, space)))


def _joined(content: str, symbols: bool, keep: str, space: bool) -> str:
    """Return the content without punctuation, but for what joins two letters or digits."""
    table = _table(symbols, keep, space)
    pieces = re.split(r"(?<=[^\W_])(['’\-\u2010\u2011])(?=[^\W_])", content)
    return "".join(piece if at % 2 else piece.translate(table) for at, piece in enumerate(pieces))


@cache
def _table(symbols: bool, keep: str, space: bool) -> dict[int, str | None]:
    """Return for each character that goes what takes its place."""
    gone = dict.fromkeys(_codes(symbols), " " if space else None)
    for character in keep:
        gone.pop(ord(character), None)
    return gone


@cache
def _codes(symbols: bool) -> list[int]:
    wanted = "PS" if symbols else "P"
    return [code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))[0] in wanted]
