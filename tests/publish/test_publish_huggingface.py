"""publish.huggingface: Parquet that the Hub and `datasets` read."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from datastork.core.errors import RecipeError
from datastork.publish import huggingface as module
from datastork.publish._parquet import byte_size
from datastork.publish.folder import folder
from datastork.publish.huggingface import huggingface
from datastork.store.release import Release

Store = Callable[..., Release]


def read(place: Path, split: str) -> pa.Table:
    return pa.concat_tables(pq.read_table(p) for p in sorted((place / "data").glob(f"{split}-*.parquet")))


def test_every_sample_is_in_its_split_with_its_image(birds: Release) -> None:
    place = Path(huggingface(birds, to="out", gps=True).place)
    media = dict(birds.media())
    stored = {r["id"]: (r, media[n]) for n, r in enumerate(birds.samples.to_pylist())}
    seen = 0
    for split, count in (("train", 8), ("validation", 1), ("test", 3)):
        table = read(place, split)
        assert table.num_rows == count
        for r in table.to_pylist():
            sample, data = stored[r["id"]]
            assert r["image"]["bytes"] == data
            assert r["image"]["path"].startswith("IMG ")
            assert sample["split"] == split
            assert r["label"] == (None if sample["label"] is None else ["wren", "robin"].index(sample["label"]))
            assert r["source"] == sample["source"]["uri"]
            assert r["sharpness"] == sample["sharpness"]
            seen += 1
    assert seen == 12


def test_the_schema_tells_the_features(birds: Release) -> None:
    huggingface(birds, to="out")
    schema = pq.read_schema(birds.root / "out/data/test-00000-of-00001.parquet")
    features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert list(features) == schema.names
    assert features["image"] == {"_type": "Image"}
    assert features["label"] == {"names": ["wren", "robin"], "_type": "ClassLabel"}
    assert schema.field("image").type == pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    assert schema.field("label").type == pa.int64()


def test_the_card_counts_what_the_files_hold(birds: Release) -> None:
    huggingface(birds, to="out")
    place = birds.root / "out"
    card = (place / "README.md").read_text()
    for split in ("train", "validation", "test"):
        groups = [pq.ParquetFile(p) for p in sorted((place / "data").glob(f"{split}-*"))]
        size = sum(f.read_row_group(g).nbytes for f in groups for g in range(f.num_row_groups))
        rows = sum(f.metadata.num_rows for f in groups)
        assert f'- name: "{split}"\n      num_bytes: {size}\n      num_examples: {rows}\n' in card
    download = sum(p.stat().st_size for p in (place / "data").iterdir())
    assert f"download_size: {download}\n" in card


def test_shards_keep_to_their_size_and_order(birds: Release) -> None:
    place = Path(huggingface(birds, to="out", shard_size="6KB").place)
    shards = sorted(p.name for p in (place / "data").glob("train-*"))
    assert len(shards) > 1
    assert shards == [f"train-{n:05d}-of-{len(shards):05d}.parquet" for n in range(len(shards))]
    for shard in shards:
        assert pq.read_table(place / "data" / shard).nbytes <= 6000
    whole = Path(huggingface(birds, to="one").place)
    assert read(place, "train").equals(read(whole, "train"))


def test_row_groups_are_bounded_and_indexed(birds: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GROUP_BYTES", 4000)
    huggingface(birds, to="out")
    metadata = pq.ParquetFile(birds.root / "out/data/train-00000-of-00001.parquet").metadata
    assert metadata.num_row_groups > 1
    columns = [metadata.row_group(0).column(i) for i in range(metadata.num_columns)]
    image = next(c for c in columns if c.path_in_schema == "image.bytes")
    assert image.compression == "UNCOMPRESSED"
    assert not image.is_stats_set
    assert all(metadata.row_group(g).column(0).total_uncompressed_size < 4500 for g in range(metadata.num_row_groups))
    assert next(c for c in columns if c.path_in_schema == "id").has_offset_index


def test_private_metadata_is_removed_inside_the_parquet(birds: Release) -> None:
    place = Path(huggingface(birds, to="out").place)
    for split in ("train", "validation", "test"):
        for cell in read(place, split)["image"].to_pylist():
            exif = Image.open(io.BytesIO(cell["bytes"])).getexif()
            assert not exif.get_ifd(0x8825)
            assert b"Jan Novak" not in cell["bytes"]
    assert "was removed from 2 of 12 files" in (place / "README.md").read_text()


def test_labels_the_recipe_does_not_list_are_kept_and_named(
    store: Store, row: Callable[..., Any], picture: Callable[..., bytes]
) -> None:
    release = store([row(picture(0), "wren", "train"), row(picture(1), "owl", "train")])
    place = Path(huggingface(release, to="out").place)
    schema = pq.read_schema(place / "data/train-00000-of-00001.parquet")
    names = json.loads(schema.metadata[b"huggingface"])["info"]["features"]["label"]["names"]
    assert names == ["wren", "robin", "owl"]
    assert sorted(read(place, "train")["label"].to_pylist()) == [0, 2]
    assert "the recipe does not list: owl." in (place / "README.md").read_text()


def test_labels_of_other_tasks_stay_text_or_numbers(
    store: Store, row: Callable[..., Any], picture: Callable[..., bytes]
) -> None:
    rows = [row(picture(0), "a bird, sitting", "train"), row(picture(1), "two", "train")]
    place = Path(huggingface(store(rows, {"task": "image-to-text"}), to="text").place)
    assert sorted(read(place, "train")["label"].to_pylist()) == ["a bird, sitting", "two"]


def test_columns_of_the_user_never_hide_ours(
    store: Store, row: Callable[..., Any], picture: Callable[..., bytes]
) -> None:
    more = {"image": "x", "file_name": "y", "mask_file_name": "z", "author_1": "w"}
    release = store([row(picture(0), "wren", "train", **more)])
    table = read(Path(huggingface(release, to="out").place), "train")
    assert table["own_image"].to_pylist() == ["x"]
    assert table["filename"].to_pylist() == ["y"]
    assert table["mask_filename"].to_pylist() == ["z"]
    assert table["author_1"].to_pylist() == ["w"]


@pytest.mark.parametrize(
    ("uri", "public"),
    [
        ("{root}/raw/a.png", "raw/a.png"),
        ("/home/jan.novak/photos/a.png", "a.png"),
        ("/home/jan.novak/photos.zip!/deep/a.png", "photos.zip!/deep/a.png"),
        ("file:///home/jan/a.png", "a.png"),
        ("C:\\Users\\Jan\\a.png", "a.png"),
        ("~/a/b.png", "b.png"),
        ("../../shared/raw/a.png", "shared/raw/a.png"),
        (
            "https://jan:secret@x.org/a.png?page=1&token=abc&x=2",
            "https://x.org/a.png?page=1&token=removed&x=2",
        ),
        ("https://x.org/a@b/c.png", "https://x.org/a@b/c.png"),
    ],
)
def test_the_source_tells_nothing_of_the_machine(
    store: Store,
    row: Callable[..., Any],
    picture: Callable[..., bytes],
    tmp_path: Path,
    uri: str,
    public: str,
) -> None:
    release = store([row(picture(0), "wren", "train", uri=uri.format(root=tmp_path / "birds"))])
    place = Path(huggingface(release, to="out").place)
    assert read(place, "train")["source"].to_pylist() == [public]
    assert b"jan" not in b"".join(p.read_bytes().lower() for p in place.rglob("*") if p.is_file())


def test_rows_become_columns_of_one_type(table: Release) -> None:
    place = Path(huggingface(table, to="out").place)
    train = read(place, "train")
    assert train.num_rows == 40
    assert train.schema.field("height").type == pa.float64()
    assert train.schema.field("mixed").type == pa.string()
    assert train.schema.field("deep").type == pa.struct([("x", pa.int64())])
    assert train.schema.field("id").type == pa.int64()
    by_id = {r["id"]: r for r in train.to_pylist()}
    assert by_id[3] == {
        "height": 3.0, "name": 'n,3\n"q"', "mixed": "1", "deep": {"x": 3}, "id": 3, "label": 1,
        "sample_id": by_id[3]["sample_id"], "source": "t.csv!/3",
    }  # fmt: skip
    assert by_id[4]["height"] == 4.5
    assert by_id[4]["mixed"] == "x"
    assert by_id[8]["mixed"] is None


def test_a_row_that_says_another_label_keeps_both(store: Store, row: Callable[..., Any]) -> None:
    rows = [row(json.dumps({"label": "x", "n": n}).encode(), "y", "train", uri=f"t!/{n}") for n in range(3)]
    table = read(Path(huggingface(store(rows, {"name": "t"}), to="out").place), "train")
    assert table["label"].to_pylist() == ["x"] * 3
    assert table["sample_label"].to_pylist() == [0] * 3


def test_huge_numbers_and_late_texts_fit(store: Store, row: Callable[..., Any]) -> None:
    values: list[Any] = [*range(2500), 2**80, "late"]
    rows = [row(json.dumps({"v": v, "k": i}).encode(), None, None, uri=f"t!/{i}") for i, v in enumerate(values)]
    table = read(Path(huggingface(store(rows, {"name": "t"}), to="out").place), "train")
    assert sorted(table["v"].to_pylist()) == sorted(str(v) for v in values)


def test_images_and_rows_together_are_refused(
    store: Store, row: Callable[..., Any], picture: Callable[..., bytes]
) -> None:
    release = store([row(picture(0), "wren"), row(b'{"a":1}', "wren")])
    for publish in (folder, huggingface):
        with pytest.raises(RecipeError, match="cannot be published together"):
            publish(release, to="out")


@pytest.mark.parametrize(
    ("given", "size"),
    [("500MB", 500_000_000), ("1 GiB", 2**30), (12, 12), ("120", 120), ("1.5kb", 1500)],
)
def test_sizes_are_read(given: str | int, size: int) -> None:
    assert byte_size(given, "x") == size


@pytest.mark.parametrize("given", ["", "MB", "5 apples", "-1MB", 0, "1e9", "0MB"])
def test_what_is_no_size_is_refused(birds: Release, given: str | int) -> None:
    with pytest.raises(RecipeError, match=r"publish\.huggingface\.shard_size"):
        huggingface(birds, to="out", shard_size=given)
