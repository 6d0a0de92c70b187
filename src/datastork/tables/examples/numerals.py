"""Operations on numbers: plain form, decimals, scale, leading zeros, decimal comma."""

import math
import re
from collections.abc import Iterator
from functools import partial

from datastork.tables.examples.operation import Operation

FACTORS = (10.0, 100.0, 1000.0, 1e6, 60.0, 3600.0, 24.0, 7.0, 12.0, 16.0, 2.54, 2.2046226, 1.609344, 28.349523, 0.3048)
_PLAIN = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_COMMA = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+")
DIGITS = 12  # that count of a number


def numerals(text: str, goal: str) -> Iterator[Operation]:
    """Give what could be done to a number on the way to another."""
    if _COMMA.fullmatch(text):
        yield Operation(("comma",), "write the decimal comma as a point", 1.0, _comma)
    if _GROUPED.fullmatch(text):
        yield Operation(("ungroup",), "remove commas between thousands", 1.0, _ungroup)
    here = number_of(text)
    if here is None:
        return
    if _plain(text) not in (None, text):
        yield Operation(("plain",), "write the number without needless digits", 1.0, _plain)
    if re.fullmatch(r"0+\d+", text):
        yield Operation(("unpad",), "remove leading zeros", 1.0, _unpad)
    there = number_of(goal)
    if there is None:
        if _COMMA.fullmatch(goal):
            yield Operation(("point",), "write the decimal point as a comma", 1.0, _point)
        if _GROUPED.fullmatch(goal):
            yield Operation(("group",), "put commas between thousands", 1.0, _group)
        return
    if goal.isdigit() and text.isdigit() and goal.startswith("0") and len(goal) > len(text):
        yield Operation(("pad", len(goal)), f"fill up to {len(goal)} digits with zeros", 1.0, partial(_pad, len(goal)))
    decimals = len(goal.partition(".")[2]) if re.fullmatch(r"[-+]?\d+(\.\d+)?", goal) else -1
    if decimals >= 0 and _decimals(decimals, text) not in (None, text):
        says = f"round to {decimals} decimals" if decimals else "round to a whole number"
        yield Operation(("decimals", decimals), says, 1.4, partial(_decimals, decimals))
    if here and there:
        close = min(0.5 * 10.0 ** -max(decimals, 0), 0.01 * abs(there))
        for factor in FACTORS:
            for by, says in ((factor, f"multiply by {factor:g}"), (1 / factor, f"divide by {factor:g}")):
                if abs(here * by - there) <= close:
                    yield Operation(("scale", by), says, 1.5, partial(_scale, by))


def number_of(text: str) -> float | None:
    """Return the number that a text is, None where it is none."""
    return float(text) if len(text) <= 40 and text.isascii() and _PLAIN.fullmatch(text) else None


def _plain(text: str) -> str | None:
    number = number_of(text)
    if number is None or not math.isfinite(number):
        return None
    short = f"{number:.{DIGITS}g}"
    return short if "e" not in short else None


def _decimals(count: int, text: str) -> str | None:
    number = number_of(text)
    return None if number is None or not math.isfinite(number) else f"{number:.{count}f}"


def _scale(by: float, text: str) -> str | None:
    number = number_of(text)
    return None if number is None else _plain(repr(number * by))


def _pad(width: int, text: str) -> str | None:
    return text.zfill(width) if text.isascii() and text.isdigit() and len(text) <= width else None


def _unpad(text: str) -> str | None:
    return text.lstrip("0") or "0" if text.isascii() and text.isdigit() else None


def _comma(text: str) -> str | None:
    return text.replace(".", "").replace(",", ".") if _COMMA.fullmatch(text) else None


def _point(text: str) -> str | None:
    return text.replace(".", ",") if number_of(text) is not None else None


def _ungroup(text: str) -> str | None:
    return text.replace(",", "") if _GROUPED.fullmatch(text) else None


def _group(text: str) -> str | None:
    found = re.fullmatch(r"([-+]?)(\d+)(\.\d+)?", text)
    return f"{found[1]}{int(found[2]):,}{found[3] or ''}" if found else None
