"""What finds personal data of some kinds, and the cheap look at a text that says where recognisers need to look."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from datastork.media.text.private.finding import Finding

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
_DIGITS = b"0123456789"
_ONLY_DIGITS = bytes(48 if one in _DIGITS else 32 for one in range(256))
_SHAPES = bytes(48 if one in _DIGITS else 97 if one in _LETTERS else 32 for one in range(256))
_RUNS = bytes(97 if one in _DIGITS or one in _LETTERS else 32 for one in range(256))
_LONG_WORD = b"a" * 18
_GAP, _DIGITS_OF_A_GROUP = 4, 6


class Span(NamedTuple):
    """A place in a text."""

    start: int
    end: int


class Hints:
    """What a text holds at all, looked up once however many recognisers ask, by means that cost next to nothing.

    `lower`: the text in lower case. `at`, `colons`, `dashes`, `dots`: how many of these signs. `numbers`: the runs of
    digits. `groups`: runs that stand so near each other that they may be one number, with six digits or more.
    `mixed`: a letter stands beside a digit. `long_word`: 18 letters and digits without a gap.
    """

    __slots__ = ("at", "colons", "dashes", "dots", "groups", "long_word", "lower", "mixed", "numbers")

    def __init__(self, text: str) -> None:
        lower = text.lower()  # longer than the text where a capital has two small letters, such as İ
        self.lower = lower if len(lower) == len(text) else "".join(_small(one) for one in text)
        self.at = text.count("@")
        self.colons = text.count(":")
        self.dashes = text.count("-")
        self.dots = text.count(".")
        plain = text.encode("ascii", "replace")  # one byte for every character, so that places stay the same
        digits = plain.translate(_ONLY_DIGITS)
        self.long_word = _LONG_WORD in plain.translate(_RUNS)
        self.numbers: list[Span] = []
        self.groups: list[Span] = []
        self.mixed = False
        if b"0" in digits:
            shapes = plain.translate(_SHAPES)
            self.mixed = b"0a" in shapes or b"a0" in shapes
            self._number(digits, plain)

    def _number(self, digits: bytes, plain: bytes) -> None:
        numbers, groups = self.numbers, self.groups
        end = first = -1
        count = last = 0
        for run in digits.split():
            start = digits.find(run, max(end, 0))
            if start - end > _GAP or end < 0 or b"\n" in plain[end:start]:
                if count >= _DIGITS_OF_A_GROUP:
                    groups.append(Span(first, last))
                first, count = start, 0
            end = last = start + len(run)
            count += len(run)
            numbers.append(Span(start, end))
        if count >= _DIGITS_OF_A_GROUP:
            groups.append(Span(first, last))


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
