"""A build: what comes in is accounted for, and only what is new is done."""

import os
import shutil
from pathlib import Path

import pyarrow.compute as pc
import pytest
from tests.engine.conftest import HEAD, STEPS, write_picture

import datastork as ds
from datastork.core.errors import BuildError, LockedError, RecipeError, SourceError, StoreError
from datastork.store.lock import locked
from datastork.store.samples import content_hash


def states(dataset):
    return {row["values"]: row["counts"] for row in pc.value_counts(dataset.samples()["state"]).to_pylist()}


def step(outcome, name):
    return next(entry for entry in outcome.record["steps"] if entry["name"] == name)


def test_a_folder_of_images_becomes_a_dataset(make):
    dataset = ds.open(make(12))

    outcome = dataset.build()

    assert outcome.version == 1
    assert outcome.changed
    assert outcome.decoded == 12
    assert outcome.record["samples"] == {"total": 12, "kept": 12, "dropped": 0, "quarantined": 0}
    table = dataset.samples()
    assert set(table["label"].to_pylist()) == {"cat", "dog"}
    assert set(table["width"].to_pylist()) == {32}
    assert None not in table["split"].to_pylist()


def test_a_second_build_decodes_nothing_and_makes_no_version(make):
    dataset = ds.open(make(8))
    dataset.build()

    outcome = dataset.build()

    assert (outcome.version, outcome.changed, outcome.decoded) == (1, False, 0)
    assert all(entry["reused"] for entry in outcome.record["steps"])


def test_only_new_files_are_decoded_and_nobody_moves(make):
    root = make(20)
    dataset = ds.open(root)
    dataset.build()
    before = dict(zip(*(dataset.samples()[c].to_pylist() for c in ("id", "split")), strict=True))
    for seed in range(20, 27):
        write_picture(root / "raw" / "dog" / f"{seed:04}.png", seed)

    outcome = dataset.build()

    assert outcome.decoded == 7
    assert step(outcome, "decode")["why"] == "7 of 27 inputs are new, changed or not finished"
    after = dict(zip(*(dataset.samples()[c].to_pylist() for c in ("id", "split")), strict=True))
    assert {sample: after[sample] for sample in before} == before


def test_broken_files_are_quarantined_by_name_and_the_rest_is_kept(make):
    root = make(60)
    victims = sorted((root / "raw" / "cat").iterdir())[:3]
    victims[0].write_bytes(victims[0].read_bytes()[:-40])
    victims[1].write_bytes(b"")
    victims[2].write_text("this is no picture")
    dataset = ds.open(root)

    dataset.build()

    assert states(dataset) == {"kept": 57, "quarantined": 3}
    table = dataset.samples().filter(pc.equal(dataset.samples()["state"], "quarantined"))
    errors = {Path(row["source"]["uri"]).name: row["error"] for row in table.to_pylist()}
    assert set(errors) == {victim.name for victim in victims}
    assert all(error["traceback"] for error in errors.values())


def test_too_much_quarantine_fails_the_build_with_its_causes_and_commits_nothing(make):
    root = make(10)
    for victim in list((root / "raw" / "cat").iterdir())[:2]:
        victim.write_bytes(b"")

    with pytest.raises(BuildError, match=r"2 of 10 samples went to quarantine(.|\n)*2 × the file is empty"):
        ds.open(root).build()

    assert ds.open(root).versions == []


def test_a_build_that_keeps_nothing_fails(make):
    root = make(6, steps=STEPS.replace("below = 1.0", "below = 1e9"))

    with pytest.raises(BuildError, match=r"nothing is left of 6 samples: clean.image.blurry dropped 6"):
        ds.open(root).build()


def test_a_threshold_is_changed_without_decoding_where_that_is_possible(make):
    root = make(12)
    dataset = ds.open(root)
    dataset.build()
    sharpness = sorted(dataset.samples()["sharpness"].to_pylist())
    middle = (sharpness[5] + sharpness[6]) / 2
    recipe = (root / "stork.toml").read_text()

    (root / "stork.toml").write_text(recipe.replace("below = 1.0", f"below = {middle!r}"))
    stricter = dataset.build()
    (root / "stork.toml").write_text(recipe)
    looser = dataset.build()

    assert (stricter.decoded, stricter.record["samples"]["dropped"]) == (0, 6)
    dropped = [row["evidence"] for row in dataset.samples(2)["dropped"].to_pylist() if row]
    assert sorted(dropped) == sharpness[:6]
    assert step(stricter, "clean.image.blurry")["why"] == f"judged again (below 1.0 → {middle!r}), nothing decoded"
    assert (looser.decoded, looser.record["samples"]["kept"]) == (0, 12)


