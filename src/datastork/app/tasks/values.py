"""Values out of requests, checked one by one; what is wrong is collected, in words."""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from datastork.app.security.answers import Refused
from datastork.store.votes.beside.people import visible

UUID = re.compile(r"[0-9A-Za-z_-]{8,64}")
NAME = 80  # characters of an annotator's name
_SAMPLE = re.compile(r"[^\x00-\x20\x7f]{1,500}")


def uuid_of(value: Any, name: str = "uuid") -> str:
    """Return a uuid made by a client."""
    if not isinstance(value, str) or UUID.fullmatch(value) is None:
        raise Refused(422, f"{name} must be 8 to 64 letters, digits, - and _", "crypto.randomUUID() makes one")
    return value


def sample_of(value: Any, name: str = "item") -> str:
    """Return the id of a sample."""
    if not isinstance(value, str) or _SAMPLE.fullmatch(value) is None:
        raise Refused(422, f"{name} must be the id of a sample")
    return value


def text_of(body: dict[str, Any], name: str, most: int, *, default: str | None = None) -> str:
    """Return a text of a body, without spaces around it; `default` where it is missing."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise Refused(422, f"{name} must be a text")
    value = value.strip()
    if len(value) > most:
        raise Refused(422, f"{name} is longer than {most:,} characters")
    return value


def person(value: Any) -> str:
    """Return the name of an annotator: visible characters, single spaces."""
    if not isinstance(value, str):
        raise Refused(422, "name must be a text")
    name = " ".join(value.split())
    if not 0 < len(name) <= NAME or not visible(name):
        raise Refused(422, f"a name has 1 to {NAME} visible characters", "such as Ada")
    return name


def number(value: Any, name: str, low: float, high: float, problems: list[str]) -> float | None:
    """Return a number between two limits, or None; notes what is wrong."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < math.inf:
        problems.append(f"{name} must be a number")
    elif not low <= value <= high:
        said = f", not {value:g}" if abs(value) < 1e300 else ""  # JSON has whole numbers beyond all floats
        problems.append(f"{name} must lie between {low:g} and {high:g}{said}")
    else:
        return float(value)
    return None


def whole(value: Any, name: str, low: int, high: int, problems: list[str]) -> int | None:
    """Return a whole number between two limits, or None; notes what is wrong."""
    found = number(value, name, low, high, problems)
    if found is None:
        return None
    if found != int(found):
        problems.append(f"{name} must be a whole number")
        return None
    return int(found)


def short(value: Any, name: str, most: int, problems: list[str]) -> str | None:
    """Return a short text, or None; notes what is wrong."""
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > most or not visible(value):
        problems.append(f"{name} must be a text of 1 to {most} visible characters")
        return None
    return value


def moment(value: Any) -> str:
    """Return when something was done, as ISO 8601 in UTC.

    A device may have been offline, so its own clock counts; where that is plainly wrong (no time, before 2000, or in
    the future by more than five minutes) the time it arrived here stands instead, for no answer is lost to a clock.
    """
    now = datetime.now(UTC)
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else now
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        found = now
    if not datetime(2000, 1, 1, tzinfo=UTC) <= found <= now + timedelta(minutes=5):
        found = now
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")
