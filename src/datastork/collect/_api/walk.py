"""Going through the pages of an API, into a spool: never the same page twice, from wherever an interruption left it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from datastork.collect._api.door import Door, filled, origin
from datastork.collect._api.items import NO_LICENCE, Item, Shape, item_of
from datastork.collect._api.paths import MISSING, Path
from datastork.collect._api.turning import GONE, Turning
from datastork.collect._kept import Kept, Refresh, heed_stop
from datastork.collect._spdx import spdx
from datastork.core.errors import SourceError
from datastork.core.hashing import key_of
from datastork.fetch import Fetcher, FetchError, Policy
from datastork.store.spool import Spool
from datastork.store.spooled_rows import fitted, unified

if TYPE_CHECKING:
    import pyarrow as pa

STALE = 3  # pages with nothing new, one after another, are a circle
DEAD = 3  # media that nobody answered for, one after another: the network is gone


@dataclass(frozen=True, slots=True)
class Api:
    """What a recipe says of an API. `key` names what is collected: all that decides what a sample holds."""

    url: str
    items: Path
    turning: Turning
    shape: Shape
    headers: dict[str, str]
    params: dict[str, str]
    hosts: tuple[str, ...]
    licenses: tuple[str, ...]
    key: str
    limit: int | None
    pages: int
    max_bytes: int


def gathered(root: File, api: Api, query: str | None, policy: Policy, refresh: Refresh) -> "tuple[pa.Table, list[str]]":
    """Return the rows of an API for one keyword, and what the user should know.

    The first round goes to one spool, which is finished at its end; what later rounds find goes to another.
    """
    key = key_of(api.key, query)
    kept = Kept(root, key)
    notes: list[str] = []
    with Spool(root, key) as first, Spool(root, key_of(key, "later")) as later:
        if first.state.get("done"):
            first.finish()  # where the last build was killed just before it
            if "asked" not in kept.data:
                kept.asked_now()
        rows = _rows(first, later)
        enough = api.limit is not None and rows.num_rows >= api.limit
        spool = later if first.finished else first
        going = not spool.state.get("done", first.finished)  # a round that is not at its end
        if not enough and (going or kept.due(refresh)):
            _go(spool, rows, kept, api, query, policy, notes, later=first.finished)
            rows = _rows(first, later)
        notes = [*_told(api, query, later.state or first.state, rows), *notes]
    return (rows.slice(0, api.limit) if api.limit is not None else rows), notes


def _rows(first: Spool, later: Spool) -> "pa.Table":
    import pyarrow as pa

    if not later.count:
        return first.table()
    both = [first.table(), later.table()]
    schema = unified(one.schema for one in both)
    return pa.concat_tables([fitted(one, schema) for one in both])


def _go(
    spool: Spool,
    rows: "pa.Table",
    kept: Kept,
    api: Api,
    query: str | None,
    policy: Policy,
    notes: list[str],
    *,
    later: bool,
) -> None:
    """Go on, or begin another round; where the API does not answer in a later round, what is there stays."""
    try:
        with Fetcher(policy) as fetcher:
            walk = Walk(spool, rows, api, query, fetcher, later=later)
            walk.go()
    except SourceError as error:
        if not later:
            raise
        notes.append(f"{api.url} could not be asked again: {error.message}")
        return
    if walk.done:
        if not later:
            spool.finish()
        kept.asked_now()


class Walk:
    """One round through the pages."""

    def __init__(
        self, spool: Spool, rows: "pa.Table", api: Api, query: str | None, fetcher: Fetcher, *, later: bool
    ) -> None:
        self._spool, self._api, self._query = spool, api, query
        address = filled(api.url, query)
        self._base = address.partition("?")[0]
        self._door = Door(fetcher, address, headers=api.headers, params=api.params, hosts=api.hosts)
        self._count = rows.num_rows
        self._keys = set(rows["key_given"].to_pylist()) if "key_given" in rows.column_names else set()
        self._uris = set(rows["uri"].to_pylist())
        state = dict(spool.state)
        if state.get("done") or not state:
            state = {"next": api.turning.first(address), "pages": 0}
        self._state: dict[str, Any] = {"left": {}, "again": 0, **state, "done": False, "why": ""}
        self._before = frozenset(self._keys)
        self._seen: set[str] = set() if later else set(self._keys)  # in this round
        self._dead = 0
        self.done = False

    def go(self) -> None:
        """Ask for page after page until there is none, or there is enough."""
        asked: set[str] = set()
        stale = 0
        while not self._enough():
            heed_stop()
            url = self._state["next"]
            if url in asked:
                return self._end(f"the pages go in a circle: {self._door.plain(url)} comes again")
            if self._state["pages"] >= self._api.pages:
                self._state["why"] = f"stopped after {self._api.pages:,} pages; `pages` allows more"
                self._spool.note(**self._state)
                return None
            asked.add(url)
            page = self._page(url)
            if page is None:
                return self._end("")
            value, answer, items = page
            fresh, whole = self._take(items, answer.url)
            if not whole:
                return None
            stale = 0 if fresh or not items else stale + 1
            self._state["pages"] += 1
            link = self._api.turning.link(url, answer, value, len(items))
            if link is None:
                return self._end("")
            if stale >= STALE:
                return self._end(f"{STALE} pages one after another held nothing new: the pages go in a circle")
            self._state["next"] = self._door.follow(url, link)
            self._spool.note(**self._state)
        return None

    def _enough(self) -> bool:
        return self._api.limit is not None and self._count >= self._api.limit

    def _end(self, why: str) -> None:
        self._state |= {"done": True, "why": why}
        self._state["next"] = None
        self._spool.note(**self._state)
        self.done = True

    def _page(self, url: str) -> tuple[Any, Any, list[Any]] | None:
        """Return a page, its answer and its items, or None behind the last page."""
        try:
            value, answer = self._door.json(url)
        except SourceError as error:
            gone = any(error.message.endswith(f"answered {status}") for status in GONE)
            if self._api.turning.counts and self._state["pages"] and gone:
                return None
            raise
        found = self._api.items.of(value)
        if found is None:
            found = []
        if found is MISSING or not isinstance(found, list):
            there = ", ".join(list(value)[:12]) if isinstance(value, dict) else "no object"
            what = "is no list" if found is not MISSING else f"is not there; there is {there}"
            raise SourceError(f"{self._door.plain(url)}: items = {self._api.items.text!r} {what}")
        return value, answer, found

    def _take(self, items: list[Any], page: str) -> tuple[int, bool]:
        """Add the items of a page. Return how many were not seen in this round, and whether all were looked at."""
        left, again, fresh = Counter(self._state["left"]), self._state["again"], 0
        for item in self._made(items, page):
            if self._enough():
                return fresh, False
            if item.key in self._seen:
                again += item.key not in self._before
                continue
            self._seen.add(item.key)
            fresh += 1
            if item.key in self._keys:
                continue
            if self._api.licenses and item.licence not in self._api.licenses:
                left[item.licence if item.licence == NO_LICENCE or spdx(item.licence) else "other licences"] += 1
                continue
            self._add(item)
        self._state |= {"left": dict(left), "again": again}
        return fresh, True

    def _made(self, items: list[Any], page: str) -> Iterator[Item]:
        annotator = origin(self._api.url).partition("://")[2]
        for value in items:
            yield item_of(value, self._api.shape, self._door.bare(page), self._base, annotator, self._query)

    def _add(self, item: Item) -> None:
        data, problem = item.data, item.problem
        if item.file is not None and problem is None:
            heed_stop()
            data, problem = self._media(item.file)
        uri = item.uri if item.uri not in self._uris else f"{item.uri}#{item.key}"
        if problem is not None:
            data, problem = None, f"item {item.key}: {problem}"
        self._spool.add(data, uri=uri, problem=problem, **item.columns, key_given=item.key)
        self._count += 1
        self._keys.add(item.key)
        self._uris.add(uri)

    def _media(self, url: str) -> tuple[bytes | None, str | None]:
        """Return the bytes behind an address or why there are none. Raises SourceError where the network is gone."""
        try:
            answer = self._door.answer(url, {"Accept": "*/*"}, self._api.max_bytes)
        except FetchError as error:
            self._dead = self._dead + 1 if error.again else 0
            if self._dead >= DEAD:
                what = f"{DEAD} files one after another could not be fetched: {self._door.plain(error.message)}"
                raise SourceError(what, hint="what was collected so far is kept; build again to go on") from None
            return None, self._door.plain(error.what)
        self._dead = 0
        return (answer.body, None) if answer.ok else (None, f"its file: the server answered {answer.status}")


def _told(api: Api, query: str | None, state: dict[str, Any], rows: "pa.Table") -> list[str]:
    name = filled(api.url, query)
    notes = []
    left = state.get("left") or {}
    if left:
        each = ", ".join(f"{count:,} with {one}" for one, count in sorted(left.items(), key=lambda x: (-x[1], x[0])))
        notes.append(f"{name}: left out for their licence: {each}")
    if state.get("again"):
        notes.append(f"{name}: {state['again']:,} items came more than once and were taken once")
    if state.get("why"):
        notes.append(f"{name}: {state['why']}")
    bad = rows["problem"].drop_null()
    if len(bad):
        notes.append(f"{name}: {len(bad):,} items cannot be read: {bad[0].as_py()}")
    if not rows.num_rows:
        notes.append(f"{name}: nothing was found")
    return notes
