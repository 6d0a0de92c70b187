"""Text without punctuation."""

import re
import sys
import unicodedata
from functools import cache

from datastork.core import step
from datastork.media.text import Text
from datastork.media.text.plain import plain

_JOINERS = "'’\u2010\u2011-"  # between two letters


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
    put = " " if space else ""
    found = _pattern(symbols, keep, within_words, False).sub(put, content)
    if len(found.encode("utf-16-le", "surrogatepass")) > 2 * len(found):
        found = _pattern(symbols, keep, within_words, True).sub(put, found)
    return text.replaced(found)


@cache
def _pattern(symbols: bool, keep: str, within_words: bool, rare: bool) -> re.Pattern[str]:
    """Return the pattern of one character that goes: below U+10000, which is sought in a quick table, or above."""
    gone = [code for code in _codes(symbols) if (code > 0xFFFF) == rare and chr(code) not in keep]
    ranges: list[list[int]] = []
    for code in gone:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    if not ranges:
        return re.compile("(?!)")
    kind = "".join(f"{re.escape(chr(low))}-{re.escape(chr(high))}" for low, high in ranges)
    if within_words or rare:
        return re.compile(f"[{kind}]")
    return re.compile(rf"[{kind}](?:(?<![{_JOINERS}])|(?<![^\W_].)|(?![^\W_]))")


@cache
def _codes(symbols: bool) -> list[int]:
    wanted = "PS" if symbols else "P"
    return [code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))[0] in wanted]
