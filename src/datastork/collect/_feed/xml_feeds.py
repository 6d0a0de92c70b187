"""RSS 0.9x and 2.0, RSS 1.0 (RDF) and Atom, from their trees.

https://www.rssboard.org/rss-specification, http://purl.org/rss/1.0/, RFC 4287
"""

import base64
import binascii
import html
import re

from datastork.collect._feed.entry import Entry, Feed, joined
from datastork.collect._feed.tree import XML, Node
from datastork.core.errors import DataError

ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
RSS = ("", "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/", "http://channel.netscape.com/rdf/simple/0.9/",
       "http://backend.userland.com/rss2", "http://blogs.law.harvard.edu/tech/rss")  # fmt: skip
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
XHTML = "http://www.w3.org/1999/xhtml"
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,1000}>|<!--[^<>]{0,1000}-->")
DUBLIN = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
CREATIVE = (
    "http://backend.userland.com/creativeCommonsRssModule", "http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html",
    "http://creativecommons.org/ns#", "http://web.resource.org/cc/",
)  # fmt: skip


def feed_of(root: Node, url: str) -> Feed:
    """Return the feed in a tree; links are made whole with its address. Raises DataError for another kind of XML."""
    if root.name == "feed" and root.space in ATOM:
        return _atom(root, _base(root, url))
    if root.name == "rss" or (root.name == "rdf" and root.space == RDF):
        channels = root.children("channel", *RSS)
        if not channels:
            raise DataError("it is RSS without a channel")
        channel = channels[0]
        items = [*channel.children("item", *RSS), *root.children("item", *RSS)]
        base = _base(channel, _base(root, url))
        return Feed(
            title=_first(channel, "title", *RSS),
            licence=_licence(channel),
            author=_first(channel, "creator", *DUBLIN) or _first(channel, "managingeditor", *RSS),
            language=_first(channel, "language", *RSS, *DUBLIN),
            entries=[_item(one, base) for one in items],
        )
    raise DataError(f"it is XML, but no feed: <{root.name[:40]}>")


def _item(item: Node, base: str) -> Entry:
    base = _base(item, base)
    link = _first(item, "link", *RSS)
    guid = item.children("guid", *RSS)
    number = guid[0].text().strip() if guid else ""
    if not link:
        atom = [one.get("href") for one in item.children("link", *ATOM) if one.get("rel") in ("", "alternate")]
        permanent = (
            guid and guid[0].get("isPermaLink").lower() != "false" and number.startswith(("http://", "https://"))
        )
        link = atom[0] if atom else number if permanent else ""
    encoded, whole = item.children("encoded", CONTENT), item.children("body", XHTML, *RSS)
    summary = item.children("description", *RSS, *DUBLIN)
    return Entry(
        id=number or item.get("about", RDF) or _first(item, "id", *ATOM),
        link=joined(base, link),
        title=_first(item, "title", *RSS, *DUBLIN),
        content=encoded[0].text() if encoded else whole[0].markup() if whole else None,
        summary=_inner(summary[0]) if summary else None,
        author=_first(item, "creator", *DUBLIN) or _first(item, "author", *RSS) or _person(item),
        published=_first(item, "pubdate", *RSS) or _first(item, "date", *DUBLIN) or _first(item, "issued", *DUBLIN),
        categories=_texts([*item.children("category", *RSS), *item.children("subject", *DUBLIN)]),
        licence=_licence(item),
    )


def _atom(root: Node, base: str) -> Feed:
    return Feed(
        title=_title(root),
        licence=_licence(root, base),
        author=_person(root),
        language=root.get("lang", XML),
        entries=[_atom_entry(one, _base(one, base)) for one in root.children("entry", *ATOM)],
    )


def _atom_entry(entry: Node, base: str) -> Entry:
    links = entry.children("link", *ATOM)
    link = next((one.get("href") for one in links if one.get("rel") in ("", "alternate")), "")
    content, content_html = _construct(entry.children("content", *ATOM))
    summary, summary_html = _construct(entry.children("summary", *ATOM))
    sources = entry.children("source", *ATOM)
    author = _person(entry) or (_person(sources[0]) if sources else "")
    number = _first(entry, "id", *ATOM)
    if not link and number.lower().startswith(("http://", "https://")):
        link = number
    return Entry(
        id=number,
        link=joined(base, link),
        title=_title(entry),
        content=content,
        content_html=content_html,
        summary=summary,
        summary_html=summary_html,
        author=author,
        published=_first(entry, "published", *ATOM)
        or _first(entry, "issued", *ATOM)
        or _first(entry, "updated", *ATOM),
        categories=[
            one.get("label") or one.get("term")
            for one in entry.children("category", *ATOM)
            if one.get("label") or one.get("term")
        ],
        licence=_licence(entry, base),
    )


def _title(node: Node) -> str:
    """Return the title of an Atom feed or entry, as plain text."""
    found = node.children("title", *ATOM)
    if not found:
        return ""
    text, is_html = _construct(found)
    return " ".join((_plain(text) if is_html else text).split()) if text else ""


def _plain(markup: str) -> str:
    """Return a line of markup without it."""
    return html.unescape(_TAG.sub("", markup))


def _construct(found: list[Node]) -> tuple[str | None, bool]:
    """Return an Atom text construct, and whether it is HTML (RFC 4287, 3.1 and 4.1.3)."""
    if not found or found[0].get("src"):
        return None, False
    node, kind = found[0], found[0].get("type").lower() or "text"
    if node.get("mode") == "base64":
        try:
            return base64.b64decode("".join(node.text().split()), validate=True).decode(), "html" in kind
        except (binascii.Error, UnicodeDecodeError):
            return None, False
    if kind == "xhtml" or node.get("mode") == "xml" or (node.space == ATOM[1] and kind == "application/xhtml+xml"):
        return node.markup(), True
    if kind in ("html", "text/html"):
        return node.text(), True
    if kind in ("text", "text/plain"):
        return node.text(), False
    if kind.endswith(("+xml", "/xml")):
        return node.markup(), True
    try:
        data = base64.b64decode("".join(node.text().split()), validate=True)
        return (data.decode(), False) if kind.startswith("text/") else (None, False)
    except (binascii.Error, UnicodeDecodeError):
        return (node.text(), False) if kind.startswith("text/") else (None, False)


def _inner(node: Node) -> str:
    """Return a description: text with HTML in it, or elements, as some write them."""
    return node.markup() if any(isinstance(one, Node) for one in node.inside) else node.text()


def _licence(node: Node, base: str = "") -> str:
    for one in [*node.children("license", *CREATIVE), *node.children("licence", *CREATIVE)]:
        found = one.get("resource", RDF) or one.text().strip()
        if found:
            return found
    for one in node.children("link", *ATOM):
        if one.get("rel") == "license" and one.get("href"):
            return joined(base, one.get("href"))
    named = [*node.children("license", *DUBLIN), *node.children("rights", *DUBLIN, *ATOM)]
    texts = _texts([*named, *node.children("copyright", *RSS)])
    return texts[0] if texts else ""


def _person(node: Node) -> str:
    names = [name for person in node.children("author", *ATOM) for name in _texts(person.children("name", *ATOM))]
    return ", ".join(names)


def _first(node: Node, name: str, *spaces: str) -> str:
    found = _texts(node.children(name, *spaces))
    return found[0] if found else ""


def _texts(nodes: list[Node]) -> list[str]:
    return [text for node in nodes if (text := " ".join(node.text().split()))]


def _base(node: Node, url: str) -> str:
    return joined(url, node.get("base", XML)) or url
