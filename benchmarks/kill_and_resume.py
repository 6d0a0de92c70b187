"""Kill a build with SIGKILL at random moments, start it again each time, and compare with one that was left alone.

python benchmarks/kill_and_resume.py [--kills 20] [--count 600]
"""

import argparse
import random
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from image_pipeline import RECIPE
from photos import make

import datastork as ds
from datastork.store.samples import content_hash
from measure import stork


def main() -> None:
    """Kill, resume, compare, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--count", type=int, default=600)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    root = Path(tempfile.mkdtemp())
    make(root / "raw", given.count)
    (root / "stork.toml").write_text(RECIPE)
    started = time.monotonic()
    subprocess.run(stork("build", "-q", str(root)), check=True)
    duration = time.monotonic() - started
    expected = content_hash(ds.open(root).samples())
    rng = random.Random(given.seed)
    killed = equal = builds = 0
    while killed < given.kills:
        shutil.rmtree(root / ".stork")
        while True:  # one dataset, killed again and again until a build ends
            process = subprocess.Popen(stork("build", "-q", str(root)))
            try:
                process.wait(timeout=rng.uniform(0.2, 1.0) * duration)
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
        builds += 1
        equal += content_hash(ds.open(root).samples()) == expected
    print(
        f"{killed} kills in {builds} datasets; {equal} of {builds} identical to the build left alone ({expected[:16]})"
    )
    shutil.rmtree(root)
    if equal != builds:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
