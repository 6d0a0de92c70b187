"""What the tests of the app share: the app without sockets, small datasets, and the app as a process of its own."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")

import httpx
from tests.app.desk import Desk, picture
from tests.app.ports import fresh
from tests.engine.conftest import write_picture

from datastork.dataset import open as open_dataset

START = 180.0  # seconds; machines of CI are slow, and the benchmark holds the real figure

IMAGES = """
[dataset]
name    = "pets"
task    = "image-classification"
license = "CC0-1.0"
labels  = ["cat", "dog"]

[[step]]
use   = "collect.files"
path  = "raw/**/*"
label = "folder"

[[step]]
use = "label.resolve"
"""
TEXTS = """
[dataset]
name    = "messages"
task    = "text-classification"
license = "CC0-1.0"
labels  = ["ham", "spam"]

[[step]]
use   = "collect.table"
path  = "messages.jsonl"
text  = "message"

[[step]]
use = "label.resolve"
"""


def images(root: Path, count: int = 6, *, label: str = "", size: int = 48) -> Path:
    """Build a dataset of pictures; `label` is the recipe's [label] table."""
    for seed in range(count):
        write_picture(root / "raw" / ("cat" if seed % 2 else "dog") / f"{seed:04}.png", seed, size)
    (root / "stork.toml").write_text(IMAGES + label, encoding="utf-8")
    open_dataset(root).build(workers=1)
    return root


def texts(root: Path, messages: Sequence[str], *, label: str = "", head: str = TEXTS) -> Path:
    """Build a dataset of texts."""
    root.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps({"message": one}, ensure_ascii=False) + "\n" for one in messages)
    (root / "messages.jsonl").write_text(lines, encoding="utf-8")
    (root / "stork.toml").write_text(head + label, encoding="utf-8")
    open_dataset(root).build(workers=1)
    return root


@dataclass
class Served:
    """A running app: where it is, the owner's link, and the process."""

    url: str
    link: str
    process: "subprocess.Popen[str]"
    told: dict[str, Any]
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def pid(self) -> int:
        return self.process.pid

    def client(self) -> httpx.Client:
        """Return a client without a session; closed after the test."""
        self.clients.append(httpx.Client(base_url=self.url, headers={"X-Stork": "1"}, timeout=120))
        return self.clients[-1]

    def owner(self) -> httpx.Client:
        """Return the owner's client; the link works once."""
        client = self.client()
        assert client.get(self.link).status_code == 303
        return client

    def person(self, owner: httpx.Client, name: str, role: str = "annotator") -> httpx.Client:
        """Return the client of somebody who joins by an invite."""
        made = owner.post("/api/owner/invites", json={"role": role}).json()
        client = self.client()
        joined = client.post("/api/join", json={"token": made["path"].rpartition("/")[2], "name": name})
        assert joined.status_code == 200, joined.text
        return client

    def close(self) -> None:
        """End what a test that failed left open."""
        for client in self.clients:
            client.close()
        self.stop()

    def stop(self, number: int = signal.SIGINT, seconds: float = 60.0) -> int:
        """End the process and return what it left with."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            if self.process.stdout is not None:
                self.process.stdout.close()


def begin(root: Path, *options: str, bytecode: Path | None = None) -> Served:
    """Start `stork label` on a dataset and wait until it answers. Compiled modules are kept in `bytecode`.

    Where `options` name no port it is one that no other server of this run had.
    """
    port = () if "--port" in options else ("--port", fresh())
    command = [sys.executable, "-m", "datastork", "label", str(root), "--json", "--no-browser", *port, *options]
    environment = {**os.environ, "PYTHONWARNINGS": ""}
    if bytecode is not None and environment.pop("PYTHONDONTWRITEBYTECODE", ""):
        environment["PYTHONPYCACHEPREFIX"] = str(
            bytecode
        )  # where nothing may be compiled in place, starting takes long
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START)
    line = process.stdout.readline() if ready else ""
    if not line:
        process.kill()
        process.wait()
        process.stdout.close()
        raise AssertionError(f"stork label did not start within {START:g} s")
    told = json.loads(line)
    return Served(told["url"], told["link"], process, told)


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Served]]:
    """Return a function that starts the app on a dataset (on any free port) and ends it after the test."""
    running: list[Served] = []

    def start(root: Path, *options: str) -> Served:
        served = begin(root, *options, bytecode=tmp_path_factory.getbasetemp() / "bytecode")
        running.append(served)
        return served

    yield start
    for served in running:
        served.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Return a function that makes an app without sockets: `desk("[label] …", items)`; ten pictures by default."""
    made: list[Desk] = []

    def make(label: str = "", items: Any = None, **settings: Any) -> Desk:
        given = [picture(number) for number in range(10)] if items is None else items
        one = Desk(tmp_path / f"desk-{len(made)}", label, given, **settings)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()
