"""The chapters of a book, by its headings. Together they are the whole book, character by character."""

import sys
from bisect import bisect_left
from itertools import pairwise
from typing import NamedTuple

from datastork.collect._gutenberg.headings import Heading, headings

TIGHT = 100  # characters between two headings below which nothing is told between them
OWN = 200  # characters behind the heading of a part from which it is a piece of its own
MOST = 3000  # headings; a book with more is no book with chapters
LONGEST = 1000  # entries of a table of contents
FRONT = "front matter"


class Piece(NamedTuple):
    """A piece of a book: where it lies, what it is called ("VOLUME II, CHAPTER V"), its title."""

    start: int
    end: int
    label: str
    title: str | None


def chapters(text: str) -> list[Piece]:
    """Return the pieces of a book, without gap or overlap; empty where no chapters can be told.

    What stands before the first chapter is the piece "front matter". The heading of a part of the book belongs to the
    chapter behind it; where text of its own follows, it is a piece by itself.
    """
    found = []
    for heading in headings(text):
        found.append(heading)
        if len(found) > MOST * 4:
            return []
    marks = _of_one_level(text, found)
    if len(marks) < 2 or len(marks) > MOST:
        return []
    pieces: list[Piece] = []
    parts: list[Heading] = []  # the parts of the book that the next chapter lies in
    waiting: Heading | None = None  # the first heading of the piece to come
    for at, mark in enumerate(marks):
        following = marks[at + 1].start if at + 1 < len(marks) else len(text)
        if mark.kind == "division":
            parts = [*_above(parts, mark), mark]
            if len(text[mark.end : following].strip()) < OWN and at + 1 < len(marks):
                waiting = waiting or mark
                continue
        first = waiting or mark
        waiting = None
        names = [part.label for part in parts if part is not mark] + [mark.label]
        pieces.append(Piece(first.start, 0, ", ".join(names) if mark.kind != "section" else mark.label, mark.title))
    ends = [*(piece.start for piece in pieces[1:]), len(text)]
    pieces = [piece._replace(end=end) for piece, end in zip(pieces, ends, strict=True)]
    start = pieces[0].start
    if text[:start].strip():
        return [Piece(0, start, FRONT, None), *pieces]
    return [pieces[0]._replace(start=0), *pieces[1:]]


def _above(parts: list[Heading], mark: Heading) -> list[Heading]:
    """Return the parts that a new part lies in: those before the first of its own word."""
    words = [part.word for part in parts]
    return parts[: words.index(mark.word)] if mark.word in words else parts


def _of_one_level(text: str, found: list[Heading]) -> list[Heading]:
    """Return the headings that divide the book: of chapters; where there are none of parts, or bare numbers."""
    chosen = _without_contents(text, [one for one in found if one.kind != "bare"])
    numbered = [one for one in chosen if one.kind == "chapter"]
    if len(numbered) < 2:
        divided = [one for one in chosen if one.kind == "division"]
        bare = _bare(_without_contents(text, [one for one in found if one.kind == "bare"]))
        if len(bare) >= 3 and len(bare) > len(divided):
            return sorted([*bare, *(one for one in chosen if one.kind != "chapter")], key=lambda one: one.start)
        if len(divided) < 2:
            return []
    return chosen


def _bare(found: list[Heading]) -> list[Heading]:
    """Return bare numbers that are headings: those with titles where they count on, for others then lie within."""
    titled = _runs([one for one in found if one.title])
    return titled if len(titled) >= 3 else _runs(found)


def _runs(bare: list[Heading]) -> list[Heading]:
    """Keep bare numbers that count 1, 2, 3 and on; the others are pages, years and sums."""
    kept: list[Heading] = []
    run: list[Heading] = []
    for one in bare:
        if run and one.number == run[-1].number + 1 and one.label.isdecimal() == run[-1].label.isdecimal():
            run.append(one)
        elif one.number == 1:
            kept += run if len(run) >= 2 else []
            run = [one]
    return kept + (run if len(run) >= 2 else [])


def _without_contents(text: str, found: list[Heading]) -> list[Heading]:
    """Leave out tables of contents: headings close together that come again with the text between them."""
    if len(found) > MOST:
        return found
    tight = [len(text[a.end : b.start].strip()) < TIGHT for a, b in pairwise(found)]
    places: dict[tuple[str, int], list[int]] = {}
    for at, one in enumerate(found):
        places.setdefault((one.word, one.number), []).append(at)
    keys = [places[one.word, one.number] for one in found]
    left: list[Heading] = []
    at = 0
    while at < len(found):
        reach = at + 1
        while reach < len(found) and tight[reach - 1]:
            reach += 1
        length = _contents(keys, at, reach) if reach - at >= 3 else 0
        while 0 < length < reach - at and _counts_on(found[at + length - 1], found[at + length]):
            length += 1  # an entry that comes again under another name, or not at all
        left += found[at + length : reach]
        at = reach
    return left


def _counts_on(one: Heading, other: Heading) -> bool:
    return one.word == other.word and one.number + 1 == other.number


def _contents(keys: list[list[int]], start: int, stop: int) -> int:
    """Return how many of the headings from `start` are a table of contents; `keys` say where else each stands."""
    best, length = 0, 0
    for size in range(3, min(stop - start, LONGEST) + 1):
        matched = _again(keys[start : start + size], start + size)
        score = matched - 2 * (size - matched)
        if score > best:
            best, length = score, size
    if not length and stop == len(keys) and _again(keys[start:], 0, start) >= 0.8 * (stop - start):
        return stop - start  # at the end of the book
    return length


def _again(run: list[list[int]], at: int, end: int = sys.maxsize) -> int:
    """Count how many headings come again from `at` on, in their order, before `end`."""
    matched = 0
    for places in run:
        found = bisect_left(places, at)
        if found < len(places) and places[found] < end:
            matched += 1
            at = places[found] + 1
    return matched
