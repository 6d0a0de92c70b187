"""The app without sockets: requests go straight into it, on an event loop of their own."""

import asyncio
import threading
import uuid
from collections.abc import Awaitable, Iterable
from pathlib import Path
from typing import Any

import anyio
import httpx

from datastork.app.plan import read_plan
from datastork.app.routes import application
from datastork.app.security.hosts import Hosts
from datastork.app.service import Service
from datastork.core.errors import NotFoundError
from datastork.store.home import Home
from datastork.store.votes import Item, open_votes

HEAD = """
[dataset]
name = "pets"
task = "image-classification"
license = "CC0-1.0"
labels = ["cat", "dog", "fox"]

[[step]]
use = "collect.files"
path = "raw/**/*"
label = "folder"

[[step]]
use = "label.resolve"
"""


def picture(number: int, **more: Any) -> Item:
    """Return an item about a picture that lies nowhere."""
    media = {"modality": "image", "format": "png", "pass": "none", "row": number, "width": 40, "height": 30}
    return Item(sample=f"sample-{number:05}", place=number, media=media | more)


def new_uuid() -> str:
    return str(uuid.uuid4())


async def gone(what: str, request: dict[str, Any], **more: Any) -> Any:
    """Stand in for a helper: the media of made-up samples lies nowhere."""
    raise NotFoundError("its media is no longer there")


class Desk:
    """A service with an app around it. `ask` sends a request as somebody. `helpers`: with processes beside it."""

    def __init__(
        self, root: Path, label: str, items: Iterable[Item], head: str = HEAD, *, helpers: bool = False, **settings: Any
    ) -> None:
        root.mkdir(parents=True, exist_ok=True)
        (root / "stork.toml").write_text(head + label, encoding="utf-8")
        self.home = Home(root)
        facts, plan = read_plan(self.home)
        self.store = open_votes(self.home)
        self.said: list[str] = []
        hosts = Hosts(settings.pop("hosts", ()))
        self.service = Service(self.home, facts, plan, self.store, hosts, tell=self.said.append, **settings)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.store.queue.sync(items, 1)
        self.service._adopt()
        if not helpers:
            self.service.media.ask = gone  # type: ignore[method-assign]
        self.run(self._begin())
        self.app = application(self.service)
        self.cookies: dict[str, str] = {}
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://127.0.0.1:8787")

    async def _begin(self) -> None:
        self.service.readers, self.service.writers = anyio.CapacityLimiter(2), anyio.CapacityLimiter(1)
        self.service.voters = anyio.CapacityLimiter(4)
        self.service.doubts.begin()

    def run(self, work: Awaitable[Any]) -> Any:
        async def waited() -> Any:
            return await work

        return asyncio.run_coroutine_threadsafe(waited(), self.loop).result(180)

    def enter(self, name: str, role: str = "annotator") -> None:
        """Make somebody with a session."""
        token = self.store.people.invite(role, name=name)
        _, session = self.store.people.join(token)
        self.cookies[name] = session

    def ask(
        self,
        who: str | None,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """Send a request; `who` None: nobody."""
        given = {"x-stork": "1"} | (headers or {})
        if who is not None:
            if who not in self.cookies:
                self.enter(who)
            given["cookie"] = f"{self.service.cookies.plain}={self.cookies[who]}"
        if body is not None:
            more["json"] = body
        given = {name: value for name, value in given.items() if value}
        found: httpx.Response = self.run(self.client.request(method, path, headers=given, **more))
        self.client.cookies.clear()  # each request says itself who sends it
        return found

    def good(self, who: str | None, method: str, path: str, body: Any = None) -> Any:
        """Send a request that must be answered with 200, and return its JSON."""
        found = self.ask(who, method, path, body)
        assert found.status_code == 200, f"{method} {path}: {found.status_code} {found.text}"
        return found.json()

    def next(self, who: str, count: int = 1, have: Iterable[str] = ()) -> list[dict[str, Any]]:
        """Return the next tasks of somebody."""
        found: list[dict[str, Any]] = self.good(who, "POST", "/api/next", {"count": count, "have": list(have)})["tasks"]
        return found

    def vote(self, who: str, item: str, value: Any = "cat", **more: Any) -> dict[str, Any]:
        """Answer the main question about an item."""
        found: dict[str, Any] = self.good(who, "POST", "/api/votes", {"submissions": [submission(item, value, **more)]})
        return found

    def close(self) -> None:
        async def ended() -> None:
            await self.client.aclose()
            await self.service.stop()

        self.run(ended())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(60)
        self.loop.close()
        self.store.close()


def submission(item: str, value: Any = "cat", **more: Any) -> dict[str, Any]:
    """Return a submission that answers the question "label"."""
    answers = more.pop("answers", {"label": {"value": value}})
    return {
        "uuid": new_uuid(),
        "item": item,
        "answers": answers,
        "skipped": None,
        "seconds": 2.0,
        "device": "desktop",
        "schema_version": 1,
        "created_at": "2026-01-31T08:00:00.000Z",
        **more,
    }
