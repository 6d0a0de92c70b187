"""A file of Project Gutenberg: which part of it is the book, and what the rest says of it."""

import re
from bisect import bisect_left
from typing import NamedTuple

# The markers of thirty years. Each begins a line; a title inside may run over several lines, up to the closing stars.
_OF = r"(?:THE |THIS )?(?:COPYRIGHTED )?PROJECT GUTENBERG"
_FLAGS = re.MULTILINE | re.IGNORECASE
_START = re.compile(
    rf"^[ \t]*\*{{2,4}}[ \t]?START OF {_OF}(?:[^*\n]*(?:\n[^*\n]+){{0,5}}?\*{{2,4}})?.*$"
    r"|^[ \t]*\*END[* ]{1,3}THE SMALL PRINT!.*$",
    _FLAGS,
)
_END_STARS = re.compile(rf"^[ \t]*\*{{2,4}}[ \t]?END OF {_OF}", _FLAGS)
_END_WORDS = re.compile(
    r"^[ \t]*(?:\*[ \t]?)?(?:THE )?END OF (?:THE |THIS )?(?:E-?TEXT OF (?:THE )?)?PROJECT GUTENBERG(?:['’]S)?\b.*$",
    _FLAGS,
)
_SMALL_PRINT = re.compile(r"^[ \t]*\*{2,4}[ \t]?START[* ]{1,3}THE SMALL PRINT!.*$", _FLAGS)
_CREDIT = re.compile(
    r"[ \t]*[\[(]?(?:Produced by |E-?text prepared by |E-?book (?:produced|prepared) by |Credits:|Prepared by "
    r"|This (?:e-?text|e-?book|file) was (?:produced|prepared|transcribed|created|scanned|converted|first posted)\b"
    r"|Transcribed (?:by |from the )|Scanned (?:by |and )|HTML version by |Updated editions? )",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\s*\[([^\[\]\n]{3,200})\][ \t]*(?:\n|$)")
_NOTE = re.compile(r"[\[+|*_ \t]{0,80}Transcriber[’']?s?[’']? Notes?\b", re.IGNORECASE)
_BLANK = re.compile(r"(?:[ \t]*\n)*")
TAIL = 20_000  # characters at the end of a book in which notes of the transcriber are looked for


class Span(NamedTuple):
    """Where the book begins and ends in its file, and whether the marks of Project Gutenberg were found."""

    start: int
    end: int
    marked: bool


def span_of(text: str, *, notes: bool = True) -> Span:
    """Return the part of a file that is the book.

    Left out are the header with the licence, the credits right behind it, and the footer; without `notes` also the
    transcriber's notes at the beginning and the end. Where no mark is found nothing is left out: the book is all.
    `text` has lines ended by `\\n`.
    """
    start, started = _start(text)
    end, ended = _end(text, start)
    start = _behind_credits(text, start, end) if started or ended else start
    if not notes:
        start, end = _behind_note(text, start, end), _before_note(text, start, end)
    start = _BLANK.match(text, start, end).end()  # type: ignore[union-attr]  # it matches nothing as well
    return Span(start, max(start, len(text[:end].rstrip())), started or ended)


def bracketed(text: str) -> tuple[int, str] | None:
    """Return the end and the content of a first line such as `[Emma by Jane Austen 1816]`, or None."""
    found = _BRACKET.match(text)
    return (found.end(), found[1]) if found and not _NOTE.match(f"[{found[1]}") else None


def _start(text: str) -> tuple[int, bool]:
    """The last mark of a beginning that lies before the first mark of an end."""
    last = min((found.start() for found in _END_STARS.finditer(text)), default=len(text))
    begin = -1
    printed = [found.start() for found in _SMALL_PRINT.finditer(text, 0, last)]
    for found in _START.finditer(text, 0, last):
        before = bisect_left(printed, found.start())
        small = printed[before - 1] if before else 0
        # a small print at the end of the file, as in some of the first years, begins no book
        behind = "small print" in found[0].lower() and small > max(len(text) - found.end(), len(text) // 4)
        begin = begin if behind else found.end()
    if begin >= 0:
        return begin, True
    head = bracketed(text)
    return (head[0], True) if head is not None else (0, False)


def _end(text: str, start: int) -> tuple[int, bool]:
    """The last mark of an end; a line in words right before it belongs to it."""
    marks = [found.start() for found in _END_STARS.finditer(text, start)]
    if marks:
        for found in _END_WORDS.finditer(text, max(start, marks[-1] - 1000), marks[-1]):
            if not text[found.end() : marks[-1]].strip(" *\n"):
                return found.start(), True
        return marks[-1], True
    marks = [found.start() for found in _END_WORDS.finditer(text, start)][-1:]
    if marks and not _ends(text, start, marks[0]):
        marks = []
    marks += [found.start() for found in _SMALL_PRINT.finditer(text, max(start, len(text) // 2))][-1:]
    return (min(marks), True) if marks else (len(text), False)


def _ends(text: str, start: int, at: int) -> bool:
    """Say whether words such as "End of Project Gutenberg's" are the end, and not told of early in the book."""
    rest = len(text) - at
    return rest < max(2000, at - start) or text.count("Project Gutenberg", at) > 10


def _paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the next paragraph begins and ends."""
    begin = _BLANK.match(text, start, end).end()  # type: ignore[union-attr]
    stop = re.compile(r"\n[ \t]*\n").search(text, begin, end)
    return begin, stop.start() if stop else end


def _behind_credits(text: str, start: int, end: int) -> int:
    for _ in range(4):
        begin, stop = _paragraph(text, start, end)
        if not _CREDIT.match(text, begin) or stop - begin > 1500:
            break
        start = stop
    return start


def _behind_note(text: str, start: int, end: int) -> int:
    begin, stop = _paragraph(text, start, end)
    if not _NOTE.match(text, begin):
        return start
    if text[begin:stop].lstrip().startswith("["):
        close = text.find("]", begin, min(end, begin + TAIL))
        return close + 1 if close >= 0 else start
    wide = re.compile(r"\n[ \t]*\n[ \t]*\n").search(text, stop, min(end, begin + TAIL))  # two empty lines end it
    return wide.start() if wide else start


def _before_note(text: str, start: int, end: int) -> int:
    """Return where notes that run to the end of the book begin, or `end`."""
    low = max(start + (end - start) // 2, end - TAIL)
    at = _paragraph(text, low, end)[1]
    while at < end:
        begin, stop = _paragraph(text, at, end)
        if _NOTE.match(text, begin):
            bracket = text[begin:stop].lstrip().startswith("[")
            if not bracket or not text[text.find("]", begin, end) + 1 : end].strip():
                return at
        at = stop
    return end
