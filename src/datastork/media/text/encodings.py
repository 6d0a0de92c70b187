"""Which encoding a text is in that is not UTF-8 and does not say: an answer where it is sure, none where it is not.

An encoding that can decode the bytes is believed where the text it gives looks written by people: the language (by
py3langid) is one the encoding was made for; nearly every character beyond ASCII is a letter of that language or common
punctuation, in a place where such a character can stand; in scripts other than Latin, the commonest letters of the
language are common. Where several encodings are believed and differ, the one whose letters are clearly more the
language's own is the answer, and otherwise the one that charset-normalizer names alone.
"""

import re
from functools import cache
from typing import NamedTuple

from datastork.media.text.alphabets import COMMONEST, FOREIGN, LANGUAGES, LETTERS, PUNCTUATION, SCRIPTS

SAMPLE = 16 << 10  # bytes that are looked at: enough to tell, and bounded
LEAST_LETTERS = 12  # fewer in a sample prove nothing
LEAST_THAI = 50  # capitals in Greek and Russian encodings, read as Thai, have nearly its commonest letters
MOST_STRANGE = 0.01  # of the characters beyond ASCII may be none of the language
MOST_FOREIGN = 0.3  # of them may be letters of its neighbours
CLEARLY = 0.2  # more own letters than the next
LEAST_COUNTED = 8  # characters beyond ASCII, below which how often each occurs proves nothing

_NO_TEXT = re.compile(r"[\x7f-\x9f\ue000-\uf8ff\ufffd]")
_ODD_PLACE = re.compile(
    r"[^\W\d_][‚‛“„«‹›•°§©®™€£¥¡¿²³½¼¾×±¨†‡¤¦¬¶¸º»][^\W\d_]"  # between two letters
    r"|[a-z][À-ÖØ-ÝŸŠŽŒ]|[а-яё][А-ЯЁ]|[ά-ώ][Α-Ω]"  # a capital after a small letter
    r"|[^\W\d_][‚‛„†‡±¿¡]|[©®±¨][^\W\d_]"  # what opens after a letter, what closes before one
)
_DASHED = re.compile(r"[a-z][–—][a-z]")
_SAME = {"wuu": "zh", "yue": "zh"}
_WITHOUT_SPACES = ("zh", "ja", "ko", "th")


class Guess(NamedTuple):
    """An encoding that a text may be in, how much of it is the language's own, and the sample as it reads it."""

    encoding: str
    own: float
    sample: str


def guess(data: bytes) -> str | None:
    """Return the encoding (its Python name) of text that is not UTF-8, or None where that is not sure."""
    sample = _sample(data)
    found: dict[str, Guess] = {}
    for encoding in LANGUAGES:
        one = _believed(encoding, sample)
        if one is not None:
            found.setdefault(one.sample, one)
    several = sorted(found.values(), key=lambda one: -one.own)
    if not several:
        return None
    if len(several) == 1 or several[0].own - several[1].own >= CLEARLY:
        return several[0].encoding
    if sum(not character.isascii() for character in several[0].sample) < LEAST_COUNTED:
        return None
    return _by_letters(sample, several)


def _sample(data: bytes) -> bytes:
    """Return all of a short text, of a long one the first lines that hold more than ASCII.

    The end of a line is no part of a longer character in any of the encodings.
    """
    if len(data) <= SAMPLE:
        return data
    lines: list[bytes] = []
    left = SAMPLE
    for match in re.finditer(rb"[^\n\x80-\xff]*+[\x80-\xff][^\n]*+", data):
        line = match[0]
        if len(line) > left:
            return b"\n".join(lines) if lines else _cut(line)
        lines.append(line)
        left -= len(line)
    return b"\n".join(lines)


def _cut(line: bytes) -> bytes:
    """Return a piece of a long line, up to a space or full stop so that no character is cut in two."""
    first = re.search(rb"[\x80-\xff]", line)
    start = max(0, (first.start() if first else 0) - SAMPLE // 2)
    start = start and line.find(b" ", start) + 1
    piece = line[start : start + SAMPLE]
    end = max(piece.rfind(b" "), piece.rfind(b"."))
    return piece[:end] if end > 0 else piece


def _believed(encoding: str, sample: bytes) -> Guess | None:
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return None
    if _NO_TEXT.search(text):
        return None
    from py3langid import classify

    language, _ = classify(text)
    language = _SAME.get(language, language)
    if language not in LANGUAGES[encoding].split():
        return None
    if language not in _WITHOUT_SPACES and _ODD_PLACE.search(text):
        return None
    if language != "en" and _DASHED.search(text):
        return None
    own = _own(text, language)
    return None if own is None else Guess(encoding, own, text)


def _own(text: str, language: str) -> float | None:
    """Return the share of the characters beyond ASCII that are the language's own; None where it cannot be this one."""
    if sum(map(str.isalpha, text)) < (LEAST_THAI if language == "th" else LEAST_LETTERS):
        return None
    beyond = re.sub(r"[\x00-\x7f]+", "", text)
    rest = _alphabet(language).sub("", beyond)
    foreign = len(rest)
    if language in LETTERS:
        rest = rest.translate(_foreign())
        if foreign - len(rest) > max(2, MOST_FOREIGN * len(beyond)):
            return None
    if len(rest) > MOST_STRANGE * len(beyond):
        return None
    if language in COMMONEST:
        letters, least = COMMONEST[language]
        small = beyond.lower()
        if len(small) < LEAST_LETTERS or sum(map(small.count, letters)) < least * len(small):
            return None
    return len(_punctuation().sub("", beyond)) / len(beyond) - foreign / len(beyond)


@cache
def _alphabet(language: str) -> re.Pattern[str]:
    letters = LETTERS.get(language, "")
    return re.compile(f"[{letters}{letters.upper()}{SCRIPTS.get(language, '')}{PUNCTUATION}]+")


@cache
def _punctuation() -> re.Pattern[str]:
    return re.compile(f"[{PUNCTUATION}]+")


@cache
def _foreign() -> dict[int, None]:
    return {ord(letter): None for letter in FOREIGN + FOREIGN.upper()}


def _by_letters(sample: bytes, several: list[Guess]) -> str | None:
    """Return the one of several encodings that charset-normalizer names alone, by how often which letter occurs."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=[one.encoding for one in several], enable_fallback=False).best()
    if best is None:
        return None
    named = {best.encoding, *best.could_be_from_charset}
    matching = [one.encoding for one in several if one.encoding in named]
    return matching[0] if len(matching) == 1 else None
