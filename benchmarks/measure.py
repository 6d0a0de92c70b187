"""Run a command as a process of its own and say what it cost: CPU seconds, wall time, peak memory of its tree."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What a run cost. `cpu` is user + system time of the whole process tree, `memory` its peak in MB."""

    cpu: float
    wall: float
    memory: float
    code: int

    def __str__(self) -> str:
        return f"{self.cpu:7.2f} CPU s {self.wall:7.2f} s {self.memory:7.0f} MB"


def run(command: Sequence[str], *, timeout: float = 3600, **options: object) -> Cost:
    """Run a command and return its cost. Memory is sampled every 20 ms over the process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload]
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
    watcher.start()
    _, errors = process.communicate(timeout=timeout)
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        print(errors[-2000:], file=sys.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall, max(peak[0], 0.0), process.returncode)


def _watch(pid: int, peak: list[float]) -> None:
    page = os.sysconf("SC_PAGE_SIZE")
    while Path(f"/proc/{pid}").exists():
        total = 0
        for one in _tree(pid):
            try:
                total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * page
            except (OSError, IndexError):
                continue
        if not total:
            return
        peak[0] = max(peak[0], total / 1e6)
        time.sleep(0.02)


def _tree(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree(int(child))
    except OSError:
        pass  # it ended while we looked
    return found


def best(command: Sequence[str], times: int = 5) -> Cost:
    """Run a command several times and return the run with the least CPU."""
    return min((run(command) for _ in range(times)), key=lambda cost: cost.cpu)


def stork(*args: str) -> list[str]:
    """Return the command line of `stork` with this Python."""
    return [sys.executable, "-m", "datastork", *args]
