"""Tracks of boxes through videos: keyframes, what lies between, going and coming, cut and merged."""

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("av")

from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.test_pages import axe, problems  # noqa: F401
from tests.app.browser.timeline import Marking, film, serving
from tests.app.conftest import Served

TIMES: list[float] = []


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("tracked")
    (root / "raw").mkdir()
    for seed in range(12):
        TIMES[:] = film(root / "raw" / f"{seed:02}.mp4", seed=seed)
    with serving(root, "tracks", "video-classification") as one:
        yield one


@pytest.fixture
def marking(page: Page, served: Served) -> Marking:
    return Marking.open(page, served)


def keyframe(frame: int, x: float, y: float = 30, width: float = 16, height: float = 16, **more: Any) -> dict[str, Any]:
    sides = {name: pytest.approx(value, abs=0.6) for name, value in {"x": x, "y": y, "width": width, "height": height}.items()}
    return {"frame": frame, "time": pytest.approx(TIMES[frame]), **sides, "outside": False, "occluded": False, **more}


def draw(marking: Marking, frame: int) -> None:
    """Draw a box around the square of a frame."""
    marking.frame(frame)
    marking.drag(marking.on_image(3 * frame, 30), marking.on_image(3 * frame + 16, 46))


def test_a_box_is_drawn_moved_and_filled_in_between(marking: Marking) -> None:
    draw(marking, 0)
    marking.frame(30)
    marking.drag(marking.on_image(8, 38), marking.on_image(98, 38))
    assert marking.value == [{"label": "bark", "track": 1, "keyframes": [keyframe(0, 0), keyframe(30, 90)]}]
    marking.frame(13)
    assert marking.run("return $.model.list[0].x") == pytest.approx(39, abs=0.7)
    marking.page.picture("tracks")
    stored = marking.stored()
    assert stored == [{"label": "bark", "track": 1, "keyframes": [keyframe(0, 0), keyframe(30, 90)]}]
    assert marking.page.errors() == []
