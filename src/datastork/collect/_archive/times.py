"""Times of posts: read from settings and from records, and written in one form."""

import math
from datetime import UTC, datetime
from typing import Any

from datastork.core.errors import RecipeError


def bound(setting: str, text: str | None) -> float | None:
    """Return a setting such as "2020-01-31" or "2020-01-31T12:00" in seconds since 1970; UTC unless it says otherwise.

    Raises RecipeError for what is no date.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise RecipeError([f"{setting}: {text!r} is no date such as 2020-01-31"]) from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def seconds(value: Any) -> float | None:
    """Return the time a record gives (a number or digits, since 1970) as seconds, or None."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) and 0 <= found < 1e11 else None


def written(since: float | None) -> str | None:
    """Return seconds since 1970 as "2020-01-31T12:00:00Z".

    >>> written(1580472000)
    '2020-01-31T12:00:00Z'
    """
    return None if since is None else f"{datetime.fromtimestamp(since, UTC):%Y-%m-%dT%H:%M:%S}Z"


def within(since: float | None, after: float | None, before: float | None) -> bool:
    """Say whether a time lies from `after` on and before `before`; one that is not known lies in no bounds."""
    if after is None and before is None:
        return True
    return since is not None and (after is None or since >= after) and (before is None or since < before)
