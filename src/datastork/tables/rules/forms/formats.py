"""How values are written: numbers without what surrounds them, one form of dates, text that is no number."""

import re
from collections.abc import Sequence

from datastork.tables.grid import Column
from datastork.tables.rules.forms.dates import commonest_form, read_date, read_time, written
from datastork.tables.rules.lines import Format, Pin
from datastork.tables.units.numbers import (
    PLAIN,
    bare,
    fixed_decimals,
    number_of,
    with_decimals,
)

LEADING_ZEROS = 2  # so many zeros at most does a spreadsheet take from a code before it is another code
SURE_OF_ZEROS = 0.9
SURE_OF_ORDER = 0.9


def formatted(rule: Format, column: Column) -> tuple[list[str | None], list[str | None]]:
    """Return, for each value of a column, how it is written by the rule, and what it may mean if that is in doubt.

    The first list holds the value itself where it is right, or where nothing is certain; the second None where there
    is no doubt.
    """
    values, counts = column.values, column.counts.tolist()
    doubts: list[str | None] = [None] * len(values)
    if rule.kind in ("date", "time"):
        return _moments(rule, values, counts)
    if rule.kind in ("number", "whole number"):
        return _numbers(rule, values, counts), doubts
    if rule.kind == "percent":
        return [_percent(rule, value) for value in values], doubts
    new = [_stripped(value, rule.strip) for value in values]
    if rule.kind:
        new = [value.lower() if rule.kind == "lower case" else value.upper() for value in new]
    return list(new), doubts


def fits(rule: Format, value: str) -> bool:
    """Return whether a value that has been formatted is of the form the rule asks for."""
    if not value.strip() or rule.kind is None:
        return True
    match rule.kind:
        case "number":
            return number_of(value) is not None
        case "whole number":
            return (number := number_of(value)) is not None and number == int(number)
        case "percent":
            return value.endswith("%") and number_of(value[:-1]) is not None
        case "date":
            return (moment := read_date(value, rule.order)) is not None and not moment.guessed
        case "time":
            return read_time(value, halves=False) is not None
    return True


def _numbers(rule: Format, values: Sequence[str], counts: Sequence[int]) -> list[str | None]:
    decimals = rule.decimals
    if rule.kind == "number" and decimals is None and not rule.shortest:
        decimals = fixed_decimals(values, counts)
    told: list[str | None] = []
    for value in values:
        number = bare(value, rule.strip, rule.comma)
        whole = rule.kind == "number" or (number is not None and float(number).is_integer())
        right = number is not None and whole and not (rule.zeros and _has_leading_zero(number))
        told.append(with_decimals(number, decimals) if number is not None and right else value)
    return told


def _has_leading_zero(number: str) -> bool:
    return re.match(r"-?0\d", number) is not None


def _percent(rule: Format, value: str) -> str:
    text = value.strip()
    signed = text.endswith("%")
    number = bare(text.removesuffix("%"), rule.strip, rule.comma)
    if number is None or (not signed and abs(float(number)) <= 1):
        return value
    return f"{with_decimals(number, rule.decimals)}%"


def _stripped(value: str, strip: Sequence[str]) -> str:
    text = value.strip()
    for word in sorted(strip, key=len, reverse=True):
        if word and text.lower().endswith(word.lower()):
            text = text[: -len(word)].rstrip()
        elif word and text.lower().startswith(word.lower()):
            text = text[len(word) :].lstrip()
        else:
            continue
        return text or value
    return value


def _moments(rule: Format, values: Sequence[str], counts: Sequence[int]) -> tuple[list[str | None], list[str | None]]:
    kind = str(rule.kind)
    form = rule.out or commonest_form(values, counts, kind, rule.order)
    new: list[str | None] = list(values)
    doubts: list[str | None] = [None] * len(values)
    halves = form is not None and any(half in form for half in ("a.m.", "am", "AM"))
    for place, value in enumerate(values):
        moment = read_date(value, rule.order) if kind == "date" else read_time(value, halves)
        if moment is None or form is None:
            continue
        if ("mm" not in form and moment.hour is not None) or ("ss" not in form and moment.second):
            continue  # more is known than the form can say
        if "mm" in form and moment.hour is None:
            continue
        text = written(moment, form)
        (doubts if moment.guessed else new)[place] = text
    return new, doubts


def pinned(rule: Pin, column: Column) -> tuple[list[str | None], list[str | None]]:
    """Return the same two lists for a column of codes: "2801.0" is 2801, and 2801 of five digits may be 02801."""
    new: list[str | None] = []
    doubts: list[str | None] = []
    for value in column.values:
        text = value.strip()
        if re.fullmatch(r"\d+\.0+", text):
            text = text.partition(".")[0]
        least = rule.digits[0] if rule.digits else 0
        short = text.isascii() and text.isdigit() and 0 < least - len(text) <= LEADING_ZEROS
        new.append(text if PLAIN.fullmatch(text) and text != value else value)
        doubts.append(text.zfill(least) if short else None)
    return new, doubts


def pin_fits(rule: Pin, value: str) -> bool:
    """Return whether a value has as many digits as the rule asks for, and nothing else."""
    if rule.digits is None or not value.strip():
        return True
    text = value.strip()
    return text.isascii() and text.isdigit() and rule.digits[0] <= len(text) <= rule.digits[1]
