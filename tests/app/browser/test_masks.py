"""Masks painted over an image: what is stored is what was painted, pixel for pixel, as COCO counts it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import ndimage
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.drawing import (
    Bench,
    Drawing,
    Point,
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

QUESTION = Question("label", "masks", classes=tuple(LabelClass(name, name) for name in ("car", "dog", "tree")))
WIDTH, HEIGHT = 640, 480
PNG = picture(WIDTH, HEIGHT)


@pytest.fixture(scope="module")
def shared(browser: Chrome) -> Iterator[Bench]:
    with bench_of(browser, asked("masks")) as one:
        yield one


@pytest.fixture
def bench(shared: Bench) -> Iterator[Bench]:
    yield shared
    shared.home()


@pytest.fixture
def masks(page: Page, pretend: Callable[..., Serving]) -> Callable[..., Drawing]:
    """The page as people have it, with a server behind it."""
    return lambda **task: Drawing.open(
        page, pretend([asked("masks")], tasks(**task), media={"pic": (PNG, "image/png")})
    )


def decoded(one: dict[str, Any]) -> np.ndarray:
    """The pixels of COCO's run lengths: zeros first, column by column."""
    height, width = one["size"]
    flat = np.repeat(np.arange(len(one["counts"])) % 2, one["counts"])
    return flat.reshape(width, height).T.astype(bool)


def encoded(label: str, pixels: np.ndarray) -> dict[str, Any]:
    flat = np.concatenate([[0], pixels.T.ravel().astype(int), [-1]])
    edges = np.flatnonzero(np.diff(flat))
    counts = np.diff(np.concatenate([[0], edges])).tolist()
    return {"label": label, "size": [*pixels.shape], "counts": counts}


def centres(height: int = HEIGHT, width: int = WIDTH) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.indices((height, width))
    return columns + 0.5, rows + 0.5


