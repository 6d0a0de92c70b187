"""Numbers as text: what surrounds them taken off, one spelling for one number, nothing else touched."""

import re
from collections.abc import Sequence
from decimal import Decimal

PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
ANY = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
THOUSANDS = re.compile(r"([+-]?\d{1,3}(?:[,'\u202f\u00a0]\d{3})+)(\.\d+)?")
COMMA = re.compile(r"([+-]?\d{1,3}(?:[.\u202f\u00a0 ]\d{3})*|[+-]?\d+)(?:,(\d+))?")
NOISE_DIGITS = 15  # a double written by a program that shows its rounding: 0.052000000000000005
KEPT_DIGITS = 12
LONGEST = 60


def number_of(text: str) -> float | None:
    """Return the number a text is, None where it is none (or infinite).

    >>> number_of("12.50"), number_of("12 oz")
    (12.5, None)
    """
    if len(text) > LONGEST or not ANY.fullmatch(text.strip()):
        return None
    value = float(text)
    return value if abs(value) < 1e300 else None


def shortest(value: float | str) -> str:
    """Return a number in its shortest decimal spelling, without the noise of binary fractions.

    >>> shortest("12.0"), shortest("0.052000000000000005"), shortest(90.0)
    ('12', '0.052', '90')
    """
    number = Decimal(value) if isinstance(value, str) else Decimal(repr(value))
    if len(number.as_tuple().digits) >= NOISE_DIGITS:
        number = Decimal(f"{number:.{KEPT_DIGITS}g}")
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def with_decimals(text: str, decimals: int | None) -> str:
    """Return a number with so many digits after the point, or in its shortest spelling."""
    return shortest(text) if decimals is None else f"{Decimal(shortest(text)):.{decimals}f}"


def is_noisy(text: str) -> bool:
    """Return whether a number shows the rounding of a binary fraction."""
    digits = len(text.strip("+-0").replace(".", "").lstrip("0"))
    return "." in text and digits >= NOISE_DIGITS and digits - len(shortest(text).strip("-0.").replace(".", "")) >= 3


def fixed_decimals(values: Sequence[str], counts: Sequence[int]) -> int | None:
    """Return how many digits follow the point in nearly all plain numbers of a column, if some end in 0."""
    told: dict[int, int] = {}
    ending = False
    for value, count in zip(values, counts, strict=True):
        if PLAIN.fullmatch(value) and not is_noisy(value):
            digits = len(value.partition(".")[2])
            told[digits] = told.get(digits, 0) + count
            ending |= digits > 0 and value.endswith("0")
    if not told or not ending:
        return None
    best = max(told, key=lambda digits: (told[digits], digits))
    return best if best and told[best] >= 0.95 * sum(told.values()) else None


def bare(text: str, strip: Sequence[str], comma: bool) -> str | None:
    """Return the number in a text as plain digits, None where it holds none or more than one.

    strip: what may stand before or after it (letters' case and a final point do not count); what follows such a word
    goes with it, as long as no digit does. comma: the decimal sign is a comma.

    >>> bare("12.0 oz. can", ["oz"], False), bare("1,250", [], False), bare("12 oz x 6", ["oz"], False)
    ('12.0', '1250', None)
    """
    text = text.strip()
    if len(text) > 10 * LONGEST:
        return None
    for word in sorted(strip, key=len, reverse=True):
        place = text.lower().find(word.strip().lower())
        before, after = text[: max(place, 0)].strip(), text[place + len(word.strip()) :]
        if place < 0 or not word.strip() or _goes_on(before, word.strip(), after):
            continue
        after = after.strip()
        if before and not any(character.isdigit() for character in after):
            text = before
        elif not before and after:
            text = after.lstrip(".: ")
        break
    return _digits(text.strip(), comma)


def _goes_on(before: str, word: str, after: str) -> bool:
    """Return whether letters beside a word make it a part of another: "m" in "mm"; the s of a plural does not."""
    left = word[0].isalpha() and before[-1:].isalpha()
    return left or (word[-1].isalpha() and re.match(r"(?:e?s)?(?![^\W\d_])", after, re.I) is None)


def _digits(text: str, comma: bool) -> str | None:
    if comma:
        found = COMMA.fullmatch(text)
        if not found:
            return None
        whole = re.sub(r"[.\u202f\u00a0 ]", "", found[1])
        return f"{whole}.{found[2]}" if found[2] else whole
    if found := THOUSANDS.fullmatch(text):
        return re.sub(r"[^\d+-]", "", found[1]) + (found[2] or "")
    if not ANY.fullmatch(text) or len(text) > LONGEST:
        return None
    text = text.lstrip("+")
    return f"{Decimal(text):f}" if "e" in text.lower() else text
