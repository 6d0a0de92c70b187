"""File patterns: `recordings/**/*.wav`, `photos`, `photos/*.{jpg,png}`, `data.zip!/train/**/*.png`."""

import os
import re
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path

from datastork.core.errors import RecipeError
from datastork.store.archives import is_archive
from datastork.store.sources import MARK

MOST = 1000  # patterns one pattern with braces may stand for
_MAGIC = re.compile(r"[*?\[{]")
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern without braces.

    `source`    what the user wrote, `text` the same with one choice of each brace
    `base`      the folder (or the single file) before the first wildcard, as in a uri: relative or absolute;
    "" is
                the recipe's folder
    `segments`  what follows, one entry a level; "**" is any number of levels. Empty for a single file
    `inside`    the segments behind `!/`, for members of archives; empty takes every member
    """

    source: str
    text: str
    base: str
    segments: tuple[str, ...]
    inside: tuple[str, ...] = ()


def takes_any(segments: tuple[str, ...]) -> bool:
    """Say whether a pattern names no kind of file: its last level ends in a wildcard.

    >>> takes_any(("**", "*")), takes_any(("*.jpg",)), takes_any(("*.jp*",))
    (True, False, False)
    """
    last = (segments or ("x",))[-1]
    return last.endswith(("*", "?")) and not re.search(r"\.\w+\*?$", last)


def parse(root: Path, text: str) -> list[Pattern]:
    """Return the patterns `text` stands for. What exists literally, brackets and all, is taken literally."""
    if not text.strip():
        raise RecipeError(["path: it is empty; write a folder or a pattern such as 'photos/**/*.jpg'"])
    if "\0" in text:
        raise RecipeError(["path: it holds a NUL character"])
    text = os.path.expanduser(text)
    if os.path.lexists(os.path.join(root, text)):
        return [_literal(root, text)]
    return [_parse_one(root, text, one) for one in expand_braces(text)]


def expand_braces(text: str) -> list[str]:
    """Return the patterns without braces.

    >>> expand_braces("a/*.{jpg,png}")
    ['a/*.jpg', 'a/*.png']
    """
    done: list[str] = []
    todo = [text]
    while todo:
        one = todo.pop()
        found = _BRACES.search(one)
        if found is None:
            done.append(one)
        else:
            todo += [one[: found.start()] + choice + one[found.end() :] for choice in reversed(found[1].split(","))]
        if len(todo) + len(done) > MOST:
            raise RecipeError([f"path: {text!r} stands for more than {MOST} patterns"])
    return list(dict.fromkeys(done))


class Levels:
    """The levels of a pattern, walked one folder at a time. A state is the levels a folder has reached."""

    def __init__(self, segments: tuple[str, ...]) -> None:
        self._segments = segments
        self._match = [re.compile(translate(segment)).match for segment in segments]
        self.start = self._closed({0})

    def enter(self, state: frozenset[int], name: str, hidden: bool) -> frozenset[int]:
        """Return the state inside the folder `name`; empty where the pattern does not lead there."""
        last = len(self._segments) - 1
        reached = set()
        for at in state:
            if at == last or (name.startswith(".") and not hidden and not self._segments[at].startswith(".")):
                continue
            if self._segments[at] == "**":
                reached.add(at)
            elif self._match[at](name):
                reached.add(at + 1)
        return self._closed(reached)

    def files(self, state: frozenset[int]) -> "re.Pattern[str] | None":
        """Return the expression the files of a folder must match, or None where it cannot hold any."""
        last = len(self._segments) - 1
        return re.compile(translate(self._segments[last])) if last in state else None

    @property
    def names_hidden(self) -> bool:
        """Whether the pattern asks for hidden files by name, as `.*` does."""
        return self._segments[-1].startswith(".")

    def _closed(self, state: set[int]) -> frozenset[int]:
        """Add what `**` reaches by standing for no folder at all."""
        for at in sorted(state):
            while self._segments[at] == "**":
                at += 1
                state.add(at)
        return frozenset(state)


def _literal(root: Path, text: str) -> Pattern:
    return Pattern(text, text, _normal(text), ("**", "*") if os.path.isdir(os.path.join(root, text)) else ())


def _parse_one(root: Path, source: str, text: str) -> Pattern:
    outer, mark, inner = _split(text)
    inside = _segments(inner) if mark else ()
    if mark and not inside:
        inside = ("**", "*")
    parts = outer.replace(os.sep, "/").split("/") if os.sep != "/" else outer.split("/")
    first = next((at for at, part in enumerate(parts) if _MAGIC.search(part)), None)
    if first is None:
        if os.path.isdir(os.path.join(root, outer)):
            return Pattern(source, text, _normal(outer), ("**", "*"), inside)
        return Pattern(source, text, _normal(outer), (), inside)
    base = "/".join(parts[:first])
    segments = _segments("/".join(parts[first:]))
    if ".." in segments:
        raise RecipeError([f"path: {text!r} has '..' behind a wildcard"])
    return Pattern(source, text, _normal(base + "/" if base == "" and first else base), segments, inside)


def _split(text: str) -> tuple[str, str, str]:
    """Split at the first `!/` that follows something called like an archive, or a pattern for archives."""
    at = text.find(MARK)
    while at >= 0:
        if is_archive("x" + text[:at].rsplit("/", 1)[-1]):
            return text[:at], MARK, text[at + len(MARK) :]
        at = text.find(MARK, at + 1)
    return text, "", ""


def _segments(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in text.split("/"):
        if part in {"", "."} or (part == "**" and found[-1:] == ["**"]):
            continue
        found.append(part)
    if text.endswith("/") and found and found[-1] != "**":
        found.append("**")
    if found[-1:] == ["**"]:
        found.append("*")
    return tuple(found)


def _normal(path: str) -> str:
    """Return a path as it stands in a uri: no `.`, no `a/..`; "" for the recipe's own folder."""
    plain = os.path.normpath(path or ".").replace(os.sep, "/")
    return "" if plain == "." else plain
