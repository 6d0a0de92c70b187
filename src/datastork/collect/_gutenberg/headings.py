"""Lines that may be the heading of a chapter, or of a part of a book; see `chapters` for which of them are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["division", "chapter", "section", "bare"]

CHAPTER_WORDS = (
    "CHAPTER", "CHAP", "STAVE", "LETTER", "CANTO", "ADVENTURE", "SCENE", "CHAPITRE", "SCÈNE", "LETTRE", "CHANT",
    "CAPÍTULO", "CAPITULO", "CAPITOLO", "KAPITEL", "HOOFDSTUK", "LUKU", "KAPITTEL", "ROZDZIAŁ", "KAPITOLA", "FEJEZET",
    "ГЛАВА", "ΚΕΦΑΛΑΙΟΝ",
)  # fmt: skip
DIVISION_WORDS = (
    "VOLUME", "VOL", "BOOK", "PART", "ACT", "TOME", "LIVRE", "PARTIE", "ACTE", "TEIL", "BAND", "BUCH", "AKT", "DEEL",
    "BOEK", "LIBRO", "PARTE", "ATTO", "ACTO", "OSA", "ЧАСТЬ",
)  # fmt: skip
SECTION_WORDS = (
    "PREFACE", "INTRODUCTION", "FOREWORD", "PROLOGUE", "EPILOGUE", "CONCLUSION", "APPENDIX", "POSTSCRIPT", "AFTERWORD",
    "PRÉFACE", "AVANT-PROPOS", "ÉPILOGUE", "VORWORT", "EINLEITUNG", "NACHWORT", "PROLOG", "EPILOG", "VOORWOORD",
    "PREFAZIONE", "PRÓLOGO", "EPÍLOGO",
)  # fmt: skip
_WORDS = {
    1: "ONE FIRST PREMIER PREMIÈRE PRIMERO PRIMERA PRIMO PRIMA ERSTES ERSTER ERSTE EERSTE ENSIMMÄINEN I.",
    2: "TWO SECOND SECOND SECONDE DEUXIÈME SEGUNDO SEGUNDA SECONDO SECONDA ZWEITES ZWEITER ZWEITE TWEEDE TOINEN",
    3: "THREE THIRD TROISIÈME TERCERO TERCERA TERZO TERZA DRITTES DRITTER DRITTE DERDE KOLMAS",
    4: "FOUR FOURTH QUATRIÈME CUARTO CUARTA QUARTO QUARTA VIERTES VIERTER VIERTE VIERDE NELJÄS",
    5: "FIVE FIFTH CINQUIÈME QUINTO QUINTA FÜNFTES FÜNFTER FÜNFTE VIJFDE VIIDES",
    6: "SIX SIXTH SIXIÈME SEXTO SEXTA SESTO SESTA SECHSTES SECHSTER SECHSTE ZESDE KUUDES",
    7: "SEVEN SEVENTH SEPTIÈME SIEBENTES SIEBTES SIEBENTE ZEVENDE", 8: "EIGHT EIGHTH HUITIÈME ACHTES ACHTE ACHTSTE",
    9: "NINE NINTH NEUVIÈME NEUNTES NEUNTE NEGENDE", 10: "TEN TENTH DIXIÈME ZEHNTES ZEHNTE TIENDE",
    11: "ELEVEN ELEVENTH ONZIÈME ELFTES", 12: "TWELVE TWELFTH DOUZIÈME ZWÖLFTES", 13: "THIRTEEN THIRTEENTH",
    14: "FOURTEEN FOURTEENTH", 15: "FIFTEEN FIFTEENTH", 16: "SIXTEEN SIXTEENTH", 17: "SEVENTEEN SEVENTEENTH",
    18: "EIGHTEEN EIGHTEENTH", 19: "NINETEEN NINETEENTH", 20: "TWENTY TWENTIETH", 30: "THIRTY THIRTIETH",
    40: "FORTY FORTIETH", 50: "FIFTY FIFTIETH", 60: "SIXTY SIXTIETH", 70: "SEVENTY", 80: "EIGHTY", 90: "NINETY",
    999: "LAST DERNIER DERNIÈRE LETZTES",
}  # fmt: skip
_VALUE = {word: value for value, words in _WORDS.items() for word in words.split()}
_ROMAN = re.compile(r"(?=[MDCLXVI])M{0,3}(?:CM|CD|D?C{0,4})(?:XC|XL|L?X{0,4})(?:IX|IV|V?I{0,4})$")
_NUMBER = r"(?P<number>[IVXLCDM]{1,12}|\d{1,3}|[^\W\d_]{3,12}(?:[- ](?:one|two|three|four|five|six|seven|eight|nine|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))?)"  # noqa: E501
_ORNAMENT = r"[ \t_*=~#+]{0,60}"
_AFTER = r"(?P<after>[ \t_]{0,8}[.:)\]—–-]{0,3}[_*=~]{0,4})(?:[ \t]{1,8}|(?<=[—–:.-])|$)(?P<title>[^\n]{0,200})$"
_NUMBERED = re.compile(
    rf"{_ORNAMENT}\[?(?P<word>{'|'.join(sorted((*CHAPTER_WORDS, *DIVISION_WORDS), key=len, reverse=True))})"
    rf"(?:[.]?[ \t]{{1,4}}|[.])(?:THE[ \t]|NO\.?[ \t]|LA[ \t]|N[°º][ \t]?)?{_NUMBER}(?![^\W_]){_AFTER}",
    re.IGNORECASE,
)
_INVERTED = re.compile(
    rf"{_ORNAMENT}(?:THE[ \t])?{_NUMBER}\.?[ \t]{{1,4}}"
    rf"(?P<word>{'|'.join(sorted((*CHAPTER_WORDS, *DIVISION_WORDS), key=len, reverse=True))})\b{_AFTER}",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"{_ORNAMENT}(?P<number>[IVXLC]{{1,8}}|\d{{1,3}})(?:[.:)—–-]{{0,2}}|[.:]?_?)(?:[ \t]+(?P<title>[^\n]{{1,100}}))?$"
)
_SECTION = re.compile(rf"{_ORNAMENT}(?P<word>{'|'.join(SECTION_WORDS)})(?P<number>[ ][A-Z0-9]{{1,3}})?[.:_]{{0,2}}[ \t]*$", re.IGNORECASE)  # fmt: skip  # noqa: E501
_PAGE = re.compile(r"(?:\.[ .]{2,}|[ \t]{2,}|\t)[ \t]*(?:\d{1,4}|[ivxlc]{1,7})$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that may be a heading, from `start` to `end` (behind its title)."""

    kind: Kind
    word: str
    number: int
    label: str
    title: str | None
    start: int
    end: int


