"""ARFF, the table format of Weka and OpenML: strict, bounded, dense and sparse.

https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datastork.core.errors import SourceError

LONGEST_LINE = 16 << 20
MOST_ATTRIBUTES = 100_000
_NUMBERS = {"numeric", "real", "integer"}
_SPACE = re.compile(r"\s*")
_QUOTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""", re.DOTALL)  # a backslash takes the next as it is
_NAME = re.compile(r"""(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s{}'",%]+))(?=\s|\{|$)""")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column: its name, its type in small letters, and the values it may have where it is nominal."""

    name: str
    kind: str
    values: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Arff:
    """A file that was opened: its columns and, each time `rows` is asked, (row, problem) of every line of data."""

    path: Path
    attributes: tuple[Attribute, ...]
    encoding: str

    def rows(self) -> Iterator[tuple[dict[str, Any] | None, str | None]]:
        """Yield each row, or None and what is wrong with it. A missing value is None."""
        known = [frozenset(one.values) if one.values is not None else None for one in self.attributes]
        for number, line in _lines(self.path, self.encoding, data=True):
            try:
                if line.startswith("{"):
                    yield self._sparse(line, known), None
                else:
                    yield self._dense(line, known), None
            except ValueError as error:
                yield None, f"line {number}: {error}"

    def _dense(self, line: str, known: list[frozenset[str] | None]) -> dict[str, Any]:
        given = split_values(line)
        if len(given) != len(self.attributes):
            raise ValueError(f"{len(given)} values, not {len(self.attributes)}")
        return {
            one.name: _value(one, allowed, text)
            for one, allowed, text in zip(self.attributes, known, given, strict=True)
        }

    def _sparse(self, line: str, known: list[frozenset[str] | None]) -> dict[str, Any]:
        if not line.endswith("}"):
            raise ValueError("a sparse row is never closed")
        row: dict[str, Any] = {}
        inside = line[1:-1].strip()
        for part in _pairs(inside) if inside else ():
            at, _, text = part.partition(" ")
            if not (at.isascii() and at.isdigit()) or int(at) >= len(self.attributes):
                raise ValueError(f"no attribute {at[:20]!r}")
            one = self.attributes[int(at)]
            if one.name in row:
                raise ValueError(f"attribute {at} is given twice")
            values = split_values(text.strip())
            if len(values) != 1:
                raise ValueError(f"attribute {at} has no value")
            row[one.name] = _value(one, known[int(at)], values[0])
        return {one.name: row[one.name] if one.name in row else _unsaid(one) for one in self.attributes}


def read_arff(path: Path, name: str) -> Arff:
    """Open an ARFF file and read its header. Raises SourceError where it is no ARFF file, naming the line."""
    encoding = _encoding(path)
    attributes: list[Attribute] = []
    for number, line in _lines(path, encoding, data=False):
        word = line.split(None, 1)[0].lower()
        try:
            if word == "@data":
                if not attributes:
                    raise ValueError("there is no @attribute before it")
                names = [one.name for one in attributes]
                if len(set(names)) < len(names):
                    raise ValueError("two attributes have one name")
                return Arff(path, tuple(attributes), encoding)
            if word == "@attribute":
                attributes.append(_attribute(line[len(word) :].strip()))
                if len(attributes) > MOST_ATTRIBUTES:
                    raise ValueError(f"more than {MOST_ATTRIBUTES:,} attributes")
            elif word != "@relation":
                raise ValueError(f"{word[:40]!r} is neither @relation, @attribute nor @data")
        except ValueError as error:
            raise SourceError(f"{name} is no ARFF file: line {number}: {error}") from error
    raise SourceError(f"{name} is no ARFF file: it has no @data")


def split_values(line: str) -> list[str | None]:
    """Return the values of a line, None for a missing one (a bare `?`). Raises ValueError for a quote left open."""
    if "'" not in line and '"' not in line and "\\" not in line:
        plain = [text.strip() for text in line.split(",")]
        return [None if text == "?" else text for text in plain]
    found: list[str | None] = []
    at = 0
    while True:
        at = _end_of_space(line, at)
        if line[at : at + 1] in ("'", '"'):
            match = _QUOTED.match(line, at)
            if match is None:
                raise ValueError(f"value {len(found) + 1}: a quote is never closed")
            single, double = match.groups()
            found.append(_unescaped(single if single is not None else double))
            at = _end_of_space(line, match.end())
            if at < len(line) and line[at] != ",":
                raise ValueError(f"value {len(found)}: {line[at : at + 20]!r} stands behind a quote")
        else:
            end = line.find(",", at)
            bare = line[at : end if end >= 0 else None].strip()
            if "'" in bare or '"' in bare:
                raise ValueError(f"value {len(found) + 1}: a quote within {bare[:40]!r}")
            found.append(None if bare == "?" else bare)
            at = end if end >= 0 else len(line)
        if at >= len(line):
            return found
        at += 1


def _end_of_space(line: str, at: int) -> int:
    found = _SPACE.match(line, at)
    return found.end() if found else at


def _pairs(inside: str) -> Iterator[str]:
    """Yield `index value` of a sparse row, cut at commas outside quotes."""
    at = start = 0
    quote = ""
    while at < len(inside):
        character = inside[at]
        if quote:
            if character == "\\":
                at += 1
            elif character == quote:
                quote = ""
        elif character in "'\"":
            quote = character
        elif character == ",":
            yield inside[start:at].strip()
            start = at + 1
        at += 1
    if quote:
        raise ValueError("a quote is never closed")
    yield inside[start:].strip()


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text, flags=re.DOTALL)


def _attribute(text: str) -> Attribute:
    match = _NAME.match(text)
    if match is None:
        raise ValueError("an attribute without a name")
    single, double, bare = match.groups()
    name = bare if bare is not None else _unescaped(single if single is not None else double)
    kind = text[match.end() :].strip()
    if kind.startswith("{"):
        if not kind.endswith("}"):
            raise ValueError(f"the values of {name!r} are never closed")
        values = split_values(kind[1:-1])
        return Attribute(name, "nominal", tuple("?" if value is None else value for value in values))
    word = kind.split(None, 1)[0].lower() if kind else ""
    if word in _NUMBERS or word in ("string", "date"):
        return Attribute(name, word)
    raise ValueError(f"the type {word[:40]!r} of {name!r} is not known")


def _value(one: Attribute, allowed: frozenset[str] | None, text: str | None) -> Any:
    if text is None:
        return None
    if one.kind in _NUMBERS:
        return _number(one, text)
    if allowed is not None and text not in allowed:
        raise ValueError(f"{one.name} cannot be {text[:40]!r}")
    return text


def _number(one: Attribute, text: str) -> float | int | None:
    if not text.isascii() or "_" in text:
        raise ValueError(f"{one.name}: {text[:40]!r} is no number")
    try:
        whole = int(text) if one.kind != "real" and len(text) < 20 and not (set(text) & set(".eEnN")) else None
        value = float(text)
    except ValueError:
        raise ValueError(f"{one.name}: {text[:40]!r} is no number") from None
    if math.isinf(value):
        raise ValueError(f"{one.name}: {text[:40]!r} is too large")
    return whole if whole is not None else None if value != value else value


def _unsaid(one: Attribute) -> Any:
    """Return what a sparse row means where it says nothing: 0, the first value, or for a text nothing."""
    if one.values is not None:
        return one.values[0]
    return 0 if one.kind in _NUMBERS else None


def _encoding(path: Path) -> str:
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while part := file.read(1 << 20):
                decoder.decode(part)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8-sig"


def _lines(path: Path, encoding: str, *, data: bool) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of the header (up to and with @data) or of what follows it, without comments."""
    number = 0
    header = True
    with path.open(encoding=encoding, newline=None) as file:
        while line := file.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE and not line.endswith("\n"):
                raise SourceError(f"{path.name}: line {number} has more than {LONGEST_LINE:,} characters")
            line = line.strip()
            if not line or line.startswith("%"):
                continue
            if header:
                if not data:
                    yield number, line
                header = line.split(None, 1)[0].lower() != "@data"
                if not header and not data:
                    return
            elif data:
                yield number, line
