"""`stork clean-next --ask` at a terminal: rows come in the order of the step, answers are votes, none is lost."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from datastork.dataset import Dataset
from datastork.dataset import open as open_dataset

RECIPE = """
[dataset]
name    = "people"
task    = "table-classification"
license = "CC0-1.0"

[[step]]
use  = "collect.table"
path = "people.csv"

[[step]]
use   = "clean.table.units"
units = ["ran: minutes (maybe hours)"]

[[step]]
use = "split.random"

[label]
suggest = "suspects"

[[label.question]]
kind = "cells"
ask  = "Which cells are wrong?"
"""
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("people")
    lines = ["name,ran,pays"]
    lines += [
        f"person {n},{1 if n == 31 else int(20 * 1.06 ** (n % 60))},{('no', 'yes')[n % 3 == 0]}" for n in range(120)
    ]
    (root / "people.csv").write_text("\n".join(lines) + "\n")
    (root / "stork.toml").write_text(RECIPE)
    open_dataset(root).build(workers=1)
    return root


def stork(root: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "datastork", "clean-next", str(root), "--label", "pays", *words]


def at_a_terminal(root: Path, said: bytes, *words: str) -> str:
    """Run the command at a terminal on which all of `said` is typed beforehand; return what it shows."""
    ours, theirs = pty.openpty()
    os.write(ours, said)
    environ = {**os.environ, "COLUMNS": "120", "LINES": "50", "TERM": "xterm"}
    process = subprocess.Popen(
        stork(root, *words, "--ask", "--as", "ann"), stdin=theirs, stdout=theirs, stderr=theirs, env=environ,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while some := os.read(ours, 65536):
            shown += some
    except OSError:  # as Linux says that nobody holds the other side any more
        pass
    os.close(ours)
    text = ESCAPES.sub("", shown.decode()).replace("\r\n", "\n")
    assert process.wait(300) == 0, text
    return text


def votes_of(dataset: Dataset) -> dict[str, dict[str, str]]:
    table = dataset.votes("cells")
    values = (json.loads(value) if isinstance(value, str) else value for value in table["value"].to_pylist())
    return dict(zip(table["sample"].to_pylist(), values, strict=True))


def titles(shown: str) -> list[tuple[str, str]]:
    return re.findall(r"Row (\w+) \((\d+) of", shown)


def test_answers_at_the_terminal_are_votes_in_the_order_of_the_proposals(built: Path) -> None:
    dataset = open_dataset(built)
    found = dataset.frame(media=False).to_pydict()
    doubted = [one for one, text in zip(found["id"], found["suspects"], strict=True) if text]
    wanted = [row["id"] for row in json.loads(subprocess.check_output(stork(built, "-k", "5", "--json")))["rows"]]
    assert wanted[:1] == doubted

    shown = at_a_terminal(built, b'\n2 61\nname "Ann"\n\ns\nq\n', "-k", "5")

    assert titles(shown) == [(wanted[0][:12], "1"), (wanted[1][:12], "2"), (wanted[2][:12], "3"), (wanted[3][:12], "3")]
    assert "60" in shown
    assert "proposed by an earlier step (50%)" in shown
    assert "2 rows looked at, 2 of them corrected in 3 cells; 2 new answers" in shown
    assert votes_of(dataset) == {wanted[0]: {"ran": "60"}, wanted[1]: {"name": "Ann", "ran": "61"}}
    assert "Daft" not in shown

    again = at_a_terminal(built, b"n\n\x04", "-k", "3")  # one answer, then the end of input

    assert [name for name, _ in titles(again)] == [one[:12] for one in wanted[2:4]]  # nobody is asked twice
    assert "1 row looked at, 0 of them corrected in 0 cells; 1 new answer." in again
    assert votes_of(dataset)[wanted[2]] == {}


def test_without_a_terminal_it_says_what_to_do_instead(built: Path) -> None:
    done = subprocess.run(stork(built, "--ask"), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "there is no terminal to ask at" in done.stderr
