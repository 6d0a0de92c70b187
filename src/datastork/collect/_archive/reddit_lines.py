"""A line of a dump of Reddit: what it says, and whether it is wanted."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from datastork.collect._archive.times import seconds, within

TAKEN_BACK = frozenset(["[deleted]", "[removed]", "[deleted by user]", "[ removed by reddit ]"])


class Record(msgspec.Struct):
    """What is read of a submission or a comment. Types have changed over the years, so none is relied on."""

    author: Any = None
    subreddit: Any = None
    created_utc: Any = None
    score: Any = None
    over_18: Any = None
    title: Any = None
    selftext: Any = None
    body: Any = None
    link_id: Any = None
    name: Any = None
    id: Any = None
    removed_by_category: Any = None


class Post(NamedTuple):
    """One post as a sample: its text, and what is known of it."""

    text: str
    kind: str
    author: str | None
    subreddit: str | None
    thread: str | None
    score: int | None
    posted: float | None
    over_18: bool | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which posts are taken."""

    kind: str
    subreddits: frozenset[str] | None
    min_score: int | None
    over_18: bool
    after: float | None
    before: float | None
    skipped: frozenset[str]


_decoder = msgspec.json.Decoder(Record)


def read(line: bytes, wanted: Wanted) -> Post | str:
    """Return the post of a line, or why it is passed over. Raises ValueError for a line that cannot be read."""
    try:
        record = _decoder.decode(line)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
    kind = "comment" if record.body is not None else "submission" if record.title is not None else None
    if kind is None:
        raise ValueError("neither a submission nor a comment")
    if wanted.kind not in ("both", f"{kind}s"):
        return f"{kind}s"
    subreddit = record.subreddit if isinstance(record.subreddit, str) else None
    if wanted.subreddits is not None and (subreddit is None or subreddit.casefold() not in wanted.subreddits):
        return "of other subreddits"
    author = record.author if isinstance(record.author, str) and record.author not in TAKEN_BACK else None
    if author is not None and author.casefold() in wanted.skipped:
        return "by authors passed over"
    if record.over_18 is True and not wanted.over_18:
        return "marked over 18"
    score = record.score if isinstance(record.score, int) and abs(record.score) < 1 << 60 else None
    if wanted.min_score is not None and (score is None or score < wanted.min_score):
        return f"with a score below {wanted.min_score}"
    posted = seconds(record.created_utc)
    if not within(posted, wanted.after, wanted.before):
        return "of other times"
    text = _text(record)
    if text is None:
        return "taken back ([deleted], [removed])"
    if not text:
        return "without text"
    thread = record.link_id if kind == "comment" else record.name or (record.id and f"t3_{record.id}")
    over_18 = record.over_18 if isinstance(record.over_18, bool) else None
    return Post(text, kind, author, subreddit, thread if isinstance(thread, str) else None, score, posted, over_18)


def _text(record: Record) -> str | None:
    """Return the text, or None where its author or a moderator took it back."""
    if record.removed_by_category is not None:
        return None
    given = (record.body,) if record.body is not None else (record.title, record.selftext)
    parts = []
    for part in given:
        if not isinstance(part, str):
            continue
        plain = part.strip()
        if plain.lower() in TAKEN_BACK:
            return None
        if plain:
            parts.append(plain)
    text = "\n\n".join(parts)
    if "&" in text:  # Reddit writes these three, and no others, as entities
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text
