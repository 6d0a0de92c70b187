"""Walking folders and archives by a pattern: what there is, in the same order every time."""

import os
import stat
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from datastork.collect._walks.pattern import Levels, Pattern, takes_any
from datastork.core.errors import DataError, SourceError
from datastork.core.nearest import did_you_mean
from datastork.store.archives import is_archive
from datastork.store.sources import MARK, archive_at, kind_of

JUNK = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", "ehthumbs.db", ".stork"}


@dataclass(slots=True)
class Folder:
    """The files of one folder. `uri` is what stands before each name; `below` its path below the base."""

    uri: str
    below: str
    segments: tuple[str, ...] = ()  # what led here, in the file system or in an archive
    names: list[str] = field(default_factory=list)
    sizes: list[int | None] = field(default_factory=list)
    stamps: list[int | None] = field(default_factory=list)
    problems: list[str | None] = field(default_factory=list)
    others: set[str] = field(default_factory=set)  # files of the folder that the pattern does not take

    def add(self, name: str, size: int | None, stamp: int | None, problem: str | None) -> None:
        """Take in one file."""
        self.names.append(name)
        self.sizes.append(size)
        self.stamps.append(stamp)
        self.problems.append(problem)

    @property
    def takes_any(self) -> bool:
        """Whether the pattern names no kind of file."""
        return takes_any(self.segments)

    @property
    def any_folder(self) -> bool:
        """Whether files may come from several folders, so that the base itself is no label."""
        return len(self.segments) > 1


@dataclass(slots=True)
class Walk:
    """What one pattern found, and what it passed by."""

    pattern: Pattern
    folders: list[Folder] = field(default_factory=list)
    hidden: int = 0
    junk: int = 0
    notes: list[str] = field(default_factory=list)
    not_taken: Counter[str] = field(default_factory=Counter)  # by extension

    @property
    def found(self) -> int:
        """How many files."""
        return sum(len(folder.names) for folder in self.folders)


def walk(root: Path, pattern: Pattern, *, hidden: bool) -> Walk:
    """Return everything that matches `pattern`.

    Links to folders are followed after everything else, and a folder is visited once (by device and inode),
    so a loop of links ends and a real folder goes before a link to it. Archives that match are opened.
    Raises SourceError for a base that is missing, and for a folder that cannot be read.
    """
    done = Walk(pattern)
    path = os.path.join(root, pattern.base)
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise SourceError(_missing(root, pattern, error)) from error
    if stat.S_ISDIR(mode):
        if not pattern.segments:
            raise SourceError(f"{pattern.base} is a folder, not an archive")
        _walk_folders(root, pattern, done, hidden)
    else:
        if pattern.segments:
            raise SourceError(f"path {pattern.text!r}: {pattern.base} is a file, not a folder")
        parent, name = os.path.split(pattern.base)
        folder = Folder(parent if parent in {"", "/"} else parent + "/", "")
        _take(root, folder, name, None if stat.S_ISREG(mode) else kind_of(mode), done, hidden, named=True)
        done.folders.insert(0, folder)
    done.folders = [folder for folder in done.folders if folder.names or folder.others]
    return done


def _walk_folders(root: Path, pattern: Pattern, done: Walk, hidden: bool) -> None:
    levels = Levels(pattern.segments)
    start = pattern.base if pattern.base in {"", "/"} else pattern.base + "/"
    todo = [(start, "", levels.start)]
    links: list[tuple[str, str, frozenset[int]]] = []
    visited: set[tuple[int, int]] = set()
    while todo or links:
        prefix, below, state = todo.pop() if todo else links.pop()
        inside, linked = _list_folder(root, prefix, below, levels, state, done, visited, hidden)
        todo += reversed(inside)
        links = sorted(links + linked, reverse=True) if linked else links


def _list_folder(
    root: Path,
    prefix: str,
    below: str,
    levels: Levels,
    state: frozenset[int],
    done: Walk,
    visited: set[tuple[int, int]],
    hidden: bool,
) -> tuple[list[tuple[str, str, frozenset[int]]], list[tuple[str, str, frozenset[int]]]]:
    """Take in the files of one folder; return the folders in it, and the links to folders in it."""
    path = os.path.join(root, prefix)
    try:
        seen = os.stat(path)
        if (seen.st_dev, seen.st_ino) in visited:
            return [], []
        visited.add((seen.st_dev, seen.st_ino))
        with os.scandir(path) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise SourceError(f"the folder {prefix or root} cannot be read: {error.strerror or error}") from error
    folder = Folder(prefix, below, done.pattern.segments)
    done.folders.append(folder)
    taken = levels.files(state)
    show_hidden = hidden or levels.names_hidden
    inside: list[tuple[str, str, frozenset[int]]] = []
    linked: list[tuple[str, str, frozenset[int]]] = []
    for entry in ordered:
        name = entry.name
        if name in JUNK:
            done.junk += name != ".stork"
            continue
        is_link = entry.is_symlink()
        if not is_link and entry.is_file(follow_symlinks=False):
            problem: str | None = None
        elif _is_folder(entry):
            within = levels.enter(state, name, hidden)
            if within:
                (linked if is_link else inside).append(
                    (f"{prefix}{name}/", f"{below}/{name}" if below else name, within)
                )
            elif name[0] == "." and levels.enter(state, name, True):
                done.hidden += 1
            continue
        else:
            problem = _problem_of(entry)
        if taken is None or taken.match(name) is None:
            if taken is not None:
                done.not_taken[os.path.splitext(name)[1]] += 1
            folder.others.add(name)
        elif name[0] == "." and not show_hidden:
            done.hidden += 1
        elif problem is None and not is_archive(name):
            try:
                seen = entry.stat()
                folder.add(name, seen.st_size, seen.st_mtime_ns, None)
            except OSError as error:
                folder.add(name, None, None, f"it cannot be read: {error.strerror}")
        else:
            _take(root, folder, name, problem, done, hidden)
    return inside, linked


