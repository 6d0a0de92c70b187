"""`collect.gutenberg` brings books home once, and lists them whole or by chapters."""

import gzip
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import datastork
from datastork.collect._gutenberg import shelf
from datastork.collect._gutenberg.catalogue import read_catalogue
from datastork.collect._gutenberg.pieces import IN_THE_USA
from datastork.collect.gutenberg import gutenberg
from datastork.core.errors import RecipeError, SourceError
from datastork.store.listing import Listing
from datastork.store.sources import read_bytes

TEXT = "\n\nThe wren sat on the wall, and sang é.\n"
CATALOGUE = """\
Text#,Type,Issued,Title,Language,Authors,Subjects,LoCC,Bookshelves
7,Text,1992-01-01,"The Wren
and Others",en,"Finch, Ann, 1801-1871; Owl, A. [Illustrator]",Birds -- Fiction; Gardens,PR,Nature; Best Books
158,Text,1994-08-01,The Robin,en; fr,"Finch, Ann, 1801-1871",Birds,PR,
1234,Text,1998-02-01,Der Sperling,de,"Spatz, Hans",Birds,PT,Nature
99,Sound,1998-02-01,Songs,en,"Finch, Ann, 1801-1871",Birds,PT,Nature
"""


def book(title: str, writer: str = "Ann Finch", body: str | None = None) -> str:
    body = body or f"CHAPTER I\n\nThe Nest{TEXT}\n\nCHAPTER II{TEXT}"
    return (
        f"The Project Gutenberg eBook of {title}\n\nTitle: {title}\n\nAuthor: {writer}\n\nLanguage: English\n\n"
        f"*** START OF THE PROJECT GUTENBERG EBOOK {title.upper()} ***\n\n\n{body}\n\n"
        f"*** END OF THE PROJECT GUTENBERG EBOOK {title.upper()} ***\nlicence\n"
    )


