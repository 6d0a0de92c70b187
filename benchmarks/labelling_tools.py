"""Labelling beside Label Studio and doccano: one input, one run, the same clients.

    python benchmarks/labelling_tools.py [--tools stork,postgres,label-studio,doccano] [--samples 100000]
        [--cycles 200] [--together 50] [--nice -15] [--folder DIR] [--json FILE] [--peers /tmp/peers] [--pages]

The texts are those of `label_server.py`: thirty words, one choice of two. Each annotator is a process of its own with
a session and one connection, asks for a task and answers it. CPU time and memory are those of all processes of the
server (and of PostgreSQL, where one is used), those that ended included, clients excluded. The server is started anew
between the import and the labelling. `--nice` runs servers and clients alike before the other work of a busy machine.
Label Studio 1.23.2: `label-studio start`, SQLite, which is what pip gives; users with sessions; telemetry and checks
for updates off. doccano 1.8.4: gunicorn and celery as its own commands start them, on loopback, with tokens. Import is
from JSON to where it can be labelled: for ours `stork build` (which also checks, describes and stores for ever) and the
queue; their import is the HTTP upload. Export: every sample with its answers, as Label Studio's JSON (doccano: JSONL).
`--pages` counts what a browser loads to show the labelling page for each kind of question.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
from pathlib import Path

from _labelling.doccano import Doccano
from _labelling.label_studio import LabelStudio
from _labelling.postgres import postgres
from _labelling.stork import Stork
from _labelling.tool import Figures, measure

MOST_DOCCANO = 10_000


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tools", default="stork,postgres,label-studio,doccano")
    options.add_argument("--samples", type=int, default=100_000)
    options.add_argument("--cycles", type=int, default=200)
    options.add_argument("--together", type=int, default=50)
    options.add_argument("--nice", type=int, default=0)
    options.add_argument("--folder", type=Path)
    options.add_argument("--json", type=Path)
    options.add_argument("--peers", type=Path, default=Path("/tmp/peers"))
    options.add_argument("--pages", action="store_true")
    given = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # so that the servers are ended, too
    if given.nice:
        os.nice(given.nice)
    with tempfile.TemporaryDirectory(dir="/tmp") as scratch:
        place = given.folder or Path(scratch)
        if given.pages:
            from _labelling.pages import pages

            pages(place)
            return
        for name in given.tools.split(","):
            found = run(name, given, place, Path(scratch))
            show(found)
            if given.json:
                with given.json.open("a") as file:
                    file.write(json.dumps(found.as_json()) + "\n")


def run(name: str, given: argparse.Namespace, place: Path, scratch: Path) -> Figures:
    """Measure one tool."""
    samples = min(given.samples, MOST_DOCCANO) if name == "doccano" else given.samples
    root = place / f"messages-{samples}"
    ours = Stork(root, samples)  # makes the texts, too
    texts = root / "messages.jsonl"
    rest = (texts, samples, given.cycles, given.together, scratch)
    if name == "label-studio":
        return measure(
            LabelStudio(given.peers / "label-studio", scratch / "label-studio", place / "label-studio-new"), *rest
        )
    if name == "label-studio-postgres":
        with postgres() as (port, pid):
            return measure(LabelStudio(given.peers / "label-studio", scratch / "ls-pg", None, port, [pid]), *rest)
    if name == "doccano":
        return measure(Doccano(given.peers / "doccano", scratch / "doccano"), *rest)
    if name == "postgres":
        with postgres() as (port, pid):
            url = f"postgresql://bench@127.0.0.1:{port}/postgres"
            return measure(Stork(root, samples, url, [pid]), *rest)
    built = ours.build()
    found = measure(ours, *rest)
    found.seconds["build"], found.cpu["build"] = built
    found.seconds["link after start"] = ours.link_seconds
    return found


def show(found: Figures) -> None:
    """Print one tool's figures."""
    print(f"\n{found.tool}: {found.samples:,} samples, load {found.load:.1f} on {os.cpu_count()} cores")
    for what, seconds in found.seconds.items():
        more = f", {found.cpu[what]:.2f} s of CPU" if what in found.cpu else ""
        rate = f" ({found.samples / seconds:,.0f}/s)" if what in ("import", "export") else ""
        print(f"  {what}: {seconds:.2f} s{rate}{more}")
    print("  memory, MB: " + ", ".join(f"{what} {mb:.0f}" for what, mb in found.memory.items()))
    print("  ms: " + ", ".join(f"{what} {ms:.1f}" for what, ms in found.ms.items()))
    print(
        f"  four annotators: {found.votes_per_second:.1f} votes/s; CPU per vote {1000 * found.cpu['vote']:.2f} ms, "
        f"of four {1000 * found.cpu['vote of four']:.2f} ms; {found.exported:,} samples exported"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
