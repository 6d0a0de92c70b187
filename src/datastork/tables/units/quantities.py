"""Numbers written with their unit: `1.5 h`, `$1.2k`, `1 h 30 min`, `75°F`."""

import re
from dataclasses import dataclass, replace

from datastork.tables.grid import Column
from datastork.tables.kinds import kind_of
from datastork.tables.units.table import Measure, measure

CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?")
NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
WORD = r"(?:[^\W\d_]+[²³2]?|[%‰°$€£¥#′″'\"])(?:[. ]?[^\W\d_]+)?\.?"
PAIR = re.compile(rf"\s*({NUMBER})\s*({WORD})?\s*")
BEFORE = re.compile(rf"([+-]?)\s*([^\W\d_]{{0,3}}[$€£¥])\s*({NUMBER})\s*({WORD})?")
IN_COMMAS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
LONGEST = 60
MOST_PARTS = 4


def read_quantity(text: str, unit: Measure, clock: bool = False) -> float | None:
    """Return a quantity in `unit`: None where the text is none, or has a unit of another dimension.

    A bare number is in `unit` already. clock: "1:30" is one hour and a half.

    >>> read_quantity("1.5 h", measure("minutes"))
    90.0
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    if clock and (found := CLOCK.fullmatch(text)):
        seconds = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)
        return seconds / unit.factor
    if found := BEFORE.fullmatch(text):
        if measure(found[2], unit.dimension) is None:
            return None
        text = found[1] + found[3] + (found[4] or "")
    parts = _parts(text)
    if parts is None:
        return None
    told = [_in_unit(number, word, unit) for number, word in parts]
    if any(one is None for one in told) or (len(parts) > 1 and not all(word for _, word in parts)):
        return None
    return sum(one for one in told if one is not None)


def pointed(column: Column) -> Column:
    """Return a column whose numbers have a decimal comma with points in their place; others as they are.

    >>> pointed(Column.of("weight", ["1.250,5 kg", "65,3 kg", "n/a"])).values
    ('1250.5 kg', '65.3 kg', 'n/a')
    """
    if kind_of(column).decimal != ",":
        return column
    values = [
        IN_COMMAS.sub(lambda found: found[0].replace(".", "").replace(",", "."), value)
        if len(value) <= LONGEST
        else value
        for value in column.values
    ]
    return replace(column, values=tuple(values))


def has_unit(text: str) -> bool:
    """Return whether a text is a number with a word for a unit."""
    return text.strip()[-1:].isdigit() is False or BEFORE.fullmatch(text.strip()) is not None


def _parts(text: str) -> list[tuple[float, str]] | None:
    """Return the numbers of a text with the words after them, None where there is more in it."""
    parts: list[tuple[float, str]] = []
    end = 0
    while end < len(text):
        found = PAIR.match(text, end)
        if not found or len(parts) == MOST_PARTS:
            return None
        parts.append((float(found[1].replace(",", "")), found[2] or ""))
        end = found.end()
    return parts


def _in_unit(number: float, word: str, unit: Measure) -> float | None:
    if not word:
        return number
    known = measure(word, unit.dimension)
    return None if known is None else known.to(number, unit)


@dataclass(frozen=True, slots=True)
class Written:
    """A number with the word beside it ("" for none) and what surrounds the number: "{} min"."""

    word: str
    form: str


def read_written(text: str) -> Written | None:
    """Return how a number with one unit, or without any, is written; None for other texts.

    >>> read_written("90 min")
    Written(word='min', form='{} min')
    """
    if len(text) > LONGEST or "{" in text or "}" in text:
        return None
    if found := BEFORE.fullmatch(text.strip()):
        return Written(found[2] if not found[4] else found[4], text.replace(found[3], "{}", 1))
    if found := PAIR.fullmatch(text):
        return Written(found[2] or "", text.replace(found[1], "{}", 1))
    return None
