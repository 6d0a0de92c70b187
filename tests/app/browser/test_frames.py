"""Stretches of frames of videos with B-frames and frames of unequal length, exact to the frame."""

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
    root = tmp_path_factory.mktemp("films")
    (root / "raw").mkdir()
    for seed in range(10):
        TIMES[:] = film(root / "raw" / f"{seed:02}.mp4", seed=seed)
    with serving(root, "frames", "video-classification") as one:
        yield one


@pytest.fixture
def marking(page: Page, served: Served) -> Marking:
    return Marking.open(page, served)


def frames(label: str, start: int, end: int) -> dict[str, Any]:
    return {"label": label, "start": start, "end": end, "onset": pytest.approx(TIMES[start]), "offset": pytest.approx(TIMES[end])}


def test_every_frame_is_shown_exactly(marking: Marking) -> None:
    assert marking.run("return $.film.times") == pytest.approx(TIMES)
    for number in (0, 1, 7, 8, 23, 24, 39, 12, 11, 35, 0):
        marking.frame(number)
        wait_for(lambda: marking.seen_frame() == number)  # noqa: B023
    # browsers land behind frame 11, the last one before a key frame: the server's picture lies over it
    marking.frame(11)
    wait_for(lambda: marking.run("return !$.film.still.hidden"))
    assert marking.seen_frame() == 11
    marking.frame(20)
    marking.keys("...,")
    wait_for(lambda: marking.seen_frame() == 22)
    assert marking.run("return $.film.frame") == 22
    assert "22 / 39" in marking.run("return $.querySelector('.tl-time').textContent")


def test_what_is_dragged_in_a_lane_is_what_is_stored(marking: Marking) -> None:
    lane = 1.5 / 3
    marking.drag(marking.at(TIMES[5] + 0.003, "lanes", lane), marking.at(TIMES[20] - 0.003, "lanes", lane))
    marking.page.picture("frames")
    assert marking.stored() == [frames("rain", 5, 20)]
    assert marking.page.errors() == []
