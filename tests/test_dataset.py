"""The dataset in Python: frames, and what they turn into."""

import itertools

import pytest
from tests.engine.conftest import HEAD, STEPS, write_picture

import datastork as ds
from datastork.core.errors import NotFoundError


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    root = tmp_path_factory.mktemp("data")
    for seed in range(20):
        write_picture(root / "raw" / ("cat" if seed % 2 else "dog") / f"{seed:04}.png", seed)
    (root / "stork.toml").write_text(HEAD + STEPS)
    found = ds.open(root)
    found.build()
    return found


def test_watching_yields_every_round(dataset):
    [done] = itertools.islice(dataset.watch(), 1)

    assert (done.number, done.error, done.outcome.changed) == (1, None, False)


def test_frame_is_lazy_and_has_the_media(dataset):
    frame = dataset.frame(split="train")

    assert frame.count_rows() == 16
    rows = frame.select("id", "label", "split", "image").to_pydict()
    assert {data[:4] for data in rows["image"]} == {b"\x89PNG"}
    assert set(rows["split"]) == {"train"}


def test_frame_without_media(dataset):
    assert "image" not in dataset.frame(media=False).column_names


def test_frame_goes_to_arrow_pandas_polars_in_one_line(dataset):
    polars = pytest.importorskip("polars")

    assert dataset.frame().to_arrow().num_rows == 20
    assert len(dataset.frame().to_pandas()) == 20
    assert polars.from_arrow(dataset.frame().to_arrow()).height == 20


def test_frame_goes_to_torch_in_one_line(dataset):
    torch = pytest.importorskip("torch", reason="torch is no part of the tests' environment")

    loader = torch.utils.data.DataLoader(dataset.frame(media=False).select("id").to_torch_map_dataset(), batch_size=4)
    assert len(next(iter(loader))["id"]) == 4


def test_an_unknown_split_is_named_with_those_there_are(dataset):
    with pytest.raises(NotFoundError, match=r"no split 'val'\n.*test, train, validation"):
        dataset.frame(split="val")


def test_opening_a_folder_without_a_recipe_says_what_to_do(tmp_path):
    with pytest.raises(NotFoundError, match="stork new NAME"):
        ds.open(tmp_path)


def test_the_front_door_is_small():
    assert len(ds.__all__) < 12
    methods = [name for name in vars(ds.Dataset) if not name.startswith("_")]
    assert len(methods) < 15
