"""Drawing on images in a browser: a page with one screen on an image, and where things are on it."""

import base64
import importlib.util
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver import Chrome
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.pretend import Pretend, Serving, classes, pretending, question

Point = tuple[float, float]
SCREEN = "document.querySelector('.stage .screen')"
RED, BLUE = (230, 20, 20), (20, 20, 230)
GREY = (200, 200, 200)


def picture(
    width: int = 640, height: int = 480, marks: Sequence[tuple[Point, tuple[int, int, int]]] = (), form: str = "PNG"
) -> bytes:
    """Return a grey image with squares of 10 × 10 pixels around points."""
    pixels = np.full((height, width, 3), GREY, np.uint8)
    for (x, y), colour in marks:
        pixels[int(y) - 5 : int(y) + 5, int(x) - 5 : int(x) + 5] = colour
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form)
    return out.getvalue()


def tasks(count: int = 2, width: int = 640, height: int = 480, **more: Any) -> list[dict[str, Any]]:
    media = {"modality": "image", "mime": "image/png", "url": "/media/pic", "width": width, "height": height}
    return [{"item": f"task{number}", "media": media, **more} for number in range(count)]


def asked(kind: str, *names: str, **settings: Any) -> dict[str, Any]:
    return question(kind, ask="What is there?", classes=classes(*(names or ("car", "dog", "tree"))), **settings)


