"""One key for all ways to write a value, so that sources which say the same agree, and how values are written."""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from datastork.tables.grid import NULL, Column

if TYPE_CHECKING:
    import numpy as np

_CLOCK = re.compile(
    r"(?<![\d:])(\d{1,2}):(\d{2})(?!\d)(?::\d{2})?(\s{0,3})([ap]\.?\s?m\.?(?![a-z])|[ap](?![a-z]{2})|)", re.IGNORECASE
)
_AFTER_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?::\d{2})?(\s{0,3})([ap])(?=[A-Z][a-z]{2})")
_NUMBER = re.compile(r"([^\w\s.,+-]?)\s{0,2}([-+]?\d[\d,]{0,20}(?:\.\d{1,20})?)\s{0,2}([^\W\d]{0,12}|%)\.?")
_LONGEST = 200  # characters of a value that are looked at for its form


@dataclass(frozen=True, slots=True)
class Forms:
    """What the k values of a column say.

    `key`    int32[k]: equal for values that say the same; -1 for one that says nothing
    `names`  text of each key
    `shape`  texts of k shapes: values written alike
    `kind`   what the column holds
    """

    key: "np.ndarray"
    names: tuple[str, ...]
    shape: tuple[str, ...]
    kind: Literal["time", "number", "text"]

    def key_of(self, value: str | None) -> int:
        """Return the key of any value, -1 where no value of the column says that."""
        told = _READERS[self.kind](value[:_LONGEST]) if value and value.strip() else None
        return self.names.index(told) if told in self.names else NULL


def forms_of(column: Column, saying: frozenset[str] = frozenset()) -> Forms:
    """Return keys and shapes of the values of a column; the values in `saying` say nothing.

    A column in which four of five rows hold a time of the day, a number, is one of times, of numbers; what is
    neither there says nothing ("Contact us" among times).
    """
    import numpy as np

    given = np.array([bool(v.strip()) and v not in saying for v in column.values], bool)
    weight = np.where(given, column.counts, 0)
    kind: Literal["time", "number", "text"] = "text"
    told: list[str | None] = [None] * len(column.values)
    for name in ("time", "number"):
        reader = _READERS[name]
        read = [reader(v[:_LONGEST]) if g else None for v, g in zip(column.values, given.tolist(), strict=True)]
        fits = np.array([one is not None for one in read], bool)
        if weight[fits].sum() >= 0.8 * max(1, weight.sum()):
            kind, told = name, read
            break
    else:
        told = [_text(v) if g else None for v, g in zip(column.values, given.tolist(), strict=True)]
    known: dict[str, int] = {}
    keys = [NULL if one is None else known.setdefault(one, len(known)) for one in told]
    shapes = tuple(shape_of(v, kind) for v in column.values)
    return Forms(np.array(keys, np.int32), tuple(known), shapes, kind)


def _clock(value: str) -> tuple[re.Match[str], int] | None:
    """Return where a value names a time of the day, and its minute."""
    found = _AFTER_CLOCK.search(value) or _CLOCK.search(value)
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2]), found[4][:1].lower()
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + 12 * (half == "p")
    return found, hour * 60 + minute


def _time(value: str) -> str | None:
    """Return the time of the day that a value names."""
    found = _clock(value)
    return None if found is None else f"{found[1] // 60:02d}:{found[1] % 60:02d}"


def _number(value: str) -> str | None:
    """Return the number that a value is, with its unit."""
    found = _NUMBER.fullmatch(value.strip())
    if not found:
        return None
    number = float(found[2].replace(",", ""))
    return f"{number:.12g} {found[1]}{found[3].casefold()}" if math.isfinite(number) else None


def _text(value: str) -> str | None:
    """Return a text without case, marks and blanks."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    return " ".join(re.findall(r"\w+", folded)) or folded.strip() or None


def shape_of(value: str, kind: str) -> str:
    """Return how a value is written: its marks, and where digits, small and capital letters stand."""
    value = value[:_LONGEST]
    found = _clock(value) if kind == "time" else None
    if found is not None:
        where = found[0]
        half = re.sub("[ap]", "a", where[4].lower()) if where[4].islower() else re.sub("[AP]", "A", where[4])
        padded = "0" if where[1].startswith("0") else ""
        return f"{value[: where.start()]}{padded}:{where[3]}{half}{re.sub(r'[0-9]', '9', value[where.end() :])}"
    if kind == "number":
        return re.sub(r"[0-9]+", "9", value)
    return re.sub(r"[^\W\d_]+", _case, re.sub(r"[0-9]+", "9", value))


def _case(word: re.Match[str]) -> str:
    """Return whether a word is written small, with a capital or in capitals."""
    text = word[0]
    return "a" if text.islower() else "A" if text.isupper() and len(text) > 1 else "Aa"


def written(key: str, shape: str, kind: str) -> str | None:
    """Return a time of the day in a bare shape (":", ": a.m."), None where that cannot be."""
    found = re.fullmatch(r"(0?):(\s{0,3})([aA].{0,4}|)", shape) if kind == "time" else None
    if not found:
        return None
    hour, minute = int(key[:2]), key[3:]
    half = found[3]
    if half:
        half = half.replace("a", "p").replace("A", "P") if hour >= 12 else half
        hour = hour % 12 or 12
    return f"{hour:02d}:{minute}{found[2]}{half}" if found[1] else f"{hour}:{minute}{found[2]}{half}"


_READERS: dict[str, Callable[[str], str | None]] = {"time": _time, "number": _number, "text": _text}
