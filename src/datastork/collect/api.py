"""Collect from any paged JSON API, by the paths to what it holds."""

from typing import Annotated

from datastork.collect._api.door import door_problems
from datastork.collect._api.items import Shape
from datastork.collect._api.paths import Path
from datastork.collect._api.turning import turning_of
from datastork.collect._api.walk import Api, gathered
from datastork.collect._kept import Refresh
from datastork.collect._merge import add
from datastork.collect._spdx import spdx
from datastork.core import Range, step
from datastork.core.errors import RecipeError
from datastork.core.hashing import key_of
from datastork.fetch import Policy
from datastork.store.listing import Listing
from datastork.store.spooled_rows import fitted, unified


@step
def api(
    found: Listing,
    *,
    url: str,
    items: str,
    query: str | list[str] | None = None,
    next: str | None = None,  # noqa: A002
    cursor: dict[str, str] | None = None,
    page: dict[str, str | int] | None = None,
    offset: dict[str, str | int] | None = None,
    text: str | None = None,
    html: bool = False,
    file: str | None = None,
    id: str | None = None,  # noqa: A002
    link: str | None = None,
    label: str | None = None,
    group: str | None = None,
    license: str | None = None,  # noqa: A002
    author: str | None = None,
    time: str | None = None,
    columns: dict[str, str] | None = None,
    licenses: list[str] | None = None,
    headers: dict[str, str] | None = None,
    params: dict[str, str] | None = None,
    hosts: list[str] | None = None,
    allow: list[str] | None = None,
    rate: Annotated[float, Range(0, 1000, open_low=True)] = 1.0,
    limit: Annotated[int | None, Range(1)] = None,
    pages: Annotated[int, Range(1)] = 10_000,
    max_bytes: Annotated[int, Range(1)] = 64_000_000,
    refresh: Refresh = "never",
) -> Listing:
    """List what a paged JSON API holds, fetched once and kept.

    A path leads to a value: `results`, `data.items[0].name`, `tags[*].name` (all of them), `["a.b"]`, `$` (the whole).
    With `text` each item gives a text, with `file` the media behind an address it names, with neither the item is
    itself a sample, a record of values. An item without text, or whose file cannot be fetched, goes to quarantine.

    Pages are turned by `next`, `cursor`, `page` or `offset`, or without any of them by a Link header (RFC 8288). Pages
    that go in a circle end with a note; a next page on another host is refused unless `hosts` names it. Requests are
    spaced by `rate`, and `Retry-After` is obeyed. After an interruption the build goes on behind the last finished
    page. What was collected stays: later builds ask nobody, unless `refresh` says so, or `limit` or `pages` was raised;
    a refresh adds what is new and takes nothing away.

    Secrets stand in the environment, never in the recipe: `headers = {Authorization = "Bearer env:MY_TOKEN"}`. They go
    to the host of `url` only.

    Settings:
    url: the address of the first page, with its parameters; `{keyword}` is filled in from `query`
    items: path to the list of items on a page
    query: the keyword, or several, each asked for by itself; kept with the samples as their query
    next: path to the address of the next page
    cursor: the next page by a token: `{param = "after", path = "meta.cursor"}`
    page: pages by number: `{param = "page", start = 1}`; an empty page, or one that is not there, is the last
    offset: pages by the number of items before them: `{param = "offset", start = 0}`
    text: path within an item to its text (several texts become one, with empty lines between)
    html: the text is HTML, for `clean.text.strip_html` (true or false)
    file: path within an item to the address of its media
    id: path within an item to what tells it from all others; without it, its content does
    link: path within an item to the address people know it by, kept as its source
    label: path to its label or labels, votes of the API's host
    group: path to what a split must not tear apart
    license: path to its licence: a name or an address, kept as an SPDX id where that is certain
    author: path to its author
    time: path to when it was published, kept as the column `published` (ISO 8601, UTC)
    columns: further columns, `{score = "stats.score"}`
    licenses: take only items under these licences (SPDX ids); how many were left out is told
    headers: headers of each request, with `env:NAME` for what the environment holds
    params: parameters of each request that are not to be seen in the recipe or in messages, with `env:NAME`
    hosts: other hosts that a next page may lie on
    allow: hosts that may be reached although they are not public, such as "127.0.0.1:8000"
    rate: requests in a second to one host
    limit: take at most so many samples for each keyword (a number)
    pages: ask for at most so many pages for each keyword (a number)
    max_bytes: the largest file that is fetched (bytes)
    refresh: "never", "daily", "weekly" or "always" (at every build): when to look for new items

    Raises RecipeError for settings that cannot be, SourceError where the API does not answer as the paths say.
    """
    import pyarrow as pa

    queries = [query] if isinstance(query, str) else list(query or ())
    problems = door_problems(url, headers or {}, params or {}, queries)
    if text is not None and file is not None:
        problems.append("text and file: give one of them, or none where each item is itself a sample")
    if html and text is None:
        problems.append("html needs text")
    turning = turning_of(next, cursor, page, offset, problems)
    named = {
        "items": items, "text": text, "file": file, "id": id, "link": link, "label": label, "group": group,
        "license": license, "author": author, "time": time,
    }  # fmt: skip
    named |= {f"columns.{name}": path for name, path in (columns or {}).items()}
    paths = _paths(named, problems)
    for one in licenses or ():
        if spdx(one) is None:
            problems.append(f"licenses: {one!r} is no SPDX id")
    if licenses and license is None:
        problems.append("licenses needs license, the path to the licence of an item")
    if problems:
        raise RecipeError(problems)
    shape = Shape(
        html=html,
        columns=tuple((name, paths[f"columns.{name}"]) for name in columns or ()),
        **{name: paths[name] for name in named if name in Shape.__dataclass_fields__ and name in paths},
    )
    key = key_of("collect.api", url, {**named, "html": html}, cursor, page, offset, next, licenses)
    source = Api(
        url=url,
        items=paths["items"],
        turning=turning,
        shape=shape,
        headers=headers or {},
        params=params or {},
        hosts=tuple(hosts or ()),
        licenses=tuple(spdx(one) or one for one in licenses or ()),
        key=key,
        limit=limit,
        pages=pages,
        max_bytes=max_bytes,
    )
    policy = Policy(allow=tuple(allow or ()), rate=rate, timeout=60.0, retries=3)
    keywords: list[str | None] = [*queries] or [None]
    tables, notes = [], []
    for keyword in keywords:
        rows, told = gathered(found.root, source, keyword, policy, refresh)
        tables.append(rows.drop_columns(["key_given"]) if "key_given" in rows.column_names else rows)
        notes += told
    schema = unified(rows.schema for rows in tables)
    return add(found, pa.concat_tables([fitted(rows, schema) for rows in tables]), notes)


def _paths(named: dict[str, str | None], problems: list[str]) -> dict[str, Path]:
    paths = {}
    for name, path in named.items():
        if path is not None:
            try:
                paths[name] = Path(path)
            except ValueError as error:
                problems.append(f"{name}: {error}")
    return paths
