"""What finds personal data of some kinds, and the cheap look at a text that says where recognisers need to look."""

import re
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from datastork.media.text.private.finding import Finding

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
_DIGITS = b"0123456789"
_SHAPES = bytes(48 if one in _DIGITS else 97 if one in _LETTERS else one for one in range(256))
_WORDS = bytes(97 if one in _DIGITS or one in _LETTERS else 32 for one in range(256))
_NUMBER = re.compile(rb"00*")  # begins with a fixed sign, so that it is searched for as one
_LONG_WORD = b"a" * 18
_GAP, _DIGITS_OF_A_GROUP = 4, 6


class Span(NamedTuple):
    """A place in a text."""

    start: int
    end: int


class Hints:
    """What a text holds at all, looked up once however many recognisers ask, by means that cost next to nothing.

    `lower`: the text in lower case. `shape`: one byte for every character, 0 for a digit, a for a letter or _, other
    signs as they are (? beyond ASCII). `numbers`: start and end of the runs of digits. `groups`: runs that stand so
    near each other that they may be one number, with six digits or more. `mixed`: a letter stands beside a digit.
    `long_word`: 18 letters and digits without a gap.
    """

    __slots__ = ("groups", "long_word", "lower", "mixed", "numbers", "shape")

    def __init__(self, text: str) -> None:
        lower = text.lower()  # longer than the text where a capital has two small letters, such as İ
        self.lower = lower if len(lower) == len(text) else "".join(_small(one) for one in text)
        plain = text.encode("ascii", "replace")  # one byte for every character, so that places stay the same
        self.shape = shape = plain.translate(_SHAPES)
        self.long_word = _LONG_WORD in plain.translate(_WORDS)
        self.numbers: list[tuple[int, int]] = [match.span() for match in _NUMBER.finditer(shape)]
        self.groups = _groups(self.numbers, shape) if self.numbers else []
        self.mixed = bool(self.numbers) and (b"0a" in shape or b"a0" in shape)


def _groups(numbers: list[tuple[int, int]], shape: bytes) -> list[Span]:
    groups = []
    first, last = numbers[0][0], -1
    count = 0
    for start, end in numbers:
        if last >= 0 and (start - last > _GAP or b"\n" in shape[last:start]):
            if count >= _DIGITS_OF_A_GROUP:
                groups.append(Span(first, last))
            first, count = start, 0
        count += end - start
        last = end
    if count >= _DIGITS_OF_A_GROUP:
        groups.append(Span(first, last))
    return groups


def _small(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else letter


class Recogniser(Protocol):
    """Finds personal data of the kinds it names. Pure; time in proportion to the length of the text, whatever it is.

    `kinds` are upper-case words ("EMAIL", "US_SSN"). What `find` gives may overlap; see `finding.resolve`.
    """

    kinds: tuple[str, ...]

    def find(self, text: str, hints: Hints) -> Iterable[Finding]:
        """Return what is found, in any order; `hints` are those of the text."""
        ...
