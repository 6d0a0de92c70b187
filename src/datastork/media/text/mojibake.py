"""Texts read in a wrong encoding ("cafÃ©"): which lines may hold some, told quickly, and what they should say.

ftfy finds and mends them (R. Speer, https://ftfy.readthedocs.io), at half a millisecond for every thousand characters.
What it looks for is nearly always two characters beyond ASCII side by side, one of them of a few kinds; texts without
such a pair are passed over. `may_hold` says yes wherever ftfy's own test does.
"""

import re
from functools import cache
from typing import NamedTuple

LONGEST = 20_000  # characters mended at once: ftfy tries up to ten times on a line


class _Patterns(NamedTuple):
    cold: re.Pattern[str]
    trouble: re.Pattern[str]
    capital: re.Pattern[str]
    other_script: re.Pattern[str]


def may_hold(text: str) -> bool:
    """Say whether a text may hold mojibake; False is certain."""
    if text.isascii():
        return False
    patterns = _patterns()
    hot = patterns.cold.sub(" ", text)
    if patterns.trouble.search(hot) is not None:
        return True
    return patterns.capital.search(hot) is not None and patterns.other_script.search(text) is not None


def mended(text: str) -> str:
    """Return a text with its mojibake undone, line by line."""
    if not may_hold(text):
        return text
    return "".join(_mended_line(line) for line in text.splitlines(keepends=True))


def _mended_line(line: str) -> str:
    if not may_hold(line):
        return line
    from ftfy import fix_encoding

    pieces = [line[at : at + LONGEST] for at in range(0, len(line), LONGEST)]
    return "".join(fix_encoding(piece) for piece in pieces)


@cache
def _patterns() -> _Patterns:
    from ftfy import badness

    kinds = badness.MOJIBAKE_CATEGORIES
    names = ("bad", "law", "currency", "start_punctuation", "end_punctuation", "numeric", "box")
    signs = "".join(kinds[name] for name in names) + "°"
    rounded = kinds["kaomoji"]  # ó and the like: of these ftfy minds the neighbourhood of box drawings only
    capitals = kinds["upper_accented"]
    accented = capitals + kinds["lower_accented"]
    alone = f"{kinds['c1']}{kinds['bad']}ŒœÂÃØÙÎÐ√Ђ"  # enough by themselves, or next to any letter
    between = "ВГРСΒΓΞΟβ"  # letters of other scripts that a sign stands next to
    return _Patterns(
        cold=re.compile(f"[^{signs}{accented}{alone}{between}{rounded}]+"),
        trouble=re.compile(
            f"[{alone}]|[{signs}{capitals}][{signs}{accented}]|[{accented}{between}][{signs}{capitals}]"
            f"|[{kinds['box']}][{rounded}]"
        ),
        capital=re.compile(f"[{capitals}]"),
        other_script=re.compile("[\u0370-\u052f]"),
    )
