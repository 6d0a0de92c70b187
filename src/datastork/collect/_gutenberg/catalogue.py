"""Project Gutenberg's catalogue, `pg_catalog.csv`: which books there are, and which are wanted."""

import csv
import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from datastork.collect._gutenberg.about import About, author
from datastork.core.errors import RecipeError, SourceError

COLUMNS = ("Text#", "Type", "Title", "Language", "Authors")
LONGEST = 1 << 17  # characters of one cell


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue."""

    id: int
    title: str
    authors: str
    languages: tuple[str, ...]
    subjects: str
    bookshelves: str

    def about(self) -> About:
        """Return what the line says of the book."""
        title = " ".join(self.title.split())
        return About(self.id, title or None, author(self.authors), "; ".join(self.languages) or None)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which books are wanted; None does not choose."""

    author: str | None = None
    language: str | None = None
    bookshelf: str | None = None
    subject: str | None = None

    @property
    def chooses(self) -> bool:
        """Whether it says anything."""
        return any((self.author, self.language, self.bookshelf, self.subject))

    def takes(self, entry: Entry) -> bool:
        """Say whether a book is wanted: every word of the author, the language, part of a subject or bookshelf."""
        if self.language and self.language.lower() not in entry.languages:
            return False
        if self.author and not is_author(self.author, entry.authors):
            return False
        if self.subject and self.subject.casefold() not in entry.subjects.casefold():
            return False
        return not self.bookshelf or self.bookshelf.casefold() in entry.bookshelves.casefold()


def is_author(wanted: str, authors: str) -> bool:
    """Say whether one of the authors has all words of `wanted`, in any order.

    >>> is_author("jane austen", "Austen, Jane, 1775-1817; Hill, Constance")
    True
    >>> is_author("Jane Hill", "Austen, Jane, 1775-1817; Hill, Constance")
    False
    """
    words = set(re.findall(r"\w+", wanted.casefold()))
    return bool(words) and any(words <= set(re.findall(r"\w+", one.casefold())) for one in authors.split(";"))


def read_catalogue(data: bytes, name: str) -> Iterator[Entry]:
    """Yield the texts of a catalogue. Raises SourceError where it is none."""
    try:
        if data[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                data = file.read(1 << 30)
        lines = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        missing = [column for column in COLUMNS if column not in (lines.fieldnames or ())]
        if missing:
            raise SourceError(f"{name} is no catalogue of Project Gutenberg: it has no column {missing[0]!r}")
        for line in lines:
            if any(len(value or "") > LONGEST for value in line.values()):
                raise SourceError(f"{name} cannot be read as a catalogue: line {lines.line_num} is too long")
            if line["Type"] == "Text" and (line["Text#"] or "").isdecimal():
                yield Entry(
                    int(line["Text#"]), line["Title"] or "", line["Authors"] or "",
                    tuple(one.strip().lower() for one in (line["Language"] or "").split(";") if one.strip()),
                    line.get("Subjects") or "", line.get("Bookshelves") or "",
                )  # fmt: skip
    except (UnicodeDecodeError, csv.Error, OSError, EOFError) as error:
        raise SourceError(f"{name} cannot be read as a catalogue: {error}") from error


def chosen(entries: dict[int, Entry], choice: Choice, ids: list[int] | None) -> list[int]:
    """Return the wanted ids in their order. Raises RecipeError where nothing is wanted."""
    wanted = set(ids or ())
    if choice.chooses:
        found = {number for number, entry in entries.items() if choice.takes(entry)}
        if not found:
            said = ", ".join(f"{name} = {value!r}" for name in choice.__slots__ if (value := getattr(choice, name)))
            raise RecipeError([f"no book in the catalogue has {said}"])
        wanted = wanted & found if ids else found
    return sorted(wanted)
