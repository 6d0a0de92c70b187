"""How light and quick the labelling app is: start, memory, import, next and submit, four annotators, kill -9.

python benchmarks/label_server.py [--samples 100000] [--cycles 500] [--kills 50] [--folder DIR] [--url postgresql://…]
                                  [--label-studio PYTHON] [--doccano PYTHON]

Each annotator is a client in a process of its own that asks for a task and answers it, over and over (`annotate`); the
CPU time is that of the server's processes alone, from /proc. `--folder` keeps the dataset for the next time. With
`--label-studio` or `--doccano` (the Python of an environment that has it) the same texts are labelled there by
`benchmarks/label_peers.py`, where that is installed beside this file.
"""

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx

RECIPE = """
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

[label]
gold    = 0.0
repeat  = 0.0
{more}
"""
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--samples", type=int, default=100_000)
    options.add_argument("--cycles", type=int, default=500)
    options.add_argument("--kills", type=int, default=0)
    options.add_argument("--folder", type=Path)
    options.add_argument("--url")
    options.add_argument("--label-studio")
    options.add_argument("--doccano")
    given = options.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as scratch:
        root = (given.folder or Path(scratch)) / f"messages-{given.samples}"
        dataset(root, given.samples, given.url)
        ours(root, given)
        if given.kills:
            kills(root, given.kills)
    for name in ("label_studio", "doccano"):
        if getattr(given, name):
            peer = Path(__file__).with_name("label_peers.py")
            subprocess.run([getattr(given, name), str(peer), name, str(given.samples), str(given.cycles)], check=True)


