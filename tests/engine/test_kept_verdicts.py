"""Kept verdicts of filters: never wrong, whatever happens to the files that hold them or to the work they speak of."""

import json
import os
import random
import shutil
from pathlib import Path

import pytest

import datastork as ds
from datastork.engine.samples import judged
from datastork.store.passes import PassTable

RECIPE = """
[dataset]
name = "messages"
task = "text-classification"
license = "CC0-1.0"
max_quarantine = 1

[[step]]
use = "collect.table"
path = "m.jsonl"
text = "text"

[[step]]
use = "clean.text.too_short"
words = 20
"""
CLOCK = [1_000_000_000]


def lines(root: Path, sizes: list[int]) -> None:
    (root / "m.jsonl").write_text("".join(json.dumps({"text": "w " * size}) + "\n" for size in sizes))
    CLOCK[0] += 10
    os.utime(root / "m.jsonl", (CLOCK[0], CLOCK[0]))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "stork.toml").write_text(RECIPE)
    lines(tmp_path, list(range(1, 40)))
    ds.open(tmp_path).build()
    return tmp_path


def only(root: Path, pattern: str) -> Path:
    (found,) = (root / ".stork" / "passes").glob(pattern)
    return found


def kept(root: Path) -> list[int]:
    ds.open(root).build()
    rows = ds.open(root).samples().to_pylist()
    return sorted(row["words"] for row in rows if row["state"] == "kept")


def test_they_are_used(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    ask = judged._judge
    monkeypatch.setattr(
        judged, "_judge", lambda rows, op, places, at: asked.append(len(places)) or ask(rows, op, places, at)
    )
    lines(root, list(range(1, 42)))
    assert kept(root) == list(range(20, 42))
    assert asked == [0, 2]


def test_damaged_ones_are_as_good_as_none(root: Path) -> None:
    path = only(root, "*.judged/*")
    whole = path.read_bytes()
    rng = random.Random(1)
    for number in range(20):
        data = bytearray(whole)
        if number:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        path.write_bytes(data if number % 4 else data[: rng.randrange(len(data))])
        lines(root, list(range(1, 40)))
        assert kept(root) == list(range(20, 40))


def test_they_go_with_the_work_they_speak_of(root: Path) -> None:
    shutil.rmtree(only(root, "*.lance"))
    lines(root, list(reversed(range(1, 40))))
    assert kept(root) == list(range(20, 40))


def test_without_their_folder_everything_is_judged_again(root: Path) -> None:
    shutil.rmtree(only(root, "*.judged"))
    lines(root, list(range(1, 40)))
    assert kept(root) == list(range(20, 40))


def test_thresholds_to_and_fro(root: Path) -> None:
    for least in (5, 20, 35, 5, 20):
        (root / "stork.toml").write_text(RECIPE.replace("words = 20", f"words = {least}"))
        assert kept(root) == list(range(least, 40))


def test_bad_rows_are_not_tried_again(root: Path) -> None:
    with (root / "m.jsonl").open("a") as file:
        file.write("{broken\n")
    ds.open(root).build()
    table = PassTable(only(root, "*.lance"))
    count = table.count
    assert not ds.open(root).build().changed
    with (root / "m.jsonl").open("a") as file:
        file.write('{"text": "one"}\n')
    ds.open(root).build()
    assert PassTable(table.path).count == count + 1
