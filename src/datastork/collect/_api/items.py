"""One item of an API as a sample: its text, its media, or itself as a record, and what the listing says of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from datastork.collect._api.paths import MISSING, Path
from datastork.collect._dates import iso_of
from datastork.collect._markup import page_of
from datastork.collect._merge import as_text, own_name
from datastork.collect._spdx import spdx
from datastork.core.errors import DataError
from datastork.core.hashing import canonical, key_of
from datastork.media.row import check_values

NO_LICENCE = "no licence"


@dataclass(frozen=True, slots=True)
class Shape:
    """Where in an item everything is."""

    text: Path | None = None
    html: bool = False
    file: Path | None = None
    id: Path | None = None
    link: Path | None = None
    label: Path | None = None
    group: Path | None = None
    license: Path | None = None
    author: Path | None = None
    time: Path | None = None
    columns: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """What is known of one item. `file` is the address of its media; `key` tells it from all others."""

    uri: str
    key: str
    licence: str
    data: bytes | None
    file: str | None
    problem: str | None
    columns: dict[str, Any]


def item_of(value: Any, shape: Shape, page: str, base: str, annotator: str, query: str | None) -> Item:
    """Return an item of the page at `page`, of an API at `base`."""
    number = shape.id.text_of(value) if shape.id else None
    link = _address(shape.link, value, page)
    file = _address(shape.file, value, page)
    key = number if number is not None else key_of("item", as_text(_sayable(value)), length=24)
    data, problem = (None, None) if shape.file else _content(value, shape)
    if shape.file and file is None:
        problem = f"it has no address at {shape.file.text!r}"
    if shape.id and number is None:
        problem = problem or f"it has no id at {shape.id.text!r}"
    given = shape.license.text_of(value) if shape.license else None
    columns: dict[str, Any] = {
        "group": shape.group.text_of(value) if shape.group else None,
        "license": (spdx(given) or given) if given else None,
        "author": shape.author.text_of(value) if shape.author else None,
        "query": query,
    }
    columns = {name: one for name, one in columns.items() if one is not None}
    votes = [{"annotator": annotator, "value": one, "confidence": 1.0} for one in _labels(shape, value)]
    if votes:
        columns["votes"] = votes
    if number is not None:
        columns["item"] = number
    if shape.time:
        columns["published"] = iso_of(shape.time.text_of(value))
    for name, path in shape.columns:
        found = path.of(value)
        columns[own_name(name)] = None if found is MISSING else _plain(found)
    uri = link or (file if file and not shape.id else None) or f"{base}#{key}"
    return Item(uri, key, columns.get("license", NO_LICENCE), data, file, problem, columns)


def _content(value: Any, shape: Shape) -> tuple[bytes | None, str | None]:
    if shape.text is not None:
        found = shape.text.of(value)
        if found is MISSING or found is None:
            return None, f"it has no text at {shape.text.text!r}"
        if isinstance(found, list):
            found = "\n\n".join(as_text(one) or "" for one in found)
        if not isinstance(found, str):
            return None, f"{shape.text.text!r} holds no text"
        try:
            return page_of(found) if shape.html else found.encode(), None
        except UnicodeEncodeError:
            return None, "the text holds half a character (a lone surrogate)"
    if not isinstance(value, dict):
        return None, "it is no object; text = '$' makes a text of it"
    try:
        check_values(value)
    except DataError as error:
        return None, error.message
    return canonical(value).encode(), None


def _address(path: Path | None, value: Any, page: str) -> str | None:
    found = path.text_of(value) if path else None
    if not found or len(found) > 8000:
        return None
    try:
        goal = urljoin(page, found.strip())
    except ValueError:
        return None
    return goal if goal.lower().startswith(("http://", "https://")) and goal.isprintable() else None


def _labels(shape: Shape, value: Any) -> list[str]:
    found = shape.label.of(value) if shape.label else None
    many = found if isinstance(found, list) else [found]
    return [as_text(_sayable(one)) or "" for one in many if one is not None and one is not MISSING and one != ""]


def _plain(value: Any) -> Any:
    """Return a value as a cell: numbers and texts as they are, lists as lists of texts, objects as JSON."""
    if isinstance(value, list):
        return [as_text(_sayable(one)) for one in value]
    return as_text(_sayable(value)) if isinstance(value, dict | str) else _sayable(value)


def _sayable(value: Any) -> Any:
    """Return a value that a table can hold: lone surrogates are replaced, numbers too large become text."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return str(value)
    if isinstance(value, dict):
        return {_sayable(name): _sayable(one) for name, one in value.items()}
    return [_sayable(one) for one in value] if isinstance(value, list) else value
