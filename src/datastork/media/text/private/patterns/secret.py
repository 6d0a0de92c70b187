"""Keys and passwords."""

import math
import re
from collections import Counter
from collections.abc import Iterator

from datastork.media.text.private.finding import Finding
from datastork.media.text.private.recogniser import Hints

_PEM = re.compile(
    r"-----BEGIN (?P<what>[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?)-----(?:(?!-----)[\s\S]){0,20000}"
    r"(?:-----END (?P=what)-----)?"
)
_KNOWN = re.compile(  # prefixes as their issuers publish them, for secret scanning
    r"(?<![0-9A-Za-z_])(?:"
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"  # AWS access key id
    r"|gh[pousr]_[0-9A-Za-z]{36,251}|github_pat_[0-9A-Za-z_]{22,255}"
    r"|glpat-[0-9A-Za-z_-]{20,64}"
    r"|xox[abeoprs]-[0-9A-Za-z-]{10,250}|xapp-[0-9A-Za-z-]{20,250}"
    r"|AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{20,500}|GOCSPX-[0-9A-Za-z_-]{28}"
    r"|[srp]k_(?:live|test)_[0-9A-Za-z]{10,247}|whsec_[0-9A-Za-z+/=]{20,100}"
    r"|sk-(?:ant-|proj-|or-)?[0-9A-Za-z_-]{20,200}"
    r"|hf_[0-9A-Za-z]{30,60}|npm_[0-9A-Za-z]{36}|pypi-[0-9A-Za-z_-]{50,400}|dop_v1_[0-9a-f]{64}|shpat_[0-9a-fA-F]{32}"
    r"|SG\.[0-9A-Za-z_-]{16,32}\.[0-9A-Za-z_-]{16,64}|key-[0-9a-f]{32}"
    r"|eyJ[0-9A-Za-z_-]{8,2000}\.eyJ[0-9A-Za-z_-]{8,4000}\.[0-9A-Za-z_-]{8,1000}"  # JSON web token
    r"|[0-9]{8,10}:AA[0-9A-Za-z_-]{33}"  # Telegram bot
    r")(?![0-9A-Za-z_])"
)
_SLACK = re.compile(r"https://hooks\.slack\.com/(?:services|workflows)/[0-9A-Za-z/_+-]{20,200}")
_WORDS = ("pass", "pwd", "secret", "token", "key", "pin", "kennwort", "contraseña", "bearer")
_PLAIN_WORDS = tuple(word for word in _WORDS if word.isascii())
_ENDS = {"pass": "wcpe"}  # letters a word may go on with, in _SAID
_SAID = re.compile(
    r"(?i)(?:pass(?:word|wort|wd|code|phrase|e)?|pwd|kennwort|contraseña|secret|token|(?:api)?key|pin(?: code|"
    r" number)?|bearer)(?![a-z])"
    r"(?P<sign>['\"]?[ \t]{0,3}(?:is now|is|:=|=>|[:=])[ \t]{0,3}|['\"]?[ \t])['\"]?(?P<value>[^\s'\"<>]{4,200})"
)


class Secret:
    """SECRET: private keys, tokens by their published prefixes, and whatever a text calls a password or key.

    What follows such a word must look like one: letters and digits mixed or 3.2 bits of entropy for every character.
    """

    kinds = ("SECRET",)

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Look for known forms first, then behind the words."""
        if "-----BEGIN " in text:
            for match in _PEM.finditer(text):
                yield Finding("SECRET", match.start(), match.end(), 0.99)
        if hints.long_word:
            for match in _KNOWN.finditer(text):
                yield Finding("SECRET", match.start(), match.end(), 0.97)
        if "hooks.slack.com" in text:
            for match in _SLACK.finditer(text):
                yield Finding("SECRET", match.start(), match.end(), 0.97)
        lower = hints.lower
        for word in _WORDS if "ñ" in lower else _PLAIN_WORDS:
            at = lower.find(word)
            ends = _ENDS.get(word, "")
            while at >= 0:
                after = lower[at + len(word) : at + len(word) + 1]
                if (after.isascii() and after.isalpha() and after not in ends) or not after:
                    pass  # the middle of another word
                elif said := _SAID.match(text, at, at + 260):
                    value = said["value"].rstrip(".,;:!?)")
                    if sure := _weigh(word, value, said["sign"].strip("'\" \t")):
                        yield Finding("SECRET", said.start("value"), said.start("value") + len(value), sure)
                at = lower.find(word, at + len(word))


def _weigh(word: str, value: str, sign: str) -> float:
    """Return how sure it is that a value behind a word such as "password" is one."""
    kinds = sum(any(test(one) for one in value) for test in (str.islower, str.isupper, str.isdigit))
    signs = any(not one.isalnum() for one in value[:-1])
    digit = any(one.isdigit() for one in value)
    if value.startswith(("http", "www.", "/", "$", "{", "[", "(", "%", "|")):
        return 0
    if value.isalpha():
        return 0.6 if kinds == 2 and len(value) > 15 and entropy(value) > 3.2 else 0
    if value.isdigit():  # a PIN or a password may be digits only, a key is not
        return 0.8 if sign and len(value) < 13 and word in ("pass", "pwd", "pin", "kennwort", "contraseña") else 0
    if sign in ("=", ":", ":=", "=>"):
        return 0.85 if kinds + signs > 1 else 0
    if sign:
        return 0.75 if kinds + signs > 2 or (kinds > 1 and digit) else 0
    return 0.6 if kinds > 1 and digit and len(value) > 11 and entropy(value) > 3.2 else 0


def entropy(value: str) -> float:
    """Return bits per character, by how often each character comes."""
    count = len(value)
    return -sum(n / count * math.log2(n / count) for n in Counter(value).values())
