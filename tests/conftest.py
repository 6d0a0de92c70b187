"""What all tests share."""

import os
from pathlib import Path

import hypothesis
import pytest

# Neither the speed of a machine nor chance decides; to look for more: pytest --hypothesis-profile=search
patient = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("search", **patient)
hypothesis.settings.register_profile("house", derandomize=True, **patient)
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
