"""Which encoding a text is in that is not UTF-8 and does not say: an answer where it is sure, none where it is not.

An encoding that can decode the bytes is believed where the text it gives looks written by people: the language (by
py3langid) is one the encoding was made for; nearly every character beyond ASCII is a letter of that language or common
punctuation, in a place where such a character can stand; in scripts other than Latin, the commonest letters of the
language are common. Where several encodings are believed and differ, the one whose letters are clearly more the
language's own is the answer, and otherwise the one that charset-normalizer names alone.
"""

import re
from codecs import getincrementaldecoder
from functools import cache
from typing import NamedTuple

from datastork.media.text.alphabets import COMMONEST, FOREIGN, LANGUAGES, LETTERS, PUNCTUATION, SCRIPTS

SAMPLE = 4 << 10  # bytes that are looked at: enough to tell, and bounded
LEAST_LETTERS = 15  # fewer in a sample prove nothing
LEAST_THAI = 50  # capitals in Greek and Russian encodings, read as Thai, have nearly its commonest letters
MOST_STRANGE = 0.01  # of the characters beyond ASCII may be none of the language
MOST_ODD = 0.025  # may stand where they cannot, for texts hold misprints
MOST_FOREIGN = 0.3  # of them may be letters of its neighbours
SHOUTED = 0.7  # as much is a text in capitals believed: koi8_r makes such of Hebrew
CLEARLY = 0.2  # more own letters than the next
LEAST_COUNTED = 8  # characters beyond ASCII, below which how often each occurs proves nothing

_HIGH = re.compile(rb"[\x80-\xff]")
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
        one = _believed(encoding, sample, found)
        if one is not None:
            found[one.sample] = one
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
    at = 0
    while (found := _HIGH.search(data, at)) is not None:
        start = data.rfind(b"\n", at, found.start()) + 1 or at
        at = data.find(b"\n", found.end()) + 1 or len(data)
        if at - start > left:
            return b"".join(lines) if lines else _cut(data, start, found.start(), at)
        lines.append(data[start:at])
        left -= at - start
    return b"".join(lines)


def _cut(data: bytes, start: int, first: int, end: int) -> bytes:
    """Return a piece of a long line, from space to space so that no character is cut in two."""
    if first - start > SAMPLE // 2:
        start = data.find(b" ", first - SAMPLE // 2, first) + 1 or first
    piece = data[start : min(end, start + SAMPLE)]
    last = max(piece.rfind(b" "), piece.rfind(b"."), piece.rfind(b"\n"))
    return piece[:last] if last > 0 else piece


def _believed(encoding: str, sample: bytes, found: dict[str, Guess]) -> Guess | None:
    try:
        text = getincrementaldecoder(encoding)().decode(sample)  # the last character may be cut
    except UnicodeDecodeError:
        return None
    if text in found:
        return None  # another encoding reads the same
    if _NO_TEXT.search(text):
        return None
    from py3langid import classify

    language, _ = classify(text)
    language = _SAME.get(language, language)
    if language not in LANGUAGES[encoding].split():
        return None
    if language not in _WITHOUT_SPACES:
        beyond = len(text) - len(text.encode("ascii", "ignore"))
        if len(_ODD_PLACE.findall(text)) > MOST_ODD * beyond:
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
    usual = 1.0
    if language in COMMONEST:
        letters, share = COMMONEST[language]
        small = beyond.lower()
        if len(small) < LEAST_LETTERS or len(set(small)) < LEAST_LETTERS // 2:
            return None
        usual = min(1.0, sum(map(small.count, letters)) / len(small) / share)
        least = 0.2 if language in ("zh", "ja", "ko") else 0.85 - 0.9 / len(small) ** 0.5
        if usual < least:
            return None
        if sum(map(str.isupper, beyond)) > len(beyond) // 2:
            usual *= SHOUTED
    return usual * (len(_punctuation().sub("", beyond)) - foreign) / len(beyond)


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
