"""Measure annotation files out and in: samples a second, and that memory does not grow with their number.

    python benchmarks/formats.py [--counts 10000,100000] [--forms label-studio,coco,jsonl]

Every sample is an image with three boxes by one annotator (the Label Studio tasks also with a choice). Each run is a
process of its own; memory is the most it held, less what Python with its imports holds before the first sample.
To compare: Label Studio 1.23.2 took 276 s to export 100,000 tasks with one choice each.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FORMS = "label-studio,coco,jsonl"
CLASSES = ("car", "dog", "bird", "boat")


def questions() -> list[Any]:
    """Return what was asked."""
    from datastork.core.questions import LabelClass, Question

    classes = tuple(LabelClass(one, one) for one in CLASSES)
    return [Question("boxes", "boxes", classes=classes), Question("kind", "choice", classes=classes)]


def samples(count: int) -> Iterator[Any]:
    """Yield images with three boxes each."""
    from datastork.core.votes import CastVote
    from datastork.formats.record import Annotated

    for at in range(count):
        name = f"images/{at:07d}.jpg"
        known: dict[str, Any] = {
            "sample": name,
            "annotator": "ann",
            "created_at": "2026-01-01T00:00:00Z",
            "seconds": 4.5,
        }
        boxes = [
            {"label": CLASSES[(at + k) % 4], "x": 10.0 + at % 97, "y": 5.0 * k, "width": 40.5, "height": 20.25}
            for k in range(3)
        ]
        identity = f"00000000-0000-4000-8000-{at:012d}"
        votes = (
            CastVote(question="boxes", value=boxes, uuid=identity, **known),
            CastVote(question="kind", value=CLASSES[at % 4], uuid=identity[::-1], **known),
        )
        yield Annotated(name, votes, width=640, height=480)


def one(form: str, way: str, count: int, path: Path) -> dict[str, float]:
    """Write or read once, in this process; return seconds, samples and megabytes."""
    from datastork.formats import catalog
    from datastork.formats.format import Refused

    found, asked = catalog.find(form), questions()
    warm = path.with_name("warm")
    found.write(warm, samples(100), asked)
    list(found.read(warm, asked))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, cpu = time.perf_counter(), time.process_time()
    if way == "out":
        done = found.write(path, samples(count), asked).count
    else:
        done = 0
        for sample in found.read(path, asked):
            assert not isinstance(sample, Refused), sample
            done += 1
    assert done == count
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "grown": (after - before) / 1024,
        "size": path.stat().st_size / 1e6,
    }


def main() -> None:
    """Run every form out and in, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--counts", default="10000,100000")
    parser.add_argument("--forms", default=FORMS)
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        form, way, count, path = args.one
        print(json.dumps(one(form, way, int(count), Path(path))))
        return
    print(f"{'form':14}{'way':>5}{'samples':>9}{'s':>8}{'CPU s':>8}{'samples/s':>11}{'file MB':>9}{'memory MB':>11}")
    for form in args.forms.split(","):
        for count in map(int, args.counts.split(",")):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "annotations"
                for way in ("out", "in"):
                    command = [sys.executable, __file__, "--one", form, way, str(count), str(path)]
                    (Path(folder) / "warm").unlink(missing_ok=True)
                    (Path(folder) / "warm.config.xml").unlink(missing_ok=True)
                    done = subprocess.run(command, capture_output=True, text=True, check=True)
                    said = json.loads(done.stdout)
                    rate = count / said["seconds"]
                    print(
                        f"{form:14}{way:>5}{count:>9,}{said['seconds']:>8.1f}{said['cpu']:>8.1f}{rate:>11,.0f}"
                        f"{said['size']:>9.1f}{said['grown']:>11.1f}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
