"""Dates as feeds and APIs write them, as ISO 8601 in UTC."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 64  # characters


def iso_of(text: str | None) -> str | None:
    """Return a date of RFC 822 or ISO 8601 (or seconds since 1970) as ISO 8601 in UTC; None for what is no date.

    A date without a zone is taken for UTC; one without a time stays a date.

    Example:
        >>> iso_of("Sat, 07 Sep 2002 09:42:31 GMT"), iso_of("2003-12-13T18:30:02+01:00"), iso_of("2003-12-13")
        ('2002-09-07T09:42:31+00:00', '2003-12-13T17:30:02+00:00', '2003-12-13')
        >>> iso_of("1700000000"), iso_of("yesterday")
        ('2023-11-14T22:13:20+00:00', None)
    """
    plain = " ".join((text or "")[: LONGEST + 1].split())
    if not plain or len(plain) > LONGEST or not plain.isascii():
        return None
    try:
        if len(plain) == 10 and plain[4] == "-":
            return datetime.fromisoformat(plain).date().isoformat()
        if plain.replace(".", "", 1).isdigit() and len(plain.partition(".")[0]) in (9, 10):
            return datetime.fromtimestamp(float(plain), UTC).isoformat(timespec="seconds")
        found = datetime.fromisoformat(plain) if plain[:4].isdigit() else parsedate_to_datetime(plain)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
        return found.astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return None
