"""A helper process as the app sees it: started when it is needed, restarted when it dies, ended when it is idle.

A sample that breaks the helper, or keeps it busy beyond the deadline, costs one answer: the helper is ended, and what
else it had in hand is asked again, one at a time, of a new one. The helper ends itself when the app is gone.
"""

import asyncio
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datastork.app.aside.frames import LENGTHS, header, lengths, pack
from datastork.core.errors import DataError, DatastorkError, NotFoundError, StoreError

IDLE = 60.0  # seconds without a request after which a helper ends
LAST = 1.0  # seconds in which a helper without output must end by itself
Progress = Callable[[dict[str, Any]], None]


class Died(Exception):
    """The helper ended while it had this request in hand."""


class Aside:
    """One helper process. All methods belong to the event loop's thread."""

    def __init__(self, root: Path, name: str) -> None:
        self.root, self.name = root, name
        self._process: asyncio.subprocess.Process | None = None
        self._waiting: dict[int, tuple[asyncio.Future[tuple[dict[str, Any], bytes]], Progress | None]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting = asyncio.Lock()
        self._suspects = asyncio.Lock()
        self._number = 0
        self._idle: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None else None

    async def ask(
        self, what: str, request: dict[str, Any], *, seconds: float, progress: Progress | None = None
    ) -> tuple[dict[str, Any], bytes]:
        """Return the answer of the helper: values and bytes.

        Raises what the helper raised (DataError for a bad sample, StoreError, NotFoundError), and DataError where the
        helper died of it twice or did not answer within `seconds`.
        """
        try:
            return await self._ask(what, request, seconds, progress)
        except Died:
            async with self._suspects:
                try:
                    return await self._ask(what, request, seconds, progress)
                except Died:
                    raise DataError(
                        "it cannot be read: the process that tried ended", hint="look at it outside"
                    ) from None

    async def _ask(
        self, what: str, request: dict[str, Any], seconds: float, progress: Progress | None
    ) -> tuple[dict[str, Any], bytes]:
        process = await self._running()
        self._number += 1
        number = self._number
        answer: asyncio.Future[tuple[dict[str, Any], bytes]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = (answer, progress)
        self._rest()
        try:
            assert process.stdin is not None
            process.stdin.write(pack({"id": number, "ask": what, "request": request}))
            await process.stdin.drain()
            async with asyncio.timeout(seconds):
                return await answer
        except (BrokenPipeError, ConnectionResetError):
            self._kill(process)
            if self._reading is not None:  # until that is over, this process passes for a running one
                await asyncio.wait([self._reading], timeout=2 * LAST)
            raise Died from None
        except TimeoutError:
            self._waiting.pop(number, None)
            self._kill(process)
            raise DataError(f"it took more than {seconds:g} seconds", hint="it may be damaged, or very large") from None
        finally:
            self._waiting.pop(number, None)
            if answer.done() and not answer.cancelled():
                answer.exception()  # whoever asked knows by now
            self._rest()

    async def _running(self) -> asyncio.subprocess.Process:
        async with self._starting:
            if self._process is None or self._process.returncode is not None:
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "datastork.app.aside", str(self.root)),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    start_new_session=True,  # Ctrl-C is for the app, which ends its helpers itself
                )
                self._reading = asyncio.create_task(self._read(self._process))
                self._tasks.add(self._reading)
                self._reading.add_done_callback(self._tasks.discard)
            return self._process

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        try:
            while True:
                head, size = lengths(await process.stdout.readexactly(LENGTHS.size))
                told = header(await process.stdout.readexactly(head))
                data = await process.stdout.readexactly(size) if size else b""
                self._settle(told, data)
        except (asyncio.IncompleteReadError, ConnectionResetError, ValueError, StoreError):
            pass  # it has ended, or speaks nonsense and will be
        finally:
            if self._process is process:
                self._process = None
                for answer, _ in self._waiting.values():
                    if not answer.done():
                        answer.set_exception(Died())
            try:
                async with asyncio.timeout(LAST):
                    await process.wait()
            except TimeoutError:  # its output has ended, and it has not
                self._kill(process)
                await process.wait()

    def _settle(self, told: dict[str, Any], data: bytes) -> None:
        answer, progress = self._waiting.get(told["id"], (None, None))
        if answer is None or answer.done():
            return
        if "progress" in told:
            if progress is not None:
                progress(told["progress"])
        elif "error" in told:
            answer.set_exception(_error(told))
        else:
            answer.set_result((told["answer"], data))

    def _rest(self) -> None:
        """End the helper once nothing was asked of it for a while."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if not self._waiting and self._process is not None:
            self._idle = asyncio.get_running_loop().call_later(IDLE, self.end)

    def rest(self) -> None:
        """End the helper now if nothing is asked of it: it holds much memory after much work."""
        if not self._waiting:
            self.end()

    def end(self) -> None:
        """End the helper now; it is started again when it is needed."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._process is not None:
            self._kill(self._process)

    async def stop(self) -> None:
        """End the helper and wait until it is gone."""
        self.end()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=10.0)

    @staticmethod
    def _kill(process: asyncio.subprocess.Process) -> None:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


def _error(told: dict[str, Any]) -> DatastorkError:
    kinds: dict[str, type[DatastorkError]] = {"DataError": DataError, "NotFoundError": NotFoundError}
    return kinds.get(told["kind"], StoreError)(told["error"], hint=told.get("hint", ""))
