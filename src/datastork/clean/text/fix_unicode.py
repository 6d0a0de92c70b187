"""Broken and unwelcome characters."""

import html
import re
import unicodedata
from functools import cache
from typing import Literal

from datastork.core import step
from datastork.media.text import Text

MOST_ROUNDS = 12  # what is mended may show what else is broken; texts come to rest in two or three rounds
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_TERMINAL = re.compile(r"\x1b\[[0-9;?]{0,40}[A-Za-z]")
_QUOTES = str.maketrans({**dict.fromkeys("‘’‚‛", "'"), **dict.fromkeys("“”„‟", '"')})


@step
def fix_unicode(
    text: Text,
    *,
    form: Literal["NFC", "NFKC", "none"] = "NFC",
    mojibake: bool = True,
    entities: bool = True,
    controls: bool = True,
    invisible: bool = True,
    ligatures: bool = True,
    straight_quotes: bool = False,
) -> Text:
    """Mend characters that went wrong on their way, and bring each to one form.

    A text that is in order is told by looks at its characters and returned as it is; the rest is mended until nothing
    changes, so that a second run finds nothing to do. Mojibake is found and undone by ftfy (R. Speer); the forms are
    those of Unicode Standard Annex 15.

    Settings:
        form: "NFC" (é is one character), "NFKC" (also ² is 2, and full-width Latin letters are plain), or "none"
        mojibake: whether text read in a wrong encoding is mended (cafÃ© is café)
        entities: whether &amp;eacute; and the like become characters, in plain text without a < only
        controls: whether control characters and terminal colours go; vertical tabs, form feeds and U+2028 end a line
        invisible: whether zero-width spaces, soft hyphens, stray byte order marks and hidden tags go; joiners and
            marks of direction, which Persian, Hindi and emoji need, stay
        ligatures: whether ﬁ and the like become letters
        straight_quotes: whether curly quotation marks and apostrophes become straight

    Example:
        >>> fix_unicode(Text("The cafÃ© is o\\u200bpen &amp; warm")).content
        'The café is open & warm'
    """
    content = text.content
    for _ in range(MOST_ROUNDS):
        before = content
        if entities and "&" in content and text.format == "txt" and "<" not in content:
            content = _ENTITY.sub(_unescaped, content)
        if mojibake and not content.isascii():
            content = _without_mojibake(content)
        if not content.replace("\n", " ").isprintable():
            content = _cleared(content, controls, invisible)
        if not content.isascii():
            content = _in_form(content, form, ligatures)
            if straight_quotes:
                content = content.translate(_QUOTES)
        if content == before:
            break
    return text.replaced(content)


def _unescaped(match: re.Match[str]) -> str:
    return html.unescape(match[0])


def _without_mojibake(content: str) -> str:
    from datastork.media.text.mojibake import mended

    return mended(content)


def _in_form(content: str, form: Literal["NFC", "NFKC", "none"], ligatures: bool) -> str:
    if ligatures:
        for ligature, letters in _LIGATURES.items():
            if ligature in content:
                content = content.replace(ligature, letters)
    return content if form == "none" else unicodedata.normalize(form, content)


def _cleared(content: str, controls: bool, invisible: bool) -> str:
    """Return the content without what cannot be seen and does nothing."""
    if controls and "\x1b" in content:
        content = _TERMINAL.sub("", content)
    return _unwelcome(controls, invisible).sub(_replacement, content)


@cache
def _unwelcome(controls: bool, invisible: bool) -> re.Pattern[str]:
    parts = ["[\ud800-\udfff]"]
    if controls:
        parts[0] = "[\ud800-\udfff\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]"
    if invisible:
        # the flags of England, Scotland and Wales are written with tags
        parts.append("[\xad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0001]")
        parts.append("(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]+")
    return re.compile("|".join(parts))


def _replacement(match: re.Match[str]) -> str:
    found = match[0]
    if "\ud800" <= found <= "\udfff":
        return "\ufffd"
    if found in "\r\v\f\x1c\x1d\x1e\u2028\u2029":
        return "\n"
    return found.encode("latin-1").decode("cp1252", "ignore") if "\x80" <= found <= "\x9f" else ""
