"""Boxes on an image: by mouse, finger and keyboard, exact in pixels at every zoom."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.drawing import (
    BLUE,
    RED,
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
from tests.app.browser.pretend import Serving, classes

from datastork.core.answers import problems_of
from datastork.core.questions import LabelClass, Question

QUESTION = Question("label", "boxes", classes=tuple(LabelClass(name, name) for name in ("car", "dog", "tree")))
SIZE = {"width": 640, "height": 480}
A, B = (300, 200), (360, 240)  # where the marks are
PNG = picture(marks=[(A, RED), (B, BLUE)])


@pytest.fixture(scope="module")
def shared(browser: Chrome) -> Iterator[Bench]:
    with bench_of(browser, asked("boxes")) as one:
        yield one


@pytest.fixture
def bench(shared: Bench) -> Iterator[Bench]:
    yield shared
    shared.home()


@pytest.fixture
def boxes(page: Page, pretend: Callable[..., Serving]) -> Callable[..., Drawing]:
    """The page as people have it, with a server behind it."""
    return lambda **task: Drawing.open(
        page, pretend([asked("boxes")], tasks(**task), media={"pic": (PNG, "image/png")})
    )


def box(label: str, x: float, y: float, width: float, height: float, **more: Any) -> dict[str, Any]:
    return {"label": label, "x": x, "y": y, "width": width, "height": height, **more}


def near(value: Any, expected: list[dict[str, Any]], by: float = 0.5) -> bool:
    assert [one["label"] for one in value] == [one["label"] for one in expected]
    for one, other in zip(value, expected, strict=True):
        for name in ("x", "y", "width", "height"):
            assert one[name] == pytest.approx(other[name], abs=by), (name, one, other)
    return True


def test_what_is_drawn_is_what_is_stored(boxes: Callable[..., Drawing]) -> None:
    drawing = boxes()
    assert drawing.value is None
    drawing.drag((100, 50), (220, 170))
    drawing.keys("2")
    drawing.drag((300, 300), (250, 250))  # from the bottom right to the top left; the first one was made a dog
    drawing.page.picture("boxes")
    stored = drawing.stored()

    assert near(stored, [box("dog", 100, 50, 120, 120), box("dog", 250, 250, 50, 50)])
    assert problems_of(QUESTION, stored, SIZE) == []
    assert all(round(one[name], 2) == one[name] for one in stored for name in ("x", "y", "width", "height"))
    assert drawing.page.errors() == []


@pytest.mark.parametrize("ratio", [1, 1.5, 2])
def test_boxes_are_exact_at_every_zoom_and_pixel_ratio(bench: Bench, ratio: float) -> None:
    drawing = bench(PNG)
    drawing.page.devtools(
        "Emulation.setDeviceMetricsOverride", width=1200, height=760, deviceScaleFactor=ratio, mobile=False
    )
    wait_for(lambda: drawing.run("return [innerWidth, devicePixelRatio]") == [1200, ratio])
    drawing.settle()
    for zoom in ("fitted", -60, 150, 220):
        if zoom != "fitted":
            for _ in range(3):
                drawing.wheel(drawing.on_screen(330, 220), -zoom)
        # where the marks are is asked of the screenshot, not of the code under test
        a, b = drawing.seen(RED, BLUE, ratio=ratio)
        scale = (b[0] - a[0]) / (B[0] - A[0])
        assert (b[1] - a[1]) / (B[1] - A[1]) == pytest.approx(scale, rel=0.02)
        drawing.drag(a, b, image=False)

        drawn = drawing.value[-1]
        expected = box("car", A[0], A[1], B[0] - A[0], B[1] - A[1])
        assert near([drawn], [expected]), (zoom, scale)
        drawing.keys(Keys.DELETE)  # nothing may lie over the marks
        drawing.mouse("mouseMoved", (5, 5))


def test_two_clicks_four_points_and_shift_draw_too(bench: Bench) -> None:
    drawing = bench(PNG)
    drawing.click((50, 60), (150, 160))
    assert near(drawing.value, [box("car", 50, 60, 100, 100)])
    drawing.keys("x")
    drawing.click((400, 200), (350, 260), (420, 330), (480, 250))  # top, left, bottom, right
    assert near(drawing.value[1:], [box("car", 350, 200, 130, 130)])
    drawing.keys("b", Keys.ESCAPE)
    drawing.drag((20, 300), (120, 340), modifiers=8)  # with Shift: a square
    assert near(drawing.value[2:], [box("car", 20, 300, 40, 40)])
    drawing.drag((5, 5), (6, 5.2))  # a slip of the hand is no box
    assert len(drawing.value) == 3


def test_handles_move_resize_and_turn(bench: Bench) -> None:
    drawing = bench(PNG)
    drawing.drag((200, 150), (400, 250))
    drawing.drag((400, 250), (420, 290))  # a corner
    assert near(drawing.value, [box("car", 200, 150, 220, 140)])
    drawing.drag((200, 220), (180, 225))  # a side
    assert near(drawing.value, [box("car", 180, 150, 240, 140)])
    drawing.drag((300, 220), (320, 230))  # its middle
    assert near(drawing.value, [box("car", 200, 160, 240, 140)])

    scale = drawing.run("return $.stage.view.scale")
    drawing.drag((320, 300 + 30 / scale), (320 - 70 - 30 / scale, 230))  # the handle below it, a quarter of a turn
    turned = drawing.value[0]
    assert turned["rotation"] == pytest.approx(90, abs=1)
    assert near([turned], [box("car", 200, 160, 240, 140)])

    # a corner of a turned box: the one opposite stays where it is
    before = corners(turned)
    drawing.drag(before[2], (before[2][0] - 20, before[2][1] + 30))
    after = corners(drawing.value[0])
    assert after[0] == pytest.approx(before[0], abs=0.1)
    assert after[2] == pytest.approx((before[2][0] - 20, before[2][1] + 30), abs=1)
    drawing.page.picture("boxes-turned")
    assert problems_of(QUESTION, drawing.value, SIZE) == []


def corners(one: dict[str, Any]) -> list[tuple[float, float]]:
    """The corners of a box, turned clockwise about its middle: top left, top right, bottom right, bottom left."""
    angle = math.radians(one.get("rotation", 0))
    x, y = one["x"] + one["width"] / 2, one["y"] + one["height"] / 2
    places = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    halves = [(across * one["width"] / 2, down * one["height"] / 2) for across, down in places]
    return [
        (x + dx * math.cos(angle) - dy * math.sin(angle), y + dx * math.sin(angle) + dy * math.cos(angle))
        for dx, dy in halves
    ]


def test_the_keyboard_alone_draws_changes_and_deletes(boxes: Callable[..., Drawing]) -> None:
    drawing = boxes()
    drawing.focus()
    drawing.keys(Keys.ARROW_RIGHT)  # the cursor comes to the middle
    drawing.keys(Keys.ENTER, *[Keys.ARROW_RIGHT] * 4, *[Keys.ARROW_DOWN] * 3, Keys.ENTER)
    (drawn,) = drawing.value
    stride = max(1, round(8 / drawing.run("return $.stage.view.scale")))
    assert near([drawn], [box("car", 320, 240, 4 * stride, 3 * stride)])

    drawing.keys("3", Keys.ARROW_LEFT, Keys.ARROW_UP)
    drawing.keys(Keys.ARROW_RIGHT, hold=(Keys.SHIFT,))
    drawing.keys(Keys.ARROW_RIGHT, hold=(Keys.ALT,))
    drawing.keys(Keys.ARROW_DOWN, hold=(Keys.ALT, Keys.SHIFT))
    assert near(drawing.value, [box("tree", 329, 239, 4 * stride + 1, 3 * stride + 10)], 0.01)
    drawing.keys("..")
    drawing.keys(",")
    assert drawing.value[0]["rotation"] == 1

    drawing.keys("d", hold=(Keys.CONTROL,))
    assert len(drawing.value) == 2
    drawing.keys(Keys.TAB, hold=(Keys.SHIFT,))
    assert drawing.run("return $.model.list.indexOf($.model.selected)") == 0
    drawing.keys(Keys.TAB)
    assert drawing.run("return $.model.list.indexOf($.model.selected)") == 1
    drawing.keys(Keys.TAB)  # behind the last region the focus goes on
    assert drawing.run("return document.activeElement !== $.stage.marks")
    drawing.focus()
    drawing.keys(Keys.DELETE)
    assert len(drawing.value) == 1
    drawing.keys("z", hold=(Keys.CONTROL,))
    assert len(drawing.value) == 2
    drawing.keys(Keys.ESCAPE)
    assert len(drawing.stored()) == 2


def test_all_that_is_done_is_undone_and_done_again(bench: Bench) -> None:
    drawing = bench(PNG, suggestion={"value": [box("dog", 400, 300, 50, 50)], "by": "model", "probability": 0.5})
    states = [drawing.value]

    def then() -> None:
        states.append(drawing.value)

    drawing.drag((20, 20), (120, 120))
    then()
    drawing.keys("2")
    then()
    drawing.drag((120, 120), (140, 150))
    then()
    drawing.button("occluded")
    then()
    drawing.keys(Keys.DELETE)
    then()
    drawing.keys("a")
    then()
    assert states[4][0]["attributes"] == {"occluded": True}
    assert states[5] is None
    assert near(states[6], [box("dog", 400, 300, 50, 50)])
    for state in reversed(states[:-1]):
        drawing.keys("z", hold=(Keys.CONTROL,))
        assert drawing.value == state
    for state in states[1:]:
        drawing.keys("z", hold=(Keys.CONTROL, Keys.SHIFT))
        assert drawing.value == state


def test_hidden_boxes_stay_in_the_answer(bench: Bench) -> None:
    drawing = bench(PNG)
    drawing.drag((20, 20), (120, 120))
    drawing.drag((200, 20), (300, 120))
    before = drawing.pixels()
    drawing.keys("h")
    assert np_changed(before, drawing.pixels())
    drawing.keys("h", hold=(Keys.SHIFT,))
    drawing.keys("h", hold=(Keys.SHIFT,))
    assert drawing.run("return $.model.hidden.size") == 1
    assert len(drawing.value) == 2


def np_changed(one: Any, other: Any) -> bool:
    return bool(abs(one - other).sum() > 1000)


def test_suggestions_are_accepted_one_or_all_adjusted_or_left(boxes: Callable[..., Drawing]) -> None:
    value = [
        box("dog", 50, 50, 100, 100, score=0.9),
        box("tree", 300, 50, 100, 100, score=0.4),
        box("car", 50, 300, 100, 100),
    ]
    drawing = boxes(suggestions={"label": {"value": value, "by": "detector", "probability": 0.7}})
    assert drawing.value is None
    assert "3 suggestions by detector" in drawing.run("return $.side.innerText")
    assert "90 %" in drawing.run("return $.side.innerText")
    drawing.page.picture("boxes-suggested")

    drawing.click((100, 100))
    assert drawing.chosen == {"label": "dog", "proposal": True}
    assert drawing.value is None
    drawing.keys(Keys.ENTER)
    assert drawing.value == [box("dog", 50, 50, 100, 100)]  # without the score
    drawing.keys(Keys.ESCAPE)
    drawing.click((350, 100))
    drawing.drag((400, 150), (420, 170))  # adjusted by its corner: taken over
    assert near(drawing.value, [box("dog", 50, 50, 100, 100), box("tree", 300, 50, 120, 120)])
    drawing.keys(Keys.ESCAPE)
    drawing.click((100, 350))
    drawing.keys(Keys.DELETE)  # dismissed
    assert drawing.run("return $.model.proposals.length") == 0
    assert len(drawing.stored()) == 2
    vote = next(iter(drawing.serving.state.votes.values()))["answers"]["label"]
    assert vote["suggestion"] == value
    assert vote["changed"] is True


def test_nothing_here_is_said_and_not_assumed(boxes: Callable[..., Drawing]) -> None:
    drawing = boxes()
    drawing.keys(Keys.ENTER)
    drawing.settle()
    assert drawing.serving.state.answered == {}
    drawing.drag((20, 20), (120, 120))
    drawing.keys("n")  # there is a region: not taken
    assert len(drawing.value) == 1
    drawing.keys(Keys.BACKSPACE)
    assert drawing.value is None
    drawing.keys(Keys.BACKSPACE)  # does not take back an earlier answer
    drawing.keys("n")
    wait_for(lambda: "task0" in drawing.serving.state.answered)
    assert drawing.serving.state.answered["task0"] == []


def test_fingers_draw_pinch_and_tap(bench: Bench) -> None:
    drawing = bench(PNG, phone=True)
    assert drawing.run("return document.documentElement.scrollWidth") <= 360
    assert targets_too_small(drawing) == []
    drawing.page.picture("boxes-phone")

    start, end = drawing.on_screen(100, 100), drawing.on_screen(300, 260)
    drawing.touch([start, end])
    assert near(drawing.value, [box("car", 100, 100, 200, 160)], 1)
    drawing.keys(Keys.ESCAPE)

    # two fingers zoom at their middle and draw nothing
    x, y = drawing.on_screen(320, 240)
    scale = drawing.run("return $.stage.view.scale")
    drawing.touch([(x - 30, y), (x - 90, y)], [(x + 30, y), (x + 90, y)])
    assert drawing.run("return $.stage.view.scale") == pytest.approx(3 * scale, rel=0.02)
    assert drawing.on_screen(320, 240) == pytest.approx((x, y), abs=1)
    assert len(drawing.value) == 1
    drawing.touch([(x - 40, y), (x - 40, y + 50)], [(x + 40, y), (x + 40, y + 50)])  # and pan
    assert drawing.on_screen(320, 240) == pytest.approx((x, y + 50), abs=1)

    # zoomed in, a finger is exact: the handle keeps its distance to it
    corner = drawing.on_screen(300, 260)
    drawing.page.devtools("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y + 30}])
    drawing.page.devtools("Input.dispatchTouchEvent", type="touchMove", touchPoints=[{"x": x + 20, "y": y + 60}])
    drawing.settle()
    assert drawing.run("return !$.querySelector('.cv-loupe').hidden")
    drawing.page.picture("boxes-loupe")
    drawing.page.devtools("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    drawing.keys("z", hold=(Keys.CONTROL,))
    drawing.run("$.select($.model.list[0].key)")
    drawing.touch([(corner[0] + 9, corner[1] - 6), (corner[0] + 9 + 30, corner[1] - 6 + 30)])
    moved = 30 / drawing.run("return $.stage.view.scale")
    assert near(drawing.value, [box("car", 100, 100, 200 + moved, 160 + moved)], 1.5)


def test_zoom_and_pan_by_mouse_and_keys(bench: Bench) -> None:
    drawing = bench(PNG)
    fitted = drawing.run("return $.stage.view.scale")
    here = drawing.run("const r = $.stage.place; return $.stage.view.toImage(200 - r.left, 250 - r.top)")
    drawing.wheel((200, 250), -200)
    assert drawing.run("return $.stage.view.scale") > fitted * 1.3
    assert drawing.on_screen(here["x"], here["y"]) == pytest.approx((200, 250), abs=0.01)  # at the pointer
    drawing.keys("0")
    assert drawing.run("return $.stage.view.scale") == pytest.approx(fitted)
    drawing.keys("0")
    assert drawing.run("return $.stage.view.scale") == 1
    drawing.keys("++")
    before = drawing.on_screen(100, 100)
    for button, held in (("middle", 4), ("left", 1)):
        if button == "left":
            drawing.focus()
            drawing.page.devtools("Input.dispatchKeyEvent", type="keyDown", key=" ", code="Space", text=" ")
        start = drawing.on_screen(320, 240)
        drawing.page.devtools(
            "Input.dispatchMouseEvent", type="mousePressed", x=start[0], y=start[1], button=button, buttons=held
        )
        drawing.page.devtools(
            "Input.dispatchMouseEvent", type="mouseMoved", x=start[0] + 25, y=start[1] - 15, button=button, buttons=held
        )
        drawing.page.devtools(
            "Input.dispatchMouseEvent", type="mouseReleased", x=start[0] + 25, y=start[1] - 15, button=button
        )
    drawing.page.devtools("Input.dispatchKeyEvent", type="keyUp", key=" ", code="Space")
    assert drawing.on_screen(100, 100) == pytest.approx((before[0] + 50, before[1] - 30), abs=0.01)
    assert drawing.value is None


def test_answers_of_others_are_taken_over_by_a_click(bench: Bench) -> None:
    decisions = [
        {"annotator": "anna", "label": [box("dog", 50, 50, 100, 100)]},
        {"annotator": "ben", "label": [box("tree", 300, 50, 100, 100), box("car", 300, 250, 50, 50)]},
    ]
    drawing = bench(PNG, others=decisions)
    drawing.page.picture("boxes-others")
    colours = drawing.run("return $.model.proposals.map((one) => $.colourOf(one))")
    assert colours[0] != colours[1] == colours[2]  # a colour for each annotator
    drawing.click((100, 100))
    assert drawing.value == [box("dog", 50, 50, 100, 100)]
    drawing.button("Take all of ben")
    assert [one["label"] for one in drawing.value] == ["dog", "tree", "car"]
    drawing.keys("z", hold=(Keys.CONTROL,))
    assert len(drawing.value) == 1


def test_three_hundred_boxes_stay_fluid(bench: Bench) -> None:
    value = [box(("car", "dog", "tree")[at % 3], (at * 37) % 600, (at * 53) % 440, 30, 30) for at in range(300)]
    drawing = bench(PNG, suggestion={"value": value, "by": "detector", "probability": 0.7})
    drawing.keys("a")
    assert len(drawing.value) == 300
    drawing.page.picture("boxes-many")
    dragged = frame_costs(drawing, "$.draft = {...$.model.list[7], x: i * 2}")
    zoomed = frame_costs(drawing, "$.stage.view.zoom(i % 2 ? 1.1 : 1 / 1.1); $.stage.changed(true)")
    moved = frame_costs(drawing, "$.model.chosen = $.model.list[9].key; $.tool.hand.nudge($.model.selected, 1, 0)", 20)
    for (cost, waited), more in ((dragged, 34), (zoomed, 50), (moved, 50)):
        assert cost < 2 * waited + more
    assert len(drawing.value) == 300


def test_an_image_of_12000_pixels_is_shown_whole_and_exact(bench: Bench) -> None:
    media = picture(12000, 4000, [((6000, 2000), RED)], "JPEG")
    drawing = bench(media, 12000, 4000)
    for _ in range(8):
        drawing.wheel(drawing.on_screen(6000, 2000), -240)
    ((x, y),) = drawing.seen(RED)
    drawing.drag((x, y), (x + 60, y + 60), image=False)
    scale = drawing.run("return $.stage.view.scale")
    assert near(drawing.value, [box("car", 6000, 2000, 60 / scale, 60 / scale)])
    cost, waited = frame_costs(drawing, "$.stage.view.zoom(i < 10 ? 0.7 : 1.1); $.stage.changed(true)", 20)
    assert cost < 2 * waited + 100


def test_what_is_not_touched_comes_back_as_it_was(bench: Bench) -> None:
    value = [
        box("dog", 50.25, 50, 100, 100, id="a1", attributes={"occluded": True, "colour": "red"}),
        box("car", 300, 50, 100, 100, iscrowd=True, rotation=12.5),
    ]
    drawing = bench(PNG, value=value)
    assert drawing.value == value
    drawing.drag((20, 300), (60, 340))
    assert drawing.value[:2] == value


@pytest.mark.real
def test_boxes_of_coco_are_accepted_and_drawn_on(page: Page, pretend: Callable[..., Serving], real_data: Path) -> None:
    folder = real_data / "detection/coco"
    names = [
        line.split(": ", 1)[1].strip()
        for line in (folder / "classes.yaml").read_text().splitlines()
        if line.startswith("  ")
    ]
    from PIL import Image

    rows, media = [], {}
    for path in sorted((folder / "images").glob("*.jpg"))[:3]:
        with Image.open(path) as image:
            width, height = image.size
        value = []
        for line in (folder / "boxes" / f"{path.stem}.txt").read_text().splitlines():
            number, x, y, across, down = (float(part) for part in line.split())
            value.append(
                box(
                    names[int(number)],
                    round((x - across / 2) * width, 2),
                    round((y - down / 2) * height, 2),
                    round(across * width, 2),
                    round(down * height, 2),
                )
            )
        media[path.stem] = (path.read_bytes(), "image/jpeg")
        shown = {
            "modality": "image",
            "mime": "image/jpeg",
            "url": f"/media/{path.stem}",
            "width": width,
            "height": height,
        }
        rows.append(
            {
                "item": path.stem,
                "media": shown,
                "suggestions": {"label": {"value": value, "by": "coco", "probability": 0.9}},
            }
        )
    serving = pretend([{**asked("boxes"), "classes": classes(*names)}], rows, media=media)
    drawing = Drawing.open(page, serving)
    question = Question("label", "boxes", classes=tuple(LabelClass(name, name) for name in names))
    for row in rows:
        drawing.shown()
        drawing.page.picture(f"coco-{row['item']}")
        drawing.keys("a")
        drawing.drag((10, 10), (90, 80))
        stored = drawing.stored(row["item"])
        assert stored[:-1] == row["suggestions"]["label"]["value"]
        assert problems_of(question, stored, row["media"]) == []
        if row is not rows[-1]:
            page.next_after(row["item"])


@pytest.mark.parametrize("phone", [False, True])
def test_nobody_is_kept_out(bench: Bench, phone: bool) -> None:
    drawing = bench(
        PNG,
        value=[box("car", 50, 50, 100, 80, attributes={"occluded": True}), box("dog", 200, 50, 40, 40)],
        others=[{"annotator": "ben", "value": [box("tree", 300, 50, 60, 60)]}],
        phone=phone,
    )
    drawing.run("$.select($.model.list[0].key); if (arguments[0]) $.tools.listing.click()", phone)
    drawing.page.picture(f"boxes-list-{'phone' if phone else 'desk'}")
    assert serious_faults(drawing.page) == []


def test_what_is_only_read_stays_as_it_is(bench: Bench) -> None:
    value = [box("car", 50, 50, 100, 80)]
    drawing = bench(
        PNG, value=value, others=[{"annotator": "ben", "value": [box("dog", 200, 50, 90, 90)]}], readonly=True
    )
    drawing.click((100, 90))
    assert drawing.chosen == {"label": "car", "proposal": False}
    before = drawing.on_screen(0, 0)
    drawing.drag((150, 130), (180, 160))  # moves the image, not the box
    assert drawing.on_screen(0, 0) != before
    drawing.keys(Keys.DELETE, "a", "n", "2", "z", Keys.ARROW_LEFT)
    drawing.click((230, 90))
    assert drawing.chosen == {"label": "dog", "proposal": True}
    taken = drawing.run("return $.onkey(new KeyboardEvent('keydown', {key: 'Enter'}))")  # the page around it may submit
    assert not taken
    assert drawing.value == value
