"""Dates and times in the forms people write, read column by column."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from datastork.tables.kinds.kind import Name

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FULL = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december")  # fmt: skip
NAME = r"(?P<name>(?i:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[A-Za-z]{0,6})\.?"
DAYNAME = r"(?:(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? )?"
LATER = 30  # two digits of a year from 00 to this are 2000 to 2030
NOTHING = -(2**62)
DATES = {
    "YYYY-MM-DD": r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
    "YYYY/MM/DD": r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
    "YYYY.MM.DD": r"(?P<year>\d{4})\.(?P<month>\d{1,2})\.(?P<day>\d{1,2})",
    "?/?/YYYY": r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<year>\d{4})",
    "?-?-YYYY": r"(?P<a>\d{1,2})-(?P<b>\d{1,2})-(?P<year>\d{4})",
    "?.?.YYYY": r"(?P<a>\d{1,2})\. ?(?P<b>\d{1,2})\. ?(?P<year>\d{4})",
    "?/?/YY": r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<year>\d{2})",
    "?-?-YY": r"(?P<a>\d{1,2})-(?P<b>\d{1,2})-(?P<year>\d{2})",
    "?.?.YY": r"(?P<a>\d{1,2})\.(?P<b>\d{1,2})\.(?P<year>\d{2})",
    "D Mon YYYY": DAYNAME + r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[ -]" + NAME + r",?[ -](?P<year>\d{4}|\d{2})",
    "Mon D, YYYY": DAYNAME + NAME + r" (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})",
    "Mon YYYY": NAME + r"[ -](?P<year>\d{4})",
    "YYYYMMDD": r"(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])",
}
CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
HALVES = r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::(?P<second>\d{2}))? ?(?P<half>[AaPp])(?:\.? ?[Mm]\.?)"
TIMES = {"HH:MM": CLOCK, "h:MM a.m.": HALVES}
ZONE = r"(?: ?Z| ?UTC| ?GMT| ?[+-]\d{2}:?\d{2})?"
BETWEEN = r"(?:T|,? +| - )"
LIKELY = (
    r"[0-9][-/:][0-9]|[0-9]\.[0-9]{1,2}\. ?[0-9]|^[0-9]{8}$|[0-9] ?[aApP]\.? ?[mM]|"
    r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
"""What every form has in it; nothing else is read when few values have it."""
TIMED = r"[0-9]:[0-9]|[0-9] ?[aApP]\.? ?[mM]"
"""What every form with a time has in it."""
PROBE = 2_000  # distinct values that decide which forms are tried on all
PARTS = ("year", "month", "day", "hour", "minute", "second")


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """k distinct values read as dates and times.

    `seconds` int64[k]: since 1970, of a time since midnight; NOTHING where there is none
    `form` int16[k]: place in `forms`, -1 where there is none; `kinds` says for each form "date", "time", "datetime"
    """

    seconds: "np.ndarray"
    form: "np.ndarray"
    forms: tuple[str, ...]
    kinds: tuple[Name, ...]


@cache
def patterns() -> tuple[tuple[str, Name, str], ...]:
    """Return (form, kind, regular expression) of all forms, the plainest first."""
    found: list[tuple[str, Name, str]] = [(form, "date", f"^{one}$") for form, one in DATES.items()]
    found += [(form, "time", f"^{one}$") for form, one in TIMES.items()]
    for form, one in DATES.items():
        for clock, time in TIMES.items():
            found.append((f"{form} {clock}", "datetime", f"^{one}{BETWEEN}{time}{ZONE}$"))
    return tuple(found)


def read_moments(values: "pa.Array", counts: "np.ndarray") -> Moments | None:
    """Return what distinct values (stripped strings) are as dates and times; None where few are any.

    Where days and months are told apart by no value, the month is taken to come first; the form says "D/M or M/D".
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    order = np.argsort(-counts, kind="stable")
    probe = order if len(order) <= PROBE else np.r_[order[: PROBE // 2], order[:: len(order) // (PROBE // 2)]]
    some = values.take(pa.array(np.unique(probe)))
    if not 4 * pc.sum(pc.match_substring_regex(some, LIKELY)).as_py() >= len(some) > 0:
        return None
    timed = pc.any(pc.match_substring_regex(some, TIMED)).as_py()
    tried = [
        at
        for at, (_, kind, one) in enumerate(patterns())
        if (timed or kind == "date") and pc.any(pc.match_substring_regex(some, one)).as_py()
    ]
    size = len(values)
    seconds, form = np.full(size, NOTHING, np.int64), np.full(size, -1, np.int16)
    forms: list[str] = []
    kinds: list[Name] = []
    left = np.arange(size)
    for at in tried:
        name, kind, one = patterns()[at]
        parts = pc.extract_regex(values.take(pa.array(left)), one)
        fits = pc.is_valid(parts).to_numpy(zero_copy_only=False)
        places, parts = left[fits], parts.filter(pa.array(fits))
        for told, mine, moment in _read(name, parts, counts[places]):
            form[places[mine]] = len(forms)
            seconds[places[mine]] = moment
            forms.append(told)
            kinds.append(kind)
        left = left[form[left] < 0]
        if not len(left):
            break
    return Moments(seconds, form, tuple(forms), tuple(kinds))


def _read(form: str, parts: "pa.StructArray", counts: "np.ndarray") -> Iterator[tuple[str, "np.ndarray", "np.ndarray"]]:
    """Yield (form as found, places in `parts`, seconds) of values of one pattern."""
    import numpy as np
    import pyarrow.compute as pc

    names = {field.name for field in parts.type}

    def part(name: str, default: int) -> "np.ndarray":
        if name not in names:
            return np.full(len(parts), default, np.int64)
        texts = parts.field(name)
        filled = pc.if_else(pc.equal(texts, ""), str(default), texts)
        found: np.ndarray = pc.cast(filled, "int64").to_numpy(zero_copy_only=False)
        return found

    year, month, day = part("year", 1970), part("month", 1), part("day", 1)
    if form.startswith("?") or "YYYY" not in form:
        two = pc.equal(pc.utf8_length(parts.field("year")), 2).to_numpy(zero_copy_only=False) if "year" in names else []
        year = np.where(two, np.where(year <= LATER, 2000, 1900) + year, year) if len(two) else year
    elif "Mon" in form:
        year = np.where(year < 100, np.where(year <= LATER, 2000, 1900) + year, year)
    if "name" in names:
        short = pc.utf8_lower(pc.utf8_slice_codeunits(parts.field("name"), 0, 3)).to_pylist()
        whole = pc.utf8_lower(parts.field("name")).to_pylist()
        place = {name: at + 1 for at, name in enumerate(MONTHS)}
        known = {*MONTHS, *FULL, "sept"}
        month = np.array([place[a] if b in known else 0 for a, b in zip(short, whole, strict=True)], np.int64)
    hour, minute, second = part("hour", 0), part("minute", 0), part("second", 0)
    bad = (minute > 59) | (second > 60) | (hour > 24)
    if "half" in names:
        late = pc.match_substring_regex(parts.field("half"), "[Pp]").to_numpy(zero_copy_only=False)
        bad |= (hour > 12) | (hour < 1)
        hour = hour % 12 + 12 * late
    clock = hour * 3600 + minute * 60 + second
    if "a" not in names:
        days, good = _days(year, month, day)
        mine = np.flatnonzero(good & ~bad)
        if len(mine):
            yield form, mine, (days * 86400 + clock)[mine]
        return
    a, b = part("a", 1), part("b", 1)
    first, other = int(counts[a > 12].sum()), int(counts[b > 12].sum())  # a day first; a month first
    letters = ("D", "M") if first > other else ("M", "D")
    both = first > 0 and other > 0
    for days_first in (True, False) if both else (first > other,):
        side = (a > 12) if days_first else (b > 12)
        if both and days_first == (first > other):
            side = ~((b > 12) if days_first else (a > 12))
        if not both:
            side = np.ones(len(a), bool)
        days, good = _days(year, b if days_first else a, a if days_first else b)
        mine = np.flatnonzero(good & ~bad & side)
        if len(mine):
            letters = ("D", "M") if days_first else ("M", "D")
            told = form.replace("?", letters[0], 1).replace("?", letters[1], 1)
            if not first and not other:
                told = f"{form.replace('?', 'D', 1).replace('?', 'M', 1)} or {told}"
            yield told, mine, (days * 86400 + clock)[mine]


def _days(year: "np.ndarray", month: "np.ndarray", day: "np.ndarray") -> tuple["np.ndarray", "np.ndarray"]:
    """Return days since 1970 and which are real days (no 31 June)."""
    import numpy as np

    good = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (year >= 1)
    months = np.where(good, (year - 1970) * 12 + month - 1, 0).astype("M8[M]")
    days = months.astype("M8[D]") + np.where(good, day - 1, 0)
    good &= days.astype("M8[M]") == months
    return days.astype(np.int64), good
