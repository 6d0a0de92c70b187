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
    one = Marking.open(page, served)
    one.again()  # without what an earlier test has left as a draft
    return one


def frames(label: str, start: int, end: int) -> dict[str, Any]:
    return {
        "label": label,
        "start": start,
        "end": end,
        "onset": pytest.approx(TIMES[start]),
        "offset": pytest.approx(TIMES[end]),
    }


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
    wait_for(lambda: "22 / 39" in marking.run("return $.querySelector('.tl-time').textContent"))


def test_what_is_dragged_in_a_lane_is_what_is_stored(marking: Marking) -> None:
    lane = 1.5 / 3
    marking.drag(marking.at(TIMES[5] + 0.003, "lanes", lane), marking.at(TIMES[20] - 0.003, "lanes", lane))
    marking.page.picture("frames")
    assert marking.stored() == [frames("rain", 5, 20)]
    assert marking.page.errors() == []


def test_the_keyboard_alone_marks_frames(marking: Marking) -> None:
    marking.keys("....", "i", "......", Keys.ENTER)
    wait_for(lambda: marking.value)
    assert marking.value == [frames("bark", 4, 11)]  # the frame that is shown at the end belongs to it
    marking.keys("3", Keys.ARROW_RIGHT)
    marking.keys(Keys.ARROW_RIGHT, hold=(Keys.SHIFT,))
    assert marking.value == [frames("bell", 4, 22)]
    assert marking.run("return $.film.frame") == 21  # what is moved is seen
    marking.keys("ee", Keys.ARROW_LEFT)
    assert marking.value == [frames("bell", 3, 22)]
    marking.keys("ee", Keys.ARROW_RIGHT)
    assert marking.value == [frames("bell", 4, 23)]
    marking.keys(Keys.END, "]")
    assert marking.value == [{**frames("bell", 4, 23), "end": 40, "offset": marking.run("return $.film.seconds")}]
    marking.keys(Keys.HOME, "..", "[")
    assert marking.value[0]["start"] == 2
    marking.keys("z", hold=(Keys.CONTROL,))
    assert marking.value[0]["start"] == 4
    assert marking.stored()[0]["end"] == 40


def test_a_class_is_marked_as_long_as_its_key_is_held(marking: Marking) -> None:
    marking.run("$.clock.speed = 0.5")
    marking.keys(" ")
    wait_for(lambda: marking.time > 0.2)
    marking.watch("$.film.frame")
    marking.page.devtools("Input.dispatchKeyEvent", type="keyDown", key="2", code="Digit2", text="2")
    (begun,) = marking.watched()
    wait_for(lambda: marking.run("return $.film.frame") > begun + 6)
    marking.page.devtools("Input.dispatchKeyEvent", type="keyUp", key="2", code="Digit2")
    _, ended = marking.watched()
    marking.keys("k")
    (found,) = marking.value
    assert found == frames("rain", found["start"], found["end"])
    assert abs(found["start"] - begun) <= 4
    assert abs(found["end"] - ended) <= 4
    marking.keys("l")
    wait_for(lambda: marking.run("return $.clock.playing"))
    marking.keys("k")
    assert not marking.run("return $.clock.playing")


def test_what_is_not_touched_comes_back_as_it_was(marking: Marking) -> None:
    stretches = (("rain", 10, 35), ("rain", 12, 20), ("bell", 0, 39))
    given = [
        {"label": label, "start": start, "end": end, "onset": TIMES[start], "offset": TIMES[end]}
        for label, start, end in stretches
    ]
    marking.again(value=given)
    assert marking.value == given
    bare = [{"label": "bark", "start": 3, "end": 9}]
    marking.again(suggestion={"value": bare, "by": "model", "probability": 0.7})
    marking.keys("a")
    assert marking.value == [frames("bark", 3, 9)]


def test_fingers_mark_frames_on_a_phone(page: Page, served: Served, axe: str) -> None:  # noqa: F811
    marking = Marking.open(page, served, phone=True)
    marking.again()
    assert marking.run("return document.documentElement.scrollWidth") <= 360
    marking.touch([marking.at(TIMES[10] + 0.001, "lanes", 0.8), marking.at(TIMES[30] + 0.001, "lanes", 0.8)])
    assert marking.value == [frames("bell", 10, 30)]
    edge = marking.at(TIMES[30], "lanes", 0.8)
    marking.touch([(edge[0] + 15, edge[1]), (marking.at(TIMES[34], "lanes")[0] + 15, edge[1])])
    assert marking.value == [frames("bell", 10, 34)]
    page.picture("frames-phone")
    assert marking.small_targets() == []
    assert problems(page, axe) == []
