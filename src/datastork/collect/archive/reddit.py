"""Collect submissions and comments from downloaded dumps of Reddit."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from datastork.collect._archive.authors import Authors
from datastork.collect._archive.reddit_lines import Post, Wanted, read
from datastork.collect._archive.streams import LONGEST, blocks, lines
from datastork.collect._archive.times import bound, written
from datastork.collect._merge import add, votes_column
from datastork.collect._walks.pattern import parse
from datastork.collect._walks.walk import nothing_found, walk
from datastork.core import step
from datastork.core.errors import RecipeError, SourceError
from datastork.core.hashing import key_of
from datastork.store.listing import Listing
from datastork.store.spool import Spool

if TYPE_CHECKING:
    import pyarrow as pa

VERSION = 1  # raise it when the same line gives something else
ROWS, BYTES = 20_000, 16 << 20  # of one batch
TOLD = 10_000  # bad lines of one dump that get a row each


@step(version=VERSION)
def reddit(
    found: Listing,
    *,
    path: str | list[str],
    kind: Literal["both", "submissions", "comments"] = "both",
    subreddits: list[str] | None = None,
    min_score: int | None = None,
    over_18: bool = False,
    after: str | None = None,
    before: str | None = None,
    label: Literal["subreddit", "none"] = "subreddit",
    group: Literal["author", "thread", "none"] = "author",
    skip_authors: list[str] | None = None,
    license: str | None = None,  # noqa: A002
) -> Listing:
    """List the submissions and comments of downloaded dumps of Reddit.

    Dumps in the form of Pushshift: a JSON object a line, `RS_2020-01.zst`, `RC_2020-01.zst`, also `.gz`, `.bz2`,
    `.xz` or not compressed. They are read once, as a stream, and what is wanted is kept in `.stork/collected`; a new
    dump beside the others costs its own reading only. A zstd file made with `--long=31`, as most are, needs 2 GiB of
    memory to be unpacked, and the package `zstandard` or the program `zstd`.

    A submission's text is its title and, after an empty line, what it says; a comment's is its body. What was taken
    back ("[deleted]", "[removed]") is passed over, whoever did it. Lines that cannot be read go to quarantine with
    their number. The build tells how many posts were passed over, and why.

    Authors are never listed by name. The group is a stand-in by a key that is made for this dataset and kept in
    `.stork/authors.key`; without it no name can be looked up. A text itself can still be found by searching for it,
    and may name people: see `clean.pii`.

    Columns: `kind`, `subreddit`, `score`, `posted` (UTC), `over_18` (submissions only; comments do not say). The uri
    is the dump and the number of the line.

    Settings:
    path: the dumps, or patterns: `dumps/RC_*.zst`
    kind: "submissions", "comments" or "both"
    subreddits: take only these; capitals do not matter
    min_score: take posts with this score or a higher one (votes)
    over_18: also take submissions marked as not safe for work
    after: take what was posted at this time or later, such as "2020-01-31" (UTC)
    before: take what was posted before this time (UTC)
    label: "subreddit" gives each post the vote of the annotator "subreddit"
    group: what a split must not tear apart: all posts of one "author", of one "thread", or "none"
    skip_authors: authors to pass over, by default AutoModerator; `[]` passes over none
    license: the licence, as an SPDX id; Reddit states none

    Raises RecipeError for settings that cannot be, SourceError for a dump that is missing, damaged or cut short.
    """
    wanted = Wanted(
        kind,
        frozenset(name.casefold().removeprefix("/").removeprefix("r/") for name in subreddits) if subreddits else None,
        min_score,
        over_18,
        bound("after", after),
        bound("before", before),
        frozenset(name.casefold() for name in (["AutoModerator"] if skip_authors is None else skip_authors)),
    )
    if subreddits == []:
        raise RecipeError(["subreddits: the list is empty; leave it out to take all"])
    authors = Authors(found.root)
    choice = [kind, sorted(wanted.subreddits or []), min_score, over_18, after, before, label, group]
    choice += [sorted(wanted.skipped), authors.fingerprint]
    for uri, size, stamp in _dumps(found, path):
        spool = Spool(found.root, key_of("collect.archive.reddit", VERSION, uri, size, stamp, choice))
        with spool:
            if not spool.finished:
                _read(os.path.join(found.root, uri), uri, wanted, _Batch(spool, authors, uri, label, group))
                spool.finish()
            rows = spool.table()
        if license is not None:
            import pyarrow as pa

            at = rows.column_names.index("license")
            rows = rows.set_column(at, "license", pa.array([license] * rows.num_rows, pa.string()))
        found = add(found, rows, _notes(uri, spool.state))
    return found


def _dumps(found: Listing, path: str | list[str]) -> list[tuple[str, int, int]]:
    """Return uri, size and stamp of every dump, in the order of their uris."""
    seen: dict[str, tuple[str, int, int]] = {}
    for pattern in [one for text in ([path] if isinstance(path, str) else path) for one in parse(found.root, text)]:
        done = walk(found.root, pattern, hidden=False)
        if not done.found:
            raise SourceError(nothing_found(found.root, done))
        for folder in done.folders:
            for name, size, stamp, problem in zip(
                folder.names, folder.sizes, folder.stamps, folder.problems, strict=True
            ):
                if problem is not None or size is None or stamp is None:
                    raise SourceError(f"{folder.uri}{name}: {problem}")
                seen[folder.uri + name] = (folder.uri + name, size, stamp)
    if not seen:
        raise RecipeError(["path: the list is empty"])
    return [seen[uri] for uri in sorted(seen)]


def _read(path: str, uri: str, wanted: Wanted, batch: "_Batch") -> None:
    """Read a dump from where an interrupted build left it."""
    begin = batch.line
    source: Iterator[bytes] = blocks(path)
    for number, line in lines(source):
        if number <= begin or (line is not None and not line.strip()):
            continue
        batch.line = number
        try:
            if line is None:
                raise ValueError(f"longer than {LONGEST >> 20} MiB")
            post = read(line, wanted)
        except ValueError as error:
            batch.bad(f"line {number:,} cannot be read: {error}")
            continue
        if isinstance(post, str):
            batch.passed[post] += 1
        else:
            batch.post(post)
        if batch.full:
            batch.write()
    batch.write()


class _Batch:
    """Posts on their way into the spool."""

    def __init__(self, spool: Spool, authors: Authors, uri: str, label: str, group: str) -> None:
        self._spool, self._authors, self._uri = spool, authors, uri
        self._label, self._group = label, group
        self.line: int = spool.state.get("line", 0)
        self.passed: Counter[str] = Counter(spool.state.get("passed", {}))
        self._bad: int = spool.state.get("bad", 0)
        self._empty()

    def _empty(self) -> None:
        self._size = 0
        self._texts: list[str | None] = []
        self._rows: list[tuple[int, str | None, Post | None]] = []

    @property
    def full(self) -> bool:
        return len(self._texts) >= ROWS or self._size >= BYTES

    def post(self, post: Post) -> None:
        self._size += len(post.text)
        self._texts.append(post.text)
        self._rows.append((self.line, None, post))

    def bad(self, problem: str) -> None:
        """A bad line gets a row, so that it goes to quarantine; a flood of them is only counted."""
        self._bad += 1
        if self._bad <= TOLD:
            self._texts.append(None)
            self._rows.append((self.line, problem, None))

    def write(self) -> None:
        """Write the posts and where to go on, in one breath."""
        state = {"line": self.line, "passed": dict(self.passed), "bad": self._bad}
        import pyarrow as pa

        self._spool.add_many(pa.array(self._texts, pa.large_string()), self._table(), state=state)
        self._empty()

    def _table(self) -> "pa.Table":
        import pyarrow as pa

        posts = [post for _, _, post in self._rows]
        subreddits = pa.array([post and post.subreddit for post in posts], pa.string())
        votes = [(range(len(posts)), "subreddit", subreddits)] if self._label == "subreddit" else []
        columns: dict[str, Any] = {
            "uri": pa.array([f"{self._uri}#{line}" for line, _, _ in self._rows], pa.string()),
            "problem": pa.array([problem for _, problem, _ in self._rows], pa.string()),
            "votes": votes_column(len(posts), votes),
            "group": pa.array([self._stand_in(post) for post in posts], pa.string()),
            "kind": pa.array([post and post.kind for post in posts], pa.string()),
            "subreddit": subreddits,
            "score": pa.array([post and post.score for post in posts], pa.int64()),
            "posted": pa.array([written(post.posted) if post else None for post in posts], pa.string()),
            "over_18": pa.array([post and post.over_18 for post in posts], pa.bool_()),
        }
        return pa.table(columns)

    def _stand_in(self, post: Post | None) -> str | None:
        if post is None or self._group == "none":
            return None
        if self._group == "author":
            return self._authors.author(post.author) if post.author else None
        return self._authors.stand_in(post.thread, "thread") if post.thread else None


def _notes(uri: str, state: dict[str, Any]) -> list[str]:
    notes = []
    passed = state.get("passed", {})
    if passed:
        told = ", ".join(f"{count:,} {why}" for why, count in sorted(passed.items(), key=lambda one: -one[1]))
        notes.append(f"{uri}: posts passed over: {told}")
    bad = state.get("bad", 0)
    if bad:
        more = f"; {bad - TOLD:,} of them have no row of their own" if bad > TOLD else ""
        notes.append(f"{uri}: {bad:,} lines cannot be read{more}")
    return notes
