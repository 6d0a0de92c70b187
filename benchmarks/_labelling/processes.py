"""What processes cost, from /proc: CPU seconds, resident memory and its peak, of a process and all below it."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def family(roots: Iterable[int]) -> list[int]:
    """Return processes and all their descendants that live."""
    below: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            below.setdefault(int(fields[1]), []).append(int(folder.name))
    found, waiting = [], list(roots)
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += below.get(one, [])
    return found


def cpu(roots: Iterable[int]) -> float:
    """Return CPU seconds, user and system, of processes, their descendants, and those of these that ended."""
    stats = [fields for pid in family(roots) if (fields := _stat(pid))]
    return sum(int(one) for fields in stats for one in fields[11:15]) / TICK


def memory(roots: Iterable[int], what: str = "VmRSS") -> float:
    """Return resident memory in MB, summed over the family; `what` "VmHWM": the peak of each."""
    total = 0
    for pid in family(roots):
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(what + ":"))
    return total / 1e6


def forget_peaks(roots: Iterable[int]) -> None:
    """Let peaks of memory begin anew."""
    for pid in family(roots):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def end(process: "subprocess.Popen[str]") -> None:
    """End a process and all below it."""
    pids = family([process.pid])
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in pids[1:]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until(true: Callable[[], bool], seconds: float, every: float = 0.02) -> float:
    """Ask until the answer is yes; return the seconds it took, or raise TimeoutError."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"nothing after {seconds} s")
        time.sleep(every)
    return time.monotonic() - began


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
