"""XML of any size, element by element. A document type, and with it every entity, is refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from datastork.core.errors import DataError, TooLargeError
from datastork.formats.source import ENTRY, PIECE
from datastork.formats.stream import dumps, parse

DEPTH = 64  # elements within one another


@dataclass(slots=True)
class Element:
    """An element: its name, attributes, text (of itself alone) and children; `line` is where it begins."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Element"]:
        """Yield the children of that name."""
        return (one for one in self.children if one.name == name)

    def find(self, *path: str) -> "Element | None":
        """Return the first element on a path of names, or None."""
        here: Element | None = self
        for name in path:
            here = next(here.all(name), None) if here is not None else None
        return here

    def value(self, *path: str) -> str:
        """Return the text of the first element on a path of names; "" where it is missing."""
        found = self.find(*path)
        return found.text.strip() if found is not None else ""


def elements(file: IO[bytes], names: frozenset[str], limit: int = ENTRY) -> Iterator[Element]:
    """Yield every outermost element called one of `names`, whole; everything around it is passed over.

    Raises DataError for what is not well-formed, for a document type, and for elements nested deeper than `DEPTH`;
    TooLargeError where one element has more than `limit` bytes.
    """
    builder = _Builder(names, limit)
    parser = builder.parser
    try:
        while data := file.read(PIECE // 4):
            parser.Parse(data, False)
            builder.check()
            yield from builder.taken()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        yield from builder.taken()
        what = expat.ErrorString(error.code)
        raise DataError(f"it is no well-formed XML: {what}, line {error.lineno}") from error
    yield from builder.taken()


class _Builder:
    def __init__(self, names: frozenset[str], limit: int) -> None:
        self.names, self.limit = names, limit
        self.open: list[Element] = []
        self.done: list[Element] = []
        self.depth, self.since = 0, 0
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = self.doctype
        parser.EntityDeclHandler = self.doctype
        self.parser = parser

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise DataError(f"line {self.parser.CurrentLineNumber}: elements are nested deeper than {DEPTH}")
        if not self.open and name not in self.names:
            return
        if not self.open:
            self.since = self.parser.CurrentByteIndex
        one = Element(name, attributes, self.parser.CurrentLineNumber)
        if self.open:
            self.open[-1].children.append(one)
        self.open.append(one)
        self.check()

    def check(self) -> None:
        if self.open and self.parser.CurrentByteIndex - self.since > self.limit:
            first = self.open[0]
            raise TooLargeError(f"line {first.line}: <{first.name}> has more than {self.limit:,} bytes")

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.open:
            one = self.open.pop()
            if not self.open:
                self.done.append(one)

    def characters(self, text: str) -> None:
        if self.open:
            self.open[-1].text += text

    def doctype(self, *_: object) -> None:
        raise DataError("it declares a document type; files of annotations need none, and entities are not followed")

    def taken(self) -> list[Element]:
        done, self.done = self.done, []
        return done


def escape(text: str) -> str:
    """Return text as it may stand in an attribute or an element; characters that XML cannot hold become U+FFFD."""
    if text.isalnum():
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    text = text.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")
    return "".join("\ufffd" if _foreign(one) else one for one in text)


def _foreign(one: str) -> bool:
    return one < " " or "\ud800" <= one <= "\udfff" or one in "\ufffe\uffff"


def as_text(value: Any) -> str:
    """Return the value of an attribute of a region as text; texts that look like a number, true or false get quotes."""
    if isinstance(value, str):
        return dumps(value) if not isinstance(of_text(value), str) or value.startswith('"') else value
    return dumps(value)


def of_text(text: str) -> Any:
    """Return the value of an attribute: a number, true, false, or the text.

    >>> of_text("true"), of_text("1.5"), of_text("red"), of_text(as_text("1"))
    (True, 1.5, 'red', '1')
    """
    try:
        value = parse(text)
    except DataError:
        return text
    return value if isinstance(value, str | int | float | bool) else text