def away(a: Point, b: Point, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    """How far the middle of every pixel is from the line between two points."""
    x, y = centres(height, width)
    dx, dy = b[0] - a[0], b[1] - a[1]
    part = np.clip(((x - a[0]) * dx + (y - a[1]) * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
    return np.hypot(x - a[0] - part * dx, y - a[1] - part * dy)


def same(pixels: np.ndarray, expected: np.ndarray, unsure: np.ndarray) -> bool:
    """Whether masks agree wherever a hair does not decide."""
    assert unsure.sum() < 200
    return bool((pixels == expected)[~unsure].all())


def test_a_stroke_covers_the_pixels_whose_middle_is_under_the_brush(bench: Bench) -> None:
    drawing = bench(PNG)
    for size, a, b in (
        (40, (100, 100), (300, 220)),
        (1, (20, 300), (200, 330)),
        (7, (400, 50), (431, 400)),
        (90, (0, 470), (60, 463)),
    ):
        drawing.run("$.select(null); $.resize(arguments[0])", size)
        drawing.drag(a, b, steps=1)
        near = away(a, b)
        pixels = decoded(drawing.value[-1])
        if size == 1:  # thinner than the distance between middles: a line without gaps through the pixels it was set on
            assert pixels[300, 20]
            assert ndimage.label(pixels, np.ones((3, 3)))[1] == 1
            assert (near[pixels] < 1.3).all()
        else:
            assert same(pixels, near <= size / 2, abs(near - size / 2) < 0.05)
    assert problems_of(QUESTION, drawing.value, {"width": WIDTH, "height": HEIGHT}) == []


def test_run_lengths_are_read_and_written_exactly(bench: Bench) -> None:
    rng = np.random.default_rng(0)
    full = np.ones((HEIGHT, WIDTH), bool)
    corner = np.zeros_like(full)
    corner[0, 0] = corner[-1, -1] = True
    stripes = np.indices((HEIGHT, WIDTH))[1] % 2 == 0  # whole columns, the first one set
    noise = ndimage.gaussian_filter(rng.random((HEIGHT, WIDTH)), 3) > 0.5
    value = [encoded("car", full), encoded("dog", corner), encoded("tree", stripes), encoded("car", noise)]
    assert value[0]["counts"][0] == 0
    drawing = bench(PNG, value=value)
    assert drawing.value == value

    # also after it was painted on: what is written is made anew from pixels
    drawing.run("$.select($.model.list[3].key); $.resize(30)")
    drawing.drag((320, 240), (400, 240))
    changed = decoded(drawing.value[3])
    near = away((320, 240), (400, 240))
    assert same(changed, noise | (near <= 15), abs(near - 15) < 0.05)
    drawing.keys("z", hold=(Keys.CONTROL,))
    assert drawing.value == value


def test_a_mask_that_does_not_fit_stays_as_it_is(bench: Bench) -> None:
    value = [{"label": "car", "size": [10, 10], "counts": [50, 50]}]
    drawing = bench(PNG, value=value)
    drawing.drag((100, 100), (200, 100))
    assert drawing.value[0] == value[0]


def test_masks_of_classes_and_objects_overlap(bench: Bench) -> None:
    drawing = bench(PNG)
    drawing.run("$.resize(50)")
    drawing.drag((100, 100), (300, 100))
    drawing.keys("2")
    drawing.drag((200, 60), (200, 200))
    drawing.keys("1")  # back to the car: the same mask goes on
    drawing.drag((100, 300), (200, 300))
    drawing.keys("o")
    drawing.drag((400, 300), (500, 300))  # another car
    drawing.page.picture("masks")
    assert [one["label"] for one in drawing.value] == ["car", "dog", "car"]
    car, dog, other = map(decoded, drawing.value)
    assert (car & dog).sum() > 1000
    assert ndimage.label(car)[1] == 2
    assert not (car & other).any()
    drawing.keys("3", hold=(Keys.SHIFT,))
    assert [one["label"] for one in drawing.value] == ["car", "dog", "tree"]


def test_the_eraser_the_fill_and_the_outline(bench: Bench) -> None:
    drawing = bench(PNG)
    drawing.run("$.resize(20)")
    ring = [(300 + 100 * np.cos(angle), 200 + 100 * np.sin(angle)) for angle in np.linspace(0, 2 * np.pi, 24)]
    drawing.drag(*ring, steps=1)
    before = decoded(drawing.value[0])
    drawing.keys("f")
    drawing.click((20, 20))  # outside: nothing encloses it
    assert (decoded(drawing.value[0]) == before).all()
    drawing.click((300, 200))
    assert (decoded(drawing.value[0]) == ndimage.binary_fill_holes(before)).all()

    drawing.keys("e")
    drawing.drag((200, 200), (400, 200), steps=1)
    filled = ndimage.binary_fill_holes(before)
    near = away((200, 200), (400, 200))
    assert same(decoded(drawing.value[0]), filled & (near > 10), abs(near - 10) < 0.05)

    drawing.keys("p")
    corners = [(450.0, 50.0), (600.0, 80.0), (560.0, 300.0), (520.0, 120.0)]
    drawing.click(*corners)
    drawing.keys(Keys.ENTER)
    pixels = decoded(drawing.value[0])
    x, y = centres()
    odd = np.zeros_like(pixels)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        odd ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    unsure = np.min([away(a, b) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)], axis=0) < 0.15
    expected = odd | (filled & (near > 10))
    assert ((pixels == expected) | unsure | (abs(near - 10) < 0.05)).all()
    drawing.page.picture("masks-tools")

    for count in range(4):  # stroke by stroke
        drawing.keys("z", hold=(Keys.CONTROL,))
        assert (drawing.value is None) == (count == 3)
    drawing.keys("z", hold=(Keys.CONTROL, Keys.SHIFT))
    assert (decoded(drawing.value[0]) == before).all()


def test_what_is_erased_whole_is_no_answer(bench: Bench) -> None:
    drawing = bench(PNG)
    drawing.run("$.resize(20)")
    drawing.drag((100, 100), (120, 100))
    drawing.run("$.resize(100)")
    drawing.keys("e")
    drawing.drag((100, 100), (120, 100))
    assert drawing.value is None


def test_the_keyboard_alone_paints(masks: Callable[..., Drawing]) -> None:
    drawing = masks()
    drawing.run("$.resize(30)")
    drawing.focus()
    drawing.keys(
        "]", "[", "[", Keys.ARROW_RIGHT, Keys.ENTER, *[Keys.ARROW_RIGHT] * 5, *[Keys.ARROW_DOWN] * 5, Keys.ENTER
    )
    (painted,) = drawing.value
    stride = max(1, round(8 / drawing.run("return $.stage.view.scale")))
    assert drawing.run("return $.brush") == 25
    near = np.minimum(
        away((320, 240), (320 + 5 * stride, 240)), away((320 + 5 * stride, 240), (320 + 5 * stride, 240 + 5 * stride))
    )
    assert same(decoded(painted), near <= 12.5, abs(near - 12.5) < 0.05)
    drawing.keys(Keys.ESCAPE, Keys.ESCAPE)
    assert drawing.stored() == [painted]
    assert drawing.page.errors() == []


def test_suggested_masks_are_accepted_or_painted_on(bench: Bench) -> None:
    pixels = np.zeros((HEIGHT, WIDTH), bool)
    pixels[100:200, 100:260] = True
    value = [encoded("dog", pixels), encoded("tree", np.roll(pixels, 250, 1))]
    drawing = bench(PNG, suggestion={"value": value, "by": "segmenter", "probability": 0.6})
    assert drawing.value is None
    drawing.page.picture("masks-suggested")
    drawing.run("$.resize(20)")
    drawing.click((150, 150), modifiers=2)
    drawing.drag((260, 150), (300, 150), steps=1)
    assert [one["label"] for one in drawing.value] == ["dog"]
    near = away((260, 150), (300, 150))
    assert same(decoded(drawing.value[0]), pixels | (near <= 10), abs(near - 10) < 0.05)
    drawing.keys("a")
    assert drawing.value[1] == value[1]


def test_fingers_paint_and_pinch(bench: Bench) -> None:
    drawing = bench(PNG, phone=True)
    drawing.run("$.resize(30)")
    assert drawing.run("return document.documentElement.scrollWidth") <= 360
    assert targets_too_small(drawing) == []
    a, b = drawing.on_screen(100, 100), drawing.on_screen(500, 300)
    drawing.touch([a, b], steps=1)
    near = away((100, 100), (500, 300))
    painted = decoded(drawing.value[0])
    assert abs(painted.sum() - (near <= 15).sum()) < 0.05 * painted.sum()
    x, y = drawing.on_screen(320, 240)
    drawing.touch([(x - 30, y), (x - 90, y)], [(x + 30, y), (x + 90, y)])  # a pinch leaves no paint
    assert (decoded(drawing.value[0]) == painted).all()
    drawing.page.picture("masks-phone")


def test_a_large_image_is_painted_without_waiting(bench: Bench) -> None:
    drawing = bench(picture(4000, 3000, form="JPEG"), 4000, 3000)
    drawing.run("$.resize(300)")
    script = (
        "const p = (x, y) => ({x, y, sx: 0, sy: 0, moved: true}); if (!i) $.tool.hand.press(p(300, 300));"
        "$.tool.hand.drag(p(300 + i * 50, 1500 + 1200 * Math.sin(i / 8)))"
    )
    cost, waited = frame_costs(drawing, script, 60)
    before = drawing.page.worked()
    drawing.run("$.tool.hand.release(null); $.value")
    assert drawing.page.worked() - before < 500
    assert cost < 2 * waited + 34
    assert decoded(drawing.value[0]).sum() > 500_000


@pytest.mark.real
def test_masks_of_coco_are_kept_exactly(page: Page, pretend: Callable[..., Serving], real_data: Path) -> None:
    from PIL import Image

    folder = real_data / "detection/coco"
    path = sorted((folder / "masks").glob("*.png"))[0]
    with Image.open(path) as image:
        pixels = np.asarray(image)
    value = [encoded("car", pixels == number) for number in np.unique(pixels) if number]
    media = (folder / "images" / f"{path.stem}.jpg").read_bytes()
    serving = pretend(
        [asked("masks")],
        tasks(
            width=pixels.shape[1],
            height=pixels.shape[0],
            suggestions={"label": {"value": value, "by": "coco", "probability": 1}},
        ),
        media={"pic": (media, "image/jpeg")},
    )
    drawing = Drawing.open(page, serving)
    drawing.page.picture("masks-coco")
    drawing.keys("a")
    wait_for(lambda: drawing.value is not None)
    assert drawing.stored() == value


@pytest.mark.parametrize("phone", [False, True])
def test_nobody_is_kept_out(bench: Bench, phone: bool) -> None:
    drawing = bench(
        PNG,
        value=[encoded("car", away((100, 100), (200, 150)) < 20)],
        others=[{"annotator": "ben", "value": [encoded("dog", away((300, 100), (400, 150)) < 20)]}],
        phone=phone,
    )
    drawing.run("$.select($.model.list[0].key); if (arguments[0]) $.tools.listing.click()", phone)
    drawing.page.picture(f"masks-list-{'phone' if phone else 'desk'}")
    assert serious_faults(drawing.page) == []
