"""Books on their way into a dataset: read from files or fetched from a mirror, kept as UTF-8 in a spool."""

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from datastork.collect._walks.pattern import parse
from datastork.collect._walks.walk import nothing_found, walk
from datastork.core.errors import DataError, RecipeError, SourceError
from datastork.core.hashing import key_of
from datastork.store.sources import read_bytes
from datastork.store.spool import Spool

if TYPE_CHECKING:
    from datastork.fetch import Fetcher

MIRROR = "https://aleph.pglaf.org"
MAX_BYTES = 64 << 20
CATALOGUE = "cache/epub/feeds/pg_catalog.csv"
_ENCODING = re.compile(rb"Character set encoding:[ \t]*([A-Za-z0-9_ .-]{2,30})")
_KNOWN = {
    "ascii",
    "us-ascii",
    "iso-8859-1",
    "iso-latin-1",
    "latin1",
    "latin-1",
    "iso-8859-15",
    "windows-1252",
    "cp1252",
}
_HTML = (b"<!doctype html", b"<html")
_NUMBER = re.compile(r"(?:^|/)(?:pg)?(\d{1,7})(?:-(?:0|8))?(?:\.utf-?8)?\.txt(?:\.utf-?8)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shelved:
    """A book in a spool: where it came from, and where its bytes lie; or why there is none."""

    uri: str
    number: int | None
    place: str | None
    problem: str | None
    stamp: int = 0


def text_of(data: bytes) -> str:
    """Return a book as text, lines ended by `\\n`. Raises DataError for what is no text.

    UTF-8, else what the header says, else Windows-1252, which nearly all older books are.
    """
    if b"\0" in data or data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML):
        raise DataError("it is no plain text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        said = _ENCODING.search(data[:20_000])
        name = said[1].decode("ascii").strip().lower() if said else ""
        try:
            text = data.decode("iso-8859-15" if name == "iso-8859-15" else "cp1252")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def number_in(name: str) -> int | None:
    """Return the id in a file name of Project Gutenberg.

    >>> number_in("books/pg158.txt"), number_in("158-0.txt"), number_in("a.zip!/158.txt"), number_in("emma.txt")
    (158, 158, 158, None)
    """
    found = _NUMBER.search(name)
    return int(found[1]) if found else None


def files(root: Path, path: str | list[str]) -> list[Shelved]:
    """Return the books of local files, archives and patterns, in the order of their uris."""
    listed: dict[str, tuple[int | None, int | None, str | None]] = {}
    for pattern in [one for text in ([path] if isinstance(path, str) else path) for one in parse(root, text)]:
        done = walk(root, pattern, hidden=False)
        if not done.found:
            raise SourceError(nothing_found(root, done))
        for folder in done.folders:
            for at, name in enumerate(folder.names):
                if not folder.takes_any or name.lower().endswith(".txt"):
                    listed[folder.uri + name] = (folder.sizes[at], folder.stamps[at], folder.problems[at])
    if not listed:
        raise SourceError(f"path {path!r} holds no .txt files")
    found = []
    with Spool(root, key_of("collect.gutenberg files")) as spool:
        known = {(row["uri"], row["file"]): _shelved(row) for row in spool.table().to_pylist()} if spool.count else {}
        for uri, (size, stamp, problem) in sorted(listed.items()):
            key = (uri, f"{size}:{stamp}")
            if problem is None and key not in known:
                try:
                    data = text_of(read_bytes(root, uri, limit=MAX_BYTES)).encode()
                    spool.add(data, uri=uri, file=key[1], number=number_in(uri), stamp=stamp)
                    place = spool.last
                except DataError as error:
                    place, problem = None, error.message
                known[key] = Shelved(uri, number_in(uri), place, problem, stamp or 0)
            found.append(known.get(key) or Shelved(uri, number_in(uri), None, problem))
    return found


def fetched(root: Path, mirror: str, ids: list[int], fetcher: "Fetcher") -> list[Shelved]:
    """Return books from a mirror, each fetched once. What was fetched stays, whatever stops the build."""
    with Spool(root, key_of("collect.gutenberg", mirror)) as spool:
        known = {row["number"]: _shelved(row) for row in spool.table().to_pylist()} if spool.count else {}
        for number in ids:
            if number in known:
                continue
            for url in addresses(mirror, number):
                data = _page(fetcher, url)
                if data is None:
                    continue
                now = time.time_ns()
                try:
                    spool.add(text_of(data).encode(), uri=url, number=number, stamp=now)
                    known[number] = Shelved(url, number, spool.last, None, now)
                except DataError as error:
                    known[number] = Shelved(url, number, None, error.message)
                break
            else:
                url = addresses(mirror, number)[0]
                spool.add(None, uri=url, number=number, problem="the mirror has no plain text of this book")
                known[number] = Shelved(url, number, None, "the mirror has no plain text of this book")
    return [known[number] for number in ids]


def catalogue(root: Path, mirror: str, fetcher: "Fetcher") -> bytes:
    """Return the catalogue of a mirror, fetched once and kept."""
    with Spool(root, key_of("collect.gutenberg catalogue", mirror)) as spool:
        if not spool.finished:
            if not spool.count:
                url = f"{mirror}/{CATALOGUE}"
                data = _page(fetcher, url)
                if data is None:
                    raise SourceError(f"{url} is not there", hint="download pg_catalog.csv and name it in `catalogue`")
                spool.add(data, uri=url)
            spool.finish()
        place = spool.table()["media_place"][0].as_py()
    return read_bytes(root, place)


def addresses(mirror: str, number: int) -> list[str]:
    """Return where a mirror may have the plain text of a book, best first.

    >>> addresses("https://m", 158)[0], addresses("https://m", 7)[2]
    ('https://m/1/5/158/158-0.txt', 'https://m/0/7/7.txt')
    """
    digits = str(number)
    folder = "/".join([mirror, *(digits[:-1] or "0"), digits])
    names = [f"{folder}/{digits}{end}.txt" for end in ("-0", "-8", "")]
    return [*names, f"{mirror}/cache/epub/{digits}/pg{digits}.txt"]


def checked_mirror(mirror: str) -> str:
    """Return a mirror without its last slash. Raises RecipeError for an address that must not be used."""
    parts = urlsplit(mirror)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RecipeError([f"mirror: {mirror!r} is no address such as {MIRROR}"])
    if parts.hostname in ("gutenberg.org", "www.gutenberg.org"):
        raise RecipeError([f"mirror: {parts.hostname} forbids programs to read it; name a mirror such as {MIRROR}"])
    return mirror.rstrip("/")


def _page(fetcher: "Fetcher", url: str) -> bytes | None:
    """Return what an address gives, None where there is nothing; any other answer stops the build."""
    from datastork.fetch import FetchError

    try:
        answer = fetcher.get(url)
        if answer.status in (404, 410):
            return None
        return answer.checked().body
    except FetchError as error:
        raise SourceError(
            f"the mirror cannot be read: {error.message}", hint="the same command goes on where it was; or name another"
        ) from error


def _shelved(row: dict[str, object]) -> Shelved:
    number, place, problem = row["number"], row["media_place"], row["problem"]
    return Shelved(
        str(row["uri"]),
        number if isinstance(number, int) else None,
        os.fspath(place) if isinstance(place, str) else None,
        str(problem) if problem is not None else None,
        int(str(row["stamp"] or 0)),
    )
