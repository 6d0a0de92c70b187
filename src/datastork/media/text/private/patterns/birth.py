"""Days of birth and ages: dates and numbers that the words around them say are somebody's."""

import re
from collections.abc import Iterator

from datastork.media.text.private import context
from datastork.media.text.private.finding import Finding
from datastork.media.text.private.recogniser import Hints

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|january|february|march|april|june|july|august|september|"
    r"sept|october|november|december|"
    r"januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|"
    r"octobre|novembre|décembre|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|"
    r"gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|"
    r"janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro)\.?"
)
_YEAR = r"(?:1[89]|20)[0-9]{2}"
_DATE = re.compile(
    rf"(?i)(?<![0-9A-Za-z.-])(?:{_YEAR}[-./](?:1[0-2]|0?[1-9])[-./](?:3[01]|[12][0-9]|0?[1-9])"
    rf"|(?:3[01]|[12][0-9]|0?[1-9])(?P<sign>[-./ ])\ ?(?:3[01]|[12][0-9]|0?[1-9])(?P=sign)\ ?(?:{_YEAR}|[0-9]{{2}})"
    rf"|(?:3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th|er|\.|º)?[ -](?:of |de |d['’])?{_MONTH},?[ -](?:de |del |of )?{_YEAR}"
    rf"|{_MONTH} (?:3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|"
    rf"th)?,? {_YEAR})(?:[T ][0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?)?(?![0-9A-Za-z])"
)
_BORN = re.compile(
    r"\b(?:born|birth|birthday|birthdate|b-?day|dob|d\.o\.b|geboren|geb|geburtsdatum|geburtstag|née?|naissance|"
    r"nacid[oa]|"
    r"nacimiento|nat[oa]|nascita|nascid[oa]|nascimento|född|født|fødselsdato|syntynyt|urodzon[ya])\b"
)
_SOON = re.compile(r"^[,)]? ?(?:\(?(?:dob|d\.o\.b|date of birth|birth date)|is (?:my|his|her) birthday)")
_AGE = re.compile(
    r"(?i)\b(?:(?P<years>1[01][0-9]|[1-9]?[0-9])[ -]?(?:(?:years?|yrs?)[ -]?old|y/?o\b|year[ -]old|(?:month|"
    r"week)s?[ -]old)"
    r"|(?:aged?|at the age of|turn(?:ed|s|ing)?|i am|i'm|he is|he's|she is|she's|"
    r"was)[ :]{1,2}(?:just )?(?P<aged>1[01][0-9]|[1-9][0-9]))\b(?!\.[0-9]|[%:,][0-9]|%)"
)
_OLD_AFTER = re.compile(r"(?i)[ -]?(?:years?|yrs?)[ -]?old|[ -]?y/?o\b")
_FIRM = re.compile(r"(?i)^(?:aged?|at the age|turn)")


_SIGNS = (
    "born",
    "birth",
    "dob",
    "d.o.b",
    "bday",
    "b-day",
    "geb",
    "né ",
    "née",
    "naiss",
    "nacid",
    "nacim",
    "nato",
    "nata",
    "nascit",
    "nascid",
    "nascim",
    "född",
    "født",
    "fødsel",
    "synty",
    "urodz",
)
_PLAIN_SIGNS = tuple(sign for sign in _SIGNS if sign.isascii())
_OLD = ("old", "age", "y/o", "yo ", "turn", "'m ", "is ", "'s ", "was ", "am ")


class Birth:
    """DATE_OF_BIRTH: a full date near a word of birth, in ten languages."""

    kinds = ("DATE_OF_BIRTH",)

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Look at the words around every date."""
        dates = [*_dates(text, hints.numbers)]
        if not dates:
            return
        lower = hints.lower
        first, last = max(dates[0] - 84, 0), dates[-1] + 56
        signs = _PLAIN_SIGNS if lower.isascii() else _SIGNS
        seen = -1
        for at in sorted({at for sign in signs for at in _places(lower, sign, first, last)}):
            if at > seen and _BORN.match(lower, at):
                for match in _DATE.finditer(text, max(at - 44, 0), at + 84):
                    ahead, behind = context.before(text, match.start(), 40), context.after(text, match.end(), 32)
                    if match.start() > seen and (_BORN.search(ahead) or _SOON.match(behind)):
                        yield Finding("DATE_OF_BIRTH", match.start(), match.end(), 0.9)
                        seen = match.start()


def _dates(text: str, numbers: list[tuple[int, int]]) -> Iterator[int]:
    """Yield, in order, where numbers begin that stand together like those of a date, or a day and a year."""
    before = ahead = (-99, -99)
    for number in numbers:
        start, end = number
        size = end - start
        if size < 3 or size == 4:
            if end - before[0] < 12 and before[0] >= 0:
                yield before[0]
            elif size == 4 and ahead[1] - ahead[0] < 3 and start - ahead[1] < 25 and text[start:end] > "18":
                yield ahead[0]  # "3rd of September, 1969"
        before, ahead = ahead, number


def _places(text: str, sign: str, first: int, last: int) -> Iterator[int]:
    at = text.find(sign, first, last)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1, last)


class Age:
    """AGE: how many years somebody is old, said as such."""

    kinds = ("AGE",)

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Find the number, not the words around it."""
        if not hints.numbers or not any(word in hints.lower for word in _OLD):
            return
        for match in _AGE.finditer(text):
            group = "years" if match["years"] else "aged"
            firm = group == "years" or _FIRM.match(match.group()) or _OLD_AFTER.match(text, match.end())
            yield Finding("AGE", match.start(group), match.end(group), 0.8 if firm else 0.45)
