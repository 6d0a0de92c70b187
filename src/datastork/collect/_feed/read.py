"""Any feed, by what it begins with."""

import codecs

from datastork.collect._feed.entry import Feed
from datastork.collect._feed.json_feed import read_json
from datastork.collect._feed.tree import MOST_BYTES, read_xml
from datastork.collect._feed.xml_feeds import feed_of
from datastork.core.errors import DataError


def read_feed(data: bytes, url: str) -> Feed:
    """Return the feed in `data`, from the address `url`. Raises DataError for what is none, or not safe to read."""
    head = data[:512].removeprefix(codecs.BOM_UTF8).lstrip()
    if head[:1] in (b"{", b"["):
        if len(data) > MOST_BYTES:
            raise DataError(f"{len(data):,} bytes of JSON; the limit is {MOST_BYTES:,}")
        return read_json(data.removeprefix(codecs.BOM_UTF8), url)
    if (head[:9].lower() == b"<!doctype" and b"html" in head[:40].lower()) or head[:5].lower() == b"<html":
        raise DataError('it is a web page, not a feed; its source names the feed (rel="alternate")')
    return feed_of(read_xml(data), url)
