"""Collect posts from an archive that X (Twitter) or Mastodon hands out to its users."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from datastork.collect._archive.authors import Authors
from datastork.collect._archive.boxes import Box, boxes
from datastork.collect._archive.saved_posts import Notes, Saved, activity, decoded, entries, tweet
from datastork.collect._archive.times import bound, within, written
from datastork.collect._merge import add, votes_column
from datastork.core import step
from datastork.core.errors import RecipeError, SourceError
from datastork.core.hashing import key_of
from datastork.store.listing import Listing
from datastork.store.spool import Spool

VERSION = 1  # raise it when the same archive gives something else
ROWS = 20_000  # of one batch


@dataclass(frozen=True, slots=True)
class _Wanted:
    reposts: bool
    replies: bool
    private: bool
    hashtags: tuple[str, ...]
    after: float | None
    before: float | None

    def why_not(self, post: Saved) -> str | None:
        """Return why a post is passed over, or None."""
        if post.kind == "repost" and not self.reposts:
            return "reposts of others"
        if post.kind == "reply" and not self.replies:
            return "replies"
        if post.private and not self.private:
            return "not public"
        if not within(post.posted, self.after, self.before):
            return "of other times"
        if self.hashtags and self.tag(post) is None:
            return "without one of the hashtags"
        return None if post.text else "without text"

    def tag(self, post: Saved) -> str | None:
        """Return the first hashtag of a post, of those that are asked for."""
        tags = (tag.casefold() for tag in post.tags)
        return next((tag for tag in tags if not self.hashtags or tag in self.hashtags), None)


@step(version=VERSION)
def posts(
    found: Listing,
    *,
    path: str | list[str],
    retweets: bool = False,
    replies: bool = True,
    private: bool = False,
    hashtags: list[str] | None = None,
    after: str | None = None,
    before: str | None = None,
    label: Literal["hashtag", "none"] = "none",
    attachments: bool = False,
    license: str | None = None,  # noqa: A002
) -> Listing:
    """List the posts of archives that X (Twitter) or Mastodon hands out to its users.

    The zip of X as it was downloaded, or the folder it was unpacked into: `data/tweets.js` and its further parts, of
    all years; long posts with their whole text (`data/note-tweet.js`). Of Mastodon `outbox.json`, in its archive
    (`.zip`, `.tar.gz`) or folder. Messages, likes and contacts are not read. Archives are bounded as everywhere: no
    dangerous names, no bombs, no file above 1 GiB.

    Short links are written out, those of pictures and films left out. Posts of others that were repeated are passed
    over, and what was not public (Mastodon). An entry that cannot be read goes to quarantine with its number. The
    build tells how many posts were passed over, and why.

    The group is a stand-in for the account by a key that is made for this dataset and kept in `.stork/authors.key`;
    the account is not listed by name. Names in the texts stay: see `clean.pii`.

    Columns: `kind` ("post", "reply", "repost"), `posted` (UTC), `post_language`, `likes`, `reposts`, `hashtags`, and
    with `attachments` the addresses of pictures and films. The uri is the file and the number of the post in it.

    Settings:
    path: the archive or its folder, or a list of these
    retweets: also take posts of others that were repeated (X only; Mastodon's archive has no text of them)
    replies: also take replies
    private: also take what was not public: for followers, or for single people (Mastodon)
    hashtags: take only posts with one of these; capitals do not matter
    after: take what was posted at this time or later, such as "2020-01-31" (UTC)
    before: take what was posted before this time (UTC)
    label: "hashtag" gives a post its first hashtag (of `hashtags`, if given) as a vote of the annotator "hashtag"
    attachments: list the addresses of pictures and films in the column `attachments`
    license: the licence, as an SPDX id

    Raises RecipeError for settings that cannot be, SourceError for an archive that is missing or damaged.
    """
    if hashtags == []:
        raise RecipeError(["hashtags: the list is empty; leave it out to take all"])
    tags = tuple(sorted(tag.removeprefix("#").casefold() for tag in hashtags or ()))
    wanted = _Wanted(retweets, replies, private, tags, bound("after", after), bound("before", before))
    authors = Authors(found.root)
    for box in boxes(found.root, path):
        key = key_of(
            "collect.archive.posts", VERSION, box.uri, box.key, repr(wanted), label, attachments, authors.fingerprint
        )
        with Spool(found.root, key) as spool:
            if not spool.finished:
                if spool.count:
                    spool.discard()  # interrupted; to read it again is quick
                passed = _read(box, wanted, spool, authors, label, attachments)
                spool.note(passed=passed)
                spool.finish()
            rows = spool.table()
        if license is not None:
            import pyarrow as pa

            at = rows.column_names.index("license")
            rows = rows.set_column(at, "license", pa.array([license] * rows.num_rows, pa.string()))
        told = ", ".join(f"{count:,} {why}" for why, count in spool.state.get("passed", {}).items())
        found = add(found, rows, [f"{box.uri}: posts passed over: {told}"] if told else [])
    return found


def _read(box: Box, wanted: _Wanted, spool: Spool, authors: Authors, label: str, attachments: bool) -> dict[str, int]:
    """Write the posts of an archive into the spool; return how many were passed over, by reason."""
    passed: Counter[str] = Counter()
    batch: list[tuple[str, Saved | None, str | None]] = []
    account = _account(box)
    for uri, post, problem in _posts(box):
        if post is not None and (why := wanted.why_not(post)) is not None:
            passed[why] += 1
            continue
        batch.append((uri, post, problem))
        if len(batch) == ROWS:
            _write(spool, batch, wanted, authors, account, label, attachments)
            batch = []
    _write(spool, batch, wanted, authors, account, label, attachments)
    return dict(passed.most_common())


def _posts(box: Box) -> Iterator[tuple[str, Saved | None, str | None]]:
    """Yield (uri, post, problem) of every entry."""
    notes = Notes(one for name in box.names if name.endswith("note-tweet.js") for one in _readable(box, name))
    for name in box.names:
        if name.endswith(("note-tweet.js", "account.js")):
            continue
        for number, entry in enumerate(_entries(box, name), 1):
            uri = box.uri_of(name, number)
            try:
                post = activity(entry) if name.endswith("outbox.json") else tweet(entry, notes)
            except ValueError as error:
                yield uri, None, f"entry {number:,} cannot be read: {error}"
                continue
            if post is not None:
                yield uri, post, None


def _entries(box: Box, name: str) -> list[bytes]:
    try:
        return entries(box.read(name))
    except ValueError as error:
        raise SourceError(f"{box.uri}: {name}: {error}", hint="download it again") from error


def _readable(box: Box, name: str) -> Iterator[dict[str, Any]]:
    for entry in _entries(box, name):
        try:
            yield decoded(entry)
        except ValueError:
            continue  # its beginning is among the tweets


def _account(box: Box) -> str:
    """Return who the account is, for a stand-in; the archive itself where it does not say."""
    for name in box.names:
        if name.endswith("account.js"):
            for one in _readable(box, name):
                found = one.get("account")
                if isinstance(found, dict) and isinstance(found.get("accountId"), str):
                    return f"x:{found['accountId']}"
    return f"archive:{box.uri}"


def _write(
    spool: Spool,
    batch: list[tuple[str, Saved | None, str | None]],
    wanted: _Wanted,
    authors: Authors,
    account: str,
    label: str,
    attachments: bool,
) -> None:
    import pyarrow as pa

    saved = [post for _, post, _ in batch]
    tags = pa.array([wanted.tag(post) if post else None for post in saved], pa.string())
    columns: dict[str, Any] = {
        "uri": pa.array([uri for uri, _, _ in batch], pa.string()),
        "problem": pa.array([problem for _, _, problem in batch], pa.string()),
        "votes": votes_column(len(batch), [(range(len(batch)), "hashtag", tags)] if label == "hashtag" else []),
        "group": pa.array([post and authors.author(post.author or account) for post in saved], pa.string()),
        "kind": pa.array([post and post.kind for post in saved], pa.string()),
        "posted": pa.array([post and written(post.posted) for post in saved], pa.string()),
        "post_language": pa.array([post and post.language for post in saved], pa.string()),
        "likes": pa.array([post and post.likes for post in saved], pa.int64()),
        "reposts": pa.array([post and post.reposts for post in saved], pa.int64()),
        "hashtags": pa.array([post and (" ".join(post.tags) or None) for post in saved], pa.string()),
    }
    if attachments:
        columns["attachments"] = pa.array(
            [post and (" ".join(post.attachments) or None) for post in saved], pa.string()
        )
    spool.add_many(pa.array([post and post.text for post in saved], pa.large_string()), pa.table(columns))
