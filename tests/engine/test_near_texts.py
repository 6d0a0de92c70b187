"""Near-duplicate texts through a whole build: files in, copies set aside, whatever the number of workers."""

import random
from pathlib import Path

import pytest

import datastork
from datastork.store.samples import Samples

RECIPE = """
[dataset]
name    = "texts"
license = "CC0-1.0"
task    = "text-classification"

[[step]]
use  = "collect.files"
path = "raw/**/*.txt"

[[step]]
use      = "clean.near_dup"
keep     = "longest"
priority = ["raw/eval/"]

[[step]]
use = "split.random"

[[step]]
use = "measure.overlap"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A dataset of 60 stories, each with a copy: longer, in other letters, or in the folder that is preferred."""
    rng = random.Random(1)
    (tmp_path / "raw" / "eval").mkdir(parents=True)
    (tmp_path / "raw" / "web").mkdir()
    for number in range(60):
        story = " ".join(f"word{rng.randrange(3000)}" for _ in range(80))
        (tmp_path / "raw" / "web" / f"{number:02}.txt").write_text(story)
        copy = {0: f"{story} and more", 1: story.upper(), 2: story[:-8]}[number % 3]
        folder = "eval" if number % 3 == 2 else "web"
        (tmp_path / "raw" / folder / f"{number:02}-copy.txt").write_text(copy)
    for number in range(20):
        (tmp_path / "raw" / "web" / f"short-{number}.txt").write_text(f"message {number}")
    (tmp_path / "stork.toml").write_text(RECIPE)
    return tmp_path


@pytest.mark.parametrize("workers", [1, 3])
def test_one_of_each_story_is_kept_and_every_short_text(root: Path, workers: int) -> None:
    datastork.open(root).build(workers=workers)
    table = datastork.open(root).samples()
    rows = [
        (one["source"]["uri"], one["state"], one["cluster"], (one["dropped"] or {}).get("evidence"))
        for one in table.to_pylist()
    ]
    kept = {uri.removeprefix("raw/") for uri, state, _, _ in rows if state == "kept"}
    assert {f"web/short-{number}.txt" for number in range(20)} <= kept
    assert {f"web/{number:02}-copy.txt" for number in range(0, 60, 3)} <= kept
    assert {f"eval/{number:02}-copy.txt" for number in range(2, 60, 3)} <= kept
    assert len(kept) == 80
    assert all(evidence > 0.9 and cluster for _, state, cluster, evidence in rows if state == "dropped")
    overlap = Samples(datastork.open(root).home).record()["findings"]["measure.overlap"]
    assert overlap["numbers"]["near_across_splits"] == 0
    assert overlap["numbers"]["threshold"] == 0.7


def test_a_new_threshold_measures_nothing_again(root: Path) -> None:
    datastork.open(root).build()
    recipe = (root / "stork.toml").read_text()
    (root / "stork.toml").write_text(recipe.replace("keep     =", "threshold = 0.999\nkeep     ="))
    datastork.open(root).build()
    accounts = {one["name"]: one for one in datastork.open(root).status()["steps"]}
    assert accounts["clean.near_dup"]["dropped"] == 20
    assert accounts["decode"]["reused"]