def test_a_looser_threshold_finishes_only_the_samples_it_lets_through(make):
    root = make(12, steps=STEPS.replace("below = 1.0", "below = 1.0e6").replace("1.0e6", "SHARP"))
    recipe = (root / "stork.toml").read_text()
    (root / "stork.toml").write_text(recipe.replace("SHARP", "1.0"))
    probe = ds.open(shutil.copytree(root, root.parent / "probe"))
    probe.build()
    sharpness = sorted(probe.samples()["sharpness"].to_pylist())
    (root / "stork.toml").write_text(recipe.replace("SHARP", repr((sharpness[3] + sharpness[4]) / 2)))
    dataset = ds.open(root)
    dataset.build()

    (root / "stork.toml").write_text(recipe.replace("SHARP", repr((sharpness[1] + sharpness[2]) / 2)))
    outcome = dataset.build()

    assert outcome.decoded == 2
    assert outcome.record["samples"] == {"total": 12, "kept": 10, "dropped": 2, "quarantined": 0}


def test_a_new_filter_is_measured_without_storing_media_again(make):
    root = make(12)
    dataset = ds.open(root)
    dataset.build()
    stored = sum(file.stat().st_size for file in (root / ".stork" / "passes").rglob("*.lance"))
    recipe = (root / "stork.toml").read_text()
    extra = '[[step]]\nuse = "clean.image.dark"\n\n[[step]]\nuse = "clean.exact_dup"'
    (root / "stork.toml").write_text(recipe.replace('[[step]]\nuse = "clean.exact_dup"', extra))

    outcome = dataset.build()

    grown = sum(file.stat().st_size for file in (root / ".stork" / "passes").rglob("*.lance"))
    assert step(outcome, "clean.image.dark")["why"] == "new in the recipe"
    assert "brightness" in dataset.samples().column_names
    assert grown < 1.9 * stored
    assert next(iter(dataset.frame().to_pydict()["image"]))[:4] == b"\x89PNG"


def test_copies_of_one_file_are_samples_of_their_own_until_dropped(make):
    root = make(6)
    shutil.copy(root / "raw" / "dog" / "0000.png", root / "raw" / "cat" / "copy.png")
    dataset = ds.open(root)

    dataset.build()

    rows = [
        row
        for row in dataset.samples().to_pylist()
        if row["content"] == dataset.why("dog/0000.png")["id"].split("-")[0]
    ]
    assert len({row["id"] for row in rows}) == 2
    assert sorted(row["state"] for row in rows) == ["dropped", "kept"]
    reason = next(row["dropped"]["reason"] for row in rows if row["dropped"])
    assert "same bytes as" in reason


def test_samples_whose_files_are_gone_stay_as_dropped(make):
    root = make(10)
    dataset = ds.open(root)
    dataset.build()
    (root / "raw" / "dog" / "0004.png").unlink()

    outcome = dataset.build()

    assert outcome.record["samples"] == {"total": 10, "kept": 9, "dropped": 1, "quarantined": 0}
    life = dataset.why("dog/0004.png")
    assert life["dropped"]["reason"] == "its source is no longer there"
    write_picture(root / "raw" / "dog" / "0004.png", 4)
    assert dataset.build().record["samples"]["kept"] == 10


def test_where_limits_a_step_to_the_samples_that_meet_it(make):
    steps = STEPS.replace(
        'use    = "clean.image.resize"', 'use    = "clean.image.resize"\nwhere  = "uri LIKE \'%cat%\'"'
    )
    dataset = ds.open(make(10, steps=steps))

    dataset.build()

    rows = dataset.samples().to_pylist()
    assert {(row["label"], row["width"]) for row in rows} == {("cat", 32), ("dog", 48)}


def test_where_names_an_unknown_column_with_the_nearest_one(make):
    steps = STEPS.replace('use = "clean.near_dup"', 'use = "clean.near_dup"\nwhere = "widht > 3"')

    with pytest.raises(RecipeError, match=r"widht(.|\n)*width"):
        ds.open(make(6, steps=steps)).build()


