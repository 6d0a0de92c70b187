"""Operations on lengths of time: hours and minutes as minutes."""

import re
from collections.abc import Iterator

from datastork.tables.examples.operation import Operation

_HOURS = re.compile(r"(?:(\d{1,3})\s?h(?:(?:ou)?rs?)?\.?)?(?:,?\s?(\d{1,3})\s?m(?:in(?:ute)?s?)?\.?)?", re.IGNORECASE)


def durations(text: str, goal: str) -> Iterator[Operation]:
    """Give the minutes of a length of time, where they are in the other text."""
    minutes = _minutes(text)
    if minutes is not None and minutes in re.findall(r"\d+", goal):
        yield Operation(("minutes",), "write hours and minutes as minutes", 1.3, _minutes)


def _minutes(text: str) -> str | None:
    """Return how many minutes a text such as "1 hr. 30 min." is, None for one without hours."""
    found = _HOURS.fullmatch(text.strip())
    return str(60 * int(found[1]) + int(found[2] or 0)) if found and found[1] else None
