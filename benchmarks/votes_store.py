"""How quick the store of votes is: sync, next and cast at 100,000 samples, bulk import, reading a million votes.

python benchmarks/votes_store.py [--items 100000] [--votes 1000000] [--url postgresql://…] [--only next,bulk,table]

Programs killed in a storm of votes: DATASTORK_KILLS=50 pytest -s tests/store/votes/test_kill.py
"""

import argparse
import os
import resource
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from datastork.core.labelling import LabelPlan
from datastork.core.questions import Question
from datastork.core.votes import CastVote
from datastork.store.home import Home
from datastork.store.votes import Item, Lease, VoteStore, open_votes

AT = "2026-01-31T08:00:00.000Z"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--items", type=int, default=100_000)
    options.add_argument("--votes", type=int, default=1_000_000)
    options.add_argument("--url")
    options.add_argument("--only", default="next,bulk,table")
    given = options.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for part in given.only.split(","):
        with tempfile.TemporaryDirectory() as folder:
            url = None if given.url is None else f"{given.url}?schema=bench_{uuid.uuid4().hex[:8]}"
            with open_votes(Home(Path(folder)), url) as store:
                {"next": queue, "bulk": bulk, "table": table}[part](store, given)


def queue(store: VoteStore, given: argparse.Namespace) -> None:
    """Sync, then next and cast: at first, after 50,000 own answers, and with four annotators at once."""
    before = memory()
    took("sync", lambda: store.queue.sync(made(given.items), 1))
    took("sync again", lambda: store.queue.sync(made(given.items), 2))
    print(f"memory of the process: {before} MiB before, {memory()} MiB after")
    plan = LabelPlan(questions=(Question("label", "choice"),), overlap=3)
    took("overlap 3 adopted", lambda: store.queue.adopt(plan))
    for name in ("ada", "ben", "cyd", "dan"):
        store.people.add(name)
    cycles("one annotator", store, plan, "ada", 300)
    half = min(50_000, given.items // 2)
    took(f"{half} answers of ada", lambda: [store.cast(part) for part in parts("ada", half)])
    cycles("after them", store, plan, "ada", 300)
    cycles("another annotator", store, plan, "ben", 300)
    for order in ("random", "uncertainty", "mix"):
        changed = LabelPlan(questions=plan.questions, overlap=3, order=order)
        cycles(f"order {order}", store, changed, "ada", 200)
    together(store, plan)
    took("left", lambda: store.queue.left("ada"))
    took("audit", lambda: print("  audit:", store.audit() or "clean"))
    print(f"memory of the process: {memory()} MiB")


def bulk(store: VoteStore, given: argparse.Namespace) -> None:
    """Import 100,000 votes, and once more."""
    store.queue.sync(made(given.items), 1)
    votes = list(islice(many(), 100_000))
    took("cast of 100,000 votes", lambda: store.cast(votes))
    took("the same again", lambda: store.cast(votes))


def table(store: VoteStore, given: argparse.Namespace) -> None:
    """Read a million votes."""
    source, count = many(), 0
    while count < given.votes and (part := list(islice(source, min(100_000, given.votes - count)))):
        count += len(part)
        store.cast(part)
    before = memory()
    took(f"current() over {count:,}", lambda: sum(1 for _ in store.read.current()))
    print(f"memory of the process: {before} MiB before, {memory()} MiB after")
    took(f"table() of {count:,}", lambda: store.read.table().num_rows)
    took("key()", store.read.key)
    took("counts()", store.read.counts)


def made(count: int) -> Iterator[Item]:
    """Yield items."""
    for number in range(count):
        media = {"modality": "image", "format": "JPEG", "pass": "3f9a", "row": number, "width": 640, "height": 480}
        yield Item(f"{number * 2_654_435_761 % (1 << 64):024x}", number, media, columns={"label": "dog"})


def many() -> Iterator[CastVote]:
    """Yield votes of ten annotators."""
    for item in made(1 << 40):
        for number in range(10):
            yield vote(item.sample, f"annotator {number}")


def parts(annotator: str, count: int) -> Iterator[list[CastVote]]:
    """Yield votes of one annotator on the first items."""
    votes = (vote(item.sample, annotator) for item in made(count))
    while part := list(islice(votes, 5_000)):
        yield part


def vote(sample: str, annotator: str, repeat: int = 0) -> CastVote:
    """Return a vote."""
    return CastVote(
        sample=sample,
        question="label",
        annotator=annotator,
        value="dog",
        uuid=f"{uuid.uuid4()}:label",
        created_at=AT,
        confidence=0.75,
        seconds=2.5,
        device="desktop",
        repeat=repeat,
    )


def cycles(what: str, store: VoteStore, plan: LabelPlan, annotator: str, count: int) -> None:
    """Time next and cast, one item after the other as the app does: a task handed out for each that is answered."""
    have: list[Lease] = []
    nexts, casts = [], []
    started = time.process_time()
    for _ in range(count):
        at = time.perf_counter()
        have += store.queue.next(annotator, count=5 - len(have), have=[one.sample for one in have], plan=plan)
        nexts.append(time.perf_counter() - at)
        one = have.pop(0)
        at = time.perf_counter()
        store.cast([vote(one.sample, annotator, one.repeat)])
        casts.append(time.perf_counter() - at)
    cpu = (time.process_time() - started) / count * 1e3
    store.queue.release(annotator, [one.sample for one in have])
    print(f"{what}: next {spread(nexts)}, cast {spread(casts)}; {cpu:.2f} ms of CPU for both")


def together(store: VoteStore, plan: LabelPlan) -> None:
    """Four annotators at once."""
    names = ("ada", "ben", "cyd", "dan")
    threads = [threading.Thread(target=cycles, args=(f"  {name} of four", store, plan, name, 150)) for name in names]
    at = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    print(f"four annotators: {600 / (time.perf_counter() - at):.0f} votes/s")


def spread(seconds: list[float]) -> str:
    """Return median and 95th percentile."""
    return f"{statistics.median(seconds) * 1e3:.1f}/{statistics.quantiles(seconds, n=20)[-1] * 1e3:.1f} ms"


def took(what: str, work: Callable[[], object]) -> None:
    """Print how long something took."""
    at, cpu = time.perf_counter(), time.process_time()
    result = work()
    shown = f" -> {result}" if result is not None and not isinstance(result, list) else ""
    spent = f"{time.perf_counter() - at:.2f} s, {time.process_time() - cpu:.2f} s of CPU here"
    print(f"{what}: {spent}{shown}", flush=True)


def memory() -> int:
    """Return the largest memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
