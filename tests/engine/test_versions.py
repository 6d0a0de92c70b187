"""Versions: history, difference, undo, tags, and the life of one sample."""

import pyarrow.compute as pc
import pytest
from tests.engine.conftest import STEPS, write_picture

import datastork as ds
from datastork.core.errors import NotFoundError
from datastork.store.samples import Samples, content_hash


@pytest.fixture
def dataset(make):
    """Three versions: all kept, six dropped as blurry, and four new pictures."""
    root = make(12)
    found = ds.open(root)
    found.build()
    sharpness = sorted(found.samples()["sharpness"].to_pylist())
    recipe = (root / "stork.toml").read_text()
    (root / "stork.toml").write_text(recipe.replace("below = 1.0", f"below = {(sharpness[5] + sharpness[6]) / 2!r}"))
    found.build()
    for seed in range(100, 104):
        write_picture(root / "raw" / "dog" / f"{seed:04}.png", seed)
    found.build()
    return found


def kept(dataset, version=None):
    table = dataset.samples(version)
    return set(table.filter(pc.equal(table["state"], "kept"))["id"].to_pylist())


def test_diff_tells_what_was_dropped_and_which_setting_did_it(dataset):
    found = dataset.diff(1, 2)

    assert found["dropped"]["count"] == 6
    assert found["dropped"]["kinds"] == {"clean.image.blurry": 6}
    assert found["dropped"]["examples"][0]["reason"].startswith("sharpness")
    assert found["settings"][0].startswith("clean.image.blurry: below 1.0 → ")
    assert found["added"]["count"] == found["split_changed"]["count"] == 0


def test_diff_tells_what_was_added(dataset):
    assert dataset.diff(2)["added"]["count"] == 4


def test_every_version_stays_readable(dataset):
    assert dataset.versions == [1, 2, 3]
    assert [dataset.samples(version).num_rows for version in (1, 2, 3)] == [12, 12, 16]


def test_undo_goes_back_one_version_and_twice_goes_back_two(dataset):
    first, second = content_hash(dataset.samples(1)), content_hash(dataset.samples(2))

    assert dataset.undo() == 4
    assert content_hash(dataset.samples()) == second
    assert dataset.undo() == 5
    assert content_hash(dataset.samples()) == first
    with pytest.raises(NotFoundError, match="nothing to go back to"):
        dataset.undo()
    assert "was undone" in dataset.status()["stale"]


def test_undo_of_a_step_brings_its_samples_back_for_good(dataset):
    outcome = dataset.undo(step="clean.image.blurry")

    assert outcome.record["samples"]["dropped"] == 0
    assert kept(dataset, 1) <= kept(dataset)
    assert dataset.build().changed is False


def test_undo_of_one_sample_brings_back_that_sample_only(dataset):
    rows = dataset.samples().to_pylist()
    victim = next(row["id"] for row in rows if row["state"] == "dropped")

    before = kept(dataset)
    dataset.undo(sample=victim)

    assert kept(dataset) == before | {victim}
    assert dataset.why(victim)["split"] is not None


def test_undo_names_the_steps_that_dropped_something(dataset):
    with pytest.raises(NotFoundError, match=r"did you mean 'clean.image.blurry'"):
        dataset.undo(step="clean.image.blury")
    with pytest.raises(NotFoundError, match=r"clean\.near_dup dropped nothing"):
        dataset.undo(step="clean.near_dup")


def test_undo_of_a_duplicate_keeps_it(make):
    root = make(8)
    (root / "raw" / "cat" / "copy.png").write_bytes((root / "raw" / "cat" / "0001.png").read_bytes())
    dataset = ds.open(root)
    dataset.build()
    victim = next(row["id"] for row in dataset.samples().to_pylist() if row["state"] == "dropped")

    dataset.undo(sample=victim)

    # near_dup finds it again, by other means; undoing that as well keeps it
    assert dataset.why(victim)["dropped"]["step"] == "clean.near_dup"
    dataset.undo(sample=victim)
    assert dataset.why(victim)["state"] == "kept"


def test_tags_name_versions(dataset):
    samples = Samples(dataset.home)
    samples.tag("v1.0", 2)

    assert dataset.samples("v1.0").num_rows == 12
    assert dataset.status("v1.0")["tags"] == ["v1.0"]
    samples.tag("v1.0", 3)
    assert dataset.samples("v1.0").num_rows == 16
    with pytest.raises(NotFoundError, match=r"there are: 1, 2, 3, v1\.0"):
        dataset.samples("v2")


def test_why_tells_the_life_of_a_sample(dataset):
    row = next(row for row in dataset.samples().to_pylist() if row["state"] == "dropped")

    life = dataset.why(row["id"][:10])

    assert life["id"] == row["id"]
    assert [step["name"] for step in life["steps"]] == ["collect.files", "decode", "clean.image.blurry"]
    assert life["steps"][-1]["result"] == "dropped"
    assert life["votes"][0]["annotator"] == "folder"
    assert life["facts"]["sharpness"] == life["dropped"]["evidence"]
    assert dataset.why(row["source"]["uri"])["id"] == row["id"]


def test_status_has_the_keys_machines_rely_on(dataset):
    status = dataset.status()

    assert status["version"] == 3
    assert set(status["samples"]) == {"total", "kept", "dropped", "quarantined"}
    wanted = {"name", "in", "out", "kept", "dropped", "quarantined", "seconds", "reused"}
    assert all(wanted <= set(step) for step in status["steps"])
    assert all(step["in"] == step["kept"] + step["dropped"] + step["quarantined"] for step in status["steps"])
    assert status["stale"] == ""


def test_every_changed_value_is_in_the_ledger_with_what_it_was(make):
    again = '\n[[step]]\nuse = "split.random"\nname = "again"\ntrain = 0.5\nvalidation = 0.0\ntest = 0.5\n'
    dataset = ds.open(make(20, steps=STEPS.replace('[[step]]\nuse = "measure.balance"', again)))

    dataset.build()

    lives = [dataset.why(sample) for sample in dataset.samples()["id"].to_pylist()]
    changes = [(life, change) for life in lives for change in life["changes"]]
    assert changes
    assert all(change["new"] == life["split"] != change["old"] for life, change in changes)
    assert {(change["step"], change["column"], change["version"]) for _, change in changes} == {("again", "split", 1)}


def test_a_sample_that_moves_split_is_told_by_diff(make):
    root = make(20)
    dataset = ds.open(root)
    dataset.build()
    recipe = (root / "stork.toml").read_text()
    (root / "stork.toml").write_text(
        recipe.replace('"split.random"', '"split.random"\ntrain = 0.5\nvalidation = 0.0\ntest = 0.5')
    )

    dataset.build()

    moved = dataset.diff(1, 2)["split_changed"]
    assert moved["count"] > 0
    assert dataset.samples()["split"].to_pylist().count("train") == 10
