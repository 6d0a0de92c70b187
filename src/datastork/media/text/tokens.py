"""Words as Unicode sees them: letters with their marks, contractions, numbers; Chinese and Japanese signs singly."""

import re
import unicodedata
from functools import cache

_SINGLE = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_APOSTROPHES = "'’"


@cache
def word_pattern(*, punctuation: bool = False) -> re.Pattern[str]:
    """Return the pattern of a word; with `punctuation`, of a word or a sign that is none, dots in a row together.

    A word is letters, digits and their marks, with an apostrophe inside (don't), or a number (1,234.5). No part of it
    can match in two ways, so the time is in the length of the text. (Groups are atomic and not possessive: until 3.11.5
    Python gets those wrong, gh-106052.)
    """
    marks = _marks()
    word = rf"[^\W{_SINGLE}]++(?>(?:[{marks}]++[^\W{_SINGLE}]*+)*)"
    number = r"\d++(?>(?:[.,:]\d++)+)(?!\w)"
    parts = [number, rf"{word}(?>(?:[{_APOSTROPHES}]{word})*)", rf"[{_SINGLE}][{marks}]*+"]
    if punctuation:
        parts.append(r"\.++|[^\w\s]")
    return re.compile("|".join(parts))


def _marks() -> str:
    """Return the characters that are written on or around a letter (categories M), and the joiners, as a class."""
    codes = [code for code in range(0x300, 0x1F000) if unicodedata.category(chr(code))[0] == "M"]
    ranges: list[list[int]] = []
    for code in [*codes, 0x200C, 0x200D]:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(rf"{chr(low)}-{chr(high)}" for low, high in ranges)
