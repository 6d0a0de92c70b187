"""Doubt about samples whose answers are regions or texts: which ones differ, and how far.

Likeness of regions needs numpy, which this process does without: a helper compares, after votes are committed, and
nobody who votes waits for it. What is compared is told by the numbers of votes, so that nothing is missed when the
helper dies (the same numbers are asked again), when votes come from elsewhere (an import, another app), or when the app
is started again: new votes come first, older ones as soon as somebody asks for the doubtful samples.
"""

import asyncio
import time
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from datastork.core.errors import DataError, DatastorkError
from datastork.core.questions import REGIONS, Question

if TYPE_CHECKING:
    from datastork.app.service import Service

RECENT = 200  # votes before the first one this process hears of that are looked at with it
PIECE = 2000  # votes whose samples are compared at a time
APART = 0.2  # seconds between two pieces: votes that come in meanwhile share the next one
LOOK = 0.05  # seconds between two looks whether it is done
PAUSE = 5.0  # seconds more after something went wrong
SECONDS = 120.0  # that one piece may take


def is_compared(question: Question) -> bool:
    """Return whether answers to a question are compared here, and not by counting equal ones."""
    return question.kind in REGIONS or question.kind in ("text", "transcript")


class Doubts:
    """What is known of the doubtful samples of one dataset. `wake` may be called by any thread."""

    def __init__(self, service: "Service") -> None:
        self.service = service
        self.doubts: dict[str, float] = {}  # of samples whose answers differ: 1 minus their likeness
        self._loop: asyncio.AbstractEventLoop | None = None
        self._head: int | None = None  # votes up to this number are done, from `_old[1]` on
        self._old = (0, 0)  # of those before, the ones from [0] + 1 to [1] are not
        self._asked = self._again = False
        self._began = float("-inf")  # when the last piece was
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Learn the event loop that waits for the helper; called in it."""
        self._loop = asyncio.get_running_loop()

    def wake(self) -> None:
        """Compare soon: votes were committed."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._run)

    async def unsure(self, seconds: float) -> tuple[dict[str, float], bool]:
        """Return the doubtful samples, the most doubtful first, and whether all votes until now were looked at.

        Waits for that up to `seconds`; what is known by then is returned. Votes that come in meanwhile are not waited
        for.
        """
        last = await self._beside(self.service.store.read.last)
        self._asked = True
        self._run()
        assert self._task is not None
        end = time.monotonic() + seconds
        while not self._through(last) and not self._task.done() and time.monotonic() < end:
            await asyncio.wait([self._task], timeout=LOOK)
        order = sorted(self.doubts.items(), key=lambda one: (-round(one[1], 9), one[0]))
        return dict(order), self._through(last)

    def _through(self, last: int) -> bool:
        """Return whether all votes up to a number were looked at."""
        return self._head is not None and self._head >= last and self._old[0] >= self._old[1]

    def _run(self) -> None:
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())
            self.service.tasks.add(self._task)
            self._task.add_done_callback(self.service.tasks.discard)

    async def _work(self) -> None:
        while True:
            self._again = False
            try:
                span = await self._span()
                if span is None:
                    if self._again:
                        continue
                    return
                await asyncio.sleep(max(0.0, self._began + APART - time.monotonic()))
                self._began = time.monotonic()
                await self._compare(*span)
            except (DatastorkError, OSError) as error:
                self.service.note(error)
                self._began = time.monotonic() + PAUSE
                return
            if self._head is not None and span[1] > self._head:
                self._head = span[1]
            else:
                self._old = (span[1], self._old[1])

    async def _span(self) -> tuple[int, int] | None:
        """Return which votes are to be looked at next: new ones, then old ones."""
        last = await self._beside(self.service.store.read.last)
        if self._head is None:
            self._head = max(0, last - RECENT)
            self._old = (0, self._head)
        if self._head < last:
            return self._head, min(last, self._head + PIECE)
        if self._asked and self._old[0] < self._old[1]:
            return self._old[0], min(self._old[1], self._old[0] + PIECE)
        return None

    async def _compare(self, after: int, upto: int) -> None:
        """Have the samples of some votes compared. A vote over which the helper dies is told, and goes to reviewers."""
        try:
            told, _ = await self.service.heavy.ask("doubt", {"after": after, "upto": upto}, seconds=SECONDS)
        except DataError as error:
            if upto - after > 1:
                middle = (after + upto) // 2
                await self._compare(after, middle)
                await self._compare(middle, upto)
                return
            sample = await self._beside(self._sample, upto)
            problems = {sample: error.message} if sample else {}
            doubts = {sample: {"likeness": 0.0, "differ": True} for sample in problems}
            told = {"doubts": doubts, "few": [], "problems": problems}
        for sample, why in told["problems"].items():
            self.service.note(DataError(f"the answers about {sample} cannot be compared: {why}"))
        for sample in await self._beside(self._tell, told):
            self.doubts.pop(sample, None)
        self.doubts |= {name: 1 - one["likeness"] for name, one in told["doubts"].items() if one["differ"]}

    def _tell(self, told: dict[str, Any]) -> list[str]:
        """Tell the queue, and return which samples are known anew: those compared, and those that have fewer than two
        answers now where they had more."""
        queue, plan = self.service.store.queue, self.service.plan
        likeness = {sample: one["likeness"] for sample, one in told["doubts"].items()}
        lost = [
            sample
            for sample, state in queue.state(told["few"]).items()
            if sample in self.doubts or state.probability is not None
        ]
        if likeness or lost:
            queue.set_uncertainty({name: 1 - one for name, one in likeness.items()} | dict.fromkeys(lost, 0.0))
            if plan.sure is not None:
                queue.judge_all(likeness | dict.fromkeys(lost, 0.0))
        return [*likeness, *lost]

    def _sample(self, number: int) -> str | None:
        after = self.service.store.read.current(question=self.service.plan.main.name, after=number - 1)
        vote = next(after, None)
        return None if vote is None else vote.sample

    async def _beside(self, work: Any, *given: Any) -> Any:
        return await anyio.to_thread.run_sync(work, *given, limiter=self.service.writers)
