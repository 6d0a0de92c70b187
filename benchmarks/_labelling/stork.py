"""`stork label` as people get it: its HTTP API, sessions in cookies, invitations, checks of Origin, commits to disk."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from label_server import Server, dataset

from _labelling.processes import until


class Stork:
    """Ours, with votes in SQLite, or in PostgreSQL at `url`."""

    helpers = True  # it has some that end when nothing was asked of them for a minute

    def __init__(self, root: Path, samples: int, url: str | None = None, others: list[int] | None = None) -> None:
        self.name = "datastork, PostgreSQL" if url else "datastork"
        self.root, self.samples, self.others = root, samples, others or []
        self.server: Server | None = None
        self.export_peak, self.link_seconds, self.port = 0.0, 0.0, 0
        dataset(root, samples, url)

    @property
    def roots(self) -> list[int]:
        """The app and, where it keeps votes there, PostgreSQL."""
        return [*self.others, *([self.server.process.pid] if self.server else [])]

    def start(self) -> None:
        """Start the app."""
        self.server = Server.start(self.root, self.port)
        self.link_seconds = self.server.seconds

    def fill(self, texts: Path) -> None:
        """Wait until the built samples are in the queue; `build` is timed by itself."""
        assert self.server is not None
        self.owner = self.server.owner()

        def there() -> bool:
            total = self.owner.post("/api/next", json={"count": 0}).json()["left"]["total"]
            return bool(total == self.samples and not self.owner.get("/api/me").json()["preparing"])

        until(there, 600, every=0.2)

    def build(self) -> tuple[float, float]:
        """Build the dataset from its texts once more, from nothing; return wall and CPU seconds."""
        shutil.rmtree(self.root / ".stork", ignore_errors=True)
        before, began = os.times(), time.monotonic()
        subprocess.run([sys.executable, "-m", "datastork", "build", "-q", str(self.root)], check=True)
        after = os.times()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        return time.monotonic() - began, spent

    def people(self, names: list[str]) -> list[Any]:
        """Let annotators in by invitations."""
        assert self.server is not None
        found = list(self.server.annotators(self.owner, names))
        self.owner.close()
        self.port = int(self.server.url.rpartition(":")[2])  # sessions outlive the server, at the same address
        return found

    def export(self, to: Path) -> int:
        """Run `stork votes export`."""
        to.unlink(missing_ok=True)
        command = [sys.executable, "-m", "datastork", "votes", "export", "--format", "label-studio"]
        process = subprocess.Popen([*command, "--replace", str(to), str(self.root)], stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        assert status == 0
        process.returncode = 0
        self.export_peak = used.ru_maxrss * 1024 / 1e6
        return len(json.loads(to.read_bytes()))

    def stop(self) -> None:
        """End it by Ctrl-C."""
        if self.server is not None:
            self.server.stop()
            self.server = None
