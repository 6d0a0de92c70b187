"""Collect books of Project Gutenberg, whole or by chapters, from a mirror or from local files."""

import os
from typing import Annotated, Any, Literal

from datastork.collect._gutenberg import shelf
from datastork.collect._gutenberg.about import about_head
from datastork.collect._gutenberg.catalogue import Choice, Entry, chosen, read_catalogue
from datastork.collect._gutenberg.pieces import Form, Told, rows_of
from datastork.collect._merge import add
from datastork.core import InputFile, Range, step
from datastork.core.errors import RecipeError, SourceError
from datastork.core.hashing import key_of
from datastork.store.listing import Listing
from datastork.store.spool import Spool

VERSION = 1  # raise it when the same file gives other samples


@step(version=VERSION)
def gutenberg(
    found: Listing,
    *,
    path: str | list[str] | None = None,
    ids: list[int] | None = None,
    author: str | None = None,
    language: str | None = None,
    bookshelf: str | None = None,
    subject: str | None = None,
    limit: Annotated[int | None, Range(1)] = None,
    pieces: Literal["book", "chapters"] = "book",
    notes: Literal["keep", "strip"] = "strip",
    label: Literal["author", "title", "none"] = "none",
    catalogue: Annotated[str | None, InputFile()] = None,
    mirror: str = shelf.MIRROR,
    delay: Annotated[float, Range(0)] = 2.0,
    allow: list[str] | None = None,
    copyrighted: bool = False,
    license: str | None = None,  # noqa: A002
) -> Listing:
    """List books of Project Gutenberg, whole or by chapters, without the licence around them.

    Books come from a mirror, by `ids` or chosen from the catalogue by author, language, bookshelf or subject; or from
    files that lie here already (`path`). The site itself forbids programs to read it; its mirrors are made for them.
    One request every two seconds; each book is fetched once and kept in `.stork/collected`, so that a build that was
    interrupted goes on where it was.

    Left out is what is not the book: the header with the licence, the credits behind it, the footer, in the forms of
    thirty years; and notes of the transcriber at the beginning and the end. A file without any mark is taken whole,
    and told. A first line such as `[Emma by Jane Austen 1816]` gives title, author and year.

    With `pieces = "chapters"` each chapter is a sample, found by headings ("CHAPTER I.", "Chapter 1", "BOOK TWO",
    "Erstes Kapitel", "IV"); a table of contents is told from the chapters. What stands before the first one is the
    piece "front matter". All pieces together are the whole book; one in which no chapters can be told is one sample.

    The group is the author, in one spelling, so that no author is in two splits. Columns: `title`, `year` (of the
    first edition, where the file says it), `book_language`, `gutenberg_id`; with chapters `chapter`, `chapter_title`
    and `chapter_number`.

    The licence is "LicenseRef-public-domain-in-the-USA" for what Project Gutenberg publishes: that is what it says,
    and no more. Elsewhere a book may be protected, in most countries until 70 years after its author's death. The
    name "Project Gutenberg" is a trademark, which the text without the header does not use.

    Settings:
    path: files of books here: a folder, an archive, a pattern, or a list of these; nothing is fetched
    ids: the numbers of the books
    author: words of the author's name, in any order and case
    language: code of the language, such as "en"
    bookshelf: part of the name of a bookshelf
    subject: part of a subject
    limit: the most books to take, lowest numbers first
    pieces: "book" or "chapters"
    notes: "strip" leaves out the transcriber's notes at the beginning and the end, "keep" keeps them
    label: "author" or "title" gives each sample a vote of the annotator "book"
    catalogue: the file pg_catalog.csv (or .csv.gz); by default it is fetched from the mirror where it is needed
    mirror: the address of the mirror
    delay: the least time between two requests (seconds)
    allow: hosts that may be reached though they are not public, such as "127.0.0.1:8000"
    copyrighted: also take books whose header says that they are under copyright
    license: the licence of all these books, as an SPDX id, in place of what is said above

    Raises RecipeError for settings that cannot be, SourceError where files, catalogue or mirror cannot be read.
    """
    choice = Choice(author, language, bookshelf, subject)
    form = Form(pieces, notes == "keep", label, copyrighted, license)
    if path is not None:
        if (bookshelf or subject) and catalogue is None:
            raise RecipeError(["bookshelf and subject stand in the catalogue: name its file in `catalogue`"])
        entries = _entries(_read(found, catalogue), catalogue) if catalogue is not None else {}
        books = [book for book in shelf.files(found.root, path) if not ids or _number(found, book) in ids]
        return _listed(found, books, entries, choice if choice.chooses else None, form, limit)
    if not ids and not choice.chooses:
        raise RecipeError(["say which books: ids, author, language, bookshelf or subject; or path for files"])
    mirror = shelf.checked_mirror(mirror)
    from datastork.fetch import Fetcher, Policy

    policy = Policy(
        allow=tuple(allow or ()), rate=1 / delay if delay > 0 else None, timeout=120.0, max_bytes=shelf.MAX_BYTES
    )
    with Fetcher(policy) as fetcher:
        entries = {}
        if catalogue is not None:
            entries = _entries(_read(found, catalogue), catalogue)
        elif choice.chooses:
            entries = _entries(shelf.catalogue(found.root, mirror, fetcher), mirror)
        books = shelf.fetched(found.root, mirror, chosen(entries, choice, ids)[:limit], fetcher)
    return _listed(found, books, entries, None, form, limit)


def _read(found: Listing, catalogue: str) -> bytes:
    try:
        with open(os.path.join(found.root, catalogue), "rb") as file:
            return file.read()
    except OSError as error:
        raise SourceError(f"the catalogue {catalogue} cannot be read: {error.strerror or error}") from error


def _entries(data: bytes, name: str) -> dict[int, Entry]:
    return {entry.id: entry for entry in read_catalogue(data, name)}


def _number(found: Listing, book: shelf.Shelved) -> int | None:
    """Return the number of a local book, by its name or its header."""
    if book.number is not None or book.place is None:
        return book.number
    from datastork.store.sources import read_bytes

    return about_head(read_bytes(found.root, book.place)[:20_000].decode(errors="replace")).id


def _listed(
    found: Listing, books: list[shelf.Shelved], entries: dict[int, Entry], choice: Choice | None, form: Form,
    limit: int | None,
) -> Listing:  # fmt: skip
    """Return the listing with the samples of these books; what they are is found out once and kept."""
    known = [[book.uri, book.place, book.problem, book.stamp] for book in books]
    about = [entries.get(_number(found, book) or 0) for book in books] if entries else [None] * len(books)
    said: list[Any] = [str(entry) for entry in about]
    key = key_of("collect.gutenberg pieces", VERSION, known, said, str(choice), str(form), limit)
    with Spool(found.root, key) as spool:
        if not spool.finished:
            if spool.count:  # interrupted: to find it out again is quick
                spool.discard()
            told = Told({})
            taken = 0
            for book, entry in zip(books, about, strict=True):
                before = spool.count
                for row in rows_of(found.root, book, entry, choice, form, told):
                    spool.add(None, **row)
                taken += spool.count > before
                if taken == limit:
                    break
            spool.note(notes=told.notes())
            spool.finish()
        return add(found, spool.table(), spool.state.get("notes", []))
