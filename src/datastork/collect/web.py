"""Collect pages of the web: from start pages, sitemaps, lists of addresses, and WARC files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote, urlsplit

from datastork.collect._merge import add, votes_column
from datastork.core import InputFile, Range, step
from datastork.core.errors import MissingExtraError, RecipeError
from datastork.fetch import AGENT
from datastork.store.listing import Listing

if TYPE_CHECKING:
    import pyarrow as pa

    from datastork.collect._web.plan import Plan

TYPES = ("text/html", "application/xhtml+xml", "text/plain")


@step
def web(
    found: Listing,
    *,
    start: list[str] | None = None,
    sitemap: list[str] | None = None,
    urls: Annotated[str | None, InputFile()] = None,
    warc: list[str] | None = None,
    keywords: list[str] | None = None,
    depth: Annotated[int, Range(0, 1000)] = 2,
    limit: Annotated[int | None, Range(1)] = 1000,
    hosts: list[str] | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    types: list[str] | None = None,
    rate: Annotated[float, Range(0, open_low=True)] = 1.0,
    host_bytes: Annotated[int | None, Range(1)] = None,
    timeout: Annotated[float, Range(0, open_low=True)] = 20.0,
    max_bytes: Annotated[int, Range(1)] = 8_388_608,
    retries: Annotated[int, Range(0, 10)] = 2,
    agent: str = AGENT,
    allow: list[str] | None = None,
    label: Literal["none", "section", "keyword", "host"] = "none",
    recrawl: Literal["never", "changed"] = "never",
) -> Listing:
    """List pages of the web, politely collected and kept as WARC.

    A crawl follows the links of the start pages within their hosts, breadth first. robots.txt (RFC 9309), ai.txt,
    tdmrep.json and crawl delays are obeyed. A page that opts out (`noai`, `noindex`, `noarchive`, a TDM
    reservation, `Content-Usage: train-ai=n`) is no sample and its body is not kept; `nofollow` is not followed. Such
    pages are counted in the notes of the build and stand in the ledger. A page that fails goes to quarantine; one
    that is missing (4xx) does if it was named, else it is counted.

    Every answer is kept under `.stork/collected/web-<key>/`: WARC files, and `ledger.jsonl` with status, time,
    verdict of robots.txt, opt-out and licence. The licence of a sample is what the page declares (`rel=license`,
    schema.org, Dublin Core), where it is one and has an SPDX id. A crawl that is interrupted goes on where it was
    and asks for no page twice; one that is finished is not done again. The group of a page is its host.

    No address is reached that is not public, on any hop of a redirect, unless `allow` names it.

    Settings:
    start: pages where a crawl begins; `{keyword}` in one stands for each of `keywords`
    sitemap: sitemaps (XML, gzipped or text), or a robots.txt that names some; their pages, links not followed
    urls: a file with an address on each line; these pages, links not followed
    warc: WARC files to read, as patterns relative to the recipe: `crawl/*.warc.gz`
    keywords: what goes into `{keyword}`; pages found from there have it as their query
    depth: links to follow from a start page (0: none)
    limit: the most pages to ask for (count)
    hosts: hosts whose pages may be followed, `*.example.org` for all below; default those of the start pages
    include: patterns an address must match one of, where there are any: `https://example.org/news/*`
    exclude: patterns of addresses to leave out
    types: the Content-Types that are taken; default text/html, application/xhtml+xml and text/plain
    rate: requests per second to one host; robots.txt may ask for fewer
    host_bytes: the most to take from one host (bytes)
    timeout: for one whole page (seconds)
    max_bytes: the largest page, decompressed (bytes)
    retries: further tries of a page whose host is busy or does not answer (count)
    agent: how the crawl calls itself; its first word is the name robots.txt is asked about
    allow: private hosts and addresses that may be reached: `127.0.0.1:8000`, `intranet.local`
    label: "section" (the first folder of the address), "keyword", "host", or "none"
    recrawl: "changed" asks for all pages again at each build, and takes what is new; "never" does not

    Raises RecipeError for settings that cannot be, SourceError where a WARC file is missing.
    """
    from datastork.collect._web.warcs import find_warcs, rows_of_warc

    plan = _plan(
        _starts(start or [], keywords or [], label),
        tuple(sitemap or ()),
        _listed(urls, found.root),
        depth=depth,
        limit=limit,
        hosts=tuple(hosts or ()),
        include=tuple(include or ()),
        exclude=tuple(exclude or ()),
        types=tuple(one.lower() for one in types or TYPES),
        rate=rate,
        host_bytes=host_bytes,
        timeout=timeout,
        max_bytes=max_bytes,
        retries=retries,
        agent=agent,
        allow=tuple(allow or ()),
        recrawl=recrawl,
    )
    crawls = bool(plan.start or plan.sitemap or plan.urls)
    if not crawls and not warc:
        raise RecipeError(["give start, sitemap, urls or warc: there is nowhere to begin"])
    if crawls:
        found = _add(found, *_crawled(found.root, plan), label)
    for path in find_warcs(found.root, warc or []):
        found = _add(found, *rows_of_warc(found.root, path, plan), label)
    return found


def _plan(start: Any, sitemap: Any, urls: Any, **settings: Any) -> "Plan":
    from datastork.collect._web.plan import Plan
    from datastork.fetch.address import read_allow

    read_allow(settings["allow"])
    return Plan(start, sitemap, urls, **settings)


def _starts(start: list[str], keywords: list[str], label: str) -> tuple[tuple[str, str | None], ...]:
    found: list[tuple[str, str | None]] = []
    asks = any("{keyword}" in one for one in start)
    if asks and not keywords:
        raise RecipeError(["start has {keyword} in it, and there are no keywords"])
    if keywords and not asks:
        raise RecipeError(["keywords: no start page has {keyword} in it"])
    if label == "keyword" and not keywords:
        raise RecipeError(["label = 'keyword' needs keywords"])
    if bare := [one for one in start if "://" not in one]:
        raise RecipeError([f"start: {one!r} is no address; did you mean 'https://{one}'?" for one in bare])
    for one in start:
        if "{keyword}" in one:
            found += [(one.replace("{keyword}", quote(word, safe="")), word) for word in keywords]
        else:
            found.append((one, None))
    return tuple(found)


def _listed(urls: str | None, root: Path) -> tuple[str, ...]:
    if urls is None:
        return ()
    try:
        text = (root / urls).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError([f"urls: {urls} cannot be read ({error})"]) from error
    lines = (line.strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


def _crawled(root: Path, plan: "Plan") -> tuple["pa.Table", list[str]]:
    """Return the rows and notes of a crawl, which is done unless it was finished before."""
    from datastork.collect._web.apart import crawl_apart
    from datastork.collect._web.archive import folder_of
    from datastork.collect._web.rows import read_rows, rows_path

    path = rows_path(root / folder_of(plan.folder_key), plan)
    if plan.recrawl == "changed" or not path.is_file():
        for package in ("protego", "selectolax"):
            _require(package)
        crawl_apart(root, plan)
    return read_rows(path)


def _require(package: str) -> None:
    from importlib.util import find_spec

    if find_spec(package) is None:
        raise MissingExtraError("collect.web", package, "web")


def _add(found: Listing, rows: "pa.Table", notes: list[str], label: str) -> Listing:
    import pyarrow as pa

    if label != "none":
        values = [_label(uri, query, label) for uri, query in zip(*(rows[c].to_pylist() for c in ("uri", "query")))]  # noqa: B905
        votes = votes_column(rows.num_rows, [(range(rows.num_rows), f"web:{label}", pa.array(values, pa.string()))])
        rows = rows.append_column("votes", votes)
    return add(found, rows, notes)


def _label(uri: str, query: str | None, label: str) -> str | None:
    if label == "keyword":
        return query
    parts = urlsplit(uri)
    if label == "host":
        return parts.hostname
    folder, slash, _ = parts.path.removeprefix("/").partition("/")
    return folder if slash and folder else None
