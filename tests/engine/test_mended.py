"""Faults found by attacking the engine, each with the attack that showed it."""

import os
import shutil

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.engine.conftest import HEAD, write_picture

import datastork as ds
from datastork.core.errors import NotFoundError, StoreError
from datastork.store.samples import Samples, content_hash

ROWS = """
[dataset]
name    = "rows"
license = "CC0-1.0"
task    = "tabular-classification"

[[step]]
use  = "collect.table"
path = "t.csv"
"""


def use(step, **settings):
    lines = [f'\n[[step]]\nuse = "{step}"']
    lines += [
        f"{key} = {value!r}".replace("'", '"') if key != "where" else f'where = "{value}"'
        for key, value in settings.items()
    ]
    return "\n".join(lines) + "\n"


def recipe(root, *steps):
    (root / "stork.toml").write_text(HEAD + "".join(steps))


def test_thousands_of_equal_rows_have_ids_of_their_own(tmp_path):
    (tmp_path / "stork.toml").write_text(ROWS)
    (tmp_path / "t.csv").write_text("a,b\n" + "1,2\n" * 8000)

    assert ds.open(tmp_path).build().record["samples"]["kept"] == 8000
    assert len(pc.unique(ds.open(tmp_path).samples()["id"])) == 8000


def test_a_condition_that_comes_to_match_remakes_the_media(make):
    root = make(6)
    recipe(root, use("clean.image.resize", width=16, height=16, where="uri LIKE '%nothing%'"))
    dataset = ds.open(root)
    dataset.build()
    recipe(root, use("clean.image.dark", where="uri LIKE '%nothing%'"), use("clean.image.resize", width=16, height=16))

    dataset.build()

    assert set(dataset.samples()["width"].to_pylist()) == {16}


def test_facts_of_a_step_that_no_longer_applies_are_gone(make):
    root = make(6)
    recipe(root, use("clean.image.blurry", below=0.0), use("clean.image.dark"))
    dataset = ds.open(root)
    dataset.build()
    recipe(root, use("clean.image.dark", where="uri LIKE '%cat%'"))

    outcome = dataset.build()

    rows = dataset.samples().to_pylist()
    assert outcome.decoded == 0
    assert {("cat" in row["source"]["uri"], row["brightness"] is not None) for row in rows} == {
        (True, True),
        (False, False),
    }
    assert "sharpness" not in dataset.samples().column_names


def test_a_later_pass_leaves_the_facts_of_samples_it_drops(make):
    root = make(8)
    recipe(root, use("label.resolve"), use("clean.image.dark", below=255.0, where="label = 'cat'"))

    ds.open(root).build()

    rows = ds.open(root).samples().to_pylist()
    assert {row["width"] for row in rows} == {48}
    assert [row["state"] for row in rows].count("dropped") == 4


def test_two_generating_steps_make_ids_of_their_own_and_add_up(make):
    root = make(4)
    recipe(root, use("generate.image.flip", name="a.flip"), use("generate.image.flip", name="b.flip", axis="vertical"))

    outcome = ds.open(root).build()

    ids = ds.open(root).samples()["id"].to_pylist()
    assert len(ids) == len(set(ids)) == 16
    sums = {step["name"]: (step["in"], step["out"]) for step in outcome.record["steps"]}
    assert sums["a.flip"] == (4, 8)
    assert sums["b.flip"] == (8, 16)


def test_a_sample_that_was_set_aside_comes_back_to_its_split(make):
    root = make(60)
    recipe(root, use("clean.image.blurry", below=0.0), use("split.random"))
    dataset = ds.open(root)
    dataset.build()
    first = dict(zip(*(dataset.samples()[name].to_pylist() for name in ("id", "split")), strict=True))
    limit = sorted(dataset.samples()["sharpness"].to_pylist())[30]
    recipe(root, use("clean.image.blurry", below=limit), use("split.random"))
    dataset.build()
    for seed in range(100, 140):
        write_picture(root / "raw" / "dog" / f"{seed}.png", seed)
    dataset.build()
    recipe(root, use("clean.image.blurry", below=0.0), use("split.random"))

    dataset.build()

    last = dict(zip(*(dataset.samples()[name].to_pylist() for name in ("id", "split")), strict=True))
    assert {sample: last[sample] for sample in first} == first


def test_copies_stay_in_one_split_and_the_survivor_keeps_its_id_and_place(make):
    root = make(40)
    for seed in range(0, 40, 2):
        shutil.copy(root / "raw" / "dog" / f"{seed:04}.png", root / "raw" / "dog" / f"z{seed:04}.png")
    recipe(root, use("split.random"))
    dataset = ds.open(root)
    dataset.build()
    rows = dataset.samples().to_pylist()
    splits = {}
    for row in rows:
        splits.setdefault(row["content"], set()).add(row["split"])
    assert all(len(found) == 1 for found in splits.values())
    survivor = next(row for row in rows if row["source"]["uri"] == "raw/dog/z0004.png")
    (root / "raw" / "dog" / "0004.png").unlink()

    dataset.build()

    life = dataset.why("raw/dog/z0004.png")
    assert (life["id"], life["split"]) == (survivor["id"], survivor["split"])
    assert dataset.why(survivor["content"])["dropped"]["reason"] == "its source is no longer there"


