"""Datasets with every kind of trouble, built once."""

from pathlib import Path

import pytest
from troubled import MEASURES, RECIPE, REST, trouble

import datastork as ds


@pytest.fixture(scope="session")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset with drops, copies, quarantine and hostile names, measured."""
    root = tmp_path_factory.mktemp("mixed")
    trouble(root)
    (root / "stork.toml").write_text(RECIPE + REST + MEASURES)
    ds.open(root).build()
    return root


@pytest.fixture(scope="session")
def page(mixed: Path) -> str:
    """Return its report."""
    return ds.open(mixed).report(mixed.parent / "page.html").read_text(encoding="utf-8")