def number_of(text: str) -> int | None:
    """Return the value of a number in digits, Roman or as a word.

    >>> number_of("XIV"), number_of("14"), number_of("Twenty-First"), number_of("mild")
    (14, 14, 21, None)
    """
    big = text.upper()
    if big.isdecimal():
        return int(big)
    if text.isupper() and _ROMAN.match(big):
        values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}[letter] for letter in big]
        return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
    first, _, second = big.replace("-", " ").partition(" ")
    if second:
        return _VALUE[first] + _VALUE[second] if first in _VALUE and second in _VALUE else None
    return _VALUE.get(first)


def headings(text: str) -> Iterator[Heading]:
    """Yield what may be a heading, in order. A heading begins a paragraph."""
    pending: list[Heading] = []
    for lines, start, end in _paragraphs(text):
        if pending:
            pending[-1] = _titled(pending[-1], lines, end)
            yield from pending
            pending = []
        here = _of_paragraph(lines, start, end)
        if here and here[-1].title is None and here[-1].kind != "section":
            pending = here
        else:
            yield from here
    yield from pending


def _paragraphs(text: str) -> Iterator[tuple[list[str], int, int]]:
    """Yield the lines between empty ones, with where they begin and end."""
    lines: list[str] = []
    start = at = 0
    for line in text.split("\n"):
        if line and not line.isspace():
            start = start if lines else at
            lines.append(line)
        elif lines:
            yield lines, start, at - 1
            lines = []
        at += len(line) + 1
    if lines:
        yield lines, start, at - 1


