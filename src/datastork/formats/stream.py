"""JSON of any size, entry by entry: the elements of its long lists one at a time, in memory for one of them.

The text is parsed by the standard library's C scanner; only entries that it refuses are walked by hand, to find where
they end, so that a broken or enormous entry costs one entry. Bytes are read as Latin-1 so that places in the text are
places in the file; entries with other characters are parsed once more from their bytes.
"""

import json
import re
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from datastork.core.errors import DataError, TooLargeError
from datastork.formats.source import ENTRY, PIECE

_SPACE = re.compile(r"[ \t\r\n]*")
_MARKS = re.compile(r'["\[\]{},]')
_INNER = re.compile(r'["\[\]{}]')
_IN_STRING = re.compile(r'["\\]')


class Entry(NamedTuple):
    """One element: the list it stands in ("" for a list that is the whole file), its number from 1, where it lies.

    `value` is what it holds, or the error that says why it cannot be used; `start` and `end` are bytes in the file.
    """

    section: str
    number: int
    value: Any
    start: int
    end: int


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number in JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def parse(data: bytes | str) -> Any:
    """Return what one JSON text holds. Raises DataError for broken JSON, NaN, infinity, and nesting beyond measure."""
    try:
        return _DECODER.decode(data if isinstance(data, str) else data.decode("utf-8"))
    except RecursionError:
        raise DataError("its lists are nested too deeply") from None
    except ValueError as error:
        raise DataError(f"it is no JSON: {error}") from None


def entries(file: IO[bytes], sections: frozenset[str] = frozenset(), limit: int = ENTRY) -> Iterator[Entry]:
    """Yield the elements of a list, or of the lists called `sections` in an object, in their order in the file.

    Members of the object that are not in `sections` come as one entry each, number 0, up to `limit` bytes.
    Raises DataError where the outermost text is neither list nor object, or ends too early.
    """
    reader = _Reader(file, limit)
    mark = reader.peek()
    if mark == "[":
        yield from reader.elements("")
    elif mark == "{":
        yield from reader.members(sections)
    else:
        raise DataError("the file is empty" if not mark else "the JSON begins with neither a list nor an object")
    if reader.peek():
        raise DataError(f"there is more after the end of the JSON, at byte {reader.place + 1:,}")


class _Reader:
    """A window on the file: `text` from byte `base` on, read up to `at`."""

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self.file, self.limit = file, limit
        self.base = file.tell()
        self.text, self.at, self.over = "", 0, False

    @property
    def place(self) -> int:
        return self.base + self.at

    def more(self) -> bool:
        """Read on; what lies before `at` is let go. Returns False at the end of the file."""
        if self.over:
            return False
        data = self.file.read(max(PIECE, (len(self.text) - self.at) // 2))
        self.over = not data
        self.base += self.at
        self.text = self.text[self.at :] + data.decode("latin-1")
        self.at = 0
        return not self.over

    def peek(self) -> str:
        """Return the next character that is no space, "" at the end."""
        while True:
            match = _SPACE.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def expect(self, marks: str) -> str:
        """Return the next character, which must be one of `marks`."""
        mark = self.peek()
        if not mark or mark not in marks:
            what = f"{mark!r}" if mark else "the end of the file"
            raise DataError(f"broken JSON at byte {self.place + 1:,}: expected {' or '.join(marks)}, got {what}")
        self.at += 1
        return mark

    def elements(self, section: str) -> Iterator[Entry]:
        self.expect("[")
        number = 0
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            number += 1
            yield self.entry(section, number)
            if self.expect(",]") == "]":
                return

    def members(self, sections: frozenset[str]) -> Iterator[Entry]:
        self.expect("{")
        if self.peek() == "}":
            self.at += 1
            return
        while True:
            if self.peek() != '"':
                self.expect('"')
            name = self.entry("", 0).value
            self.expect(":")
            if self.peek() == "[" and name in sections:
                yield from self.elements(name)
            else:
                yield self.entry(str(name), 0)
            if self.expect(",}") == "}":
                return

    def entry(self, section: str, number: int) -> Entry:
        """Read one value, whatever it is."""
        self.peek()
        while True:
            start = self.place
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except RecursionError:
                return self.broken(section, number, DataError("its lists are nested too deeply"))
            except ValueError as error:
                if self.over or self.whole():
                    return self.broken(section, number, DataError(f"it is no JSON: {error}"))
            else:
                if end < len(self.text) or self.over:
                    piece = self.text[self.at : end]
                    self.at = end
                    if not piece.isascii():
                        value = _again(piece)
                    return Entry(section, number, value, start, self.place)
                self.more()
            if len(self.text) - self.at > self.limit:
                return self.broken(section, number, TooLargeError(f"it has more than {self.limit:,} bytes"))

    def whole(self) -> bool:
        """Read on until the value at `at` ends, or is too large; return whether it ended within what was there."""
        walk, seen, first = _Walk(), self.at, True
        while walk.end(self.text, seen) is None:
            first = False
            seen = len(self.text) - self.at
            if seen > self.limit or not self.more():
                break
        return first

    def broken(self, section: str, number: int, error: DataError) -> Entry:
        """Pass over a value that cannot be used, holding no more of it than a piece."""
        start = self.place
        walk = _Walk()
        while True:
            end = walk.end(self.text, self.at)
            if end is not None:
                self.at = end
                break
            self.at = len(self.text)
            if not self.more():
                raise DataError(f"the JSON is cut short in the entry that begins at byte {start + 1:,}")
        return Entry(section, number, error, start, self.place)


def _again(piece: str) -> Any:
    try:
        return parse(piece.encode("latin-1").decode("utf-8"))
    except UnicodeDecodeError:
        return DataError("it is no UTF-8")
    except DataError as error:
        return error


class _Walk:
    """Finds the end of a value by its brackets and strings alone; may be fed in pieces."""

    def __init__(self) -> None:
        self.depth, self.inside, self.escaped = 0, False, False

    def end(self, text: str, at: int) -> int | None:
        """Return where the value ends (the comma or bracket after it), or None where the text ends first."""
        while at < len(text):
            if self.inside:
                at = self._string(text, at)
                continue
            match = (_INNER if self.depth else _MARKS).search(text, at)
            if match is None:
                return None
            mark, at = match[0], match.end()
            if mark == '"':
                self.inside, self.escaped = True, False
            elif mark in "[{":
                self.depth += 1
            elif self.depth == 0:
                return match.start()
            elif mark in "]}":
                self.depth -= 1
        return None

    def _string(self, text: str, at: int) -> int:
        while at < len(text):
            if self.escaped:
                self.escaped = False
                at += 1
                continue
            match = _IN_STRING.search(text, at)
            if match is None:
                return len(text)
            at = match.end()
            if match[0] == '"':
                self.inside = False
                return at
            self.escaped = True
        return at


def dumps(value: Any) -> str:
    """Return a value as JSON on one line. Raises DataError for NaN and infinity."""
    try:
        return _ENCODER.encode(value)
    except ValueError as error:
        raise DataError(f"it cannot be written as JSON: {error}") from error