def _take(
    root: Path, folder: Folder, name: str, problem: str | None, done: Walk, hidden: bool, named: bool = False
) -> None:
    """Take in one file that is an archive, or no ordinary file; `named`: the pattern is its very name."""
    uri = folder.uri + name
    if problem is not None:
        folder.add(name, None, None, problem)
    elif is_archive(name):
        try:
            _walk_archive(root, uri, done, hidden)
        except DataError as error:
            if named:
                raise SourceError(f"{uri}: {error.message}") from error
            done.notes.append(f"{uri} was not opened: {error.message}")
            folder.add(name, None, None, error.message)
    elif done.pattern.inside:
        raise SourceError(f"{uri} is not called like an archive")
    else:
        seen = os.stat(os.path.join(root, uri))
        folder.add(name, seen.st_size, seen.st_mtime_ns, None)


def _walk_archive(root: Path, uri: str, done: Walk, hidden: bool) -> None:
    archive = archive_at(root, uri)
    done.notes += archive.notes
    segments = done.pattern.inside or ("**", "*")
    levels = Levels(segments)
    folders: dict[str, Folder] = {}
    states: dict[str, frozenset[int]] = {"": levels.start}

    def folder_of(where: str) -> Folder:
        found = folders.get(where)
        if found is None:
            found = folders[where] = Folder(f"{uri}{MARK}{where}/" if where else uri + MARK, where, segments)
        return found

    for member in archive.members:
        where, _, name = member.name.rpartition("/")
        if member.problem is None:
            parts = member.name.split("/")
            if not JUNK.isdisjoint(parts) or name.startswith("._"):
                done.junk += 1
                continue
            taken = levels.files(_state(states, levels, where, True))
            if taken is None or taken.match(name) is None:
                done.not_taken[os.path.splitext(name)[1]] += 1
                folder_of(where).others.add(name)
                continue
            if not hidden and any(part[0] == "." for part in parts):
                done.hidden += 1
                continue
        folder = folder_of(where)
        folder.add(name, member.size, member.stamp, member.problem)
    done.folders += folders.values()


def _state(states: dict[str, frozenset[int]], levels: Levels, where: str, hidden: bool) -> frozenset[int]:
    found = states.get(where)
    if found is None:
        above, _, name = where.rpartition("/")
        found = states[where] = levels.enter(_state(states, levels, above, hidden), name, hidden)
    return found


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _problem_of(entry: "os.DirEntry[str]") -> str | None:
    """Return why a link, pipe, socket or device cannot be read; None for a link to an ordinary file."""
    try:
        mode = entry.stat().st_mode
    except FileNotFoundError:
        return "a link that leads nowhere"
    except OSError as error:
        return f"a link that cannot be followed: {error.strerror or error}"
    return None if stat.S_ISREG(mode) else kind_of(mode)


def _missing(root: Path, pattern: Pattern, error: OSError) -> str:
    """Say what is missing, and the nearest name there is where it should be."""
    if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return f"path {pattern.text!r}: {pattern.base} cannot be read: {error.strerror or error}"
    there = ""
    parts = pattern.base.split("/")
    for at in range(len(parts)):
        upto = "/".join(parts[: at + 1]) or "/"
        if not os.path.lexists(os.path.join(root, upto)):
            there, parts = upto, parts[: at + 1]
            break
    above = os.path.join(root, "/".join(parts[:-1]) or ("/" if pattern.base.startswith("/") else ""))
    try:
        known = sorted(name for name in os.listdir(above) if name[0] != ".")
    except OSError:
        known = []
    what: Literal["file", "folder"] = (
        "folder" if pattern.segments or len(parts) < len(pattern.base.split("/")) else "file"
    )
    like = did_you_mean(parts[-1], known)
    return f"path {pattern.text!r}: no {what} {there or pattern.base!r} in {above}{like}"


def nothing_found(root: Path, done: Walk) -> str:
    """Say that a pattern found nothing, and what there is instead."""
    where = done.pattern.base or str(root)
    said = f"path {done.pattern.text!r} matches no file in {where}"
    if done.not_taken:
        kinds = ", ".join(f"{count} {end or 'without extension'}" for end, count in done.not_taken.most_common(5))
        said += f"; there are {kinds}"
    if done.hidden:
        said += f"; {done.hidden} hidden, which `hidden = true` takes"
    return said
