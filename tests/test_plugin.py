"""Steps of other packages: found through entry points, as good as ours, never in place of ours."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import datastork
from datastork import catalog
from datastork.core.errors import DatastorkError, NotFoundError, RecipeError
from datastork.recipe.check import check
from datastork.testing import check_step
from datastork.testing.trials import trial_values

PLUGIN = Path(__file__).parent / "plugins" / "stork_sepia"
Install = Callable[..., None]

RECIPE = """
[dataset]
name    = "old-photos"
license = "CC0-1.0"

[[step]]
use  = "collect.files"
path = "raw"

[[step]]
use      = "clean.image.sepia"
strength = 1
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return a function that installs a package as pip does: its code and its dist-info on the path."""

    def put(distribution: str, points: dict[str, str], source: Path | None = None) -> None:
        site = tmp_path / f"site-{distribution}"
        info = site / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        lines = [f"{name} = {value}\n" for name, value in points.items()]
        (info / "entry_points.txt").write_text("".join(["[datastork.steps]\n", *lines]))
        monkeypatch.syspath_prepend(str(site))
        if source is not None:
            monkeypatch.syspath_prepend(str(source))
        catalog.find.cache_clear()

    yield put
    monkeypatch.undo()
    catalog.find.cache_clear()


@pytest.fixture
def sepia(install: Install) -> None:
    """Install the example plugin, with the entry points its own pyproject.toml declares."""
    project = tomllib.loads((PLUGIN / "pyproject.toml").read_text())["project"]
    install(project["name"], project["entry-points"]["datastork.steps"], PLUGIN)


@pytest.mark.usefixtures("sepia")
def test_a_plugin_passes_the_suite_for_plugin_authors() -> None:
    check_step("clean.image.sepia")


@pytest.mark.usefixtures("sepia")
def test_a_plugin_is_listed_with_its_package() -> None:
    assert "clean.image.sepia" in catalog.names()

    spec = catalog.find("clean.image.sepia")

    assert (spec.plugin, spec.kind, spec.modality) == ("stork-sepia", "media", "image")


@pytest.mark.usefixtures("sepia")
def test_a_recipe_uses_a_plugin_like_any_step(tmp_path: Path) -> None:
    from datastork.media.image.codec import decode
    from datastork.media.modality import modality
    from datastork.store.home import find_home

    root = tmp_path / "photos"
    (root / "raw").mkdir(parents=True)
    (root / "raw" / "one.png").write_bytes(modality("image").encode(trial_values("image")[0]).data)
    (root / "stork.toml").write_text(RECIPE)

    dataset = datastork.open(root)
    outcome = dataset.build()

    assert outcome.record["samples"]["kept"] == 1
    from datastork.engine.versions.publish import release_of

    [(_, data)] = release_of(find_home(root)).media()
    assert data is not None
    red, green, blue = decode(data).pixels.reshape(-1, 3).mean(axis=0)
    assert red > green > blue


@pytest.mark.usefixtures("sepia")
def test_the_settings_of_a_plugin_are_checked(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    recipe = tmp_path / "stork.toml"
    recipe.write_text(RECIPE.replace("strength = 1", "strength = 2"))

    with pytest.raises(RecipeError, match=r"\(clean\.image\.sepia\)\.strength: must be ≥ 0 and ≤ 1, got 2"):
        check(recipe)


def test_an_unknown_step_is_unknown_without_the_plugin() -> None:
    with pytest.raises(NotFoundError, match=r"unknown step 'clean\.image\.sepia'"):
        catalog.find("clean.image.sepia")


@pytest.mark.usefixtures("sepia")
def test_two_packages_with_one_step_are_an_error(install: Install) -> None:
    install("stork-brown", {"clean.image.sepia": "stork_brown:sepia"})

    with pytest.raises(DatastorkError, match=r"stork-brown and stork-sepia both add a step 'clean\.image\.sepia'"):
        catalog.names()


def test_a_plugin_cannot_take_the_name_of_a_step_of_ours(install: Install) -> None:
    install("stork-other", {"clean.exact_dup": "stork_other:exact_dup"})

    with pytest.raises(DatastorkError, match=r"stork-other adds a step 'clean\.exact_dup', which datastork has itself"):
        catalog.names()
    assert catalog.find("clean.exact_dup").plugin is None


def test_a_plugin_that_cannot_be_imported_is_named(install: Install) -> None:
    install("stork-broken", {"clean.image.broken": "no_such_module:broken"})

    with pytest.raises(DatastorkError, match=r"'clean\.image\.broken' of stork-broken cannot be loaded: No"):
        catalog.find("clean.image.broken")
