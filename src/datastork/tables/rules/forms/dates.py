"""Dates and times of day: read in the order the user names, written in one form.

A form is made of YYYY YY MMMM MMM MM M DD D HH H hh h mm ss and AM, am or a.m.; all else stands for itself.
Two-digit years are 1969 to 2068, as POSIX has it (IEEE Std 1003.1, strptime, %y).
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from datastork.tables.rules.lines import Order

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
PART = re.compile(r"YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|H|hh|h|mm|ss|a\.m\.|am|AM")
MONTH = rf"(?P<name>{'|'.join(f'{month[:3]}(?:{month[3:]})?' for month in MONTHS)}|sept)\.?"
CLOCK = (
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?)?\s*(?P<half>[ap]\.?\s?m\.?|[ap])?"
)
DATES = tuple(
    re.compile(rf"\s*{body}(?:(?:[T,]|\s)\s*{CLOCK}(?:Z)?)?\s*", re.I)
    for body in (
        r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<x>\d{1,2})(?P<sign>[-/. ])(?P<y>\d{1,2})(?P=sign)(?P<z>\d{4}|\d{2})",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-/. ]\s?{MONTH}[-/., ]\s?(?P<z>\d{{4}}|\d{{2}})",
        rf"{MONTH}[-/. ]\s?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s?|[-/. ])(?P<z>\d{{4}}|\d{{2}})",
    )
)
TIME = re.compile(rf"\s*{CLOCK}\s*", re.I)
DATE_FORMS: tuple[str, ...] = (
    "YYYY-MM-DD",
    "YYYY/MM/DD",
    "YYYY.MM.DD",
    "YYYYMMDD",
    "D MMM YYYY",
    "D MMMM YYYY",
    "DD MMM YYYY",
)
DATE_FORMS += ("DD-MMM-YYYY", "DD-MMM-YY", "MMM D, YYYY", "MMMM D, YYYY")
DAY_FIRST = tuple(f.replace("-", sign) for sign in "/-." for f in ("DD-MM-YYYY", "D-M-YYYY", "DD-MM-YY", "D-M-YY"))
MONTH_FIRST = tuple(f.replace("D", "#").replace("M", "D").replace("#", "M") for f in DAY_FIRST)
TIME_FORMS: tuple[str, ...] = tuple(
    f"{clock}{half}" for clock in ("h:mm", "hh:mm", "h:mm:ss") for half in (" a.m.", " AM", "AM", " am", "am")
)
TIME_FORMS += ("HH:mm", "H:mm", "HH:mm:ss")
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, a time of day, or both. `guessed`: it could not be read in the order asked for, but in another."""

    year: int = 0
    month: int = 0
    day: int = 0
    hour: int | None = None
    minute: int = 0
    second: int | None = None
    guessed: bool = False


def check_pattern(form: str) -> str:
    """Return a form of dates or times as it is. Raises ValueError where nothing in it stands for a date."""
    if not PART.search(form) or len(form) > LONGEST:
        raise ValueError(f'{form!r} is no form of a date; such as "YYYY-MM-DD", "D/M/YYYY", "h:mm a.m."')
    return form


def read_date(text: str, order: Order) -> Moment | None:
    """Return the date in a text, None where it holds none.

    >>> read_date("7/3/2020", "day first").month
    3
    """
    if len(text) > LONGEST:
        return None
    for pattern in DATES:
        if found := pattern.fullmatch(text):
            return _dated(found.groupdict(), order)
    return None


def read_time(text: str, halves: bool) -> Moment | None:
    """Return the time of day in a text; `halves`: a time without a.m. or p.m. may be either, and is not read."""
    found = TIME.fullmatch(text) if len(text) <= LONGEST else None
    if not found or not (found["minute"] or found["half"]):
        return None
    return _clocked(found.groupdict(), Moment(), halves)


