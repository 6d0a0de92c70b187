"""Worker processes for small samples: the same result, no orphans, a death that costs only what was in hand."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import datastork as ds
from datastork.core.errors import BuildError
from datastork.engine.context import Interrupted
from datastork.engine.interrupt import STOP
from datastork.engine.samples import inputs, processes, run
from datastork.store.samples import Samples

RECIPE = """
[dataset]
name = "messages"
task = "text-classification"
license = "CC0-1.0"

[[step]]
use   = "collect.table"
path  = "m.jsonl"
text  = "text"
label = "kind"

[[step]]
use   = "clean.text.normalise_case"

[[step]]
use = "clean.near_dup"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return messages(tmp_path, 300)


def messages(root: Path, count: int) -> Path:
    (root / "stork.toml").write_text(RECIPE)
    words = ["robin", "wren", "thrush", "lark", "heron", "stork", "crane", "ibis"]
    with (root / "m.jsonl").open("w") as file:
        for number in range(count):
            text = " ".join(words[(number * 7 + at * at + number // 8) % 8] for at in range(number % 40))
            file.write(json.dumps({"text": f"Number {number}: {text}", "kind": "ab"[number % 2]}) + "\n")
    os.utime(root / "m.jsonl", (1_000_000_000, 1_000_000_000))
    return root


@pytest.fixture
def in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MANY", 1)
    monkeypatch.setattr(inputs, "CHUNK_OF_SMALL", 16)


def content(root: Path) -> str:
    found: str = Samples(ds.open(root).home).record()["content_hash"]
    return found


def test_processes_and_threads_give_the_same(root: Path, in_processes: None, tmp_path_factory, monkeypatch) -> None:
    ds.open(root).build(workers=2)
    other = messages(tmp_path_factory.mktemp("threads"), 300)
    monkeypatch.setattr(run, "MANY", 10**9)
    ds.open(other).build(workers=2)

    assert content(root) == content(other)


def test_a_process_that_dies_is_told_and_what_was_finished_is_kept(root: Path, in_processes, monkeypatch) -> None:
    started = []
    start = processes._start
    monkeypatch.setattr(processes, "_start", lambda: started.append(start()) or started[-1])
    receive = processes._receive
    answers = []

    def dying(pipe):
        answers.append(1)
        if len(answers) == 5:
            for process in started:
                process.kill()
        return receive(pipe)

    monkeypatch.setattr(processes, "_receive", dying)
    with pytest.raises(BuildError, match="a worker process ended early"):
        ds.open(root).build(workers=2)
    assert all(process.poll() is not None for process in started)

    monkeypatch.undo()
    outcome = ds.open(root).build(workers=2)
    assert 0 < outcome.decoded < 300
    assert outcome.record["samples"]["total"] == 300


def test_asked_to_stop_it_commits_and_goes_on_later(root: Path, in_processes, monkeypatch) -> None:
    answers = []
    receive = processes._receive

    def stopping(pipe):
        answers.append(1)
        if len(answers) == 3:
            STOP.set()
        return receive(pipe)

    monkeypatch.setattr(processes, "_receive", stopping)
    with pytest.raises(Interrupted, match="of 300 inputs are finished"):
        ds.open(root).build(workers=2)

    monkeypatch.undo()
    outcome = ds.open(root).build(workers=2)
    assert 0 < outcome.decoded < 300


def test_no_process_outlives_a_killed_build(tmp_path: Path) -> None:
    messages(tmp_path, 60_000)
    build = subprocess.Popen(
        [sys.executable, "-m", "datastork", "build", "-q", "--workers", "2", str(tmp_path)], stderr=subprocess.DEVNULL
    )
    try:
        children = until(lambda: workers_of(build.pid))
    finally:
        build.send_signal(signal.SIGKILL)
        build.wait()
    assert len(children) == 2

    until(lambda: not any(is_worker(child) for child in children))


def workers_of(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    workers = [int(one) for one in found if is_worker(int(one))]
    return workers if len(workers) == 2 else []


def is_worker(pid: int) -> bool:
    try:
        return b"serve_forever" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):  # it has ended
        return False


def until(true, seconds: float = 300.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.005)
    raise AssertionError("it never came true")


PLUGIN = '''
import os
import subprocess

from datastork.core import step
from datastork.media.text import Text


@step
def odd(text: Text) -> Text:
    """Print, read what there is to read, and let a program do so."""
    print("a step speaks")
    os.write(1, b"and its program")
    assert os.read(0, 1) == b""
    if text.content.startswith("Number 7:"):
        assert subprocess.run(["cat"], capture_output=True, check=True).stdout == b""
    return text.replaced(text.content + "!")
'''


def test_a_step_of_a_plugin_may_print_and_read_and_what_lies_around_is_not_imported(
    root: Path, in_processes: None, tmp_path_factory, monkeypatch, capfd
) -> None:
    plugins = tmp_path_factory.mktemp("plugins")
    (plugins / "odd_steps.py").write_text(PLUGIN)
    info = plugins / "odd_steps-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-steps\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[datastork.steps]\nclean.text.odd = odd_steps:odd\n")
    monkeypatch.syspath_prepend(plugins)
    around = tmp_path_factory.mktemp("around")
    (around / "queue.py").write_text("raise SystemExit('this is not the queue')")
    monkeypatch.chdir(around)
    (root / "stork.toml").write_text(RECIPE.replace("clean.text.normalise_case", "clean.text.odd"))

    outcome = ds.open(root).build(workers=2)

    assert outcome.record["samples"]["quarantined"] == 0
    assert outcome.decoded == 300
    assert "a step speaks" in capfd.readouterr().err
