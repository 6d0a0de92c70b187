"""Operations on dates: day, month and year in another order and another form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import permutations, product

from datastork.tables.examples.operation import Operation

MONTHS: tuple[str, ...] = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_FIELDS = re.compile(r"(\d{1,4}|[A-Za-z]{3,9})([-/. ,]{1,2})(\d{1,4}|[A-Za-z]{3,9})([-/. ,]{1,2})(\d{1,4})")
_CLOCK = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?$")
_WORDS = {"d": "day", "m": "month", "y": "year"}
_DATE = re.compile(rf"(?<![A-Za-z\d]){_FIELDS.pattern}(?![A-Za-z\d])")
_LONGEST = 40  # characters of a time of day, with the date before it
TURN = 50  # a year of two digits below it is of this century


def dates(text: str, goal: str) -> Iterator[Operation]:
    """Give the ways to read a text as a date and write it as the one in the other."""
    if _CLOCK.search(text[-_LONGEST:]) and not _CLOCK.search(goal[-_LONGEST:]):
        yield Operation(("no time",), "remove the time of day", 1.0, _without_time)
    here, there = _FIELDS.fullmatch(text), _DATE.search(goal)
    if not here or not there or text == goal:
        return
    for order in permutations("dmy"):
        moment = _read(order, text)
        if moment is None:
            continue
        width = len(here[1 + 2 * order.index("y")])
        likely = 0.0 if order in (("d", "m", "y"), ("m", "d", "y"), ("y", "m", "d")) else 0.2
        read = ", ".join(_WORDS[one] for one in order)
        for out in permutations("dmy"):
            styles = [_styles(what, moment, field) for what, field in zip(out, there.group(1, 3, 5), strict=True)]
            for chosen in product(*styles):
                form = _Form(order, (here[2], here[4]), width, chosen, (there[2], there[4]))
                says = f"read as {read} and write as {chosen[0]}{there[2]}{chosen[1]}{there[4]}{chosen[2]}"
                cost = 1.5 + likely + _odd(chosen)
                yield Operation(("date", form), says, cost, partial(_rewrite, form), partial(_stands, out))


@dataclass(frozen=True, slots=True)
class _Form:
    """The order of the fields of a date, the marks between them, the digits of its year; and how to write it anew."""

    order: tuple[str, ...]
    marks: tuple[str, str]
    year: int
    styles: tuple[str, ...]
    new: tuple[str, str]


def _without_time(text: str) -> str | None:
    """Return a date without the time of day behind it, None where there is none."""
    found = _CLOCK.search(text[-_LONGEST:])
    return text[: len(text) - len(found[0])] if found else None


def _odd(styles: tuple[str, ...]) -> float:
    """Return what it costs that day and month are filled up with zeros in different ways."""
    lengths = {len(one) for one in styles if one in ("d", "dd", "m", "mm")}
    return 0.1 * (len(lengths) > 1)


def _read(order: tuple[str, ...], text: str) -> date | None:
    """Return the date in a text whose fields come in this order, None where it is none."""
    found = _FIELDS.fullmatch(text)
    if not found:
        return None
    part = dict(zip(order, found.group(1, 3, 5), strict=True))
    if part["m"].isalpha():
        month = next((i for i, name in enumerate(MONTHS, 1) if part["m"].lower() in (name, name[:3])), 0)
    else:
        month = int(part["m"]) if len(part["m"]) <= 2 else 0
    if not part["d"].isdigit() or not part["y"].isdigit() or len(part["y"]) not in (2, 4) or len(part["d"]) > 2:
        return None
    year = int(part["y"])
    year += 0 if len(part["y"]) == 4 else 2000 if year < TURN else 1900
    try:
        return date(year, month, int(part["d"]))
    except ValueError:
        return None


def _styles(what: str, moment: date, field: str) -> list[str]:
    """Return the styles in which a field of a date is what is written."""
    styles = {"d": ("d", "dd"), "m": ("m", "mm", "Mon", "Month"), "y": ("yy", "yyyy")}[what]
    return [style for style in styles if _field(style, moment) == field]


def _field(style: str, moment: date) -> str:
    """Return one field of a date in a style."""
    number = moment.day if style in ("d", "dd") else moment.month
    match style:
        case "yyyy":
            return f"{moment.year:04d}"
        case "yy":
            return f"{moment.year % 100:02d}"
        case "Mon" | "Month":
            name = MONTHS[moment.month - 1].capitalize()
            return name[:3] if style == "Mon" else name
    return f"{number:02d}" if style in ("dd", "mm") else str(number)


def _stands(order: tuple[str, ...], text: str) -> bool:
    """Return whether the fields of a text may be a date in this order as they are, so that nothing tells it is not."""
    found = _FIELDS.fullmatch(text)
    if not found:
        return False
    part = dict(zip(order, found.group(1, 3, 5), strict=True))
    if not part["d"].isdigit() or not part["y"].isdigit() or len(part["d"]) > 2:
        return False
    return 1 <= int(part["d"]) <= 31 and (part["m"].isalpha() or 1 <= int(part["m"]) <= 12)


def _rewrite(form: _Form, text: str) -> str | None:
    """Return a date written anew, None for a text that is not such a date."""
    found = _FIELDS.fullmatch(text)
    if not found or (found[2], found[4]) != form.marks or len(found[1 + 2 * form.order.index("y")]) != form.year:
        return None
    moment = _read(form.order, text)
    if moment is None:
        return None
    one, two, three = (_field(style, moment) for style in form.styles)
    return f"{one}{form.new[0]}{two}{form.new[1]}{three}"
