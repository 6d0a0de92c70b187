"""Killed, stopped or spread over workers: the dataset comes out the same."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.engine.conftest import STEPS, write_picture

import datastork as ds
from datastork.store.samples import content_hash


def stork(*args: str) -> list[str]:
    return [sys.executable, "-m", "datastork", *args]


def twin(root: Path, name: str) -> Path:
    """Return a second dataset over the very same files."""
    other = root.parent / name
    other.mkdir()
    (other / "raw").symlink_to(root / "raw")
    (other / "stork.toml").write_text((root / "stork.toml").read_text())
    return other


@pytest.fixture
def large(make) -> Path:
    """Enough pictures, large enough, that a build can be caught in the middle."""
    root = make(0, steps=STEPS)
    for seed in range(160):
        write_picture(root / "raw" / ("cat" if seed % 2 else "dog") / f"{seed:04}.png", seed, size=400)
    return root


def written(root: Path) -> int:
    """Return how many files a build has written so far."""
    return sum(len(files) for _, _, files in os.walk(root / ".stork"))


def killed_midway(root: Path, more: int) -> bool:
    """Start a build and kill it once it wrote some more files; false where it ended first."""
    before = written(root)
    process = subprocess.Popen(stork("build", "-q", str(root)), stderr=subprocess.DEVNULL)
    while process.poll() is None and written(root) < before + more:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)  # says nothing to a process that has ended
    return process.wait() == -signal.SIGKILL


def test_killed_at_random_moments_the_build_ends_up_the_same(large):
    whole, killed = twin(large, "whole"), twin(large, "killed")
    subprocess.run(stork("build", "-q", str(whole)), check=True)
    share = written(whole) // 4
    rng = random.Random(7)

    kills = [killed_midway(killed, rng.randint(1, share)) for _ in range(4)]
    subprocess.run(stork("build", "-q", str(killed)), check=True)

    assert kills[:2] == [True, True]
    assert content_hash(ds.open(killed).samples()) == content_hash(ds.open(whole).samples())


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(large):
    passes = large / ".stork" / "passes"
    with subprocess.Popen(stork("build", str(large)), stderr=subprocess.PIPE, text=True) as process:
        try:
            while process.poll() is None and not any(passes.glob("*.lance/data/*")):
                time.sleep(0.002)
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=300)
        finally:
            process.kill()  # says nothing to one that has ended

    assert process.returncode == 130, told
    assert "inputs are finished and committed" in told
    assert "nothing finished is done again" in told
    assert ds.open(large).build().decoded < 160


def test_one_worker_or_two_make_the_same_dataset(large):
    hashes = []
    for workers in ("1", "2"):
        root = twin(large, f"workers{workers}")
        subprocess.run(stork("build", "-q", str(root), "--workers", workers), check=True)
        hashes.append(content_hash(ds.open(root).samples()))

    assert hashes[0] == hashes[1]


@pytest.mark.ray
def test_a_ray_cluster_makes_the_same_dataset(large):
    pytest.importorskip("ray", reason="needs datastork[ray]")
    here, there = twin(large, "here"), twin(large, "there")
    subprocess.run(stork("build", "-q", str(here)), check=True)
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0"}

    subprocess.run(stork("build", "-q", str(there), "--on", "ray"), check=True, env=environment)

    assert content_hash(ds.open(there).samples()) == content_hash(ds.open(here).samples())
