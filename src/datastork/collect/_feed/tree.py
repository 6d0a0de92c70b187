"""XML into a small tree, without anything in XML that can hurt: no DTD, no entities, bounded depth and size."""

from dataclasses import dataclass, field
from html.entities import html5
from typing import Any
from xml.parsers import expat

from datastork.core.errors import DataError

MOST_BYTES = 32 << 20
MOST_NODES = 1_000_000
DEEPEST = 100
_MARK = "\x1f"  # between namespace and name; no character of XML
XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(slots=True)
class Node:
    """An element: namespace, name in small letters, attributes by (namespace, name), and what is in it, in order."""

    space: str
    name: str
    attributes: dict[tuple[str, str], str]
    inside: "list[str | Node]" = field(default_factory=list)

    def get(self, name: str, space: str = "") -> str:
        """Return an attribute, or nothing."""
        return self.attributes.get((space, name), "").strip()

    def children(self, name: str, *spaces: str) -> "list[Node]":
        """Return the elements of a name directly in this one, in one of these namespaces (any where none is given)."""
        return [
            one
            for one in self.inside
            if isinstance(one, Node) and one.name == name and (not spaces or one.space in spaces)
        ]

    def text(self) -> str:
        """Return all text in it."""
        parts: list[str] = []
        todo: list[str | Node] = [self]
        while todo:
            one = todo.pop()
            if isinstance(one, str):
                parts.append(one)
            else:
                todo.extend(reversed(one.inside))
        return "".join(parts)

    def markup(self) -> str:
        """Return what is in it as HTML."""
        from html import escape

        parts: list[str] = []
        todo: list[tuple[bool, str | Node]] = [(False, one) for one in reversed(self.inside)]
        while todo:
            closing, one = todo.pop()
            if isinstance(one, str):
                parts.append(f"</{one}>" if closing else escape(one, quote=False))
                continue
            told = "".join(f' {name}="{escape(value)}"' for (space, name), value in one.attributes.items() if not space)
            parts.append(f"<{one.name}{told}>")
            if one.name not in _EMPTY:
                todo.append((True, one.name))
            todo.extend((False, inner) for inner in reversed(one.inside))
        return "".join(parts)


_EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


def read_xml(data: bytes) -> Node:
    """Return the root of an XML document. Raises DataError, with the line, for what is no XML or not safe to read."""
    if len(data) > MOST_BYTES:
        raise DataError(f"{len(data):,} bytes of XML; the limit is {MOST_BYTES:,}")
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=_MARK)
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.EntityDeclHandler = builder.entity
    parser.SkippedEntityHandler = builder.skipped
    parser.ExternalEntityRefHandler = builder.outside
    try:
        parser.Parse(data.lstrip(b" \t\r\n") if data[:5] != b"<?xml" else data, True)
    except expat.ExpatError as error:
        raise DataError(f"it is no well-formed XML: {expat.ErrorString(error.code)}, line {error.lineno}") from error
    except (LookupError, ValueError) as error:  # an encoding that nobody knows
        raise DataError(f"it is no readable XML: {error}") from error
    if builder.root is None:
        raise DataError("it is empty")
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= DEEPEST:
            raise DataError(f"its XML is nested deeper than {DEEPEST} levels")
        if self._count > MOST_NODES:
            raise DataError(f"its XML has more than {MOST_NODES:,} elements")
        space, plain = _split(name)
        node = Node(space, plain.lower(), {_split(key): value for key, value in attributes.items()})
        if self._open:
            self._open[-1].inside.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        if self._open:
            self._open[-1].inside.append(data)

    def doctype(self, name: str, system: Any, public: Any, internal: int) -> None:
        if internal:
            raise DataError("its XML declares a document type of its own (DTD), which is not read")

    def entity(self, *declared: Any) -> None:
        raise DataError("its XML declares entities, which are not read")

    def skipped(self, name: str, is_parameter: int) -> None:
        """Take the entities of HTML, which RSS 0.91 may use behind its DOCTYPE."""
        found = html5.get(f"{name};")
        if is_parameter or found is None:
            raise DataError(f"its XML uses an entity that nothing declares: &{name[:40]};")
        self.text(found)

    def outside(self, *named: Any) -> int:
        raise DataError("its XML points to another document, which is not fetched")


def _split(name: str) -> tuple[str, str]:
    space, mark, plain = name.rpartition(_MARK)
    return (space if mark else "", plain)
