"""Addresses in the web: those that carry a key, a person or a password, and all others."""

import re
from collections.abc import Iterator

from datastork.media.text.private.finding import Finding
from datastork.media.text.private.recogniser import Hints

_SCHEME = re.compile(
    r"(?i)(?<![a-z0-9])(?:https?|ftps?|sftp|ssh|wss?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqps?)\Z"
)
_REST = re.compile(r"[^\s<>\"'`{}|\\^\[\]]{3,2000}")
_LOGIN = re.compile(r"://[^\s/@:]{0,200}:[^\s/@]{1,200}@")
_TOKEN = re.compile(
    r"(?i)[?&#;](?:[a-z0-9_.-]{0,40}(?:token|secret|passw(?:or)?d|api_?-?key|apikey|signature|credential|session_?id|"
    r"sessid|auth|jwt)|"
    r"key|sig|pwd|pass|sid|code|state|otp|ticket|hash|uid|user_?id|e-?mail|phone|invite|reset)=[^&#;\s]{4}"
)
_PERSON = re.compile(
    r"(?i)^(?:https?://)?(?:[a-z]{1,5}\.)?(?:linkedin\.com/(?:in|pub)/|facebook\.com/(?:profile\.php\?id=)?|fb\.com/|"
    r"instagram\.com/|"
    r"(?:twitter|x)\.com/|t\.me/|wa\.me/|github\.com/|gitlab\.com/|tiktok\.com/@|medium\.com/@|"
    r"reddit\.com/u(?:ser)?/|vk\.com/|"
    r"snapchat\.com/add/|keybase\.io/|orcid\.org/)[^/?#\s]{2,64}/?\Z"
)


class Url:
    """URL_TOKEN: a web address with a login, a key or an identifier; URL_PROFILE: somebody's page; URL: any other."""

    kinds = ("URL", "URL_PROFILE", "URL_TOKEN")

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Find addresses, without the punctuation of the sentence around them."""
        done = 0
        for start, rest in sorted(_starts(text, hints.lower)):
            match = _REST.match(text, rest) if start >= done else None
            if not match:
                continue
            done = match.end()
            raw = text[start : match.end()].rstrip(".,;:!?*_~'\u2019\u201d\u00bb\u2026")
            while raw.endswith(")") and raw.count(")") > raw.count("("):
                raw = raw[:-1].rstrip(".,;:!?")
            if "." not in raw and "://localhost" not in raw and "@" not in raw:
                continue
            if _LOGIN.search(raw) or _TOKEN.search(raw):
                yield Finding("URL_TOKEN", start, start + len(raw), 0.9)
            elif _PERSON.match(raw):
                yield Finding("URL_PROFILE", start, start + len(raw), 0.8)
            else:
                yield Finding("URL", start, start + len(raw), 0.95)


def _starts(text: str, lower: str) -> Iterator[tuple[int, int]]:
    """Yield where addresses begin, and where what follows the scheme does."""
    at = lower.find("://")
    while at >= 0:
        first = max(at - 14, 0)
        if scheme := _SCHEME.search(text[first:at]):
            yield first + scheme.start(), at + 3
        at = lower.find("://", at + 3)
    at = lower.find("www.")
    while at >= 0:
        if not text[at - 1 : at].isalnum() and text[max(at - 2, 0) : at] != "//":
            yield at, at + 4
        at = lower.find("www.", at + 4)
