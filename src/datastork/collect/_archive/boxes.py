"""What a service handed out: an archive, or the folder it was unpacked into; files in it are found by their names."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from datastork.core.errors import DataError, RecipeError, SourceError
from datastork.core.nearest import did_you_mean
from datastork.store.archives import is_archive
from datastork.store.sources import MARK, archive_at

MOST = 1 << 30  # bytes of one file
WANTED = re.compile(r"(?:^|/)(?:data/(?:tweets?(?:-part\d{1,4})?|note-tweet|account)\.js|outbox\.json)$")


@dataclass(frozen=True, slots=True)
class Box:
    """One download. `names` are the files in it that are of use, in their order; `key` changes when they do."""

    root: Path
    uri: str
    names: tuple[str, ...]
    key: tuple[tuple[str, int, int], ...]
    packed: bool

    def read(self, name: str) -> bytes:
        """Return a file. Raises SourceError where it is damaged or too large: the download is of no use then."""
        try:
            if self.packed:
                return archive_at(self.root, self.uri).read(name, MOST)
            path = os.path.join(self.root, self.uri, name)
            if os.path.getsize(path) > MOST:
                raise DataError(f"it is larger than {MOST:,} bytes")
            with open(path, "rb") as file:
                return file.read()
        except (DataError, OSError) as error:
            said = error.message if isinstance(error, DataError) else error.strerror
            raise SourceError(f"{self.uri}: {name}: {said}", hint="download it again") from error

    def uri_of(self, name: str, number: int) -> str:
        """Return the uri of a post: its file and its place in it, from 1."""
        return f"{self.uri}{MARK if self.packed else '/'}{name}#{number}"


def boxes(root: Path, path: str | list[str]) -> list[Box]:
    """Return the downloads of a setting: archives and folders, by name. Raises SourceError where there are none."""
    given = [path] if isinstance(path, str) else path
    if not given:
        raise RecipeError(["path: the list is empty"])
    return [_box(root, os.path.expanduser(one).rstrip("/")) for one in dict.fromkeys(given)]


def _box(root: Path, uri: str) -> Box:
    whole = os.path.join(root, uri)
    packed = not os.path.isdir(whole)
    if packed:
        if not os.path.exists(whole):
            folder = os.path.dirname(whole)
            near = os.listdir(folder) if os.path.isdir(folder) else []
            raise SourceError(f"no file or folder {uri!r}{did_you_mean(os.path.basename(uri), near)}")
        if not is_archive(uri):
            raise SourceError(f"{uri} is no archive (.zip, .tar.gz) and no folder")
        try:
            members = archive_at(root, uri).members
        except DataError as error:
            raise SourceError(f"{uri}: {error.message}", hint="download it again") from error
        found = [(one.name, one.size, one.stamp) for one in members if WANTED.search(one.name)]
    else:
        found = [one for one in _in_folder(whole) if WANTED.search(one[0])]
    found.sort(key=lambda one: _order(one[0]))
    if not any(not name.endswith(("note-tweet.js", "account.js")) for name, _, _ in found):
        raise SourceError(
            f"{uri} holds neither data/tweets.js nor outbox.json",
            hint="it should be an archive of X (Twitter) or of Mastodon, as downloaded",
        )
    return Box(root, uri, tuple(name for name, _, _ in found), tuple(found), packed)


def _order(name: str) -> tuple[str, int]:
    """tweets.js comes before tweets-part1.js, and that before tweets-part10.js."""
    stem, _, number = name.removesuffix(".js").partition("-part")
    return stem, int(number) if number.isdecimal() else 0


def _in_folder(whole: str) -> list[tuple[str, int, int]]:
    found = []
    for below in ("", "data"):
        folder = os.path.join(whole, below)
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                seen = os.stat(path)
                found.append((f"{below}/{name}" if below else name, seen.st_size, seen.st_mtime_ns))
    return found
