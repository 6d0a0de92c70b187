"""What the header of a file of Project Gutenberg says of the book, and how authors are written."""

import re
import unicodedata
from dataclasses import dataclass

_FIELD = re.compile(
    r"^(Title|Author|Language|Original publication|Release Date|Posting Date):[ \t]*(.*(?:\n[ \t]+\S.*){0,4})",
    re.MULTILINE | re.IGNORECASE,
)
_ID = re.compile(r"\[(?:e-?book|e-?text)[ \t]*#[ \t]*(\d{1,7})\]", re.IGNORECASE)
_NAMED = re.compile(
    r"Project Gutenberg(?:['’]s| e-?(?:book|text) of)[ \t]+(?P<title>[^\n]{1,200}?),[ \t]+"
    r"by[ \t]+(?P<author>[^\n*#\[(]{2,80})",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_DATES = re.compile(
    r",?\s?(?:active |approximately |b\. |d\. )?"
    r"(?:\d{1,4}(?:\?|th century)?(?: BCE?)?\s?-\s?(?:\d{1,4}\??(?: BCE?)?)?|-\s?\d{1,4}\??|active \d{4})$"
)
_ROLE = re.compile(r"\[[^\]]*\]$|\([^)]*\)$")
_COPYRIGHTED = re.compile(r"COPYRIGHTED\*?[ \t\n]+Project[ \t\n]+Gutenberg", re.IGNORECASE)
NOBODY = frozenset(["various", "anonymous", "unknown", "n/a", "anonymus", "none"])


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a book; None where nothing says it. `author` is written "Jane Austen"."""

    id: int | None = None
    title: str | None = None
    author: str | None = None
    language: str | None = None
    year: int | None = None
    copyrighted: bool = False


def about_head(head: str) -> About:
    """Return what a header says: its fields, or its first lines in files without fields."""
    found: dict[str, str] = {}
    for field in _FIELD.finditer(head[:20_000]):
        found.setdefault(field[1].lower(), " ".join(field[2].split()))
    named = _NAMED.search(head[:5000])
    title = found.get("title") or (named["title"].strip() if named else None)
    writer = found.get("author") or (named["author"].strip(" *.") if named and "title" not in found else None)
    number = _ID.search(head[:20_000])
    year = _YEAR.findall(found.get("original publication", ""))
    return About(
        id=int(number[1]) if number else None,
        title=title or None,
        author=author(writer) if writer else None,
        language=found.get("language"),
        year=int(year[-1]) if year else None,
        copyrighted=_COPYRIGHTED.search(head[:20_000]) is not None,
    )


def about_bracket(line: str) -> About:
    """Return what a line such as "Emma by Jane Austen 1816" says.

    >>> about_bracket("Emma by Jane Austen 1816")
    About(id=None, title='Emma', author='Jane Austen', language=None, year=1816, copyrighted=False)
    """
    title, by, rest = line.rpartition(" by ")
    if not by:
        return About(title=line.strip())
    year = re.search(r"[ ,]+(\d{4})$", rest)
    writer = rest[: year.start()] if year else rest
    return About(title=title.strip(" ,"), author=author(writer), year=int(year[1]) if year else None)


def author(text: str) -> str | None:
    """Return an author in one form: the first one named, without dates and roles, given names first.

    >>> author("Carroll, Lewis, 1832-1898; Tenniel, John, 1820-1914 [Illustrator]"), author("Jane  Austen")
    ('Lewis Carroll', 'Jane Austen')
    >>> author("Homer, 751? BCE-651? BCE"), author("Doyle, Arthur Conan, Sir, 1859-1930"), author("Various")
    ('Homer', 'Arthur Conan Doyle', None)
    """
    first = " ".join(unicodedata.normalize("NFC", text[:500]).split(";")[0].split())
    before = ""
    while before != first:
        before = first
        first = _DATES.sub("", _ROLE.sub("", first)).strip(" ,")
    parts = [part.strip() for part in first.split(",")]
    if 2 <= len(parts) <= 3 and all(parts):
        if parts[1].rstrip(".").lower() in ("jr", "sr", "ii", "iii"):
            first = parts[0]
        else:
            first = f"{parts[1]} {parts[0]}"
    return None if not first or first.casefold() in NOBODY else first


def group_of(writer: str | None) -> str | None:
    """Return what all spellings of an author have in common.

    >>> group_of("G. K. Chesterton") == group_of("G.K. CHESTERTON")
    True
    """
    return None if writer is None else " ".join(writer.casefold().replace(".", " ").split())
