"""What a page says of its own use: robots directives, TDM reservations, usage preferences.

| found on the page, for us or for all                              | kept | its links are followed |
|-------------------------------------------------------------------|------|------------------------|
| `noai`, `noindex`, `noarchive`, `nocache`, `unavailable_after` in the past | no | yes             |
| `none`                                                            | no   | no                     |
| `nofollow`                                                        | yes  | no                     |
| `noimageai`, `noimageindex`, `nosnippet`, `notranslate`           | yes  | yes                    |
| TDM reservation 1; `Content-Usage: train-ai=n`; `Content-Signal: ai-train=no` | no | yes          |

They come in the headers `X-Robots-Tag`, `tdm-reservation`, `Content-Usage`, `Content-Signal`, and in `<meta>` of the
same names (`robots`, or our own name). A page that is not kept is neither a sample nor in the WARC, but its head.
"""

import re
import time
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from datastork.fetch.waiting import moment_of

NOT_KEPT = frozenset({"noai", "noindex", "noarchive", "nocache", "none"})
NOT_FOLLOWED = frozenset({"nofollow", "none"})
_NAMED = re.compile(r"\s*([A-Za-z0-9_*-]+)\s*:\s*(.*)", re.DOTALL)
_VALUED = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_USAGE = re.compile(r"(?:^|[,;\s])(train-ai|ai-train|train-genai)\s*=\s*(n|no)\b", re.IGNORECASE)


class Wish(NamedTuple):
    """What a page asks for. `opt_out` is why it is not kept, or None."""

    opt_out: str | None = None
    follow: bool = True


def wish_of(headers: Mapping[str, str], metas: Iterable[tuple[str, str]], agent: str) -> Wish:
    """Return what the headers and the `<meta>` elements (name, content) of a page ask of `agent`."""
    said: list[tuple[str, str]] = []
    for directive in _header(headers.get("x-robots-tag", ""), agent):
        said.append(("X-Robots-Tag", directive))
    reserved = [("header", headers.get("tdm-reservation", ""))]
    usages = [headers.get("content-usage", ""), headers.get("content-signal", "")]
    for name, content in metas:
        if name in {"robots", agent.lower()}:
            said += [("meta", one) for one in _split(content)]
        elif name == "tdm-reservation":
            reserved.append(("meta", content))
        elif name in {"content-usage", "content-signal"}:
            usages.append(content)
    opt_out = None
    for place, directive in said:
        word = directive.partition(":")[0].strip()
        if word in NOT_KEPT or (word == "unavailable_after" and _is_past(directive.partition(":")[2])):
            opt_out = opt_out or f"{place}: {word}"
    for place, value in reserved:
        if value.strip().strip("\"'") == "1":
            opt_out = opt_out or f"tdm-reservation ({place})"
    if any(_USAGE.search(usage) for usage in usages):
        opt_out = opt_out or "no use for training (Content-Usage)"
    return Wish(opt_out, not any(directive in NOT_FOLLOWED for _, directive in said))


def reserves_training(value: str) -> bool:
    """Say whether a usage preference reserves the training of models.

    >>> reserves_training("bots=y, train-ai=n"), reserves_training("search=yes, ai-train=yes")
    (True, False)
    """
    return _USAGE.search(value) is not None


def _header(value: str, agent: str) -> list[str]:
    """Return the directives of X-Robots-Tag that are for all or for us: `noindex, otherbot: noai, nofollow`."""
    found: list[str] = []
    ours = True
    for one in _split(value):
        named = _NAMED.fullmatch(one)
        if named and named[1] not in _VALUED:
            ours = named[1] in {"*", agent.lower()}
            one = named[2].strip()
        if ours and one:
            found.append(one)
    return found


def _split(value: str) -> list[str]:
    parts = [part.strip().lower() for part in value[:4000].split(",")]
    joined: list[str] = []
    for part in parts:
        if joined and joined[-1].startswith("unavailable_after") and re.match(r"\d", part):
            joined[-1] += f", {part}"  # the comma within "Fri, 25 Jun 2010"
        elif part:
            joined.append(part)
    return joined


def _is_past(date: str) -> bool:
    text = date.strip()
    moment = moment_of(text)
    if moment is not None:
        return moment < time.time()
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)", text)
    return bool(found) and text[:10] < time.strftime("%Y-%m-%d", time.gmtime())
