"""One's own posts as services hand them out: tweets of X, and what a Mastodon account sent."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any, NamedTuple

import msgspec

PUBLIC = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")
_BEGIN = re.compile(rb"\s*window\.YTD\.[A-Za-z_]{1,60}\.part\d{1,6}\s*=\s*")
_BREAKS = {"br": "\n", "p": "\n\n", "li": "\n", "blockquote": "\n\n", "pre": "\n\n"}


class Saved(NamedTuple):
    """One post."""

    text: str
    kind: str  # "post", "reply" or "repost"
    private: bool
    author: str | None
    posted: float | None
    language: str | None
    likes: int | None
    reposts: int | None
    tags: tuple[str, ...]
    attachments: tuple[str, ...]


def entries(data: bytes) -> list[bytes]:
    """Return the entries of a file of either kind, each as JSON. Raises ValueError where it is none."""
    begin = _BEGIN.match(data[:200])
    try:
        if begin:
            found = msgspec.json.decode(data[begin.end() :].rstrip(b" \t\r\n;"), type=list[msgspec.Raw])
        else:
            items = msgspec.json.decode(data, type=dict[str, msgspec.Raw])["orderedItems"]
            found = msgspec.json.decode(items, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, KeyError, RecursionError) as error:
        raise ValueError(f"it does not hold what it should ({type(error).__name__}: {error})") from error
    return [bytes(one) for one in found]


def decoded(entry: bytes) -> dict[str, Any]:
    """Return an entry. Raises ValueError where it is no object."""
    try:
        found = msgspec.json.decode(entry)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if not isinstance(found, dict):
        raise ValueError("it is no object")
    return found


class Notes:
    """Long tweets: their whole text lies in a file of its own, and tweets.js has its beginning."""

    def __init__(self, found: Iterator[dict[str, Any]]) -> None:
        self._by_beginning: dict[str, list[tuple[str, float | None]]] = {}
        for one in found:
            note = _dict(one.get("noteTweet"))
            text = _dict(note.get("core")).get("text")
            if isinstance(text, str) and text:
                plain = _expanded(_unescaped(text), _list(_dict(note["core"]).get("urls")), "shortUrl", "expandedUrl")
                key = _beginning(_unescaped(text))
                self._by_beginning.setdefault(key, []).append((plain, _time(note.get("createdAt"))))

    def whole(self, beginning: str, posted: float | None) -> str | None:
        """Return the whole text of a tweet that begins so and was posted then, or None."""
        for text, time in self._by_beginning.get(_beginning(beginning), ()):
            if time is None or posted is None or abs(time - posted) <= 5:
                return text
        return None


def tweet(entry: bytes, notes: Notes) -> Saved:
    """Return one tweet of an archive of X. Raises ValueError for what is none."""
    outer = decoded(entry)
    found = _dict(outer.get("tweet", outer))
    raw = found.get("full_text", found.get("text"))
    if not isinstance(raw, str):
        raise ValueError("it has no text")
    entities = _dict(found.get("entities"))
    media = _list(_dict(found.get("extended_entities")).get("media")) or _list(entities.get("media"))
    posted = _time(found.get("created_at"))
    plain = _unescaped(raw)
    kind = "reply" if found.get("in_reply_to_status_id") or found.get("in_reply_to_status_id_str") else "post"
    kind = "repost" if plain.startswith("RT @") or "retweeted_status" in found else kind
    whole = notes.whole(plain, posted) if kind != "repost" else None
    text = whole or _expanded(plain, _list(entities.get("urls")), "url", "expanded_url")
    for one in media:
        if isinstance(one.get("url"), str) and one["url"]:
            text = text.replace(one["url"], "")
    return Saved(
        text.strip(), kind, False, None, posted, _text(found.get("lang")), _number(found.get("favorite_count")),
        _number(found.get("retweet_count")),
        tuple(one["text"] for one in _list(entities.get("hashtags")) if isinstance(one.get("text"), str)),
        tuple(one["media_url_https"] for one in media if isinstance(one.get("media_url_https"), str)),
    )  # fmt: skip


def activity(entry: bytes) -> Saved | None:
    """Return one post of what a Mastodon account sent; None for what is no post. Raises ValueError."""
    found = decoded(entry)
    actor = _text(found.get("actor"))
    posted = _time(found.get("published"))
    if found.get("type") == "Announce":
        return Saved("", "repost", False, actor, posted, None, None, None, (), ())
    sent = found.get("object")
    if found.get("type") != "Create" or not isinstance(sent, dict):
        return None
    if not isinstance(sent.get("content"), str):
        raise ValueError("it has no text")
    to = [*_texts(sent.get("to")), *_texts(sent.get("cc")), *_texts(found.get("to")), *_texts(found.get("cc"))]
    tags = [_text(one.get("name")) or "" for one in _list(sent.get("tag")) if one.get("type") == "Hashtag"]
    languages = list(_dict(sent.get("contentMap")))
    warned = _text(sent.get("summary"))
    text = _plain(sent["content"])
    return Saved(
        f"{warned}\n\n{text}" if warned else text, "reply" if sent.get("inReplyTo") else "post",
        not any(one in PUBLIC for one in to), actor, posted, languages[0] if len(languages) == 1 else None, None, None,
        tuple(tag.removeprefix("#") for tag in tags if tag),
        tuple(one["url"] for one in _list(sent.get("attachment")) if isinstance(one.get("url"), str)),
    )  # fmt: skip


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS and self.parts:
            self.parts.append(_BREAKS[tag])

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _plain(markup: str) -> str:
    words = _Words()
    words.feed(markup)
    words.close()
    return "".join(words.parts).strip()


def _unescaped(text: str) -> str:
    """X writes these three, and no others, as entities."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") if "&" in text else text


def _expanded(text: str, urls: list[dict[str, Any]], short: str, long: str) -> str:
    for one in urls:
        if isinstance(one.get(short), str) and one[short] and isinstance(one.get(long), str):
            text = text.replace(one[short], one[long])
    return text


def _beginning(text: str) -> str:
    """Return what a long tweet and its whole text have in common."""
    return " ".join(text.split("http", 1)[0].split())[:60]


def _time(value: Any) -> float | None:
    if not isinstance(value, str) or len(value) > 40:
        return None
    for read in (datetime.fromisoformat, lambda text: datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")):
        try:
            found = read(value)
        except ValueError:
            continue
        return max(0.0, (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    return None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value[:19])
    return value if isinstance(value, int) and 0 <= value < 1 << 60 else None
