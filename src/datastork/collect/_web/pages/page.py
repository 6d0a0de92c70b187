"""What a page says beside its text: links, directives, licence, author."""

import json
from typing import Any, NamedTuple
from urllib.parse import urljoin

from datastork.collect._spdx import spdx
from datastork.collect._web.pages.scan import scan
from datastork.core.errors import MissingExtraError

MOST_LINKS, MOST_LINK_BYTES = 10_000, 1 << 20
MOST_SCRIPTS, SCRIPT_BYTES = 16, 256 << 10
_RIGHTS = frozenset({"dcterms.license", "dc.rights.license", "dc.license", "dc.rights", "dcterms.rights"})
_CREATIVE_COMMONS = ("creativecommons.org/licenses/", "creativecommons.org/publicdomain/")
_MEDIA_TYPES = ("image", "video", "audio", "media", "organization", "person", "website", "breadcrumb", "offer")


class Page(NamedTuple):
    """`links` are as they stand, joined with the base; `metas` are (name, content) with names in lower case.

    `licences` are (how it is declared, address or name); `seen` are Creative Commons links that declare nothing.
    """

    links: list[str]
    metas: list[tuple[str, str]]
    licences: list[tuple[str, str]]
    seen: list[str]
    author: str | None
    nofollow_links: int


def read_page(url: str, data: bytes) -> Page:
    """Return what the HTML in `data`, found at `url`, says."""
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ModuleNotFoundError as error:
        raise MissingExtraError("collect.web", "selectolax", "web") from error

    scanned = scan(data)
    tree = LexborHTMLParser(scanned.html)
    base = url
    first = tree.css_first("base[href]")
    if first is not None:
        base = _joined(url, first.attributes.get("href")) or url
    links: list[str] = []
    licences: list[tuple[str, str]] = []
    seen: list[str] = []
    nofollow = room = 0
    for node in tree.css("a[href], area[href]"):
        if len(links) >= MOST_LINKS or room > MOST_LINK_BYTES:
            break
        said = node.attributes
        rel = (said.get("rel") or "").lower().split()
        href = said.get("href")
        if "license" in rel and href:
            licences.append(("rel=license", _joined(base, href) or href))
        elif href and any(one in href for one in _CREATIVE_COMMONS):
            seen.append(href[:300])
        if "nofollow" in rel:
            nofollow += 1
            continue
        found = _joined(base, href)
        if found:
            links.append(found)
            room += len(found)
    for node in tree.css("link[rel~=license]"):
        href = node.attributes.get("href")
        if href:
            licences.append(("link rel=license", _joined(base, href) or href))
    metas = _metas(tree)
    author = None
    for name, content in metas:
        if name in {"author", "article:author", "dc.creator", "dcterms.creator"} and not content.startswith("http"):
            author = author or content[:200] or None
        elif name in _RIGHTS and (content.startswith("http") or spdx(content)):
            licences.append((name, content))
    for how, named, who in _structured(scanned.structured):
        if named:
            licences.append((how, named))
        author = author or who
    return Page(links, metas, licences, seen, author, nofollow)


def _metas(tree: Any) -> list[tuple[str, str]]:
    found = []
    for node in tree.css("meta[content]")[:500]:
        said = node.attributes
        name = said.get("name") or said.get("property") or said.get("http-equiv")
        if name:
            found.append((name.strip().lower(), (said.get("content") or "").strip()[:4000]))
    return found


def _joined(base: str, href: str | None) -> str | None:
    """Return where a link leads, without its fragment; None for what is no page (mailto:, javascript:)."""
    if not href:
        return None
    href = href.strip().partition("#")[0]
    if not href or len(href) > 8192:
        return None
    if href.startswith(("http://", "https://")):
        return href
    if ":" in href.partition("/")[0].partition("?")[0]:
        return None
    try:
        found = urljoin(base, href)
    except ValueError:
        return None
    return found if found.startswith(("http://", "https://")) else None


def _structured(scripts: list[bytes]) -> list[tuple[str, str | None, str | None]]:
    """Return (how, licence, author) of each thing that JSON-LD says the page is."""
    found: list[tuple[str, str | None, str | None]] = []
    for text in scripts[:MOST_SCRIPTS]:
        if len(text) > SCRIPT_BYTES:
            continue
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            continue
        things = told if isinstance(told, list) else [told]
        things += [one for thing in things if isinstance(thing, dict) for one in _listed(thing.get("@graph"))]
        for thing in things[:200]:
            if not isinstance(thing, dict):
                continue
            kinds = " ".join(str(one) for one in _listed(thing.get("@type"))).lower()
            if not any(kind in kinds for kind in _MEDIA_TYPES):
                found.append(("schema.org", _name(thing.get("license"), "@id", "url"), _name(thing.get("author"))))
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _name(value: Any, *keys: str) -> str | None:
    for one in _listed(value):
        if isinstance(one, str):
            return one[:200] or None
        if isinstance(one, dict):
            for key in (*keys, "name"):
                if isinstance(one.get(key), str):
                    return str(one[key])[:200]
    return None