def test_a_changed_licence_is_a_change(make):
    root = make(4)
    recipe(root)
    dataset = ds.open(root)
    dataset.build()
    (root / "stork.toml").write_text((root / "stork.toml").read_text().replace("CC0-1.0", "CC-BY-4.0"))

    assert dataset.status()["stale"] == "the recipe changed"
    assert dataset.build().version == 2
    assert Samples(dataset.home).record()["dataset"]["license"] == "CC-BY-4.0"


def test_columns_of_the_user_are_never_overwritten(tmp_path):
    columns = ["fields", "row", "a.b", "split_before", "x y", "__place"]
    (tmp_path / "stork.toml").write_text(ROWS + f"columns = {columns}\n")
    (tmp_path / "t.csv").write_text("fields,row,a.b,split_before,x y,__place\n1,2,3,4,5,6\n")

    outcome = ds.open(tmp_path).build()

    row = ds.open(tmp_path).samples().to_pylist()[0]
    own = {"fields_given": "1", "row_given": "2", "a_b": "3", "split_before_given": "4", "x_y": "5", "place": "6"}
    assert {name: row.get(name) for name in own} == own
    assert row["fields"] == 6
    assert sum("is called" in note for note in outcome.notes) >= 5


def test_a_store_that_was_begun_and_never_written_can_be_built(make):
    root = make(4)
    recipe(root, use("clean.image.resize", width=8, height=8))
    for name in ("samples.lance", "ledger.lance"):
        os.makedirs(root / ".stork" / name / "_versions")

    assert ds.open(root).build().version == 1


@pytest.fixture
def sometimes_failing(monkeypatch):
    """Make clean.image.blurry fail below a threshold that is a setting."""
    from datastork import catalog
    from datastork.clean.image import blurry as module

    @ds.step
    def blurry(facts: module.Sharpness, *, below: float = 1.0) -> ds.Drop | None:
        """Fail where the picture is less sharp than asked for."""
        if facts.sharpness < below:
            msg = "not sharp"
            raise ValueError(msg)
        return None

    catalog.find.cache_clear()
    monkeypatch.setattr(module, "blurry", blurry)
    yield
    catalog.find.cache_clear()


@pytest.mark.usefixtures("sometimes_failing")
def test_a_filter_that_fails_on_stored_facts_costs_samples_and_heals(make):
    root = make(12, head=HEAD.replace('CC0-1.0"', 'CC0-1.0"\nmax_quarantine = 0.9'))
    head = HEAD.replace('CC0-1.0"', 'CC0-1.0"\nmax_quarantine = 0.9')
    (root / "stork.toml").write_text(head + use("clean.image.blurry", below=0.0))
    dataset = ds.open(root)
    dataset.build()
    limit = sorted(dataset.samples()["sharpness"].to_pylist())[3]

    (root / "stork.toml").write_text(head + use("clean.image.blurry", below=limit))
    worse = dataset.build()
    (root / "stork.toml").write_text(head + use("clean.image.blurry", below=0.0))
    better = dataset.build()

    assert worse.record["samples"]["quarantined"] == 3
    assert "not sharp" in {row["message"] for row in dataset.samples(2)["error"].to_pylist() if row}
    assert better.record["samples"]["kept"] == 12


def test_the_record_has_the_hash_of_what_was_committed(make):
    root = make(6, head=HEAD)
    (root / "raw" / "cat" / "broken.png").write_bytes(b"")
    (root / "stork.toml").write_text(HEAD.replace('CC0-1.0"', 'CC0-1.0"\nmax_quarantine = 0.5'))
    dataset = ds.open(root)

    outcome = dataset.build()

    assert outcome.record["content_hash"] == content_hash(dataset.samples())


def test_what_lies_under_a_null_is_no_content():
    hidden = pa.StructArray.from_arrays([pa.array(["x", "y"])], names=["a"], mask=pa.array([False, True]))
    plain = pa.array([{"a": "x"}, None], hidden.type)

    hashes = {content_hash(pa.table({"id": ["1", "2"], "s": column})) for column in (hidden, plain)}

    assert len(hashes) == 1


def test_damaged_overrides_are_a_clear_error(make):
    root = make(3)
    dataset = ds.open(root)
    dataset.build()
    (root / ".stork" / "overrides.json").write_text('{"steps": 3}')

    with pytest.raises(StoreError, match="delete it to forget undone drops"):
        dataset.build()


def test_a_departed_sample_cannot_be_undone_into_being(make):
    root = make(6)
    dataset = ds.open(root)
    dataset.build()
    sample = dataset.why("0004.png")["id"]
    (root / "raw" / "dog" / "0004.png").unlink()
    dataset.build()

    with pytest.raises(NotFoundError, match="put the file back"):
        dataset.undo(sample=sample)


def test_a_condition_on_the_size_works_in_the_first_step(make):
    root = make(4)
    write_picture(root / "raw" / "cat" / "large.png", 99, size=96)
    recipe(root, use("clean.image.resize", width=16, height=16, where="width > 50"))

    ds.open(root).build()

    assert sorted(ds.open(root).samples()["width"].to_pylist()) == [16, 48, 48, 48, 48]
