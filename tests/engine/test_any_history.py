"""Whatever a recipe was before, the dataset is what a first build of the recipe as it is now would make."""

import itertools
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.conftest import HEAD, write_picture

import datastork as ds
from datastork.core.errors import BuildError
from datastork.recipe.toml import toml_value
from datastork.store.home import Home
from datastork.store.media import read_media

BOOKKEEPING = ("media_pass", "media_row")  # where media lies is not what it is
DECIDED = ("state", "dropped", "error", "source", "votes", "label", "content", "media", "media_size", "media_format")
ACCOUNT = ("name", "in", "out", "kept", "dropped", "quarantined")
PICTURES = 8

Recipe = list[dict[str, Any]]


def steps(sharp: list[float], bright: list[float]) -> list[st.SearchStrategy[dict[str, Any]]]:
    """Return the steps a recipe may have; thresholds lie at what the pictures measure, so that they decide."""
    name = st.sampled_from([{}, {}, {"name": "one"}])
    where = st.sampled_from([{}, {"where": "uri LIKE '%cat%'"}])

    def one(use: str, **given: Any) -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries({"use": st.just(use), **given})

    def merged(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
        return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})

    side = st.sampled_from([24, 40])
    return [
        merged(one("clean.image.blurry", below=st.sampled_from([0.0, *sharp[:5]])), name),
        one("clean.image.dark", below=st.sampled_from([0.0, *bright[:4]])),
        one("clean.image.bright", above=st.sampled_from([255.0, *bright[-3:]])),
        one("clean.image.too_small", width=st.sampled_from([20, 32])),
        one("clean.image.resize", width=side, height=side),
        one("clean.image.grayscale"),
        merged(one("clean.exact_dup"), where),
        merged(one("label.resolve"), where),
        one("generate.image.flip", axis=st.sampled_from(["horizontal", "vertical"])),
    ]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pictures, two of them the same."""
    raw = tmp_path_factory.mktemp("pictures") / "raw"
    for seed in range(PICTURES):
        write_picture(raw / ("cat" if seed % 2 else "dog") / f"{seed:04}.png", seed)
    shutil.copy(raw / "cat" / "0001.png", raw / "dog" / "copy.png")
    return raw


@pytest.fixture(scope="module")
def any_recipe(pictures: Path) -> st.SearchStrategy[Recipe]:
    """Recipes of up to five of the steps, in any order."""
    measure = [{"use": "clean.image.blurry", "below": 0.0}, {"use": "clean.image.dark", "below": 0.0}]
    root = dataset(pictures, "measured")
    write(root, measure)
    ds.open(root).build()
    found = ds.open(root).samples()
    choices = steps(sorted(found["sharpness"].to_pylist()), sorted(found["brightness"].to_pylist()))
    return st.lists(st.one_of(choices), max_size=5, unique_by=lambda step: step["use"])


def dataset(pictures: Path, name: str) -> Path:
    """Return an empty dataset over the pictures."""
    root = pictures.parent / name
    root.mkdir()
    (root / "raw").symlink_to(pictures)
    return root


def write(root: Path, recipe: Recipe) -> None:
    """Write a recipe."""
    tables = ["\n".join(f"{key} = {toml_value(value)}" for key, value in step.items()) for step in recipe]
    (root / "stork.toml").write_text(HEAD + "".join(f"\n[[step]]\n{table}\n" for table in tables))


def build(root: Path) -> tuple[str, list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Build; return the error or "", the accounts, and the samples by id with their media."""
    dataset = ds.open(root)
    try:
        outcome = dataset.build()
    except BuildError as error:
        return str(error), [], {}
    table = dataset.samples()
    rows = table.drop_columns(BOOKKEEPING).to_pylist()
    samples = {row["id"]: {**row, "media": data} for row, data in zip(rows, read_media(Home(root), table), strict=True)}
    assert len(samples) == len(rows)
    return "", [{key: step[key] for key in ACCOUNT} for step in outcome.record["steps"]], samples


def comparable(samples: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return all of a kept sample, and of a dropped one what was decided."""
    return {
        name: row if row["state"] == "kept" else {key: row[key] for key in DECIDED} for name, row in samples.items()
    }


COUNTER = itertools.count()


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_dataset_is_what_its_recipe_says_whatever_the_recipe_was_before(
    data: st.DataObject, pictures: Path, any_recipe: st.SearchStrategy[Recipe]
) -> None:
    history = data.draw(st.lists(any_recipe, min_size=2, max_size=4))
    old, new = (dataset(pictures, f"{name}{next(COUNTER)}") for name in ("old", "new"))
    for recipe in history[:-1]:
        write(old, recipe)
        build(old)
    for root in (old, new):
        write(root, history[-1])

    error, accounts, samples = build(old)

    first_error, first_accounts, first_samples = build(new)
    shutil.rmtree(old)
    shutil.rmtree(new)
    assert error == first_error
    assert accounts == first_accounts
    assert comparable(samples) == comparable(first_samples)
