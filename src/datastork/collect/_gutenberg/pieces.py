"""From books in a spool to samples: without header and footer, whole or by chapters, with what is known of each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from datastork.collect._gutenberg.about import About, about_bracket, about_head, group_of
from datastork.collect._gutenberg.book import bracketed, span_of
from datastork.collect._gutenberg.catalogue import Choice, Entry, is_author
from datastork.collect._gutenberg.chapters import Piece, chapters
from datastork.collect._gutenberg.shelf import Shelved
from datastork.core.hashing import content_id
from datastork.store.sources import read_bytes

IN_THE_USA = "LicenseRef-public-domain-in-the-USA"
_LANGUAGES = {
    "en": "english", "fr": "french", "de": "german", "es": "spanish", "it": "italian", "pt": "portuguese",
    "nl": "dutch", "fi": "finnish", "sv": "swedish", "da": "danish", "la": "latin", "el": "greek", "zh": "chinese",
    "pl": "polish", "hu": "hungarian", "eo": "esperanto", "ca": "catalan", "ru": "russian", "ja": "japanese",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """The settings that say what becomes of a book."""

    pieces: str
    notes: bool
    label: str
    copyrighted: bool
    license: str | None


@dataclass(slots=True)
class Told:
    """What the user should know of some books: their names, by what is to be said."""

    books: dict[str, list[str]]

    def add(self, what: str, name: str) -> None:
        """Take in one book."""
        self.books.setdefault(what, []).append(name)

    def notes(self) -> list[str]:
        """Return a line for each thing to be said."""
        return [f"{len(names):,} {what}: {', '.join(names[:3])}" for what, names in self.books.items()]


def rows_of(
    root: Path, book: Shelved, entry: Entry | None, choice: Choice | None, form: Form, told: Told
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a book; none where `choice` does not take it."""
    if book.place is None:
        yield {"uri": book.uri, "problem": book.problem, "stamp": book.stamp, "gutenberg_id": book.number}
        return
    text = read_bytes(root, book.place).decode()
    span = span_of(text, notes=form.notes)
    about = _about(text, span.start, book, entry)
    if choice is not None and not _taken(choice, about, entry):
        return
    if about.copyrighted and not form.copyrighted:
        problem = "its header says that it is under copyright; `copyrighted = true` takes it"
        yield {"uri": book.uri, "problem": problem, "stamp": book.stamp, "gutenberg_id": about.id}
        return
    if not span.marked:
        told.add("books without marks of Project Gutenberg were taken whole", book.uri)
    if span.end <= span.start:
        yield {"uri": book.uri, "problem": "it holds no text", "stamp": book.stamp, "gutenberg_id": about.id}
        return
    body = text[span.start : span.end]
    found = chapters(body) if form.pieces == "chapters" else []
    if form.pieces == "chapters" and not found:
        told.add("books have no chapters that can be told and are one sample each", about.title or book.uri)
    named = "project gutenberg" in text[: span.start].lower()
    license = form.license or (None if about.copyrighted or not named else IN_THE_USA)  # noqa: A001
    known: dict[str, Any] = {"author": about.author, "group": group_of(about.author), "license": license}
    known["stamp"] = book.stamp
    known |= {"title": about.title, "year": about.year, "book_language": about.language, "gutenberg_id": about.id}
    label = {"author": about.author, "title": about.title}.get(form.label)
    if label is not None:
        known["votes"] = [{"annotator": "book", "value": label, "confidence": 1.0}]
    yield from _placed(text, span.start, body, found, book, known)


def _placed(
    text: str, start: int, body: str, found: list[Piece], book: Shelved, known: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield a row for each piece, with where its bytes lie in the spool."""
    assert book.place is not None
    head, _, inside = book.place.rpartition("!/")
    offset = int(inside.partition("+")[0]) + len(text[:start].encode())
    done = 0
    for number, piece in enumerate(found or [Piece(0, len(body), "", None)]):
        offset += len(body[done : piece.start].encode())
        data = body[piece.start : piece.end].encode()
        done = piece.end
        left = len(data) - len(data.lstrip(b"\n"))
        kept = data.strip(b"\n")
        row = {"uri": book.uri, "media_place": f"{head}!/{offset + left}+{len(kept)}", **known}
        row |= {"media_content": content_id(kept), "size": len(kept)}
        if found:
            row |= {"uri": f"{book.uri}#{number + 1}", "chapter": piece.label, "chapter_title": piece.title}
            row["chapter_number"] = number + 1
        offset += len(data)
        yield row


def _about(text: str, start: int, book: Shelved, entry: Entry | None) -> About:
    """Put together what the header, the first line, the file's name and the catalogue say; the catalogue goes first."""
    head = about_head(text[:start])
    line = bracketed(text)
    if line is not None and line[0] <= start:
        first = about_bracket(line[1])
        head = replace(head, title=head.title or first.title, author=head.author or first.author)
        head = replace(head, year=head.year or first.year)
    said = entry.about() if entry is not None else About()
    return About(
        book.number or head.id,
        said.title or head.title,
        said.author or head.author,
        said.language or head.language,
        head.year,
        head.copyrighted,
    )


def _taken(choice: Choice, about: About, entry: Entry | None) -> bool:
    if entry is not None:
        return choice.takes(entry)
    if choice.subject or choice.bookshelf:
        return False  # only the catalogue knows
    if choice.author and not is_author(choice.author, about.author or ""):
        return False
    said = (about.language or "").casefold()
    wanted = (choice.language or "").casefold()
    return not wanted or wanted in said.split() or _LANGUAGES.get(wanted, wanted) in said
