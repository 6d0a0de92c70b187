"""What is asked of every tool, and one run of it."""

import os
import statistics
import time
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

from label_server import Times, annotate

from _labelling.processes import cpu, forget_peaks, memory

REST = 5.0  # seconds after which a server counts as idle
HELPERS_END = 70.0  # … and after which ours has ended its helpers


class Tool(Protocol):
    """A labelling tool with a dataset in it."""

    name: str
    roots: list[int]  # processes whose families are the server

    def start(self) -> None:
        """Start the server; returns once it answers."""

    def fill(self, texts: Path) -> None:
        """Bring the texts in, up to where they can be labelled."""

    def people(self, names: list[str]) -> list[Any]:
        """Return annotators, as `label_server.annotate` wants them."""

    def export(self, to: Path) -> int:
        """Write all samples with their answers to a file; return how many there are."""

    def stop(self) -> None:
        """End it."""


@dataclass
class Figures:
    """One run."""

    tool: str
    samples: int
    load: float
    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    ms: dict[str, float] = field(default_factory=dict)
    votes_per_second: float = 0.0
    exported: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it with rounded numbers."""
        found = asdict(self)
        return {k: {n: round(x, 5) for n, x in v.items()} if isinstance(v, dict) else v for k, v in found.items()}


def measure(tool: Tool, texts: Path, samples: int, cycles: int, together: int, scratch: Path) -> Figures:
    """Fill, start anew, let one and then four annotators label, and write everything out."""
    try:
        return _measure(tool, texts, samples, cycles, together, scratch)
    finally:
        tool.stop()


def _measure(tool: Tool, texts: Path, samples: int, cycles: int, together: int, scratch: Path) -> Figures:
    found = Figures(tool.name, samples, os.getloadavg()[0])
    _timed(found, tool, "set up and start", tool.start)
    _timed(found, tool, "import", lambda: tool.fill(texts))
    people = tool.people([f"annotator{number}" for number in range(5)])
    tool.stop()

    _timed(found, tool, "start", tool.start)
    with people[0].client() as client:
        began = time.monotonic()
        assert people[0].next(client) is not None
        found.seconds["first task after start"] = time.monotonic() - began
    time.sleep(REST)
    found.memory["idle"] = memory(tool.roots)
    if getattr(tool, "helpers", False):
        time.sleep(HELPERS_END)
        found.memory["idle later"] = memory(tool.roots)
    annotate(people[0], 10)
    before = cpu(tool.roots)
    one = annotate(people[0], cycles)
    found.cpu["vote"] = (cpu(tool.roots) - before) / len(one.next)
    _told(found, "one", [one])
    before = cpu(tool.roots)
    with get_context("spawn").Pool(4) as pool:
        four = pool.starmap(annotate, [(who, together) for who in people[1:]])
    votes = sum(len(times.submit) for times in four)
    found.cpu["vote of four"] = (cpu(tool.roots) - before) / votes
    found.votes_per_second = votes / max(times.seconds for times in four)
    _told(found, "four", four)
    found.memory["after"] = memory(tool.roots)
    forget_peaks(tool.roots)
    _timed(found, tool, "export", lambda: setattr(found, "exported", tool.export(scratch / f"{tool.name}.json")))
    found.memory["peak of export"] = getattr(tool, "export_peak", 0) or memory(tool.roots, "VmHWM")
    return found


def _timed(found: Figures, tool: Tool, name: str, work: Any) -> None:
    before = cpu(tool.roots) if tool.roots else 0.0
    own = os.times()
    began = time.monotonic()
    work()
    found.seconds[name] = time.monotonic() - began
    # the server's, and that of commands which ran and ended here
    ended = os.times().children_user + os.times().children_system - own.children_user - own.children_system
    found.cpu[name] = cpu(tool.roots) - before + ended


def _told(found: Figures, who: str, all_times: list[Times]) -> None:
    for what in ("next", "submit"):
        values = sorted(ms for times in all_times for ms in getattr(times, what))
        found.ms[f"{what} {who} p50"] = statistics.median(values)
        found.ms[f"{what} {who} p95"] = values[int(0.95 * (len(values) - 1))]