def _of_paragraph(lines: list[str], start: int, end: int) -> list[Heading]:
    """Return the heading of a paragraph; two where a part and its first chapter stand together; none of contents."""
    first = heading_of(lines[0], start) if len(lines[0]) <= 300 else None
    if first is None:
        return []
    found, at = [first], start + len(lines[0]) + 1
    rest = lines[1:]
    while rest:
        one = heading_of(rest[0], at) if len(rest[0]) <= 300 else None
        if one is None or one.kind == "bare":
            break
        if found[-1].kind != "division" or one.kind == "section" or one.word == found[-1].word:
            return []  # a table of contents
        found.append(one)
        at += len(rest[0]) + 1
        rest = rest[1:]
    if any(heading_of(line, 0) for line in rest[:50] if len(line) <= 300 and first.kind != "bare"):
        return []
    if not rest:
        return found
    short = len(rest) <= 2 and len(found[-1].title or "") + sum(map(len, rest)) <= 200
    if first.kind == "section" or (first.kind == "bare" and (not short or not (first.title or rest[0].isupper()))):
        return []
    if short:
        title = " ".join(" ".join([found[-1].title or "", *rest]).split())
        return [*found[:-1], _with(found[-1], title, end)]
    # a heading that runs into its text counts where it cannot be prose
    return found if lines[0].lstrip(" \t_*=~#+[").startswith(first.word.upper()) else []


def heading_of(line: str, start: int) -> Heading | None:
    """Return what a line by itself may be."""
    line = line.replace("\u00a0", " ")
    page = _PAGE.search(line, max(0, len(line) - 60))
    if page and heading_of(line[: page.start()], start):
        return None  # a line of a table of contents
    end = start + len(line)
    if section := _SECTION.match(line):
        word = section["word"]
        return (
            Heading("section", word.upper(), 0, line.strip(" \t_*=~#+.:"), None, start, end)
            if word[0].isupper()
            else None
        )
    for pattern in (_NUMBERED, _INVERTED):
        found = pattern.match(line)
        if found is None:
            continue
        number = number_of(found["number"])
        title = found["title"].strip(" \t_*=~#+]")
        if number is None or not found["word"][0].isupper() or not _is_title(title, bool(found["after"].strip())):
            continue
        word = found["word"].upper()
        kind: Kind = "division" if word in DIVISION_WORDS else "chapter"
        label = line[: found.start("title")].strip(" \t_*=~#+[].:)—–-")
        return Heading(kind, word, number, " ".join(label.split()), title or None, start, end)
    bare = _BARE.match(line)
    if bare and (number := number_of(bare["number"])) and _is_title(bare["title"] or "", separated=True):
        return Heading("bare", "", number, bare["number"], (bare["title"] or "").strip(" _*") or None, start, end)
    return None


def _is_title(title: str, separated: bool) -> bool:
    """Say whether what stands behind a number may be a title: prose goes on in small letters."""
    if not title:
        return True
    if title[0].islower() or title[0] in ",;)":
        return False
    return separated or title[0].isupper() or not title[0].isalpha()


def _titled(heading: Heading, lines: list[str], end: int) -> Heading:
    """Give a heading without title the paragraph behind it, where that is one."""
    if len(lines) > 2 or len(lines[0]) > 300:
        return heading
    plain = " ".join(" ".join(lines).split()).strip(" _*=~[]")
    if not 2 <= len(plain) <= 120 or any(heading_of(line, 0) for line in lines):
        return heading
    words = [word for word in re.findall(r"[^\W\d_]+", plain) if len(word) > 3]
    named = plain.isupper() or (
        bool(words) and all(word[0].isupper() for word in words) and plain[-1] not in ",;:" and plain[0] not in "\"'“‘"
    )
    return _with(heading, plain, end) if named else heading


def _with(heading: Heading, title: str, end: int) -> Heading:
    return Heading(
        heading.kind, heading.word, heading.number, heading.label, title.strip(" _*=~") or None, heading.start, end
    )
