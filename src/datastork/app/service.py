"""What all doors share: the dataset, the plan, the store of votes, the helpers, and what is known at the moment."""

import asyncio
import contextlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from datastork.app.aside.client import Aside
from datastork.app.files.static import Static
from datastork.app.judging.doubts import Doubts
from datastork.app.judging.gold import Known
from datastork.app.plan import read_plan
from datastork.app.rounds import pilot
from datastork.app.security.hosts import LOOPBACK, Hosts
from datastork.app.security.rates import Rates
from datastork.app.security.sessions import Caller, Cookies, Remembered
from datastork.app.tasks.beside import Beside
from datastork.core.errors import DatastorkError
from datastork.core.hashing import key_of
from datastork.core.labelling import LabelPlan
from datastork.core.questions import CLASSED, LabelClass
from datastork.store.home import Home

if TYPE_CHECKING:
    from starlette.requests import Request

    from datastork.recipe.dataset import DatasetFacts
    from datastork.store.votes import ItemState, VoteStore

STATIC = Path(__file__).parent / "static"
LOOK = 2.0  # seconds between two looks whether a build made a new version
SYNC_SECONDS = 3600.0
READERS, WRITERS = 4, 1  # threads; one writer, so that what reads and then writes is never in another's way
VOTERS = 8  # threads of annotators at work: those who wait share a transaction, see `store.votes.line`
MOST_KNOWN = 2000  # places of media kept in memory
IDENTITY = "identity"  # setting: tells this dataset's answers in a browser from those of others at the same address
FOUND = "found_classes"  # setting: the labels that samples came with, where the recipe names none


