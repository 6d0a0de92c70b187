"""Addresses of electronic mail."""

import re
from collections.abc import Iterator

from datastork.media.text.private.finding import Finding
from datastork.media.text.private.recogniser import Hints

_LOCAL = re.compile(r"[^\s@<>()\[\]{},;:\"\\|`=]{1,64}\Z")
_DOMAIN = re.compile(
    r"(?:[^\W_](?:[^\W_]|-(?!\.)){0,62}\.){1,8}(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{1,58})(?![^\W_]|-[^\W_])"
)
_QUOTED = re.compile(r"\"[^\"\s@]{1,62}\"\Z")
_BRACKET = re.compile(r"\[(?:IPv6:[0-9A-Fa-f:.]{2,45}|[0-9]{1,3}(?:\.[0-9]{1,3}){3})\]")
_AT = re.compile(r"(?i)[(\[{] ?at ?[)\]}]")
_SPELT = re.compile(
    r"(?i)\b([a-z0-9][a-z0-9._+-]{0,63}) ?[(\[{] ?at ?[)\]}] ?"
    r"((?:[a-z0-9-]{1,63}(?: ?[(\[{] ?(?:dot|\.) ?[)\]}] ?|\.)){1,6}[a-z]{2,24})\b"
)
_TRIM = "'.*_~-/!?&#$%^+‘“”’«»…"  # may begin a local part only where it is no punctuation of the sentence


class Email:
    """EMAIL: `name@host.tld` after RFC 5322's dot-atoms, in any script; and "name [at] host [dot] tld"."""

    kinds = ("EMAIL",)

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Look to both sides of every at sign."""
        at = text.find("@")
        while at >= 0:
            domain = _DOMAIN.match(text, at + 1) or _BRACKET.match(text, at + 1)
            if domain:
                first = max(at - 64, 0)
                around = text[first:at]
                local = _LOCAL.search(around) or _QUOTED.search(around)
                if local:
                    start = first + local.start()
                    while start < at and text[start] in _TRIM:
                        start += 1
                    if text.startswith("mailto:", start):
                        start += 7
                    if start < at and text[at - 1] != ".":
                        yield Finding("EMAIL", start, domain.end(), 0.95)
            at = text.find("@", at + 1)
        for match in _SPELT.finditer(text) if _may_spell(text, hints.lower) and _AT.search(text) else ():
            yield Finding("EMAIL", match.start(), match.end(), 0.8)


def _may_spell(text: str, lower: str) -> bool:
    """Return whether an "at" may stand in brackets; a single sign is looked for faster than a word."""
    return (
        (")" in text and "at)" in lower)
        or ("]" in text and ("at]" in lower or "at ]" in lower))
        or ("}" in text and "at }" in lower)
    )
