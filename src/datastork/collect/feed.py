"""Collect the entries of feeds: RSS, Atom and JSON Feed."""

from typing import Annotated, Literal

from datastork.collect._feed.follow import Part, Taking, followed, refused
from datastork.collect._kept import Refresh, heed_stop
from datastork.collect._merge import add
from datastork.core import Range, step
from datastork.core.errors import RecipeError
from datastork.fetch import Fetcher, Policy
from datastork.store.listing import Listing


@step
def feed(
    found: Listing,
    *,
    url: str | list[str],
    text: Part = "content",
    label: Literal["category", "feed", "none"] = "none",
    group: Literal["feed", "author", "none"] = "none",
    refresh: Refresh = "always",
    allow: list[str] | None = None,
    rate: Annotated[float, Range(0, 1000, open_low=True)] = 1.0,
) -> Listing:
    """List the entries of feeds, those of today and those of earlier builds.

    RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed. A feed shows its newest entries only, so entries are kept when it forgets
    them: each build adds what is new, and takes nothing away. An entry that was edited stays as it was first seen, and
    a note counts these. An article that two feeds link to is one sample, with the votes of both. Every build asks each
    feed once, with a conditional request; where one cannot be reached or read, a note says so and its earlier entries
    stay. Only if none was ever read does the build stop.

    The text is HTML where the feed gives HTML (`clean.text.strip_html` makes plain text of it). Columns: `title`,
    `published` (ISO 8601, UTC), `feed`, `categories`. Licences come from Creative Commons and Dublin Core elements, of
    the entry or else of the feed. XML is read without document types and entities, in bounded depth and size.

    Settings:
    url: the feed, or a list of feeds
    text: "content", "summary" or "title"; where an entry lacks it, the next best
    label: "category" (each one a vote), "feed" (its title) or "none"
    group: what a split must not tear apart: "feed", "author" or "none"
    refresh: "always" (at every build), "daily", "weekly", or "never" after the first time: when to ask the feeds
    allow: hosts that may be reached although they are not public, such as "127.0.0.1:8000"
    rate: requests in a second to one host

    Raises RecipeError for addresses that are none, SourceError where no feed can be read.
    """
    urls = list(dict.fromkeys([url] if isinstance(url, str) else url))
    problems = [f"url: {one[:80]!r} is no address; write 'https://…'" for one in urls
                if not one.lower().startswith(("http://", "https://"))]  # fmt: skip
    if not urls:
        problems.append("url: the list is empty")
    if problems:
        raise RecipeError(problems)
    taking = Taking(text, label, group)
    whys = []
    count = 0
    with Fetcher(Policy(allow=tuple(allow or ()), rate=rate)) as fetcher:
        for one in urls:
            heed_stop()
            rows, notes, why = followed(found.root, one, taking, fetcher, refresh)
            count += rows.num_rows
            whys += [why] if why else []
            notes += [why] if why and not rows.num_rows else []
            found = add(found, rows, notes)
    if not count and len(whys) == len(urls):
        raise refused(whys)
    return found