@dataclass(slots=True)
class Service:
    """The app at work. Made once per process; `start` and `stop` run in its event loop."""

    home: Home
    facts: "DatasetFacts"
    recipe_plan: LabelPlan
    store: "VoteStore"
    hosts: Hosts
    behind_proxy: bool = False
    elsewhere: str = ""  # address under which other devices reach the app
    tell: Any = print  # how the terminal is told something
    static: Static = field(default_factory=lambda: Static.of(STATIC))
    rates: Rates = field(default_factory=Rates)
    remembered: Remembered = field(default_factory=Remembered)
    cookies: Cookies = field(init=False)
    known: Known = field(init=False)
    beside: Beside = field(init=False)
    media: Aside = field(init=False)
    heavy: Aside = field(init=False)
    doubts: Doubts = field(init=False)
    readers: anyio.CapacityLimiter = field(init=False)
    writers: anyio.CapacityLimiter = field(init=False)
    voters: anyio.CapacityLimiter = field(init=False)
    preparing: dict[str, int] | None = None  # {"done", "total"} while samples come into the queue
    problem: str = ""  # why they cannot
    pilot_state: str | None = None  # as in `owner.pilot`, once it is known
    tasks: "set[asyncio.Task[None]]" = field(default_factory=set)  # work that nobody waits for
    making: dict[str, "asyncio.Future[Any]"] = field(default_factory=dict)
    figures: dict[str, tuple[float, Any, str, dict[str, Any]]] = field(default_factory=dict)  # see `owner.figures`
    counting: asyncio.Lock = field(default_factory=asyncio.Lock)
    _plan: LabelPlan | None = None
    _places: "OrderedDict[str, Mapping[str, Any]]" = field(default_factory=OrderedDict)
    _extended: dict[str, float] = field(default_factory=dict)  # when leases were last made longer
    _lock: Lock = field(default_factory=Lock)
    _watching: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.cookies = Cookies(self.home.root)
        self.known = Known(self.store)
        self.beside = Beside(self.store)
        self.media = Aside(self.home.root, "media")
        self.heavy = Aside(self.home.root, "figures")
        self.doubts = Doubts(self)

    @property
    def cache(self) -> Path:
        """Where media lies as browsers show it."""
        return self.home.cache / "label"

    @property
    def plan(self) -> LabelPlan:
        """What is asked: the recipe's plan, with what owners revised and the classes samples came with."""
        held = self._plan
        if held is None:
            from datastork.app.rounds.guideline import revised

            held = revised(self.store, self.recipe_plan)
            main = held.main
            found = self.store.settings.get(FOUND)
            if main.kind in CLASSED and not main.classes and found:
                classes = tuple(LabelClass(id=name, name=name) for name in found)
                held = replace(held, questions=(replace(main, classes=classes), *held.questions[1:]))
            self._plan = held
        return held

    @property
    def guideline_version(self) -> int:
        """Which version of the guideline people see: 1 is the recipe's own."""
        from datastork.app.rounds.guideline import revisions

        return len(revisions(self.store)) + 1

    @property
    def identity(self) -> str:
        """What tells this dataset from all others, whatever they are called and wherever they lie."""
        with self._lock:
            held = self.store.settings.get(IDENTITY)
            if held is None:
                held = secrets.token_hex(8)
                self.store.settings.put(IDENTITY, held)
            return str(held)

    def outside(self, request: "Request") -> str:
        """Return the address of the app as others reach it: that of the network, or the one that was asked."""
        own = request.scope["stork"]
        if self.elsewhere and own["host"].partition(":")[0] in LOOPBACK:
            return self.elsewhere
        return f"{'https' if own['secure'] else 'http'}://{own['host']}"

    def replan(self) -> None:
        """Forget the plan: something it is made of changed."""
        self._plan = None

    async def start(self) -> None:
        """Begin to watch for new versions."""
        self.readers, self.writers = anyio.CapacityLimiter(READERS), anyio.CapacityLimiter(WRITERS)
        self.voters = anyio.CapacityLimiter(VOTERS)
        self.doubts.begin()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """End the helpers; what is being committed is finished first."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        under_way = [*self.tasks, *self.making.values()]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await asyncio.gather(self.media.stop(), self.heavy.stop())

    async def caller(self, request: "Request") -> Caller | None:
        """Return who sent a request, or None."""
        token = self.cookies.token(request)
        if token is None:
            return None
        held = self.remembered.get(token)
        if held is not None:
            return held
        found = await anyio.to_thread.run_sync(self.store.people.session, token, limiter=self.readers)
        if found is None:
            return None
        caller = Caller(found.name, found.role, key_of(token))
        self.remembered.put(token, caller)
        return caller

    def media_of(self, sample: str) -> Mapping[str, Any] | None:
        """Return what is known of a sample's media, or None where it is not to be labelled."""
        with self._lock:
            held = self._places.get(sample)
            if held is not None:
                self._places.move_to_end(sample)
                return held
        found = self.item(sample)
        if found is None:
            return None
        self.know(sample, found.media)
        return found.media

    def item(self, sample: str) -> "ItemState | None":
        """Return what the queue knows of a sample, or None where it is not to be labelled."""
        return self.store.queue.state([sample]).get(sample)

    def due(self, annotator: str, seconds: float) -> bool:
        """Return whether the leases of an annotator were last made longer at least so long ago; notes that they are."""
        now = time.monotonic()
        with self._lock:
            if now - self._extended.get(annotator, 0.0) < seconds:
                return False
            self._extended[annotator] = now
        return True

    def media_known(self, sample: str) -> Mapping[str, Any]:
        """Return what is known of a sample's media without asking the store; nothing where it is not known."""
        with self._lock:
            return self._places.get(sample, {})

    def know(self, sample: str, media: Mapping[str, Any]) -> None:
        """Remember what is known of a sample's media."""
        with self._lock:
            self._places[sample] = media
            while len(self._places) > MOST_KNOWN:
                self._places.popitem(last=False)

    def note(self, error: Exception) -> None:
        """Tell the terminal what went wrong; clients are not told."""
        said = error.message if isinstance(error, DatastorkError) else str(error)
        self.tell(f"{time.strftime('%H:%M:%S')}  {said}")

    async def _watch(self) -> None:
        """Bring samples into the queue now, and again whenever a build made a new version."""
        seen: tuple[int, ...] | None = None
        while True:
            now = await anyio.to_thread.run_sync(self._stamp)
            if now != seen:
                seen = now
                await self._synchronise()
            await asyncio.sleep(LOOK)

    def _stamp(self) -> tuple[int, ...]:
        """Return what changes when a version is committed or the recipe is saved."""
        found = []
        for path in (self.home.samples / "_versions", self.home.recipe):
            try:
                found.append(path.stat().st_mtime_ns)
            except FileNotFoundError:
                found.append(0)
        return tuple(found)

    async def _synchronise(self) -> None:
        def heard(told: dict[str, Any]) -> None:
            self.preparing = {"done": int(told["done"]), "total": int(told["total"])}

        if not self.store.read.counts().items:
            self.preparing = {"done": 0, "total": 0}
        try:
            done, _ = await self.heavy.ask("synchronise", {}, seconds=SYNC_SECONDS, progress=heard)
        except DatastorkError as error:
            self.problem = error.message
            self.note(error)
            return
        finally:
            self.preparing = None
            self.heavy.rest()
        self.problem = ""
        await anyio.to_thread.run_sync(self._reread, limiter=self.readers)
        with self._lock:
            self._places.clear()
        self.replan()
        for line in done.get("notes", ()):
            self.tell(line)
        await anyio.to_thread.run_sync(self._adopt, limiter=self.writers)

    def _reread(self) -> None:
        """Take over what the recipe asks now; one that cannot be read leaves things as they are, and is told."""
        try:
            self.facts, self.recipe_plan = read_plan(self.home)
        except DatastorkError as error:
            self.problem = error.message
            self.note(error)

    def _adopt(self) -> None:
        """Bring the queue in line with the plan."""
        self.store.queue.adopt(self.plan)
        pilot.begin_first(self)
