"""`stork build --watch` builds when there is something new, survives what fails, and ends with Ctrl-C."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

import datastork
from datastork.cli.commands import build as command
from datastork.collect._watch import finished
from datastork.core.errors import BuildError, LockedError, RecipeError
from datastork.engine import watch as watching
from datastork.engine.watch import LONGEST_WAIT, Round, look, watch
from datastork.store.home import Home
from datastork.store.lock import locked

RECIPE = """
[dataset]
name    = "watched"
license = "CC0-1.0"
task    = "text-classification"

[[step]]
use      = "collect.watch"
path     = "inbox"
finished = "renamed"
label    = "folder"

[[step]]
use = "label.resolve"
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return a dataset over an inbox with one text."""
    (tmp_path / "stork.toml").write_text(RECIPE)
    put(Home(tmp_path), "one")
    return Home(tmp_path)


def put(home: Home, text: str, name: str = "") -> None:
    """Write a text as a careful program does: under a temporary name."""
    folder = home.root / "inbox" / "news"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "x.part").write_text(text)
    (folder / "x.part").rename(folder / (name or f"{text}.txt"))


class Done(Exception):
    """The test has seen enough."""


def rounds(home: Home, *acts: Callable[[], Any], interval: float = 5.0) -> tuple[list[Round], list[float]]:
    """Watch, doing one act in each wait; return the rounds, and how long each wait was to be."""
    left, seen, waits = list(acts), [], []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if not left:
            raise Done
        left.pop(0)()

    with pytest.raises(Done):
        seen.extend(iter_into(seen, watch(home, interval=interval, wait=wait)))
    return seen, waits


def iter_into(seen: list[Round], source: Any) -> list[Round]:
    for one in source:
        seen.append(one)
    return []


def kept(one: Round) -> int:
    assert one.outcome is not None, one.error
    found: int = one.outcome.record["samples"]["kept"]
    return found


def test_a_new_file_is_a_reason_to_build_and_nothing_else_is(home: Home) -> None:
    nothing = lambda: None  # noqa: E731
    unfinished = lambda: (home.root / "inbox/news/later.part").write_text("half")  # noqa: E731

    seen, waits = rounds(
        home, nothing, unfinished, lambda: put(home, "two"), nothing, lambda: put(home, "2", "one.txt")
    )

    assert [kept(one) for one in seen] == [1, 2, 2]
    assert [one.number for one in seen] == [1, 2, 3]
    assert all(one.outcome is not None and one.outcome.changed for one in seen)
    assert all(seconds >= 5.0 for seconds in waits)


def test_a_file_that_settles_is_a_reason_though_nothing_changes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.root / "stork.toml").write_text(RECIPE.replace('"renamed"', '"settled"'))
    began, ahead = time.time(), [0.0]
    monkeypatch.setattr(finished.time, "time", lambda: began + ahead[0])

    seen, _ = rounds(home, lambda: ahead.__setitem__(0, 5.0), lambda: ahead.__setitem__(0, 11.0))

    assert [type(seen[0].error), kept(seen[1])] == [BuildError, 1]


def test_a_round_that_fails_is_told_and_the_watch_goes_on(home: Home) -> None:
    broken = lambda: (home.root / "stork.toml").write_text(RECIPE + "[[step]]\nuse = 'clean.exact_dub'\n")  # noqa: E731
    no_toml = lambda: (home.root / "stork.toml").write_text("[[")  # noqa: E731
    mended = lambda: (home.root / "stork.toml").write_text(RECIPE + "# fine\n")  # noqa: E731

    seen, _ = rounds(home, broken, lambda: None, no_toml, mended, lambda: put(home, "two"))

    assert [type(one.error) for one in seen] == [type(None), RecipeError, RecipeError, type(None), type(None)]
    assert kept(seen[-1]) == 2


def test_an_error_nobody_thought_of_does_not_end_the_watch(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "build", lambda *_, **__: 1 / 0)

    seen, _ = rounds(home, lambda: put(home, "two"))

    assert [type(one.error) for one in seen] == [ZeroDivisionError] * 2


def test_what_may_pass_by_itself_is_tried_again_less_and_less_often(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(watching, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    tick = lambda: clock.__setitem__(0, clock[0] + 1.0)  # noqa: E731
    at: list[float] = []
    build = watching.build
    monkeypatch.setattr(watching, "build", lambda *args, **more: at.append(clock[0]) or build(*args, **more))
    home.create()
    with locked(home):
        seen, _ = rounds(home, *[tick] * 300, interval=1.0)

    assert {type(one.error) for one in seen} == {LockedError}
    gaps = [later - sooner for sooner, later in pairwise(at)]
    assert gaps[:5] == [2, 4, 8, 16, 32]
    assert set(gaps[5:]) == {LONGEST_WAIT}
    seen, _ = rounds(home)
    assert kept(seen[0]) == 1


def test_a_look_that_takes_long_is_taken_less_often(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]

    def slow(home: Home) -> str:
        clock[0] += 30.0
        return "same"

    monkeypatch.setattr(watching, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(watching, "look", slow)

    assert rounds(home, interval=1.0)[1] == [120.0]


def test_other_files_that_the_recipe_names_are_looked_at(home: Home) -> None:
    (home.root / "words.txt").write_text("a")
    (home.root / "stork.toml").write_text(RECIPE + '[[step]]\nuse = "x"\nwords = ["words.txt"]\nn = 3\nt = "\\u0000"\n')
    before = look(home)
    assert look(home) == before
    (home.root / "words.txt").write_text("ab")
    assert look(home) != before


def test_the_command_tells_each_round_in_one_line(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def two(home: Home, **settings: Any) -> Any:
        yield from list(_first(home))
        yield Round(2, 0.1, error=RecipeError(["first\x1b[2J", "second"], hint="mend it"))

    def _first(home: Home) -> Any:
        yield Round(1, 0.5, outcome=datastork.open(home.root).build())
        yield Round(1, 0.5, outcome=datastork.open(home.root).build())

    monkeypatch.setattr(watching, "watch", two)
    plain = CliRunner().invoke(command.command, [str(home.root), "--watch"], catch_exceptions=False)
    assert [line[8:].rsplit("(", 1)[0] for line in plain.stdout.splitlines()] == [
        "  version 1 is new: 1 sample kept, of 1 seen ",
        "  version 1 is up to date: 1 sample kept, of 1 seen ",
    ]
    assert "  not built: the recipe has 2 problems: first\\x1b[2J second mend it" in plain.stderr
    ran = CliRunner().invoke(command.command, [str(home.root), "--watch", "--json"], catch_exceptions=False)
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [one["ok"] for one in found] == [True, True, False]
    assert found[0]["version"] == 1
    assert found[2]["error"] == "RecipeError"
    quiet = CliRunner().invoke(command.command, [str(home.root), "--watch", "-q"], catch_exceptions=False)
    assert quiet.stdout == ""
    assert "not built" in quiet.stderr


@pytest.mark.parametrize("interval", ["0", "-1", "nan"])
def test_it_cannot_be_made_to_spin(home: Home, interval: str) -> None:
    ran = CliRunner().invoke(command.command, [str(home.root), "--watch", "--interval", interval])

    assert ran.exit_code == 2


def test_ctrl_c_ends_it_and_the_dataset_is_whole(home: Home) -> None:
    args = [sys.executable, "-m", "datastork", "build", "--watch", "--json", "--interval", "0.1", str(home.root)]
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            first = json.loads(process.stdout.readline())
            put(home, "two")
            second = json.loads(process.stdout.readline())
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=300)
        finally:
            process.kill()  # says nothing to one that has ended

    assert (first["version"], second["version"]) == (1, 2)
    assert second["samples"]["kept"] == 2
    assert process.returncode == 130, told
    assert "stopped" in told
    assert not datastork.open(home.root).build().changed
