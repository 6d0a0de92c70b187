"""Where a redirect leads."""

from collections.abc import Collection
from urllib.parse import urljoin

from datastork.fetch.errors import FetchError
from datastork.fetch.target import Target, target_of

REDIRECTS = frozenset({301, 302, 303, 307, 308})


def redirect_of(url: str, place: str, hops: Collection[str], most: int) -> Target:
    """Return where the answer of `url` leads, `place` being its header Location and `hops` where we were already.

    Raises FetchError for a circle or more than `most` hops, Refused for what is no address.
    """
    try:
        following = target_of(urljoin(url, latin(place).strip()))
    except ValueError as error:
        raise FetchError(url, f"it leads to {place[:200]!r}, which is no address") from error
    first = next(iter(hops), url)
    if following.url in hops:
        raise FetchError(first, f"its redirects go in a circle ({following.url[:200]} comes again)")
    if len(hops) > most:
        raise FetchError(first, f"more than {most} redirects")
    return following


def latin(value: str) -> str:
    """Return a header as UTF-8 where it is that; the library reads headers as Latin-1."""
    try:
        return value.encode("latin-1").decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return value
