"""The fields of votes and samples in lossless tables, and what may stand in them."""

from collections.abc import Iterator, Mapping
from typing import Any

from datastork.core.errors import DataError
from datastork.core.votes import CastVote
from datastork.formats.casting import number, vote_id, whole
from datastork.formats.format import Options
from datastork.formats.record import Annotated

TEXTS = ("question", "annotator", "uuid", "created_at", "device", "suggestion_by", "skipped", "replaces")
VOTE_FIELDS = (
    "sample", "question", "annotator", "value", "confidence", "difficulty", "prominence", "seconds", "device", "uuid",
    "created_at", "schema_version", "suggestion", "suggestion_by", "changed", "skipped", "repeat", "replaces",
    "decides",
)  # fmt: skip
SAMPLE_FIELDS = ("width", "height", "seconds", "rate", "frames", "fps", "text", "split", "data")
DEFAULTS: dict[str, Any] = {"schema_version": 1, "repeat": 0, "decides": False}
_WHOLE = {"difficulty": (1, 5), "prominence": (1, 5), "repeat": (0, 2**31), "schema_version": (0, 2**31)}
NEEDED = ("sample", "question", "annotator")


def of_vote(vote: CastVote) -> dict[str, Any]:
    """Return the fields of a vote that say something, by name."""
    found = {}
    for name in VOTE_FIELDS:
        value = getattr(vote, name)
        if value is not None and value != DEFAULTS.get(name):
            found[name] = value
    return found


def of_sample(sample: Annotated) -> dict[str, Any]:
    """Return what is known of a sample beside its name and votes, by name."""
    found = {name: getattr(sample, name) for name in SAMPLE_FIELDS[:-1]}
    found = {name: value for name, value in found.items() if value is not None}
    if sample.data:
        found["data"] = sample.data
    return found


def to_vote(given: Mapping[str, Any], created_at: str, annotator: str) -> CastVote:
    """Return the vote these fields say. Raises DataError for what no vote can be, naming the field."""
    known = {name: given[name] for name in VOTE_FIELDS if given.get(name) is not None}
    known.setdefault("annotator", annotator)
    missing = [name for name in NEEDED if name not in known]
    if missing:
        raise DataError(f"without {', '.join(missing)}")
    for name in ("sample", *TEXTS):
        if name in known and not isinstance(known[name], str):
            raise DataError(f"{name} must be a text, not {known[name]!r:.60}")
    for name, low, high in (("confidence", 0.0, 1.0), ("seconds", 0.0, 1e9)):
        if name in known:
            known[name] = _between(name, _number(name, known[name]), low, high)
    for name, low, high in (
        ("difficulty", 1, 5),
        ("prominence", 1, 5),
        ("repeat", 0, 2**31),
        ("schema_version", 0, 2**31),
    ):
        if name in known:
            known[name] = int(_between(name, whole(known[name], f"{name} as a whole number"), low, high))
    for name in ("changed", "decides"):
        if name in known and not isinstance(known[name], bool):
            raise DataError(f"{name} must be true or false, not {known[name]!r:.60}")
    known.setdefault("value", None)
    known.setdefault("created_at", created_at)
    known["uuid"] = known.get("uuid") or vote_id(
        known["sample"], known["question"], known["annotator"], known.get("repeat", 0), known["value"]
    )
    return CastVote(**known)


def to_sample(name: str, votes: tuple[CastVote, ...], given: Mapping[str, Any], split: str | None) -> Annotated:
    """Return a sample of its votes and further fields. Raises DataError for fields that cannot be."""
    known: dict[str, Any] = {field: given[field] for field in SAMPLE_FIELDS if given.get(field) is not None}
    for field in ("width", "height", "rate", "frames"):
        if field in known:
            known[field] = int(_between(field, whole(known[field], f"{field} as a whole number"), 0, 2**53))
    for field in ("seconds", "fps"):
        if field in known:
            known[field] = _between(field, _number(field, known[field]), 0.0, 1e12)
    for field, kind in (("text", str), ("split", str), ("data", dict)):
        if field in known and not isinstance(known[field], kind):
            raise DataError(f"{field} of the sample cannot be {known[field]!r:.60}")
    known.setdefault("split", split)
    return Annotated(name, votes, **known)


class Gathering:
    """Gathers votes that follow one another into samples."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._name: str | None = None
        self._votes: list[CastVote] = []
        self._known: dict[str, Any] = {}

    def add(self, name: str, vote: CastVote | None, known: Mapping[str, Any]) -> Iterator[Annotated]:
        """Add a vote, or a sample without one; yields the sample before where this is another.

        Raises DataError where what is `known` of the sample cannot be.
        """
        to_sample(name, (), known, None)
        if name != self._name:
            yield from self.done()
            self._name = name
        self._known = {**known, **self._known}
        if vote is not None and self._options.question in (None, vote.question):
            self._votes.append(vote)

    def done(self) -> Iterator[Annotated]:
        """Yield the last sample."""
        if self._name is not None:
            yield to_sample(self._name, tuple(self._votes), self._known, self._options.split)
        self._name, self._votes, self._known = None, [], {}


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool):
        raise DataError(f"{name} must be a number, not {value}")
    return number(value, f"{name} as a number")


def _between(name: str, value: float, low: float, high: float) -> float:
    if not low <= value <= high:
        raise DataError(f"{name} is {value:g}, not between {low:g} and {high:g}")
    return value
