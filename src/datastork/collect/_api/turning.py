"""Turning the page: a link in the answer, a cursor, a page number, an offset, or a Link header (RFC 8288)."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from datastork.collect._api.door import with_params
from datastork.collect._api.paths import MISSING, Path
from datastork.core.errors import SourceError
from datastork.fetch import Answer

GONE = frozenset({400, 404, 410, 416, 422})  # what some servers say of a page behind the last
_LINK = re.compile(
    r'<([^<>]{0,4000})>((?:\s*;\s*[\w!#$&+.^`|~*-]{1,50}\s*=\s*(?:"[^"]{0,500}"|[^\s",;]{0,500})){0,20})'
)
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]*))', re.IGNORECASE)
_KEYS = {"cursor": {"param", "path"}, "page": {"param", "start"}, "offset": {"param", "start"}}


@dataclass(frozen=True, slots=True)
class Turning:
    """How an API turns the page: at most one of these; with none, a Link header where there is one."""

    next: Path | None = None
    cursor: tuple[str, Path] | None = None
    page: tuple[str, int] | None = None
    offset: tuple[str, int] | None = None

    @property
    def counts(self) -> bool:
        """Whether pages are numbered, so that only an empty one, or none at all, is the end."""
        return self.page is not None or self.offset is not None

    def first(self, url: str) -> str:
        """Return the address of the first page."""
        numbered = self.page or self.offset
        return with_params(url, {numbered[0]: numbered[1]}) if numbered else url

    def link(self, url: str, answer: Answer, value: Any, count: int) -> str | None:
        """Return the link to the page behind this one, or None at the end."""
        if self.next is not None:
            found = self.next.of(value)
            if found in (None, "", False) or found is MISSING:
                return None
            if not isinstance(found, str):
                raise SourceError(f"next: {self.next.text!r} holds {type(found).__name__}, not an address")
            return found
        if self.cursor is not None:
            token = self.cursor[1].text_of(value)
            return with_params(url, {self.cursor[0]: token}) if token not in (None, "", "false") else None
        numbered = self.page or self.offset
        if numbered is None:
            return next_link(answer.headers.get("link", ""))
        if not count:
            return None
        now = parse_qs(urlsplit(url).query).get(numbered[0], [str(numbered[1])])[-1]
        return with_params(url, {numbered[0]: int(now) + (1 if self.page else count)})


def turning_of(
    next_path: str | None,
    cursor: dict[str, str] | None,
    page: dict[str, str | int] | None,
    offset: dict[str, str | int] | None,
    problems: list[str],
) -> Turning:
    """Return how the recipe says that pages are turned; what is wrong with it goes to `problems`."""
    given = {"cursor": cursor, "page": page, "offset": offset}
    named = [name for name, value in (("next", next_path), *given.items()) if value is not None]
    if len(named) > 1:
        problems.append(f"{' and '.join(named)}: give one way to turn the page")
    for name, value in given.items():
        if value is None:
            continue
        wrong = set(value) - _KEYS[name]
        if wrong or not isinstance(value.get("param"), str) or not value["param"]:
            problems.append(f"{name}: write {{{', '.join(f'{key} = …' for key in sorted(_KEYS[name]))}}}")
        elif not isinstance(value.get("start", 0), int) or isinstance(value.get("start"), bool):
            problems.append(f"{name}: start is no whole number")
        elif name == "cursor" and "path" not in value:
            problems.append("cursor: it needs path, where the answer holds the next cursor")
    if problems:
        return Turning()
    try:
        return Turning(
            next=Path(next_path) if next_path is not None else None,
            cursor=(cursor["param"], Path(cursor["path"])) if cursor is not None else None,
            page=(str(page["param"]), int(page.get("start", 1))) if page is not None else None,
            offset=(str(offset["param"]), int(offset.get("start", 0))) if offset is not None else None,
        )
    except ValueError as error:
        problems.append(f"{named[0]}: {error}")
        return Turning()


def next_link(header: str) -> str | None:
    """Return the address that a Link header calls next.

    Example:
        >>> next_link('<https://a.org/?p=1>; rel="prev", <https://a.org/?p=3>; rel="next"')
        'https://a.org/?p=3'
    """
    for found in _LINK.finditer(header[:16_384]):
        rel = _REL.search(found[2])
        if rel and "next" in (rel[1] or rel[2] or "").lower().split():
            return found[1].strip()
    return None
