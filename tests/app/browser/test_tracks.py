"""Tracks of boxes through videos: keyframes, what lies between, going and coming, cut and merged."""

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("av")

from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page
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
    one = Marking.open(page, served)
    one.again()  # without what an earlier test has left as a draft
    return one


def keyframe(frame: int, x: float, y: float = 30, width: float = 16, height: float = 16, **more: Any) -> dict[str, Any]:
    sides = {
        name: pytest.approx(value, abs=0.6)
        for name, value in {"x": x, "y": y, "width": width, "height": height}.items()
    }
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


def test_a_track_goes_comes_and_is_hidden(marking: Marking) -> None:
    draw(marking, 2)
    marking.frame(10)
    marking.keys("h")
    marking.frame(15)
    marking.keys("h")
    marking.frame(20)
    marking.keys("o")
    assert marking.run("return $.model.list[0].present") is False
    marking.frame(30)
    marking.keys("o")
    assert marking.value == [{"label": "bark", "track": 1, "keyframes": [
        keyframe(2, 6), keyframe(10, 6, occluded=True), keyframe(15, 6), keyframe(20, 6, outside=True), keyframe(30, 6),
    ]}]  # fmt: skip
    marking.frame(25)
    marking.settle()
    assert marking.run("return $.model.shows($.model.list[0])") is False
    marking.keys("[")
    assert marking.run("return $.film.frame") == 20
    marking.keys("[[")
    assert marking.run("return $.film.frame") == 10
    marking.keys("f")  # the keyframe here goes
    marking.frame(12)
    marking.keys("f")  # and one comes
    assert [one["frame"] for one in marking.value[0]["keyframes"]] == [2, 12, 15, 20, 30]
    marking.page.picture("tracks-gaps")
    for _ in range(6):
        marking.keys("z", hold=(Keys.CONTROL,))
    assert marking.value == [{"label": "bark", "track": 1, "keyframes": [keyframe(2, 6)]}]
    marking.keys("z", hold=(Keys.CONTROL,))
    assert marking.value is None


def test_tracks_are_cut_and_merged(marking: Marking) -> None:
    draw(marking, 0)
    marking.frame(20)
    marking.drag(marking.on_image(8, 38), marking.on_image(68, 38))
    marking.frame(10)
    marking.keys("w")
    first, second = marking.value
    assert first == {"label": "bark", "track": 1, "keyframes": [keyframe(0, 0), keyframe(10, 30, outside=True)]}
    assert second == {"label": "bark", "track": 2, "keyframes": [keyframe(10, 30), keyframe(20, 60)]}
    marking.keys("e")
    marking.run("$.select($.model.list[0].key)")
    assert marking.value == [
        {"label": "bark", "track": 1, "keyframes": [keyframe(0, 0), keyframe(10, 30), keyframe(20, 60)]}
    ]
    marking.keys("z", hold=(Keys.CONTROL,))
    assert marking.value == [first, second]
    marking.keys("z", hold=(Keys.CONTROL,))
    assert len(marking.value) == 1

    marking.frame(20)
    marking.keys(Keys.ESCAPE)
    marking.drag(marking.on_image(100, 50), marking.on_image(140, 80))
    marking.keys("2")
    marking.keys("e")
    marking.run("$.select($.model.list[0].key)")
    assert [one["label"] for one in marking.value] == ["bark", "rain"]  # there at once: they stay two


def test_the_keyboard_alone_draws_a_track(marking: Marking) -> None:
    marking.keys(Keys.ARROW_RIGHT, Keys.ENTER, *[Keys.ARROW_RIGHT] * 6, *[Keys.ARROW_DOWN] * 6, Keys.ENTER)
    (drawn,) = marking.value
    marking.keys(".....", Keys.ARROW_LEFT)
    marking.keys(Keys.ARROW_UP, hold=(Keys.SHIFT,))
    before, after = marking.value[0]["keyframes"]
    assert before == drawn["keyframes"][0]
    assert after == {**before, "frame": 5, "time": pytest.approx(TIMES[5]), "x": before["x"] - 1, "y": before["y"] - 10}
    marking.keys("3")
    assert marking.value[0]["label"] == "bell"
    stored = marking.stored()
    assert stored[0]["keyframes"] == [before, after]


def test_what_is_not_touched_comes_back_as_it_was(marking: Marking) -> None:
    side = {"y": 2, "width": 30, "height": 20}
    bare = [{"frame": 0, "x": 1.25, **side}, {"frame": 8, "x": 41.25, **side, "outside": True}]
    full = {
        "frame": 3,
        "time": TIMES[3],
        "x": 5,
        "y": 50,
        "width": 10,
        "height": 10,
        "outside": False,
        "occluded": True,
    }
    given = [
        {"label": "rain", "track": 7, "keyframes": bare, "id": "a"},
        {"label": "bell", "track": 9, "keyframes": [full]},
    ]
    marking.again(value=given)
    assert marking.value == given
    assert marking.run("return $.model.list[0].x") == 1.25
    marking.frame(4)
    assert marking.run("return $.model.list[0].x") == 1.25  # where it goes is not where it is on the way
    marking.again(suggestion={"value": given, "by": "tracker", "probability": 0.6})
    assert marking.value is None
    marking.keys("a")
    assert marking.value == given
    draw(marking, 20)
    assert marking.value[2]["track"] == 10


def test_fingers_draw_tracks_on_a_phone(page: Page, served: Served, axe: str) -> None:  # noqa: F811
    marking = Marking.open(page, served, phone=True)
    marking.again()
    assert marking.run("return document.documentElement.scrollWidth") <= 360
    marking.touch([marking.on_image(40, 20), marking.on_image(90, 60)])
    marking.frame(20)
    marking.touch([marking.on_image(65, 40), marking.on_image(85, 50)])
    first, second = marking.value[0]["keyframes"]
    assert (second["frame"], second["x"] - first["x"], second["y"] - first["y"]) == (
        20,
        pytest.approx(20, abs=1),
        pytest.approx(10, abs=1),
    )
    page.picture("tracks-phone")
    assert marking.small_targets() == []
    assert problems(page, axe) == []
