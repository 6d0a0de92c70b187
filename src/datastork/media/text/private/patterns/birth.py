"""Days of birth and ages: dates and numbers that the words around them say are somebody's."""

import re
from collections.abc import Iterator

from datastork.media.text.private import context
from datastork.media.text.private.finding import Finding
from datastork.media.text.private.recogniser import Hints, Span

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
_OLD = ("old", "age", "y/o", "yo ", "turn", "'m ", "is ", "'s ", "was ", "am ")


class Birth:
    """DATE_OF_BIRTH: a full date near a word of birth, in ten languages."""

    kinds = ("DATE_OF_BIRTH",)

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Look at the words around every date."""
        if not any(_may_be_date(*three) for three in zip(hints.numbers, hints.numbers[2:], strict=False)) and not any(
            one.end - one.start == 4 and text[one.start : one.start + 2] in ("18", "19", "20") for one in hints.numbers
        ):
            return
        lower = hints.lower
        seen = -1
        for at in sorted({at for sign in _SIGNS for at in _places(lower, sign)}):
            if at > seen and _BORN.match(lower, at):
                for match in _DATE.finditer(text, max(at - 44, 0), at + 84):
                    ahead, behind = context.before(text, match.start(), 40), context.after(text, match.end(), 32)
                    if match.start() > seen and (_BORN.search(ahead) or _SOON.match(behind)):
                        yield Finding("DATE_OF_BIRTH", match.start(), match.end(), 0.9)
                        seen = match.start()


def _may_be_date(first: Span, third: Span) -> bool:
    """Return whether three numbers stand as close as those of a date."""
    return third.end - first.start < 12 and third.end - third.start in (2, 4)


def _places(text: str, sign: str) -> Iterator[int]:
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


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
