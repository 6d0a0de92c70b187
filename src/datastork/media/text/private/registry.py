"""Which recognisers there are, and those that a choice of kinds needs.

A package adds its own through the entry point group `datastork.recognisers` (value = `module:Class`, a class that
follows `recogniser.Recogniser` and is made without arguments).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Literal

from datastork.core.errors import RecipeError
from datastork.core.nearest import did_you_mean
from datastork.media.text.private.finding import Finding, resolve
from datastork.media.text.private.recogniser import Hints, Recogniser

Model = Literal["none", "names"]
ENTRY_POINTS = "datastork.recognisers"

_HERE = "datastork.media.text.private"
_OWN = (
    f"{_HERE}.patterns.email:Email",
    f"{_HERE}.patterns.url:Url",
    f"{_HERE}.patterns.secret:Secret",
    f"{_HERE}.patterns.network:Ip",
    f"{_HERE}.patterns.network:Mac",
    f"{_HERE}.patterns.place:Coordinates",
    f"{_HERE}.patterns.card:Card",
    f"{_HERE}.patterns.card:Iban",
    f"{_HERE}.national.recogniser:National",
    f"{_HERE}.patterns.document:Document",
    f"{_HERE}.patterns.phone:Phone",
    f"{_HERE}.patterns.birth:Birth",
    f"{_HERE}.patterns.birth:Age",
    f"{_HERE}.address.recogniser:Address",
)
_BY_MODEL = f"{_HERE}.names.recogniser:Names"
NAMES = ("LOCATION", "NATIONALITY", "ORGANISATION", "PERSON")
OFF = frozenset({"AGE", "NATIONALITY", "ORGANISATION", "URL"})  # found only when asked for by name
FAMILIES = {"NATIONAL_ID": f"{_HERE}.national.recogniser:National"}  # one word for all kinds of a recogniser


class Finder:
    """The recognisers for a choice of kinds, run as one."""

    def __init__(self, recognisers: Sequence[Recogniser], kinds: frozenset[str], confidence: float) -> None:
        self.kinds = kinds
        self._recognisers = recognisers
        self._confidence = confidence

    def find(self, text: str) -> list[Finding]:
        """Return what is found with enough confidence, without overlaps, in the order of the text."""
        if not text:
            return []
        hints = Hints(text)
        found: list[Finding] = []
        for one in self._recognisers:
            found.extend(one.find(text, hints))
        if not found:
            return found
        sure = [one for one in found if one.confidence >= self._confidence]
        return [one for one in resolve(sure) if one.kind in self.kinds]


def known_kinds(model: Model = "names") -> tuple[str, ...]:
    """Return every kind there is, sorted; those that need the model only with it."""
    own = {kind for one in _made() for kind in one.kinds}
    return tuple(sorted(own | set(NAMES if model == "names" else ())))


@lru_cache(maxsize=16)
def finder(kinds: tuple[str, ...] | None = None, *, model: Model = "none", confidence: float = 0.5) -> Finder:
    """Return the finder for kinds (None: all that are on by default). Raises RecipeError for a kind there is not.

    `NATIONAL_ID` stands for the national numbers of every country.
    """
    wanted = _wanted(kinds, model)
    chosen = [one for one in _made() if wanted.intersection(one.kinds)]
    if model == "names" and wanted.intersection((*NAMES, "ADDRESS")):
        chosen.append(_make(_BY_MODEL))
    return Finder(tuple(chosen), wanted, confidence)


def _wanted(kinds: Iterable[str] | None, model: Model) -> frozenset[str]:
    known = known_kinds(model)
    if kinds is None:
        return frozenset(known) - OFF
    wanted: set[str] = set()
    problems = []
    for kind in kinds:
        if kind in known:
            wanted.add(kind)
        elif kind in FAMILIES:
            wanted.update(_make(FAMILIES[kind]).kinds)
        elif kind in NAMES:
            problems.append(f'{kind} is found by the model only: add model = "names"')
        else:
            problems.append(f"no kind of personal data is called {kind!r}{did_you_mean(kind, (*known, *FAMILIES))}")
    if problems:
        raise RecipeError(problems)
    return frozenset(wanted)


@lru_cache(maxsize=1)
def _made() -> tuple[Recogniser, ...]:
    from importlib.metadata import entry_points

    others = [point.load()() for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name)]
    return (*(_make(address) for address in _OWN), *others)


def _make(address: str) -> Recogniser:
    module, _, name = address.partition(":")
    made: Recogniser = getattr(import_module(module), name)()
    return made