class Mirror(ThreadingHTTPServer):
    """A mirror on this machine: what it has, and what it was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, bytes | int] = {}
        self.asked: list[str] = []

    @property
    def settings(self) -> dict[str, Any]:
        place = f"127.0.0.1:{self.server_address[1]}"
        return {"mirror": f"http://{place}/", "allow": [place], "delay": 0.0}


class Handler(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        page = self.server.pages.get(self.path, 404)
        self.send_response(page if isinstance(page, int) else 200)
        body = b"" if isinstance(page, int) else page
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """Return a mirror with three books and a catalogue."""
    with Mirror() as server:
        server.pages = {
            "/0/7/7.txt": book("The Wren").replace("é", "e").encode("ascii"),
            "/1/5/158/158-8.txt": book("The Robin").replace("\n", "\r\n").encode("cp1252"),
            "/1/5/158/158.txt": b"not asked for",
            "/cache/epub/1234/pg1234.txt": b"\xef\xbb\xbf" + book("Der Sperling", "Hans Spatz").encode(),
            "/cache/epub/feeds/pg_catalog.csv": CATALOGUE.encode(),
        }
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def collect(root: Path, **settings: Any) -> Listing:
    return gutenberg(Listing.empty(root), **settings)


def texts(found: Listing) -> list[str | None]:
    places = found.table["media_place"].to_pylist()
    return [None if place is None else read_bytes(found.root, place).decode() for place in places]


def column(found: Listing, name: str) -> list[Any]:
    values: list[Any] = found.table[name].to_pylist()
    return values


def test_books_come_from_the_mirror_by_number_and_only_once(tmp_path: Path, mirror: Mirror) -> None:
    found = collect(tmp_path, ids=[1234, 158], **mirror.settings)

    assert column(found, "gutenberg_id") == [158, 1234]
    assert texts(found) == [f"CHAPTER I\n\nThe Nest{TEXT}\n\nCHAPTER II{TEXT}".strip()] * 2
    assert column(found, "author") == ["Ann Finch", "Hans Spatz"]
    assert column(found, "group") == ["ann finch", "hans spatz"]
    assert column(found, "license") == [IN_THE_USA] * 2
    assert column(found, "title") == ["The Robin", "Der Sperling"]
    assert column(found, "uri")[0] == f"{mirror.settings['mirror']}1/5/158/158-8.txt"
    asked = len(mirror.asked)
    again = collect(tmp_path, ids=[1234, 158], **mirror.settings)
    more = collect(tmp_path, ids=[1234, 158, 7], **mirror.settings)
    assert again.table.equals(found.table)
    assert mirror.asked[asked:] == ["/0/7/7-0.txt", "/0/7/7-8.txt", "/0/7/7.txt"]
    assert column(more, "gutenberg_id") == [7, 158, 1234]


def test_an_interrupted_build_goes_on_where_it_was(tmp_path: Path, mirror: Mirror) -> None:
    mirror.pages["/cache/epub/1234/pg1234.txt"], page = 500, mirror.pages["/cache/epub/1234/pg1234.txt"]
    with pytest.raises(SourceError, match=r"the mirror cannot be read: .*the server answered 500"):
        collect(tmp_path, ids=[7, 158, 1234], **mirror.settings)
    mirror.pages["/cache/epub/1234/pg1234.txt"] = page
    asked = len(mirror.asked)

    assert collect(tmp_path, ids=[7, 158, 1234], **mirror.settings).table.num_rows == 3
    assert all("1234" in path for path in mirror.asked[asked:])


def test_a_book_that_is_not_there_goes_to_quarantine(tmp_path: Path, mirror: Mirror) -> None:
    mirror.pages["/1/5/158/158-8.txt"] = b"<!DOCTYPE html><p>Moved"
    for _ in range(2):
        found = collect(tmp_path, ids=[7, 158, 42], **mirror.settings)
        assert column(found, "problem") == [None, "the mirror has no plain text of this book", "it is no plain text"]


@pytest.mark.parametrize(
    ("settings", "ids"),
    [
        ({"author": "ann FINCH"}, [7, 158]),
        ({"author": "Finch", "limit": 1}, [7]),
        ({"language": "fr"}, [158]),
        ({"subject": "gardens"}, [7]),
        ({"bookshelf": "nature"}, [7, 1234]),
        ({"bookshelf": "nature", "language": "de"}, [1234]),
        ({"author": "Finch", "ids": [158, 1234]}, [158]),
    ],
)
@pytest.mark.parametrize("local", [False, True])
def test_books_are_chosen_from_the_catalogue(
    tmp_path: Path, mirror: Mirror, settings: dict[str, Any], ids: list[int], local: bool
) -> None:
    if local:
        (tmp_path / "pg_catalog.csv.gz").write_bytes(gzip.compress(CATALOGUE.encode()))
        del mirror.pages["/cache/epub/feeds/pg_catalog.csv"]
        settings = {**settings, "catalogue": "pg_catalog.csv.gz"}

    for _ in range(2):
        assert column(collect(tmp_path, **mirror.settings, **settings), "gutenberg_id") == ids
    assert mirror.asked.count("/cache/epub/feeds/pg_catalog.csv") == (not local)


def test_the_catalogue_knows_better_than_the_header(tmp_path: Path, mirror: Mirror) -> None:
    found = collect(tmp_path, author="finch", language="en", **mirror.settings)

    assert column(found, "title") == ["The Wren and Others", "The Robin"]
    assert column(found, "book_language") == ["en", "en; fr"]


def test_chapters_are_samples_and_together_the_book(tmp_path: Path, mirror: Mirror) -> None:
    found = collect(tmp_path, ids=[158], pieces="chapters", label="title", **mirror.settings)

    assert texts(found) == [f"CHAPTER I\n\nThe Nest{TEXT}".rstrip("\n"), f"CHAPTER II{TEXT}".rstrip("\n")]
    assert column(found, "chapter") == ["CHAPTER I", "CHAPTER II"]
    assert column(found, "chapter_title") == ["The Nest", None]
    assert column(found, "chapter_number") == [1, 2]
    assert [votes[0]["value"] for votes in column(found, "votes")] == ["The Robin"] * 2
    assert [uri.rpartition("#")[2] for uri in column(found, "uri")] == ["1", "2"]


def write(root: Path, **books: str) -> None:
    (root / "books").mkdir(exist_ok=True)
    for name, text in books.items():
        (root / "books" / f"{name}.txt").write_text(text)


def test_local_files_of_any_form_are_books(tmp_path: Path) -> None:
    write(
        tmp_path,
        pg158=book("The Robin"),
        emma="[Emma by Jane Austen 1816]\n\nVOLUME I\n\nIt was.\n",
        plain="Only text.",
    )
    with zipfile.ZipFile(tmp_path / "books" / "7.zip", "w") as archive:
        archive.writestr("7-0.txt", book("The Wren", body="Short."))
        archive.writestr("7.gif", "GIF")
    (tmp_path / "books" / "cover.jpg").write_bytes(b"\xff\xd8")

    found = collect(tmp_path, path="books")

    assert column(found, "uri") == ["books/7.zip!/7-0.txt", "books/emma.txt", "books/pg158.txt", "books/plain.txt"]
    assert column(found, "title") == ["The Wren", "Emma", "The Robin", None]
    assert column(found, "year") == [None, 1816, None, None]
    assert column(found, "gutenberg_id") == [7, None, 158, None]
    assert column(found, "license") == [IN_THE_USA, None, IN_THE_USA, None]
    assert (texts(found)[1], texts(found)[3]) == ("VOLUME I\n\nIt was.", "Only text.")
    assert found.notes == ("1 books without marks of Project Gutenberg were taken whole: books/plain.txt",)


def test_local_files_are_chosen_too(tmp_path: Path) -> None:
    write(tmp_path, pg158=book("The Robin"), a=book("Der Sperling", "Hans Spatz").replace("English", "German"))
    (tmp_path / "c.csv").write_text(CATALOGUE)

    assert column(collect(tmp_path, path="books", author="spatz"), "title") == ["Der Sperling"]
    assert column(collect(tmp_path, path="books", language="de"), "title") == ["Der Sperling"]
    assert column(collect(tmp_path, path="books", ids=[158]), "title") == ["The Robin"]
    assert column(collect(tmp_path, path="books", subject="birds", catalogue="c.csv"), "title") == ["The Robin"]
    with pytest.raises(RecipeError, match="bookshelf and subject stand in the catalogue"):
        collect(tmp_path, path="books", subject="birds")


def test_a_changed_file_is_read_again_and_others_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a=book("One"), b=book("Two"))
    collect(tmp_path, path="books")
    write(tmp_path, b=book("Three!"))
    read: list[str] = []
    monkeypatch.setattr(
        shelf, "read_bytes", lambda root, uri, **more: read.append(uri) or read_bytes(root, uri, **more)
    )

    assert column(collect(tmp_path, path="books"), "title") == ["One", "Three!"]
    assert read == ["books/b.txt"]


def test_what_is_under_copyright_is_not_taken_unasked(tmp_path: Path) -> None:
    text = "This is a *COPYRIGHTED* Project Gutenberg Etext, Details Below\n" + book("The Wren")
    write(tmp_path, a=text)

    assert "under copyright" in column(collect(tmp_path, path="books"), "problem")[0]
    found = collect(tmp_path, path="books", copyrighted=True)
    assert column(found, "problem") + column(found, "license") == [None, None]
    assert column(collect(tmp_path, path="books", copyrighted=True, license="CC-BY-4.0"), "license") == ["CC-BY-4.0"]


def test_books_without_chapters_are_told(tmp_path: Path) -> None:
    write(tmp_path, a=book("Poem", body="The wren."), b=book("Empty", body="  \n"))

    for _ in range(2):
        found = collect(tmp_path, path="books", pieces="chapters")
        assert texts(found) == ["The wren.", None]
        assert column(found, "problem") == [None, "it holds no text"]
        assert found.notes == ("1 books have no chapters that can be told and are one sample each: Poem",)


@pytest.mark.parametrize(
    ("settings", "error", "match"),
    [
        ({}, RecipeError, "say which books"),
        ({"ids": []}, RecipeError, "say which books"),
        ({"ids": [1], "mirror": "https://www.gutenberg.org/"}, RecipeError, "forbids programs to read it"),
        ({"ids": [1], "mirror": "ftp://x"}, RecipeError, "is no address"),
        ({"ids": [1], "mirror": "http://127.0.0.1:9"}, SourceError, "the mirror cannot be read"),
        ({"path": "none"}, SourceError, "no file 'none'"),
        ({"path": "pictures"}, SourceError, r"holds no \.txt files"),
        ({"author": "Nobody", "catalogue": "c.csv"}, RecipeError, "no book in the catalogue has author = 'Nobody'"),
        ({"author": "x", "catalogue": "none.csv"}, SourceError, "none.csv cannot be read: No such file"),
        ({"author": "x", "catalogue": "bad.csv"}, SourceError, "has no column 'Text#'"),
    ],
)
def test_settings_that_cannot_be_are_said(tmp_path: Path, settings: Any, error: type[Exception], match: str) -> None:
    (tmp_path / "c.csv").write_text(CATALOGUE)
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.jpg").write_bytes(b"")

    with pytest.raises(error, match=match):
        collect(tmp_path, **settings)


@pytest.mark.parametrize(
    "data", [b"\x1f\x8b broken", b"\xff\xfe", b'Text#,Type,Title,Language,Authors\n"' + b"x" * 200_000]
)
def test_a_damaged_catalogue_is_said(data: bytes) -> None:
    with pytest.raises(SourceError, match="cannot be read as a catalogue"):
        list(read_catalogue(data, "c.csv"))


def test_requests_keep_their_distance(tmp_path: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    import datastork.fetch

    policies = []
    fetcher = datastork.fetch.Fetcher
    monkeypatch.setattr(datastork.fetch, "Fetcher", lambda policy: policies.append(policy) or fetcher(policy))
    collect(tmp_path, ids=[7], **mirror.settings)
    collect(tmp_path, ids=[7], **{**mirror.settings, "delay": 2.0})

    assert [policy.rate for policy in policies] == [None, 0.5]


RECIPE = """
[dataset]
name    = "books"
license = "CC0-1.0"
task    = "text-classification"

