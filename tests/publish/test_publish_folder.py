"""publish.folder: plain files that people and frameworks read."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from datastork.core.errors import BuildError, RecipeError, StoreError
from datastork.publish import _names
from datastork.publish import folder as module
from datastork.publish.folder import folder
from datastork.store.release import Release

Store = Callable[..., Release]


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def names_in(place: Path, under: str) -> list[str]:
    return sorted(p.relative_to(place).as_posix() for p in (place / under).rglob("*") if p.suffix in {".png", ".jpg"})


def test_every_sample_is_a_file_under_its_split_and_label(birds: Release) -> None:
    done = folder(birds, to="out")
    place = Path(done.place)
    listed = pq.read_table(place / "train" / "metadata.parquet").to_pylist()
    assert [f"train/{r['file_name']}" for r in listed] == sorted(
        names_in(place, "train"), key=lambda n: [r["id"] for r in listed if f"train/{r['file_name']}" == n]
    )
    by_id = {r["id"]: r for r in birds.samples.to_pylist()}
    media = dict(birds.media())
    rows = {r["id"]: n for n, r in enumerate(birds.samples.to_pylist())}
    for r in listed:
        label = by_id[r["id"]]["label"]
        assert r["file_name"].split("/")[0] == (label or "_unlabelled")
        assert r["label"] == (None if label is None else ["wren", "robin"].index(label))
        stored = media[rows[r["id"]]]
        assert stored is not None
        np.testing.assert_array_equal(pixels((place / "train" / r["file_name"]).read_bytes()), pixels(stored))
    assert len(names_in(place, ".")) == 12
    files = [p for p in place.rglob("*") if p.is_file()]
    assert done.files == len(files)
    assert done.size == sum(p.stat().st_size for p in files)


def test_the_list_carries_types_and_class_names(birds: Release) -> None:
    folder(birds, to="out")
    schema = pq.read_schema(birds.root / "out/test/metadata.parquet")
    features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert features["label"] == {"names": ["wren", "robin"], "_type": "ClassLabel"}
    assert features["tags"] == {"feature": {"dtype": "string", "_type": "Value"}, "_type": "List"}
    assert schema.field("author").type == pa.string()  # in a split where nobody is named
    assert "group" not in schema.names  # empty in the whole release


def test_people_get_the_same_as_csv(birds: Release) -> None:
    folder(birds, to="out")
    with (birds.root / "out/samples.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert {r["label"] for r in rows} == {"wren", "robin", ""}
    assert {r["split"] for r in rows} == {"train", "validation", "test"}
    assert all((birds.root / "out" / r["file_name"]).is_file() for r in rows)


def test_the_checksums_are_right_and_complete(birds: Release) -> None:
    folder(birds, to="out")
    place = birds.root / "out"
    lines = [line.split("  ", 1) for line in (place / "checksums.sha256").read_text().splitlines()]
    assert {name for _, name in lines} == {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()} - {
        "checksums.sha256"
    }
    assert all(hashlib.sha256((place / name).read_bytes()).hexdigest() == digest for digest, name in lines)


def test_location_and_owner_are_gone_unless_asked_for(birds: Release) -> None:
    def located(place: Path) -> int:
        found = 0
        for path in place.rglob("*.jpg"):
            exif = Image.open(io.BytesIO(path.read_bytes())).getexif()
            found += bool(exif.get_ifd(0x8825)) and exif.get(0x013B) == "Jan Novak"
            assert bool(exif.get_ifd(0x8825)) == (b"Jan Novak" in path.read_bytes())
        return found

    folder(birds, to="clean")
    folder(birds, to="kept", gps=True)
    assert located(birds.root / "clean") == 0
    assert located(birds.root / "kept") == 2
    assert "was removed from 2 of 12 files" in (birds.root / "clean/README.md").read_text()
    assert "was kept as it was" in (birds.root / "kept/README.md").read_text()
    assert json.loads((birds.root / "clean/dataset.json").read_text())["private_metadata_removed_from"] == 2
    assert json.loads((birds.root / "kept/dataset.json").read_text())["private_metadata_removed_from"] is None


NASTY = [
    "../../../etc/x",
    "..",
    "a/b",
    "CON",
    "con",
    "🐦",
    "Robin",
    "robin",
    "",
    " ",
    "a|b",
    "<b>",
    "nul.txt",
    "x" * 300,
]


def test_nasty_labels_and_stems_stay_inside_and_apart(
    store: Store, row: Callable[..., Any], picture: Callable[..., bytes]
) -> None:
    rows = [
        row(picture(number), label, ("train", "test")[number % 2], uri=f"raw/{label}/{label}.png")
        for number, label in enumerate(NASTY * 2)
    ]
    release = store(rows, {"name": "x"})
    place = Path(folder(release, to="out").place)
    assert sorted(p.name for p in release.root.iterdir()) == [".stork", "out"]
    assert not (release.root.parent / "etc").exists()
    listed = pq.read_table(place / "train" / "metadata.parquet").to_pylist()
    listed += pq.read_table(place / "test" / "metadata.parquet").to_pylist()
    assert len(names_in(place, ".")) == len(rows)
    pairs = {(r["file_name"].split("/")[0].casefold(), r["label"]) for r in listed}
    assert len({name for name, _ in pairs}) == len({label for _, label in pairs}) == len(NASTY)
    for path in place.rglob("*"):
        assert len(path.name.encode()) < 140
        assert not set(path.name) & set('\\:*?"<>|')


def test_the_flat_layout_has_no_folders_of_labels(birds: Release) -> None:
    place = Path(folder(birds, to="out", layout="flat").place)
    assert all(name.count("/") == 1 for name in names_in(place, "."))
    assert pq.read_table(place / "test/metadata.parquet")["label"].null_count == 0


def test_a_full_folder_is_divided(birds: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PER_FOLDER", 3)
    monkeypatch.setattr(_names, "PER_FOLDER", 3)
    place = Path(folder(birds, to="out").place)
    assert sorted(p.name for p in (place / "train" / "robin").iterdir()) == ["0000", "0001"]
    assert all(p.is_file() for p in (place / "train" / "wren").iterdir())
    assert max(sum(1 for _ in p.iterdir()) for p in (place / "train").rglob("*") if p.is_dir()) <= 3
    listed = pq.read_table(place / "train" / "metadata.parquet")["file_name"].to_pylist()
    assert all((place / "train" / name).is_file() for name in listed)


def test_without_splits_all_is_train(store: Store, row: Callable[..., Any], picture: Callable[..., bytes]) -> None:
    release = store([row(picture(n), "a") for n in range(3)])
    assert len(names_in(Path(folder(release, to="out").place), "train")) == 3


def test_samples_without_a_split_are_never_training_data(
    store: Store, row: Callable[..., Any], picture: Callable[..., bytes]
) -> None:
    release = store([row(picture(0), "wren", "train"), row(picture(1), "wren", None)])
    place = Path(folder(release, to="out").place)
    assert len(names_in(place, "train")) == len(names_in(place, "unassigned")) == 1
    assert "were given to no split" in (place / "README.md").read_text()


def test_a_dataset_without_labels_has_no_column_of_labels(
    store: Store, row: Callable[..., Any], picture: Callable[..., bytes]
) -> None:
    release = store([row(picture(n), None, "train") for n in range(3)], {"name": "x"})
    place = Path(folder(release, to="out").place)
    assert "label" not in pq.read_schema(place / "train/metadata.parquet").names
    assert all(name.count("/") == 1 for name in names_in(place, "train"))


@pytest.mark.parametrize("split", ["a/b", "..", "all", "über", ""])
def test_a_split_that_is_no_name_is_refused(
    store: Store, row: Callable[..., Any], picture: Callable[..., bytes], split: str
) -> None:
    with pytest.raises(RecipeError, match="cannot be published"):
        folder(store([row(picture(0), "a", split)]), to="out")


def test_nothing_kept_is_nothing_published(birds: Release) -> None:
    empty = Release(birds.home, 1, birds.facts, birds.samples.slice(0, 0), birds.record)
    with pytest.raises(BuildError, match="nothing to publish"):
        folder(empty, to="out")
    assert not (birds.root / "out").exists()


def test_missing_media_is_an_error_and_leaves_nothing(birds: Release) -> None:
    place = birds.samples.schema.get_field_index("media_pass")
    samples = birds.samples.set_column(place, "media_pass", pa.nulls(12, pa.string()))
    with pytest.raises(StoreError, match=r"the media of sample .* is missing"):
        folder(Release(birds.home, 1, birds.facts, samples, birds.record), to="out")
    assert [p.name for p in birds.root.iterdir()] == [".stork"]


def test_authors_and_licences_go_along(birds: Release) -> None:
    folder(birds, to="out")
    with (birds.root / "out/ATTRIBUTION.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(r["author"] for r in rows) == ["Author <0>", "Author <1>", "Author <2>"]
    assert {r["license"] for r in rows} == {"CC-BY-SA-4.0"}
    note = (birds.root / "out/LICENSE").read_text()
    assert "https://spdx.org/licenses/CC-BY-4.0.html" in note
    assert "CC-BY-SA-4.0: 3" in note


def test_a_dataset_without_a_licence_says_so(
    store: Store, row: Callable[..., Any], picture: Callable[..., bytes]
) -> None:
    folder(store([row(picture(0), "a")], {"name": "x"}), to="out")
    out = store([row(picture(0), "a")], {"name": "x"}).root / "out"
    assert "No licence was declared" in (out / "LICENSE").read_text()
    assert 'license: "unknown"' in (out / "README.md").read_text()
    assert not (out / "ATTRIBUTION.csv").exists()


def test_tables_are_csv_with_labels_as_text(table: Release) -> None:
    place = Path(folder(table, to="out").place)
    rows = []
    for split in ("train", "test"):
        with (place / f"{split}.csv").open(newline="") as file:
            rows += list(csv.DictReader(file))
    assert len(rows) == 50
    first = next(r for r in rows if r["id"] == "3")
    assert first["height"] == "3.0"
    assert first["name"] == 'n,3\n"q"'
    assert first["mixed"] == "1"
    assert first["label"] == "b"
    assert json.loads(first["deep"]) == {"x": 3}
    assert len(first["sample_id"]) == 24
