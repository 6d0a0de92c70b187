"""Small and capital letters."""

import re
from typing import Literal

from datastork.core import step
from datastork.media.text import Text
from datastork.media.text.plain import plain

_BEGINNING = re.compile(r"(?:\A|[.!?…。！？][\"'”’»)\]]*\s+|\n)[^\w\n]*([^\W\d_])")
_TURKIC = str.maketrans({"I": "ı", "İ": "i"})


@step
def normalise_case(
    text: Text,
    *,
    to: Literal["lower", "upper", "casefold", "sentence"] = "lower",
    dotless: bool = False,
) -> Text:
    """Bring all letters to one case.

    Settings:
        to: "lower", "upper", "casefold" (lower, and ß as ss: for comparing words), or "sentence" (lower, with a capital
            at the beginning of every sentence and line; names lose theirs)
        dotless: whether the small form of I is ı, as in Turkish and Azerbaijani

    Example:
        >>> normalise_case(Text("FREE ENTRY! Reply NOW."), to="sentence").content
        'Free entry! Reply now.'
    """
    content = plain(text)
    if dotless:
        content = content.replace("i", "İ") if to == "upper" else content.translate(_TURKIC)
    if to == "upper":
        return text.replaced(content.upper())
    if to == "casefold":
        return text.replaced(content.casefold())
    content = content.lower()
    if to == "sentence":
        content = _BEGINNING.sub(_capital, content)
    return text.replaced(content)


def _capital(match: re.Match[str]) -> str:
    capital = match[1].title()
    return match[0][:-1] + capital if len(capital) == 1 else match[0]
