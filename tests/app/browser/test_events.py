"""Events of sounds: by mouse, finger and keyboard, from the page to the store of votes."""

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("soundfile")

from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.test_pages import axe, problems  # noqa: F401
from tests.app.browser.timeline import Marking, serving, sound
from tests.app.conftest import Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("sounds")
    (root / "raw").mkdir()
    for seed in range(14):
        (root / "raw" / f"{seed:02}.wav").write_bytes(sound(seed=seed, channels=2 if seed == 1 else 1))
    with serving(root, "events", "audio-classification") as one:
        yield one


@pytest.fixture
def marking(page: Page, served: Served) -> Marking:
    return Marking.open(page, served)


def event(label: str, onset: float, offset: float, **more: Any) -> dict[str, Any]:
    return {"label": label, "onset": pytest.approx(onset, abs=0.006), "offset": pytest.approx(offset, abs=0.006), **more}


def test_what_is_dragged_is_what_is_stored(marking: Marking) -> None:
    assert marking.value is None
    marking.drag(marking.at(1.0), marking.at(1.5))
    marking.keys("2")
    marking.drag(marking.at(3.0, "spectrogram"), marking.at(2.5, "spectrogram"))
    marking.page.picture("events")
    stored = marking.stored()

    assert stored == [event("rain", 1.0, 1.5), event("rain", 2.5, 3.0)]
    assert marking.page.errors() == []
