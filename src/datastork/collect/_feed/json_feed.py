"""JSON Feed 1.0 and 1.1. https://www.jsonfeed.org/version/1.1/"""

import json
from typing import Any

from datastork.collect._feed.entry import Entry, Feed, joined
from datastork.core.errors import DataError


def read_json(data: bytes, url: str) -> Feed:
    """Return a JSON Feed. Raises DataError for what is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DataError(f"it is no JSON: {str(error)[:80]}") from error
    if not isinstance(found, dict) or not str(found.get("version", "")).startswith("https://jsonfeed.org/version/"):
        raise DataError("it is JSON, but no JSON Feed")
    items = found.get("items")
    if not isinstance(items, list):
        raise DataError("it is a JSON Feed without items")
    return Feed(
        title=_text(found.get("title")),
        author=_authors(found),
        language=_text(found.get("language")),
        entries=[_entry(one, url) for one in items if isinstance(one, dict)],
    )


def _entry(item: dict[str, Any], url: str) -> Entry:
    markup, plain = item.get("content_html"), item.get("content_text")
    html = isinstance(markup, str)
    tags = item.get("tags")
    return Entry(
        id=_text(item.get("id")),
        link=joined(url, _text(item.get("url")) or _text(item.get("external_url"))),
        title=_text(item.get("title")),
        content=markup if html else plain if isinstance(plain, str) else None,
        content_html=html,
        summary=item["summary"] if isinstance(item.get("summary"), str) else None,
        summary_html=False,
        author=_authors(item),
        published=_text(item.get("date_published")) or _text(item.get("date_modified")),
        categories=[_text(one) for one in tags if _text(one)] if isinstance(tags, list) else [],
    )


def _authors(value: dict[str, Any]) -> str:
    given = value.get("authors")
    people = given if isinstance(given, list) else [value.get("author")]
    return ", ".join(name for one in people if isinstance(one, dict) and (name := _text(one.get("name"))))


def _text(value: Any) -> str:
    """Return a text or a number as text, on one line, without half characters."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).encode("utf-8", "replace").decode().split())
