"""Outlines on an image: clicked, drawn free-hand, by finger and by keyboard."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page
from tests.app.browser.drawing import (
    Bench,
    Drawing,
    asked,
    bench_of,
    frame_costs,
    picture,
    serious_faults,
    targets_too_small,
    tasks,
)
from tests.app.browser.pretend import Serving

from datastork.core.answers import problems_of
from datastork.core.questions import LabelClass, Question

QUESTION = Question("label", "polygons", classes=tuple(LabelClass(name, name) for name in ("car", "dog", "tree")))
SIZE = {"width": 640, "height": 480}
PNG = picture()
CORNERS = [(100, 100), (220, 90), (260, 200), (150, 240)]


@pytest.fixture(scope="module")
def shared(browser: Chrome) -> Iterator[Bench]:
    with bench_of(browser, asked("polygons")) as one:
        yield one


@pytest.fixture
def bench(shared: Bench) -> Iterator[Bench]:
    yield shared
    shared.home()


@pytest.fixture
def polygons(page: Page, pretend: Callable[..., Serving]) -> Callable[..., Drawing]:
    """The page as people have it, with a server behind it."""
    return lambda **task: Drawing.open(
        page, pretend([asked("polygons")], tasks(**task), media={"pic": (PNG, "image/png")})
    )


def near(points: list[list[float]], expected: Any, by: float = 0.5) -> bool:
    assert [tuple(point) for point in points] == [pytest.approx(point, abs=by) for point in expected]
    return True


def test_points_are_clicked_and_closed_in_four_ways(polygons: Callable[..., Drawing]) -> None:
    drawing = polygons()
    drawing.click(*CORNERS)
    assert drawing.value is None
    drawing.keys(Keys.ENTER)
    drawing.click((400, 100), (500, 100), (450, 200), (400, 100))  # on its first point
    drawing.click((400, 300), (500, 300))
    drawing.click((450, 400), count=2)  # double click
    drawing.click((50, 300), (150, 300), (100, 400))
    drawing.page.picture("polygons-drawing")
    drawing.button("Close")
    shapes = [one["points"] for one in drawing.value]
    assert near(shapes[0], CORNERS)
    assert near(shapes[1], [(400, 100), (500, 100), (450, 200)])
    assert near(shapes[2], [(400, 300), (500, 300), (450, 400)])
    assert near(shapes[3], [(50, 300), (150, 300), (100, 400)])
    drawing.page.picture("polygons")
    stored = drawing.stored()
    assert problems_of(QUESTION, stored, SIZE) == []
    assert [one["points"] for one in stored] == shapes
    assert drawing.page.errors() == []


def test_a_line_drawn_free_hand_becomes_few_points(bench: Bench) -> None:
    drawing = bench(PNG)
    circle = [(320 + 100 * math.cos(angle / 20), 240 + 100 * math.sin(angle / 20)) for angle in range(126)]
    drawing.drag(*circle, steps=1)
    (points,) = [one["points"] for one in drawing.value]
    assert 12 < len(points) < 70
    assert all(abs(math.hypot(x - 320, y - 240) - 100) < 1.5 for x, y in points)


def test_points_are_moved_inserted_and_deleted(bench: Bench) -> None:
    drawing = bench(PNG)
    drawing.click(*CORNERS)
    drawing.keys(Keys.ENTER)
    drawing.drag((220, 90), (240, 60))
    drawing.drag((170, 80), (160, 50))  # from the middle of a side: a new point
    expected = [(100, 100), (160, 50), (240, 60), (260, 200), (150, 240)]
    assert near(drawing.value[0]["points"], expected)
    drawing.click((160, 50), count=2)
    assert near(drawing.value[0]["points"], [expected[0], *expected[2:]])
    drawing.keys("v")
    drawing.drag((180, 150), (190, 170))  # the whole
    moved = [(x + 10, y + 20) for x, y in [expected[0], *expected[2:]]]
    assert near(drawing.value[0]["points"], moved)
    drawing.drag((180, 170), (-300, 170))  # not out of the image
    assert min(x for x, _ in drawing.value[0]["points"]) == 0
    for _ in range(4):
        drawing.keys("z", hold=(Keys.CONTROL,))
    drawing.keys("z", hold=(Keys.CONTROL,))
    assert near(drawing.value[0]["points"], CORNERS)


def test_points_near_the_border_lie_on_it(bench: Bench) -> None:
    drawing = bench(PNG)
    drawing.click((3, 100), (200, 100), (200, 477))
    drawing.click((636, 478))
    drawing.keys(Keys.ENTER)
    assert near(drawing.value[0]["points"], [(0, 100), (200, 100), (200, 480), (640, 480)])
    assert drawing.value[0]["points"][0][0] == 0
    assert drawing.value[0]["points"][3] == [640, 480]


def test_an_outline_that_crosses_itself_is_said_to(bench: Bench) -> None:
    drawing = bench(PNG)
    drawing.click((100, 100), (300, 300), (300, 100), (100, 300))
    drawing.keys(Keys.ENTER)
    assert "crosses itself" in drawing.run("return $.innerText")
    drawing.page.picture("polygons-crossed")
    drawing.drag((300, 300), (300, 60))
    drawing.drag((300, 60), (200, 60))
    assert "crosses itself" in drawing.run("return $.innerText") or len(drawing.value) == 1
    drawing.keys(Keys.DELETE, Keys.DELETE)
    drawing.click(*CORNERS)
    drawing.keys(Keys.ENTER)
    assert "crosses itself" not in drawing.run("return $.innerText")


def test_the_keyboard_alone_draws_and_changes(bench: Bench) -> None:
    drawing = bench(PNG)
    drawing.focus()
    stride = max(1, round(8 / drawing.run("return $.stage.view.scale")))
    drawing.keys(
        Keys.ARROW_RIGHT,
        Keys.ENTER,
        *[Keys.ARROW_RIGHT] * 6,
        Keys.ENTER,
        *[Keys.ARROW_DOWN] * 6,
        Keys.ENTER,
        Keys.ENTER,
    )
    far = 6 * stride
    assert near(drawing.value[0]["points"], [(320, 240), (320 + far, 240), (320 + far, 240 + far)])
    drawing.keys("]", "]", Keys.ARROW_UP, "j", Keys.ARROW_RIGHT)
    assert near(
        drawing.value[0]["points"], [(320, 240), (320 + far, 239), (321 + far, 239.5 + far / 2), (320 + far, 240 + far)]
    )
    drawing.keys(Keys.DELETE)
    assert len(drawing.value[0]["points"]) == 3
    drawing.keys(Keys.ARROW_RIGHT)  # no point is selected: the whole moves
    assert drawing.value[0]["points"][0] == [321, 240]
    drawing.keys("3", Keys.ESCAPE, Keys.ESCAPE)
    assert [one["label"] for one in drawing.value] == ["tree"]


def test_the_points_being_set_are_taken_back_one_by_one(bench: Bench) -> None:
    drawing = bench(PNG)
    drawing.click(*CORNERS)
    drawing.keys(Keys.BACKSPACE)
    drawing.keys("z", hold=(Keys.CONTROL,))
    drawing.click((150, 240))
    drawing.keys(Keys.ENTER)
    assert near(drawing.value[0]["points"], [CORNERS[0], CORNERS[1], CORNERS[3]])
    drawing.keys("z", hold=(Keys.CONTROL,))
    assert drawing.value is None


def test_fingers_set_points_and_pinch_between(bench: Bench) -> None:
    drawing = bench(PNG, phone=True)
    assert drawing.run("return document.documentElement.scrollWidth") <= 360
    for point in ((100, 100), (400, 100)):
        drawing.touch([drawing.on_screen(*point)] * 2, steps=1)
    x, y = drawing.on_screen(320, 240)
    drawing.touch([(x - 40, y), (x - 70, y)], [(x + 40, y), (x + 70, y)])
    drawing.touch([drawing.on_screen(300, 300)] * 2, steps=1)
    assert targets_too_small(drawing) == []
    drawing.page.picture("polygons-phone")
    drawing.button("Close")
    assert near(drawing.value[0]["points"], [(100, 100), (400, 100), (300, 300)], 1.5)


@pytest.mark.real
def test_outlines_of_coco_are_accepted_and_changed(
    page: Page, pretend: Callable[..., Serving], real_data: Path
) -> None:
    from PIL import Image

    folder = real_data / "detection/coco"
    path = max((folder / "polygons").glob("*.txt"), key=lambda one: one.stat().st_size)
    with Image.open(folder / "images" / f"{path.stem}.jpg") as image:
        width, height = image.size
    value = []
    for line in path.read_text().splitlines():
        numbers = [float(part) for part in line.split()[1:]]
        points = [[round(x * width, 2), round(y * height, 2)] for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        value.append({"label": "dog", "points": points})
    media = {"pic": ((folder / "images" / f"{path.stem}.jpg").read_bytes(), "image/jpeg")}
    serving = pretend(
        [asked("polygons")],
        tasks(width=width, height=height, suggestions={"label": {"value": value, "by": "coco", "probability": 1}}),
        media=media,
    )
    drawing = Drawing.open(page, serving)
    drawing.page.picture("polygons-coco")
    drawing.keys("a")
    assert drawing.value == value
    cost, waited = frame_costs(drawing, "$.stage.view.zoom(i % 2 ? 1.1 : 1 / 1.1); $.stage.changed(true)", 20)
    assert cost < 2 * waited + 60
    assert drawing.stored() == value


@pytest.mark.parametrize("phone", [False, True])
def test_nobody_is_kept_out(bench: Bench, phone: bool) -> None:
    drawing = bench(
        PNG,
        value=[{"label": "car", "points": [list(point) for point in CORNERS]}],
        others=[{"annotator": "ben", "value": [{"label": "dog", "points": [[300, 300], [400, 300], [350, 400]]}]}],
        phone=phone,
    )
    drawing.run("$.select($.model.list[0].key); if (arguments[0]) $.tools.listing.click()", phone)
    drawing.page.picture(f"polygons-list-{'phone' if phone else 'desk'}")
    assert serious_faults(drawing.page) == []