[[step]]
use    = "collect.gutenberg"
path   = "books"
pieces = "chapters"
label  = "author"

[[step]]
use = "label.resolve"

[[step]]
use = "split.grouped"

[[publish]]
use = "publish.folder"
to  = "out"
"""


def test_books_become_a_dataset_with_authors_kept_together(tmp_path: Path) -> None:
    body = "\n\n".join(f"CHAPTER {at}\n\nThe {{who}} sang {at} times.{TEXT}" for at in range(1, 6))
    write(tmp_path, **{who: book(who, who, body.replace("{who}", who)) for who in ("Ann Finch", "A. Owl", "H. Spatz")})
    (tmp_path / "stork.toml").write_text(RECIPE)

    dataset = datastork.open(tmp_path)
    rows = dataset.build() and dataset.frame().to_pydict()

    assert len(rows["id"]) == 15
    assert len({(group, split) for group, split in zip(rows["group"], rows["split"], strict=True)}) == 3
    assert not dataset.build().changed


@pytest.mark.real
def test_real_books_have_the_chapters_their_authors_gave_them(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "text/nltk/resources/corpora/gutenberg"
    found = collect(tmp_path, path=str(folder / "*.txt"), pieces="chapters")
    count: Callable[[str], int] = lambda title: column(found, "title").count(title)  # noqa: E731

    assert count("Emma") == 55
    assert count("Alice's Adventures in Wonderland") == 12
    assert {row["year"] for row in found.table.to_pylist()} == {1816, 1865}
    assert column(found, "chapter_title")[-1] == "Alice's Evidence"
    whole = " ".join(text or "" for text in texts(found))
    assert len(whole.split()) == len(
        b" ".join(
            (folder / name).read_bytes().split(b"]", 1)[1] for name in ("austen-emma.txt", "carroll-alice.txt")
        ).split()
    )