def dataset(root: Path, samples: int, url: str | None) -> None:
    """Build texts of thirty words, and forget what was labelled in them."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "stork.toml").write_text(RECIPE.format(more=f'store = "{url}"' if url else ""))
    for old in (root / ".stork").glob("votes.sqlite*"):
        old.unlink()
    if (root / ".stork" / "samples.lance").exists():
        return
    chance = random.Random(0)
    words = ["".join(chance.choices("abcdefghijklmnoprstuw", k=chance.randint(2, 9))) for _ in range(5000)]
    with (root / "messages.jsonl").open("w") as file:
        for number in range(samples):
            file.write(json.dumps({"message": f"{number} {' '.join(chance.choices(words, k=30))}"}) + "\n")
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "datastork", "build", "-q", str(root)], check=True)
    print(f"(built {samples:,} texts in {time.monotonic() - began:.1f} s)")


@dataclass
class Server:
    """A running app, as its annotators and its figures see it."""

    process: "subprocess.Popen[str]"
    url: str
    link: str
    seconds: float
    cpu_at_start: float

    @classmethod
    def start(cls, root: Path, port: int = 0) -> "Server":
        """Start it and wait for the link."""
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "datastork", "label", str(root), "--json", "--no-browser", "--port", str(port)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        return cls(process, told["url"], told["link"], time.monotonic() - began, cpu(process.pid))

    def owner(self) -> httpx.Client:
        """Return the owner's client."""
        client = httpx.Client(base_url=self.url, headers={"X-Stork": "1"}, timeout=60)
        assert client.get(self.link).status_code == 303
        return client

    def annotators(self, owner: httpx.Client, names: list[str]) -> list["Annotator"]:
        """Let people in and return what `annotate` needs of each."""
        found = []
        for name in names:
            token = owner.post("/api/owner/invites", json={"role": "annotator"}).json()["path"].rpartition("/")[2]
            with httpx.Client(base_url=self.url, headers={"X-Stork": "1"}, timeout=60) as client:
                client.post("/api/join", json={"token": token, "name": name}).raise_for_status()
                found.append(Annotator(self.url, dict(client.cookies)))
        return found

    def stop(self, number: int = signal.SIGINT) -> float:
        """End it; return the seconds that took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait()
        return time.monotonic() - began


@dataclass
class Annotator:
    """Somebody who gets tasks and answers them; plain, so that it travels to a process of its own."""

    url: str
    cookies: dict[str, str]

    def client(self) -> httpx.Client:
        """Return a client with the session."""
        return httpx.Client(base_url=self.url, headers={"X-Stork": "1"}, cookies=self.cookies, timeout=60)

    def next(self, client: httpx.Client) -> Any:
        """Return a task, or None."""
        tasks = client.post("/api/next", json={"count": 1}).json()["tasks"]
        return tasks[0] if tasks else None

    def submit(self, client: httpx.Client, task: Any, name: str = "") -> str:
        """Answer a task; return the uuid of what was acknowledged."""
        one = {
            "uuid": name or str(uuid.uuid4()),
            "item": task["item"],
            "answers": {"label": {"value": "ham"}},
            "seconds": 2.0,
            "device": "desktop",
            "schema_version": 1,
            "created_at": "2026-01-31T08:00:00.000Z",
        }
        told = client.post("/api/votes", json={"submissions": [one]}).json()
        assert told["saved"] + told["known"] == [one["uuid"]], told
        return str(one["uuid"])


@dataclass
class Times:
    """Milliseconds of each request."""

    next: list[float] = field(default_factory=list)
    submit: list[float] = field(default_factory=list)
    seconds: float = 0.0


def annotate(who: Annotator, cycles: int) -> Times:
    """Ask and answer so many times."""
    times = Times()
    with who.client() as client:
        client.get("/api/health")  # the connection is there
        began = time.monotonic()
        for _ in range(cycles):
            at = time.perf_counter()
            task = who.next(client)
            got = time.perf_counter()
            if task is None:
                break
            who.submit(client, task)
            times.next.append(1000 * (got - at))
            times.submit.append(1000 * (time.perf_counter() - got))
        times.seconds = time.monotonic() - began
    return times


def ours(root: Path, given: argparse.Namespace) -> None:
    """Measure `stork label`."""
    Server.start(root).stop(signal.SIGKILL)  # modules compiled, files in the cache of the disk
    for old in (root / ".stork").glob("votes.sqlite*"):
        old.unlink()
    server = Server.start(root)
    print(f"start: link after {server.seconds:.2f} s ({server.cpu_at_start:.2f} s of CPU)")
    began = time.monotonic()
    with closing(server.owner()) as owner:

        def total() -> int:
            return int(owner.post("/api/next", json={"count": 0}).json()["left"]["total"])

        while total() < given.samples:
            time.sleep(0.05)
        print(f"import of {given.samples:,} samples: {time.monotonic() - began:.2f} s beside the running app")
        time.sleep(2)
        print(f"memory idle: {memory(server.process.pid):.0f} MB")
        names = [f"annotator {number}" for number in range(5)]
        people = server.annotators(owner, names)
    annotate(people[0], 50)
    before = cpu(server.process.pid)
    times = annotate(people[0], given.cycles)
    spent = 1000 * (cpu(server.process.pid) - before) / len(times.next)
    print(f"one annotator: next {told(times.next)}, submit {told(times.submit)}, {spent:.2f} ms of CPU per vote")
    before, began = cpu(server.process.pid), time.monotonic()
    with get_context("spawn").Pool(4) as pool:
        all_times = pool.starmap(annotate, [(one, given.cycles) for one in people[1:]])
    votes = sum(len(one.next) for one in all_times)
    spent = 1000 * (cpu(server.process.pid) - before) / votes
    rate = votes / max(one.seconds for one in all_times)
    each = [ms for one in all_times for ms in one.next], [ms for one in all_times for ms in one.submit]
    print(
        f"four annotators: {rate:.0f} votes/s, next {told(each[0])}, submit {told(each[1])}, {spent:.2f} ms of CPU each"
    )
    print(f"memory after {votes + len(times.next):,} votes: {memory(server.process.pid):.0f} MB")
    print(f"end by Ctrl-C: {server.stop():.2f} s")


def kills(root: Path, count: int) -> None:
    """Kill the server in a storm of submits and see whether an acknowledged vote is missing, or one is there twice."""
    from datastork.store.home import Home
    from datastork.store.votes import open_votes

    server = Server.start(root)
    port, chance = int(server.url.rpartition(":")[2]), random.Random(1)
    acknowledged: set[str] = set()
    over = threading.Event()

    def storm(who: Annotator) -> None:
        waiting: tuple[Any, str] | None = None
        with who.client() as client:
            while not over.is_set():
                try:
                    waiting = waiting or (who.next(client), str(uuid.uuid4()))
                    acknowledged.add(who.submit(client, *waiting))
                    waiting = None
                except httpx.TransportError:
                    over.wait(0.02)

    with closing(server.owner()) as owner:
        while not owner.post("/api/next", json={"count": 0}).json()["left"]["todo"]:
            time.sleep(0.1)
        people = server.annotators(owner, [f"storm {number}" for number in range(4)])
    threads = [threading.Thread(target=storm, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for _ in range(count):
        wait(lambda: len(acknowledged), 5)
        time.sleep(chance.uniform(0, 0.1))
        server.stop(signal.SIGKILL)
        server = Server.start(root, port)
    wait(lambda: len(acknowledged), 5)
    over.set()
    for thread in threads:
        thread.join()
    server.stop()
    with open_votes(Home(root)) as store:
        there = [vote.uuid.partition(":")[0] for vote in store.read.current() if vote.annotator.startswith("storm ")]
        audit = store.audit()
    missing = len(acknowledged - set(there))
    print(
        f"{count} × kill -9: {len(acknowledged):,} votes acknowledged, {missing} missing, "
        f"{len(there) - len(set(there))} twice, counters {audit or 'right'}"
    )


def wait(count: Callable[[], int], more: int) -> None:
    """Wait until a count has grown."""
    before = count()
    while count() < before + more:
        time.sleep(0.005)


def told(values: list[float]) -> str:
    """Return median and 95th percentile."""
    ordered = sorted(values)
    return f"p50 {statistics.median(ordered):.1f} p95 {ordered[int(0.95 * (len(ordered) - 1))]:.1f} ms"


def cpu(pid: int) -> float:
    """Return the CPU seconds of a process, user and system, threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    main()