def _dated(parts: dict[str, str | None], order: Order) -> Moment | None:
    from datetime import date

    year = _year(parts.get("year") or parts.get("z") or "")
    guessed = False
    if x := parts.get("x"):
        day, month = int(x), int(parts["y"] or 0)
        if order == "year first" and len(parts["z"] or "") == 2:
            year, month, day = _year(x), int(parts["y"] or 0), int(parts["z"] or 0)
        elif order == "month first":
            day, month = month, day
        if month > 12 >= day:
            day, month, guessed = month, day, True
    elif name := parts.get("name"):
        month, day = [one[:3] for one in MONTHS].index(name[:3].lower()) + 1, int(parts["day"] or 0)
    else:
        month, day = int(parts["month"] or 0), int(parts["day"] or 0)
    try:
        date(year, month, day)
    except ValueError:
        return None
    return _clocked(parts, Moment(year, month, day, guessed=guessed), halves=False)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else int(text) + (1900 if int(text) >= 69 else 2000)


def _clocked(parts: dict[str, str | None], moment: Moment, halves: bool) -> Moment | None:
    from dataclasses import replace

    if parts.get("hour") is None:
        return moment
    hour, minute = int(parts["hour"] or 0), int(parts["minute"] or 0)
    second = None if parts.get("second") is None else int(parts["second"] or 0)
    half = (parts.get("half") or "")[:1].lower()
    if half and not 1 <= hour <= 12:
        return None
    if halves and not half and 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return None
    return replace(moment, hour=hour, minute=minute, second=second)


def written(moment: Moment, form: str) -> str:
    """Return a date or time in a form.

    >>> written(Moment(2020, 3, 7, 19, 5), "D MMM YYYY h:mm a.m.")
    '7 Mar 2020 7:05 p.m.'
    """
    hour = moment.hour or 0
    name = MONTHS[moment.month - 1].capitalize()
    half = "p" if hour >= 12 else "a"
    parts = {
        "YYYY": f"{moment.year:04d}",
        "YY": f"{moment.year % 100:02d}",
        "MMMM": name,
        "MMM": name[:3],
        "MM": f"{moment.month:02d}",
        "M": str(moment.month),
        "DD": f"{moment.day:02d}",
        "D": str(moment.day),
        "HH": f"{hour:02d}",
        "H": str(hour),
        "hh": f"{(hour - 1) % 12 + 1:02d}",
        "h": str((hour - 1) % 12 + 1),
        "mm": f"{moment.minute:02d}",
        "ss": f"{moment.second or 0:02d}",
        "a.m.": f"{half}.m.",
        "am": f"{half}m",
        "AM": f"{half.upper()}M",
    }
    return PART.sub(lambda found: parts[found[0]], form)


def commonest_form(values: Sequence[str], counts: Sequence[int], kind: str, order: Order) -> str | None:
    """Return the form in which most cells of a column are written already; None where none is in a known one."""
    forms = TIME_FORMS
    if kind == "date":
        numeric = {"month first": MONTH_FIRST, "day first": DAY_FIRST, "year first": ()}[order]
        days = DATE_FORMS + numeric
        forms = days + tuple(f"{day}{sep}{clock}" for day in days for sep in " T" for clock in ("HH:mm", "HH:mm:ss"))
    told: Counter[str] = Counter()
    for value, count in sorted(zip(values, counts, strict=True), key=lambda pair: -pair[1])[:2000]:
        moment = read_date(value, order) if kind == "date" else read_time(value, halves=False)
        if moment is not None and not moment.guessed:
            told.update({form: count for form in forms if _fits(moment, form) and written(moment, form) == value})
    return max(told, key=lambda form: (told[form], -forms.index(form))) if told else None


def _fits(moment: Moment, form: str) -> bool:
    """Return whether a form says all that is known of a moment and no more."""
    return (("mm" in form) == (moment.hour is not None)) and (("ss" in form) == (moment.second is not None))
