"""What `datasets` makes of what we publish; runs where that library is installed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datastork.publish.folder import folder
from datastork.publish.huggingface import huggingface
from datastork.store.release import Release

pytestmark = pytest.mark.filterwarnings("ignore")  # those of the library


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets", reason="the library datasets is the oracle")
    return lambda *given, **named: datasets.load_dataset(*given, cache_dir=str(tmp_path / "cache"), **named)


def check_birds(loaded: Any, release: Release) -> None:
    assert {name: split.num_rows for name, split in loaded.items()} == {
        "train": 8,
        "validation": 1,
        "test": 3,
    }
    by_id = {r["id"]: r for r in release.samples.to_pylist()}
    for name, split in loaded.items():
        assert split.features["label"].names == ["wren", "robin"]
        assert type(split.features["image"]).__name__ == "Image"
        for sample in split:
            known = by_id.pop(sample["id"])
            assert known["split"] == name
            assert sample["image"].size == (32, 24)
            label = None if sample["label"] is None else split.features["label"].int2str(sample["label"])
            assert label == known["label"]
            assert sample["tags"] == ["a", "b|c"]
            assert sample["author"] == known["source"]["author"]
    assert by_id == {}


@pytest.mark.parametrize("layout", ["imagefolder", "flat"])
def test_a_folder_loads_with_labels_and_all_columns(birds: Release, load: Callable[..., Any], layout: Any) -> None:
    place = folder(birds, to="out", layout=layout).place
    check_birds(load(place), birds)
    check_birds(load("imagefolder", data_dir=place), birds)


def test_parquet_loads_and_counts_the_same_bytes(birds: Release, load: Callable[..., Any]) -> None:
    place = Path(huggingface(birds, to="out", shard_size="6KB").place)
    loaded = load(str(place))
    check_birds(loaded, birds)
    check_birds(load("parquet", data_dir=str(place / "data")), birds)
    card = (place / "README.md").read_text()
    for name, split in loaded.items():
        assert f'- name: "{name}"\n      num_bytes: {split.info.splits[name].num_bytes}\n' in card


def test_labels_that_name_a_split_do_not_move_samples(
    store: Callable[..., Release], row: Any, picture: Any, load: Callable[..., Any]
) -> None:
    labels = ["test", "train", "val", "a/b", "NA", "007"]
    rows = [
        row(picture(n), label, ("train", "test")[n % 2], uri=f"test/validation_{label}.png")
        for n, label in enumerate(labels * 2)
    ]
    release = store(rows, {"name": "x"})
    place = folder(release, to="out").place
    by_id = {r["id"]: r for r in release.samples.to_pylist()}
    for loaded in (load(place), load("imagefolder", data_dir=place)):
        assert {name: split.num_rows for name, split in loaded.items()} == {"train": 6, "test": 6}
        for name, split in loaded.items():
            for sample in split:
                known = by_id[sample["id"]]
                assert (name, split.features["label"].int2str(sample["label"])) == (
                    known["split"],
                    known["label"],
                )


def test_tables_load_both_ways(table: Release, load: Callable[..., Any]) -> None:
    for publish, to, label in ((folder, "csv", "b"), (huggingface, "hf", 1)):
        loaded = load(publish(table, to=to).place)
        assert {name: split.num_rows for name, split in loaded.items()} == {"train": 40, "test": 10}
        sample = next(s for s in loaded["train"] if s["id"] == 3)
        assert (sample["height"], sample["mixed"], sample["label"]) == (3.0, "1", label)