class Drawing:
    """The page with a screen on an image, worked by pointers and keys."""

    def __init__(self, page: Page, serving: Serving) -> None:
        self.page, self.serving = page, serving

    @classmethod
    def open(cls, page: Page, serving: Serving) -> "Drawing":
        """Open the page of a server and wait for its first image."""
        page.open(serving.url)
        drawing = cls(page, serving)
        drawing.shown()
        return drawing

    def shown(self) -> None:
        """Wait until the image is there."""
        wait_for(lambda: self.run("return Boolean($.stage?.picture && $.size)"))
        self.settle()

    def run(self, script: str, *given: Any) -> Any:
        return self.page.run(script.replace("$", SCREEN), *given)

    def settle(self) -> None:
        """Wait until what changed is drawn."""
        self.page.settle()

    @property
    def value(self) -> Any:
        return self.run("return $.value ?? null")

    @property
    def chosen(self) -> Any:
        """The region that is selected, as it is known inside."""
        return self.run("const r = $.model.selected; return r && {label: r.label, proposal: r.person !== undefined}")

    def stored(self, item: str = "task0") -> Any:
        """Submit, and return what the server has then."""
        self.page.press("\ue007")
        return (
            wait_for(lambda: self.serving.state.answered.get(item, ...) is not ...)
            and self.serving.state.answered[item]
        )

    def on_screen(self, x: float, y: float) -> Point:
        """Where a point of the image lies in the window, as the screen says."""
        return tuple(self.run(
            "const at = $.stage.view.toScreen(...arguments); const r = $.stage.place;"
            "return [at.x + r.left, at.y + r.top]", x, y,
        ))  # fmt: skip

    def pixels(self) -> np.ndarray:
        """What is seen now, in pixels of the device."""
        self.settle()
        shot = self.page.devtools("Page.captureScreenshot", format="png", optimizeForSpeed=True)["data"]
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(shot))).convert("RGB")).astype(np.int16)

    def seen(self, *colours: tuple[int, int, int], ratio: float = 1) -> list[Point]:
        """Where the middles of marks are in the window, as a screenshot says."""
        pixels = self.pixels()
        found = []
        for colour in colours:
            rows, columns = np.nonzero(np.abs(pixels - colour).sum(axis=2) < 60)
            assert len(rows), "the mark is not to be seen"
            top, left = rows.min() - 2, columns.min() - 2
            part = pixels[top : rows.max() + 3, left : columns.max() + 3] - np.array(GREY)
            # at its rim a mark covers pixels in part: they count as much as they are covered
            line = np.array(colour) - GREY
            weight = np.clip(part @ line / (line @ line), 0, 1)
            y, x = np.indices(weight.shape)
            found.append(
                (
                    float((weight * x).sum() / weight.sum() + left + 0.5) / ratio,
                    float((weight * y).sum() / weight.sum() + top + 0.5) / ratio,
                )
            )
        return found

    # the mouse

    def mouse(self, kind: str, at: Point, *, held: bool = False, button: str = "left", **more: Any) -> None:
        self.page.devtools(
            "Input.dispatchMouseEvent", type=kind, x=at[0], y=at[1],
            button=button if held or kind != "mouseMoved" else "none",
            buttons=int(held), clickCount=1, **more,
        )  # fmt: skip

    def drag(self, *path: Point, image: bool = True, steps: int = 3, **more: Any) -> None:
        """Drag along points: of the image, or (image=False) of the window."""
        at = [self.on_screen(*point) for point in path] if image else list(path)
        self.mouse("mouseMoved", at[0], **more)
        self.mouse("mousePressed", at[0], held=True, **more)
        for point in between(at, steps):
            self.mouse("mouseMoved", point, held=True, **more)
        self.mouse("mouseReleased", at[-1], **more)

    def click(self, *points: Point, image: bool = True, count: int = 1, **more: Any) -> None:
        for point in points:
            at = self.on_screen(*point) if image else point
            self.mouse("mouseMoved", at, **more)
            for number in range(1, count + 1):
                self.page.devtools(
                    "Input.dispatchMouseEvent",
                    type="mousePressed",
                    x=at[0],
                    y=at[1],
                    button="left",
                    buttons=1,
                    clickCount=number,
                    **more,
                )
                self.page.devtools(
                    "Input.dispatchMouseEvent",
                    type="mouseReleased",
                    x=at[0],
                    y=at[1],
                    button="left",
                    clickCount=number,
                    **more,
                )

    def wheel(self, at: Point, turns: float) -> None:
        self.page.devtools("Input.dispatchMouseEvent", type="mouseWheel", x=at[0], y=at[1], deltaX=0, deltaY=turns)
        self.settle()

    # fingers

    def touch(self, *paths: Sequence[Point], steps: int = 4) -> None:
        """Put down a finger for each path, move them together, lift them."""
        lines = [[path[0], *between(path, steps)] for path in paths]
        for number, points in enumerate(zip(*lines, strict=True)):
            kind = "touchMove" if number else "touchStart"
            self.page.devtools(
                "Input.dispatchTouchEvent",
                type=kind,
                touchPoints=[{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(points)],
            )
        self.page.devtools("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        self.settle()

    def keys(self, *keys: str, hold: tuple[str, ...] = ()) -> None:
        self.page.press(*keys, hold=hold)

    def focus(self) -> None:
        self.run("$.focusFirst()")

    def button(self, name: str) -> None:
        """Press a button of the screen by its words."""
        pressed = self.run(
            "const all = [...$.querySelectorAll('button'), ...$.side.querySelectorAll('button')];"
            "const named = (b) => b.getAttribute('aria-label') === arguments[0]"
            "  || b.innerText.trim().startsWith(arguments[0]);"
            "const one = all.find((b) => b.offsetParent && named(b)); one?.click(); return Boolean(one)", name,
        )  # fmt: skip
        assert pressed, f"there is no button {name!r}"


class Bench:
    """One page for many tests of a kind: tasks are given to its screen, without what the page does around it."""

    def __init__(self, driver: Chrome, serving: Serving) -> None:
        self.page, self.serving = Page(driver), serving
        self.count = 0
        self.tab = driver.current_window_handle

    def home(self) -> None:
        """Close the tab of a phone, if there is one."""
        driver = self.page.driver
        for handle in driver.window_handles:
            if handle != self.tab:
                driver.switch_to.window(handle)
                driver.close()
        driver.switch_to.window(self.tab)

    def __call__(
        self, media: bytes, width: int = 640, height: int = 480, *, value: Any = None, suggestion: Any = None,
        others: Any = None,
        readonly: bool = False, question: dict[str, Any] | None = None, phone: bool = False,
    ) -> Drawing:  # fmt: skip
        self.home()
        if phone:  # a tab whose fingers were taken away does not get them back
            self.page.driver.switch_to.new_window("tab")
        self.page.size(phone=phone)
        self.page.dark(False)
        if not self.page.run("return location.href").startswith(self.serving.url):
            self.page.open(self.serving.url)
        self.count += 1
        self.serving.state.media[f"bench{self.count}"] = (media, "image/png")
        url = f"/media/bench{self.count}"
        drawing = Drawing(self.page, self.serving)
        drawing.run(
            "const one = $; one.unload(); one.load({...arguments[0], task: {item: 'bench', media: arguments[1]},"
            "value: arguments[0].value ?? undefined,"
            "question: arguments[0].question ?? one.question, media: {open: (url) => fetch(url)}});"
            "one.label = one.classes.list[0].id; one.use(one.toolset[0].id, true); one.focusFirst()",
            {"value": value, "suggestion": suggestion, "others": others, "readonly": readonly, "question": question},
            {"modality": "image", "url": url, "width": width, "height": height},
        )  # fmt: skip
        drawing.shown()
        return drawing


@contextmanager
def bench_of(driver: Chrome, question: dict[str, Any]) -> Iterator[Bench]:
    """Start a server whose page holds the screen of a question."""
    state = Pretend([question], tasks())
    state.media["pic"] = (picture(), "image/png")
    with pretending(state) as serving:
        bench = Bench(driver, serving)
        yield bench
        bench.home()
        driver.get("about:blank")


def between(path: Sequence[Point], steps: int) -> Iterator[Point]:
    """Yield points along a path, without its first."""
    for (ax, ay), (bx, by) in pairwise(path):
        for step in range(1, steps + 1):
            yield ax + (bx - ax) * step / steps, ay + (by - ay) * step / steps


def targets_too_small(drawing: Drawing) -> list[str]:
    """Return buttons a finger could miss: less than 44 px in a direction."""
    return drawing.run(
        "return [...$.querySelectorAll('button, input'), ...$.side.querySelectorAll('button, input')]"
        ".filter((b) => b.offsetParent)"
        ".map((b) => [b.getAttribute('aria-label') || b.innerText, b.getBoundingClientRect()])"
        ".filter(([, r]) => r.width < 43.5 || r.height < 43.5).map(([name, r]) => `${name} ${r.width} × ${r.height}`)"
    )


FRAMES = """
const [count, done] = arguments;
const screen = SCREEN;
const costs = [[], [], []];
let frame = 0;
const step = () => {
  const kind = frame % 3; // the script runs, what it left is done, nothing is done
  const i = Math.floor(frame / 3);
  const start = performance.now();
  if (!kind) { SCRIPT }
  screen.stage.changed();
  requestAnimationFrame(() => setTimeout(() => {
    costs[kind].push(performance.now() - start);
    frame++;
    if (frame < 3 * count) step();
    else done([costs[0], costs[2]]);
  }));
};
step();
"""


def frame_costs(drawing: Drawing, script: str, count: int = 30) -> tuple[float, float]:
    """Run a script for each of `count` frames (`i` = its number, `$` the screen).

    Returns the milliseconds that half of the frames cost at most, and those of frames beside them in which nothing is
    done: what a frame costs here and now.
    """
    inside = FRAMES.replace("SCREEN", SCREEN).replace("SCRIPT", script.replace("$", "screen"))
    costs, waited = drawing.page.driver.execute_async_script(inside, count)
    return median(costs), median(waited)


def serious_faults(page: Page) -> list[str]:
    """Return what axe-core finds that keeps people out, in light and in dark."""
    found = importlib.util.find_spec("selenium_axe_python")
    if found is None or not found.submodule_search_locations:
        pytest.skip("needs axe-core: pip install selenium-axe-python")
    script = Path(next(iter(found.submodule_search_locations)), "axe-core", "axe.min.js").read_text(encoding="utf-8")
    page.run(f"if (!window.axe) {{ {script} }}")
    faults = []
    for dark in (False, True):
        page.dark(dark)
        faults += page.driver.execute_async_script(
            "const done = arguments[0];"
            "Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))"
            ".then(() => axe.run(document)).then((all) => done(all.violations"
            ".filter((one) => ['serious', 'critical'].includes(one.impact))"
            ".map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`)))"
        )
    return faults
