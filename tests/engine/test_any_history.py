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

Step = dict[str, Any]
Recipe = list[Step]
Steps = dict[str, st.SearchStrategy[Step]]


def steps(sharp: list[float], bright: list[float]) -> Steps:
    """Return the steps a recipe may have; thresholds lie at what the pictures measure, so that they decide."""
    side = st.sampled_from([24, 40])
    name = st.sampled_from(["one", "another"])
    where = st.just("uri LIKE '%cat%'")
    given = {
        "clean.image.blurry": ({"below": st.sampled_from([sharp[4], sharp[2], 0.0])}, {"name": name}),
        "clean.image.dark": ({"below": st.sampled_from([bright[3], bright[1], 0.0])}, {}),
        "clean.image.bright": ({"above": st.sampled_from([bright[-4], bright[-2], 255.0])}, {}),
        "clean.image.too_small": ({"width": st.sampled_from([20, 32])}, {}),
        "clean.image.resize": ({"width": side, "height": side}, {}),
        "clean.image.grayscale": ({}, {}),
        "clean.exact_dup": ({}, {"where": where}),
        "label.resolve": ({}, {"where": where}),
        "generate.image.flip": ({"axis": st.sampled_from(["horizontal", "vertical"])}, {}),
    }
    return {
        use: st.fixed_dictionaries({"use": st.just(use), **needed}, optional=optional)
        for use, (needed, optional) in given.items()
    }


def edited(data: st.DataObject, recipe: Recipe, choices: Steps) -> Recipe:
    """Return a recipe with one step added, taken out, given other settings, or put in another place."""
    place = data.draw(st.integers(0, len(recipe)))
    before, after = recipe[:place], recipe[place + 1 :]
    kinds = ["add"] if place == len(recipe) else ["add", "take out", "set", "set", "move"]
    match data.draw(st.sampled_from(kinds)):
        case "add":
            used = {step["use"] for step in recipe}
            use = data.draw(st.sampled_from([use for use in choices if use not in used]))
            return [*before, data.draw(choices[use]), *recipe[place:]]
        case "set":
            return [*before, data.draw(choices[recipe[place]["use"]]), *after]
        case "move":
            return [recipe[place], *before, *after]
    return [*before, *after]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pictures, two of them the same."""
    raw = tmp_path_factory.mktemp("pictures") / "raw"
    for seed in range(PICTURES):
        write_picture(raw / ("cat" if seed % 2 else "dog") / f"{seed:04}.png", seed)
    shutil.copy(raw / "cat" / "0001.png", raw / "dog" / "copy.png")
    return raw


@pytest.fixture(scope="module")
def choices(pictures: Path) -> Steps:
    """The steps a recipe may have."""
    root = dataset(pictures, "measured")
    write(root, [{"use": "clean.image.blurry", "below": 0.0}, {"use": "clean.image.dark", "below": 0.0}])
    ds.open(root).build()
    found = ds.open(root).samples()
    return steps(sorted(found["sharpness"].to_pylist()), sorted(found["brightness"].to_pylist()))


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


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_dataset_is_what_its_recipe_says_whatever_the_recipe_was_before(
    data: st.DataObject, pictures: Path, choices: Steps
) -> None:
    recipe: Recipe = []
    for _ in range(data.draw(st.integers(2, 5))):
        recipe = edited(data, recipe, choices)
    old, new = (dataset(pictures, f"{name}{next(COUNTER)}") for name in ("old", "new"))
    for _ in range(data.draw(st.integers(2, 5))):
        write(old, recipe)
        build(old)
        recipe = edited(data, recipe, choices)
    for root in (old, new):
        write(root, recipe)

    error, accounts, samples = build(old)

    first_error, first_accounts, first_samples = build(new)
    shutil.rmtree(old)
    shutil.rmtree(new)
    assert error == first_error
    assert accounts == first_accounts
    assert comparable(samples) == comparable(first_samples)
