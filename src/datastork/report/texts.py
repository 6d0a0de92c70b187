"""What is shown of texts: the beginning of one, and where two that are alike differ."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

from datastork.core.errors import DatastorkError
from datastork.media.modality import modality

LINES = 12  # of an excerpt, at most
FULL = re.compile(r"(?<=[^\n]{50})[ \t]*\n(?=[ \t]*[^\W_])")  # an end of a line of 50 characters or more
MARGIN = 200  # characters that are looked at for personal data beyond those shown
COMPARED = 200_000  # characters of a text that are compared
BEFORE = 12  # words shown before the first difference
WINDOW = 400  # words that are compared one by one, from the first difference on
SHOWN = 480  # characters of each side


class Excerpt(NamedTuple):
    """The beginning of a text, how many characters the whole has, and whether it could be read as it should be."""

    text: str
    characters: int
    sound: bool


class Side(NamedTuple):
    """A piece of a text that is compared, and whether the other text has it not."""

    text: str
    differs: bool


class Compared(NamedTuple):
    """Two texts from shortly before their first difference on; `same` where their words are equal."""

    left: list[Side]
    right: list[Side]
    same: bool


def read(data: bytes) -> str | None:
    """Return the text in `data`, or None where it is none."""
    try:
        content: str = modality("text").decode(data).content
    except DatastorkError:
        return None
    return content


def redacted(text: str) -> str:
    """Return a text without the personal data that is found by pattern."""
    from datastork.clean.pii import pii
    from datastork.media.text import Text

    found = pii(Text(text), action="redact")
    return found.content if isinstance(found, Text) else ""


def excerpt(data: bytes, most: int, lines: int | None = LINES, *, redact: bool = False) -> Excerpt:
    """Return the beginning of a text, as it is where `lines` is None; what is broken in it is shown as �.

    With `redact` personal data is taken out first: of more than is shown, so that none is cut in two and overlooked.
    """
    content = read(data)
    sound = content is not None
    whole = content if content is not None else data[: 8 * most].decode("utf-8", "replace")
    shown = whole
    if redact:
        head = whole[: 2 * most + MARGIN]
        shown = redacted(head) if len(head) == len(whole) else redacted(head)[:-MARGIN] + " …"
    short = shown[:most] if lines is None else shortened(shown, most, lines)
    return Excerpt(short, len(whole) if sound else len(data), sound)


def shortened(text: str, most: int, lines: int = LINES) -> str:
    """Return at most `most` characters and `lines` lines of a text, without empty lines, with … where it goes on.

    A line that was broken because it was full goes on in the next.
    """
    head = text.lstrip()[: 4 * most + 1]
    kept = [line.strip() for line in FULL.sub(" ", head).split("\n") if line.strip()]
    found = "\n".join(kept[:lines])
    if len(found) > most:
        return found[: most - 1].rstrip() + "…"
    return (
        found + " …" if len(kept) > lines or len(text.rstrip()) > len(text) - len(text.lstrip()) + len(head) else found
    )


def compared(left: str, right: str) -> Compared:
    """Return where two texts differ, by words."""
    one, other = left[:COMPARED].split(), right[:COMPARED].split()
    if one == other:
        some = [Side(shortened(left, SHOWN), False)]
        return Compared(some, [Side(shortened(right, SHOWN), False)], len(left) <= COMPARED and len(right) <= COMPARED)
    first = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    start = max(0, first - BEFORE)
    some_left, some_right = one[start : start + WINDOW], other[start : start + WINDOW]
    pieces: tuple[list[Side], list[Side]] = ([], [])
    matcher = SequenceMatcher(None, some_left, some_right, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        for side, words in ((pieces[0], some_left[a:b]), (pieces[1], some_right[c:d])):
            if words:
                side.append(Side(" ".join(words), kind != "equal"))
    return Compared(
        _framed(pieces[0], start > 0, start + WINDOW < len(one)),
        _framed(pieces[1], start > 0, start + WINDOW < len(other)),
        False,
    )


def _framed(pieces: list[Side], begun: bool, goes_on: bool) -> list[Side]:
    """Return pieces of at most `SHOWN` characters together, with … where something is left out."""
    found = [Side("…", False)] if begun else []
    left = SHOWN
    for piece in pieces:
        if len(piece.text) > left:
            found += [Side(piece.text[:left].rstrip(), piece.differs)] if left > 3 else []
            goes_on = True
            break
        found.append(piece)
        left -= len(piece.text) + 1
    return [*found, Side("…", False)] if goes_on else found
