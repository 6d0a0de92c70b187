"""What the store of votes takes and gives: plain records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from datastork.core.errors import StoreError
from datastork.core.votes import CastVote

Role = Literal["annotator", "reviewer", "owner", "model"]
ROLES: tuple[str, ...] = ("annotator", "reviewer", "owner", "model")


class ConflictError(StoreError):
    """Something else is there already under the same uuid or name. `uuid` says which."""

    def __init__(self, message: str, *, hint: str = "", uuid: str = "") -> None:
        super().__init__(message, hint=hint)
        self.uuid = uuid


@dataclass(frozen=True, slots=True)
class Item:
    """A sample that is to be labelled.

    `place` its place in the table of samples; `media` what the app needs to show it (modality, format, pass, row,
    width, …); `priority` how unsure its label is, for the orders "uncertainty" and "mix", until
    `queue.set_uncertainty` says; None leaves what is known; `columns` values shown with it (cells, a suggestion).
    """

    sample: str
    place: int
    media: Mapping[str, Any] = field(default_factory=dict)
    priority: float | None = None
    group: str | None = None
    columns: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SyncCount:
    """What a sync did: items that are `new`, that came `back`, that are `gone`, and the `total` there is now."""

    new: int
    back: int
    gone: int
    total: int


@dataclass(frozen=True, slots=True)
class Lease:
    """A sample held for one annotator `until` (ISO 8601, UTC). `repeat` goes into the vote.

    `suggestions` are by question `{"value", "by", "probability"}`, as `queue.suggest` and splits of classes left them.
    """

    sample: str
    until: str
    repeat: int
    media: Mapping[str, Any]
    columns: Mapping[str, Any] | None
    group: str | None
    suggestions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """How far it is: samples this annotator may still get (`todo`, those others hold included), has answered or
    skipped (`mine`), and of all (`total`) those that want no more annotators (`done`).
    """

    todo: int
    mine: int
    total: int
    done: int


@dataclass(frozen=True, slots=True)
class ItemState:
    """What is known of an item.

    `state`: "open", "done" (as many answers as wanted), "closed", "aside" (several skipped it), "decided", "gold",
    "gone"; `why` the reason of "closed" and "aside".
    """

    sample: str
    state: str
    why: str | None
    answered: int
    skips: int
    leased: int
    wanted: int
    probability: float | None
    uncertainty: float
    media: Mapping[str, Any]
    columns: Mapping[str, Any] | None
    group: str | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A vote with its number in the record (`seq`) and whether it is `current`."""

    seq: int
    vote: CastVote
    current: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals: votes ever cast, those current, items and how many are done, annotators (models left out)."""

    votes: int
    current: int
    items: int
    done: int
    annotators: int


@dataclass(frozen=True, slots=True)
class Annotator:
    """One who votes. `answered` samples; `given` tasks handed out."""

    name: str
    role: str
    created_at: str
    disabled: bool
    answered: int
    given: int


def stamp(seconds: float) -> str:
    """Return seconds since 1970 as ISO 8601 in UTC.

    >>> stamp(0.5)
    '1970-01-01T00:00:00.500000Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
