"""Following one feed from build to build: new entries are added to a spool, and none is ever taken away."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from datastork.collect._dates import iso_of
from datastork.collect._feed.entry import Entry, Feed
from datastork.collect._feed.read import read_feed
from datastork.collect._kept import Kept, Refresh
from datastork.collect._markup import page_of
from datastork.collect._spdx import spdx
from datastork.core.errors import DataError, SourceError
from datastork.core.hashing import content_id, key_of
from datastork.fetch import Fetcher
from datastork.store.spool import Spool

if TYPE_CHECKING:
    import pyarrow as pa

MOST_BYTES = 32 << 20
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
LONGEST_ID = 200  # characters; longer ones are known by their hash
Part = Literal["content", "summary", "title"]


@dataclass(frozen=True, slots=True)
class Taking:
    """What of each entry becomes what."""

    text: Part
    label: Literal["category", "feed", "none"]
    group: Literal["feed", "author", "none"]


def followed(
    root: Path, url: str, taking: Taking, fetcher: Fetcher, refresh: Refresh
) -> "tuple[pa.Table, list[str], str]":
    """Return the entries of a feed so far, notes, and why it could not be asked (or nothing)."""
    key = key_of("collect.feed", url, taking.text)
    kept = Kept(root, key)
    notes: list[str] = []
    why = ""
    with Spool(root, key) as spool:
        if kept.due(refresh):
            try:
                _ask(spool, kept, url, taking, fetcher, notes)
            except DataError as error:
                why = error.message if error.message.startswith(url) else f"{url}: {error.message}"
                if not spool.count:
                    return spool.table(), [], why
                age = _age(kept)
                notes.append(f"{why}; its {spool.count:,} entries are from before{age}")
        rows = _shown(spool.table(), taking)
        changed = int(kept.data.get("changed", 0))
        if changed:
            notes.append(f"{url}: {changed:,} entries were edited since they were collected; they stay as they were")
        bad = rows["problem"].drop_null()
        if len(bad):
            notes.append(f"{url}: {len(bad):,} entries hold no text: {bad[0].as_py()}")
    return rows, notes, why


def _ask(spool: Spool, kept: Kept, url: str, taking: Taking, fetcher: Fetcher, notes: list[str]) -> None:
    """Ask for what is new, and add it; a server that says "not modified" is believed."""
    headers = {"Accept": ACCEPT}
    if spool.count and kept.data.get("whole"):
        headers |= {"If-None-Match": kept.data["etag"]} if kept.data.get("etag") else {}
        headers |= {"If-Modified-Since": kept.data["modified"]} if kept.data.get("modified") else {}
    answer = fetcher.get(url, headers, MOST_BYTES)
    if answer.status == 304 and len(headers) > 1:
        kept.asked_now()
        return
    feed = read_feed(answer.checked().body, answer.url)
    rows = spool.table()
    known = dict(zip(rows["entry"].to_pylist(), rows["stated"].to_pylist(), strict=True)) if rows.num_rows else {}
    uris = set(rows["uri"].to_pylist())
    changed = 0
    kept.keep(whole=False)
    for entry in reversed(feed.entries):  # the oldest first: a feed has its newest entry at the top
        number = _number(entry)
        stated = content_id(repr((entry.title, entry.content, entry.summary)).encode("utf-8", "replace"))
        if number in known:
            changed += known[number] != stated
            continue
        known[number] = stated
        uri = entry.link if entry.link.startswith(("http://", "https://")) and entry.link.isprintable() else ""
        uri = uri if uri and uri not in uris else f"{uri or url}#{number}"
        uris.add(uri)
        _add(spool, entry, feed, url, taking, uri=uri, entry_id=number, stated=stated)
    if not feed.entries:
        notes.append(f"{url} has no entries")
    kept.asked_now(
        whole=True,
        changed=changed,
        etag=answer.headers.get("etag", ""),
        modified=answer.headers.get("last-modified", ""),
        title=feed.title[:500],
    )


def _add(
    spool: Spool, entry: Entry, feed: Feed, url: str, taking: Taking, *, uri: str, entry_id: str, stated: str
) -> None:
    data = _content(entry, taking.text)
    licence = entry.licence or feed.licence
    spool.add(
        data,
        uri=uri,
        problem=None if data is not None else f"entry {entry_id}: it has neither content, summary nor title",
        license=(spdx(licence) or licence[:500]) if licence else None,
        author=entry.author or feed.author or None,
        query=url,
        title=entry.title,
        published=iso_of(entry.published),
        feed=feed.title or url,
        language_given=feed.language or None,
        categories=[*dict.fromkeys(entry.categories)],
        entry=entry_id,
        stated=stated,
    )


def _content(entry: Entry, part: Part) -> bytes | None:
    """Return the text of an entry: what was asked for, or where the feed does not give it the next best."""
    content, summary = (entry.content, entry.content_html), (entry.summary, entry.summary_html)
    title = (entry.title or None, False)
    order = {"content": (content, summary, title), "summary": (summary, content, title), "title": (title,)}[part]
    for text, html in order:
        if text is not None and text.strip():
            if html and "<" not in text and "&" not in text:
                return text.strip().encode("utf-8", "replace")
            return page_of(text, entry.title) if html else text.encode("utf-8", "replace")
    return None


def _number(entry: Entry) -> str:
    """Return what tells an entry from all others of its feed: its id, its link, or what it says."""
    found = entry.id or entry.link
    if not found:
        return key_of("entry", entry.title, entry.content, entry.summary, entry.published, length=24)
    return found if len(found) <= LONGEST_ID and found.isprintable() else key_of("entry", found, length=24)


def _shown(rows: "pa.Table", taking: Taking) -> "pa.Table":
    """Return the rows as the listing wants them: labels and groups as asked for, without our own bookkeeping."""
    import pyarrow as pa

    if not rows.num_rows:
        return rows
    told: list[dict[str, Any]] = rows.select(["categories", "feed", "author"]).to_pylist()
    votes = []
    for row in told:
        values = (
            row["categories"] or [] if taking.label == "category" else [row["feed"]] if taking.label == "feed" else []
        )
        votes.append([{"annotator": "feed", "value": value, "confidence": 1.0} for value in values])
    groups = [None if taking.group == "none" else row[taking.group] for row in told]
    for name, values, kind in (
        ("votes", votes, rows.schema.field("votes").type),
        ("group", groups, pa.string()),
        ("categories", [row["categories"] for row in told], pa.list_(pa.string())),
    ):
        rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array(values, kind))
    for name in ("published", "language_given"):
        rows = rows.set_column(rows.schema.get_field_index(name), name, rows[name].cast(pa.string()))
    return rows.drop_columns(["entry", "stated"])


def _age(kept: Kept) -> str:
    asked = kept.data.get("asked")
    if asked is None:
        return ""
    hours = max(0.0, (time.time() - float(asked)) / 3600)
    return f" ({hours:,.0f} hours ago)" if hours < 72 else f" ({hours / 24:,.0f} days ago)"


def refused(whys: list[str]) -> SourceError:
    """Return the error of a step none of whose feeds could be read."""
    return SourceError("; ".join(whys), hint="is the address right, and is the network there?")
