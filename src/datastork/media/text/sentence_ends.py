"""Where sentences end: by pysbd (N. Sadvilkar and M. Neumann, NLP-OSS 2020) where there is doubt, else quickly.

pysbd takes some four milliseconds for every thousand characters and more than in proportion for longer pieces. So
what it gets is one paragraph, at most `LONGEST` characters of it, and in English only where an end is doubtful: behind
an abbreviation, a number, a bracket or a quotation mark.
"""

import re
import warnings
from functools import cache
from itertools import pairwise
from typing import Any

LONGEST = 1000  # characters that pysbd sees at once

# Outside brackets and quotation marks, an English sentence ends for sure behind a long word in small letters and before
# a capital.
_SURE = re.compile(r"(?<=[a-z]{4}[.!?])\s+(?=[A-Z][a-z]*\b(?!\.))")
_INSIDE = re.compile(r"[.!?…][\"'”’»)\]]{0,3}\s+\S|\.\.\S")
_ABBREVIATIONS = re.compile(
    r"\b(?:dept|assn|approx|vols|univ|secs|mins|pres|prof|figs|supt|comdr|messrs|govt)\.$", re.I
)
_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]{0,3}\s+|(?<=[。！？])[」』”’）]{0,2}\s*")


def sentences_of(paragraph: str, language: str) -> list[str]:
    """Return the sentences of a paragraph, without white space around them. Nothing but white space is lost.

    language: as pysbd names it (ISO 639-1), or "other", for an end at every full stop, question or exclamation mark
    """
    if language == "other":
        return _simply(paragraph)
    found: list[str] = []
    for piece in _surely_apart(paragraph) if language == "en" else [paragraph]:
        if language == "en" and _INSIDE.search(piece) is None:
            found.append(piece.strip())
        else:
            found += [one for part in _pieces(piece) for one in _by_pysbd(part, language)]
    return [one for one in found if one]


def _surely_apart(paragraph: str) -> list[str]:
    """Return an English paragraph cut where a sentence ends for sure."""
    pieces: list[str] = []
    start = counted = opened = quoted = 0
    for match in _SURE.finditer(paragraph):
        between = paragraph[counted : match.start()]
        counted = match.start()
        opened += sum(map(between.count, "([{“«")) - sum(map(between.count, ")]}”»"))
        quoted += between.count('"')
        if opened == 0 and quoted % 2 == 0 and _ABBREVIATIONS.search(between[-12:]) is None:
            pieces.append(paragraph[start : match.start()])
            start = match.end()
    return [*pieces, paragraph[start:]]


def _pieces(paragraph: str) -> list[str]:
    """Return a paragraph in pieces of at most `LONGEST` characters, cut at the likeliest end of a sentence or word."""
    pieces: list[str] = []
    while len(paragraph) > LONGEST:
        head = paragraph[:LONGEST]
        ends = [match.end() for match in _END.finditer(head)]
        at = ends[-1] if ends and ends[-1] > LONGEST // 4 else head.rfind(" ") + 1 or LONGEST
        pieces.append(paragraph[:at])
        paragraph = paragraph[at:]
    return [*pieces, paragraph]


def _simply(paragraph: str) -> list[str]:
    cuts = [0, *(match.end() for match in _END.finditer(paragraph)), len(paragraph)]
    parts = (paragraph[start:end].strip() for start, end in pairwise(cuts))
    return [part for part in parts if part]


def _by_pysbd(piece: str, language: str) -> list[str]:
    """Return the sentences that pysbd finds; where it loses or changes a character, those of the simple rule."""
    if not piece.strip():
        return []
    try:
        found = [one.strip() for one in _segmenter()(language=language, clean=False).segment(piece)]
    except (re.error, IndexError, TypeError):
        return _simply(piece)
    if "".join("".join(found).split()) != "".join(piece.split()):
        return _simply(piece)
    return [one for one in found if one]


@cache
def _segmenter() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has regular expressions that newer Pythons warn of
        from pysbd import Segmenter
    return Segmenter
