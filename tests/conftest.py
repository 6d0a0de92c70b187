"""What all tests share."""

import os
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("house", deadline=None)  # machines of CI are slow now and then
hypothesis.settings.load_profile("house")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real data; tests marked `real` are skipped where it is absent."""
    place = Path(os.environ.get("DATASTORK_DATA", ROOT.parent / "shared" / "data"))
    if not place.is_dir():
        pytest.skip(f"no real data in {place}; name its folder in DATASTORK_DATA")
    return place


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the folder of the repository."""
    return ROOT
