"""Numbers of papers and accounts, told by the words in front of them."""

import re
from collections.abc import Iterator

from datastork.media.text.private.finding import Finding
from datastork.media.text.private.recogniser import Hints

_NO = r"['’]?s?(?: ?(?:number|no\.?|num\.?|nr\.?|#|id))?(?: is| are|:| =|=| -)? {0,3}[#:]? {0,3}"
_VALUE = r"(?P<value>[0-9A-Z][0-9A-Z-]{4,18}[0-9A-Z])(?![0-9A-Za-z])"
_FORMS = (  # a piece of the word to look for, and the words from there on
    (
        "DRIVING_LICENCE",
        ("licence", "license", "permis de conduire", "führerschein"),
        r"licen[cs]e|permis de conduire|führerschein\w{0,8}",
    ),
    ("PASSPORT", ("passport", "reisepass", "passeport", "pasaporte", "passaporto", "paspoort"), r"\w{8,16}"),
    (
        "BANK_ACCOUNT",
        ("account", "acct", "a/c", "konto", "routing", "sort code"),
        r"account|acct\.?|a/c|konto\w{0,8}|routing|sort code",
    ),
    (
        "MEDICAL_RECORD",
        ("medical record", "mrn", "patient id", "member id", "health card", "medicare"),
        r"\w{3,8}(?: record| id| card)?",
    ),
)
_MADE = tuple((kind, signs, re.compile(rf"(?i:{words}){_NO}{_VALUE}")) for kind, signs, words in _FORMS)
_IN_PASSPORTS = ("port", "reisepass", "paspoort")  # one of them is in each of its words
_IN_VALUE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
_DRIVING = re.compile(r"(?:driv\w{1,5}['’]?s?|\bdl)\s{0,2}\Z")


class Document:
    """DRIVING_LICENCE, PASSPORT, BANK_ACCOUNT, MEDICAL_RECORD: a number with four or more digits behind such words."""

    kinds = tuple(sorted(kind for kind, _, _ in _FORMS))

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Find the numbers, not the words."""
        if not hints.groups and not hints.mixed:
            return
        values = [start for start, end in hints.numbers if end - start > 5 or _goes_on(text, start, end)]
        if not values:
            return
        lower, first, last = hints.lower, max(values[0] - 80, 0), values[-1]
        for kind, signs, pattern in _MADE:
            if kind == "PASSPORT" and not any(piece in lower for piece in _IN_PASSPORTS):
                continue
            for sign in signs:
                at = lower.find(sign, first, last)
                while at >= 0:
                    match = pattern.match(text, at, at + 80)
                    if (
                        match
                        and sum(one.isdigit() for one in match["value"]) >= 4
                        and _fits(kind, sign, lower[max(at - 12, 0) : at])
                    ):
                        yield Finding(kind, match.start("value"), match.end("value"), 0.8)
                    at = lower.find(sign, at + len(sign), last)


def _goes_on(text: str, start: int, end: int) -> bool:
    """Return whether a number is a part of a longer value: six signs or more, of digits, capitals and dashes."""
    return text[end : end + 1] in _IN_VALUE or text[max(start - 1, 0) : start] in _IN_VALUE


def _fits(kind: str, sign: str, ahead: str) -> bool:
    """Return whether the word means the paper: a licence is for driving, a word is not the end of another."""
    if kind == "DRIVING_LICENCE" and sign.startswith("licen"):
        return _DRIVING.search(ahead) is not None
    return not ahead[-1:].isalnum()
