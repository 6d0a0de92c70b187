"""Finding the few elements of a page that say something about it, in time that grows with its length only.

Building the tree of a hostile page takes time in the square or cube of its length, in any parser that follows the
standard. So the page is not parsed but scanned: comments, scripts and the like are stepped over, and the tags that
matter are cut out. What is left is a flat page of them, which a parser reads for their attributes.
"""

import re
from typing import NamedTuple

MOST_TAGS = 25_000
LONGEST_TAG = 16 << 10
_TAG = re.compile(
    rb"<(?:(!--)|(a|area|link|meta|base)(?=[\s/>])|(script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>]))"
)
_END = re.compile(rb"=\s*\"[^\"]*\"|=\s*'[^']*'|>")


class Scanned(NamedTuple):
    """The tags `a`, `area`, `link`, `meta` and `base` of a page, as a flat page; the texts of its JSON-LD."""

    html: bytes
    structured: list[bytes]


def scan(data: bytes) -> Scanned:
    """Return what a page says about itself and where it leads.

    >>> scan(b"<p>x <a href='/y'>y</a> <!-- <a href='/z'> -->").html
    b"<body><a href='/y'></a>"
    """
    low = data.lower()
    parts: list[bytes] = [b"<body>"]
    structured: list[bytes] = []
    at = 0
    while len(parts) < MOST_TAGS:
        found = _TAG.search(low, at)
        if found is None:
            break
        if found[1]:
            at = low.find(b"-->", found.end())
            if at < 0:
                break
            continue
        end = _end_of(low, found.end())
        if end < 0:
            at = found.end() + LONGEST_TAG  # 16 KiB without an end of any tag: no page
        elif found[2]:
            parts.append(data[found.start() : end] + (b"</a>" if found[2] == b"a" else b""))
            at = end
        else:
            at = low.find(b"</" + found[3], end)
            if at < 0:
                break
            if found[3] == b"script" and b"ld+json" in low[found.start() : end]:
                structured.append(data[end:at])
    return Scanned(b"".join(parts), structured)


def _end_of(low: bytes, at: int) -> int:
    """Return where the tag ends whose name ends at `at`, or -1 where it is absurdly long."""
    window = low[at : at + LONGEST_TAG]
    inside = 0
    while True:
        found = _END.search(window, inside)
        if found is None:
            return -1
        if found[0] == b">":
            return at + found.end()
        inside = found.end()
