"""Named points of objects: in their order, visible, hidden or not there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page
from tests.app.browser.drawing import Bench, Drawing, asked, bench_of, picture, serious_faults, targets_too_small, tasks
from tests.app.browser.pretend import Serving

from datastork.core.answers import problems_of
from datastork.core.questions import LabelClass, Question

NAMES = ["nose", "left eye", "right eye", "tail"]
LINKS = [["nose", "left eye"], ["nose", "right eye"], ["nose", "tail"]]
QUESTION = Question(
    "label", "keypoints", classes=(LabelClass("dog", "dog"), LabelClass("cat", "cat")), points=tuple(NAMES)
)
SIZE = {"width": 640, "height": 480}
PNG = picture()


ASKED = asked("keypoints", "dog", "cat", points=NAMES, links=LINKS)


@pytest.fixture(scope="module")
def shared(browser: Chrome) -> Iterator[Bench]:
    with bench_of(browser, ASKED) as one:
        yield one


@pytest.fixture
def bench(shared: Bench) -> Iterator[Bench]:
    yield shared
    shared.home()


@pytest.fixture
def keypoints(page: Page, pretend: Callable[..., Serving]) -> Callable[..., Drawing]:
    """The page as people have it, with a server behind it."""
    return lambda **task: Drawing.open(page, pretend([ASKED], tasks(**task), media={"pic": (PNG, "image/png")}))


def places(one: dict[str, Any]) -> list[tuple[str, float, float, int]]:
    return [(point["name"], round(point["x"]), round(point["y"]), point["visible"]) for point in one["points"]]


def test_points_are_set_in_their_order(keypoints: Callable[..., Drawing]) -> None:
    drawing = keypoints()
    drawing.click((300, 200), (280, 180))
    assert places(drawing.value[0]) == [
        ("nose", 300, 200, 2),
        ("left eye", 280, 180, 2),
        ("right eye", 0, 0, 0),
        ("tail", 0, 0, 0),
    ]
    drawing.keys("x")  # the right eye is not there
    assert "Now: tail" in drawing.run("return $.innerText")
    drawing.page.picture("keypoints-turn")
    drawing.click((450, 300), modifiers=8)  # hidden
    drawing.click((100, 100), (90, 90))  # all are set: another dog begins
    assert len(drawing.value) == 2
    drawing.keys("2")
    drawing.page.picture("keypoints")
    stored = drawing.stored()
    assert [one["label"] for one in stored] == ["dog", "cat"]
    assert places(stored[0]) == [
        ("nose", 300, 200, 2),
        ("left eye", 280, 180, 2),
        ("right eye", 0, 0, 0),
        ("tail", 450, 300, 1),
    ]
    assert problems_of(QUESTION, stored, SIZE) == []
    assert drawing.page.errors() == []


def test_points_are_moved_and_marked_and_all_is_undone(bench: Bench) -> None:
    drawing = bench(PNG)
    drawing.click((300, 200), (280, 180), (320, 180), (450, 300))
    states = [drawing.value]
    drawing.drag((300, 200), (310, 210))
    assert places(drawing.value[0])[0] == ("nose", 310, 210, 2)
    states.append(drawing.value)
    drawing.keys("v")
    assert places(drawing.value[0])[0] == ("nose", 310, 210, 1)
    states.append(drawing.value)
    drawing.keys("]", "x")
    assert places(drawing.value[0])[1] == ("left eye", 0, 0, 0)
    states.append(drawing.value)
    drawing.click((320, 180))
    drawing.button("Hidden" if drawing.run("return $.model.selected.points[2].visible") == 1 else "Visible")
    assert places(drawing.value[0])[2] == ("right eye", 320, 180, 1)
    for state in reversed(states):
        drawing.keys("z", hold=(Keys.CONTROL,))
        assert drawing.value == state
    for _ in range(4):
        drawing.keys("z", hold=(Keys.CONTROL,))
    assert drawing.value is None


def test_the_keyboard_alone_sets_points(bench: Bench) -> None:
    drawing = bench(PNG)
    drawing.focus()
    stride = max(1, round(8 / drawing.run("return $.stage.view.scale")))
    drawing.keys(Keys.ARROW_RIGHT, Keys.ENTER, Keys.ARROW_RIGHT, Keys.ENTER, "x", Keys.ARROW_DOWN, Keys.ENTER)
    assert places(drawing.value[0]) == [
        ("nose", 320, 240, 2),
        ("left eye", 320 + stride, 240, 2),
        ("right eye", 0, 0, 0),
        ("tail", 320 + stride, 240 + stride, 2),
    ]
    drawing.keys("[")
    drawing.keys("[")
    drawing.keys("v")
    drawing.keys(Keys.ARROW_LEFT, hold=(Keys.SHIFT,))
    assert drawing.value[0]["points"][2]["visible"] == 0
    drawing.keys("]", Keys.ARROW_UP)
    assert places(drawing.value[0])[3] == ("tail", 320 + stride, 239 + stride, 2)
    drawing.keys(Keys.ESCAPE, Keys.ESCAPE, Keys.ESCAPE)
    assert len(drawing.value) == 1


def test_points_without_names_are_counted(bench: Bench) -> None:
    drawing = bench(PNG, question={**ASKED, "points": [], "links": []})
    drawing.click((100, 100), (200, 100), (300, 100))
    drawing.keys("o")
    drawing.click((100, 300))
    assert [[name for name, *_ in places(one)] for one in drawing.value] == [["1", "2", "3"], ["1"]]


def test_answers_come_back_as_they_were_and_suggestions_are_taken_over(keypoints: Callable[..., Drawing]) -> None:
    points = [{"name": name, "x": 100.5 + 40 * at, "y": 200.25, "visible": 1 + at % 2} for at, name in enumerate(NAMES)]
    value = [{"label": "cat", "id": "k1", "points": points}]
    drawing = keypoints(suggestions={"label": {"value": value, "by": "pose", "probability": 0.8}})
    assert drawing.value is None
    drawing.page.picture("keypoints-suggested")
    drawing.click((100.5, 200.25))
    assert drawing.chosen == {"label": "cat", "proposal": True}
    drawing.keys(Keys.ENTER)
    assert drawing.value == value
    assert drawing.stored() == value


def test_fingers_set_and_move_points(bench: Bench) -> None:
    drawing = bench(PNG, phone=True)
    for point in ((300, 200), (200, 100), (400, 100), (500, 400)):
        drawing.touch([drawing.on_screen(*point)] * 2, steps=1)
    assert [
        (abs(x - ex) <= 1, abs(y - ey) <= 1)
        for (_, x, y, _), (ex, ey) in zip(
            places(drawing.value[0]), ((300, 200), (200, 100), (400, 100), (500, 400)), strict=True
        )
    ] == [(True, True)] * 4
    x, y = drawing.on_screen(500, 400)
    drawing.touch([(x + 5, y), (x - 45, y - 30)])
    assert len(drawing.value) == 1
    assert places(drawing.value[0])[3][1] < 500 - 30
    assert drawing.run("return document.documentElement.scrollWidth") <= 360
    assert targets_too_small(drawing) == []
    drawing.page.picture("keypoints-phone")


@pytest.mark.parametrize("phone", [False, True])
def test_nobody_is_kept_out(bench: Bench, phone: bool) -> None:
    drawing = bench(
        PNG,
        value=[{"label": "dog", "points": [{"name": "nose", "x": 100, "y": 100, "visible": 2}]}],
        others=[
            {
                "annotator": "ben",
                "value": [{"label": "cat", "points": [{"name": "tail", "x": 300, "y": 100, "visible": 1}]}],
            }
        ],
        phone=phone,
    )
    drawing.run("$.select($.model.list[0].key); if (arguments[0]) $.tools.listing.click()", phone)
    drawing.page.picture(f"keypoints-list-{'phone' if phone else 'desk'}")
    assert serious_faults(drawing.page) == []