def test_variants_are_made_for_the_training_split_only_and_share_its_split(make):
    steps = STEPS + '\n[[step]]\nuse = "generate.image.flip"\nwhere = "split = \'train\'"\n'
    dataset = ds.open(make(20, steps=steps))

    outcome = dataset.build()

    rows = dataset.samples().to_pylist()
    variants = [row for row in rows if row["source"]["parent"]]
    train = [row for row in rows if row["split"] == "train" and not row["source"]["parent"]]
    assert len(variants) == len(train) == 16
    assert {row["split"] for row in variants} == {"train"}
    assert {row["id"] for row in variants} == {f"{row['id']}-flip0" for row in train}
    assert step(outcome, "generate.image.flip")["in"] == 16
    assert step(outcome, "generate.image.flip")["out"] == 32
    assert dataset.build().changed is False


@pytest.fixture
def failing(monkeypatch):
    """Make clean.image.blurry raise on every tenth picture, as a step with a fault would."""
    from datastork import catalog
    from datastork.clean.image import blurry as module

    real = module.blurry

    @ds.step
    def blurry(facts: module.Sharpness, *, below: float = 1.0) -> ds.Drop | None:
        """Fail on some."""
        if int(facts.sharpness * 1000) % 10 == 0:
            msg = "a fault in the step"
            raise ZeroDivisionError(msg)
        return real(facts, below=below)

    catalog.find.cache_clear()
    monkeypatch.setattr(module, "blurry", blurry)
    yield
    catalog.find.cache_clear()


@pytest.mark.usefixtures("failing")
def test_a_step_that_fails_on_a_sample_costs_that_sample(make):
    dataset = ds.open(make(40, head=HEAD.replace('license = "CC0-1.0"', 'license = "CC0-1.0"\nmax_quarantine = 0.9')))

    outcome = dataset.build()

    counts = outcome.record["samples"]
    assert counts["quarantined"] == step(outcome, "clean.image.blurry")["quarantined"] > 0
    assert counts["kept"] + counts["quarantined"] == 40
    error = next(row for row in dataset.samples()["error"].to_pylist() if row)
    assert (error["type"], error["message"]) == ("ZeroDivisionError", "a fault in the step")


@pytest.mark.usefixtures("failing")
def test_a_step_that_says_stop_stops_the_build(make):
    steps = STEPS.replace('use   = "clean.image.blurry"', 'use   = "clean.image.blurry"\non_error = "stop"')
    dataset = ds.open(make(40, steps=steps))

    with pytest.raises(BuildError, match=r"clean\.image\.blurry failed on raw/.*a fault in the step"):
        dataset.build()

    assert dataset.versions == []


def test_a_second_build_at_once_is_refused_and_harms_nothing(make):
    dataset = ds.open(make(6))
    dataset.build()

    with locked(dataset.home), pytest.raises(LockedError, match=f"being built by process {os.getpid()}"):
        dataset.build()

    assert dataset.build().version == 1


def test_a_missing_source_is_a_clear_error_and_the_last_version_stays(make):
    root = make(6)
    dataset = ds.open(root)
    dataset.build()
    before = content_hash(dataset.samples())
    (root / "raw").rename(root / "unplugged")

    with pytest.raises((SourceError, RecipeError), match="raw"):
        dataset.build()

    assert content_hash(dataset.samples()) == before


def test_what_a_collecting_step_refuses_is_told_with_its_place(tmp_path):
    (tmp_path / "t.csv").write_text("text,kind\nhello,a\n")
    head = '[dataset]\nname = "x"\ntask = "text-classification"\nlicense = "CC0-1.0"\n\n'
    collect = '[[step]]\nuse = "collect.table"\npath = "t.csv"\ntext = "text"\nlabel = "kid"\n'
    (tmp_path / "stork.toml").write_text(head + collect)

    expected = r"line 6: step 1 \(collect\.table\): label: t\.csv has no column 'kid'; did you mean 'kind'\?"
    with pytest.raises(RecipeError, match=expected):
        ds.open(tmp_path).build()


def test_a_folder_that_cannot_be_written_is_a_clear_error(make):
    root = make(4)
    (root / ".stork").write_text("a file where the store should be")

    with pytest.raises(StoreError, match=r"cannot write to .*\.stork"):
        ds.open(root).build()


def test_the_same_dataset_whatever_the_folder(make):
    first, second = ds.open(make(10, name="a")), ds.open(make(10, name="b"))
    first.build()
    second.build()
    for path in sorted((first.path / "raw").rglob("*.png")):
        times = path.stat()
        os.utime(second.path / path.relative_to(first.path), ns=(times.st_atime_ns, times.st_mtime_ns))

    second.build()

    assert content_hash(first.samples()) == content_hash(second.samples())
