"""Marking sounds and videos in a browser: small media, the real server on them, and where times are on the screen."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.drawing import Point, between
from tests.app.conftest import START, Served, begin

from datastork.dataset import open as open_dataset
from datastork.store.home import Home
from datastork.store.votes import open_votes

SCREEN = "document.querySelector('.stage .screen')"
RATE = 16_000
RECIPE = """
[dataset]
name    = "marked"
task    = "{task}"
license = "CC0-1.0"
labels  = ["bark", "rain", "bell"]

[[step]]
use   = "collect.files"
path  = "raw/*"

[label]
order = "plan"
overlap = 9

[[label.question]]
name = "label"
kind = "{kind}"
ask  = "What is there?"
classes = ["bark", "rain", "bell"]
"""


def sound(seconds: float = 4.0, seed: int = 0, *, channels: int = 1, form: str = "WAV") -> bytes:
    """Return noise that is silent but for bursts of a tone of 1 kHz at 1.0–1.5 s and 2.5–3.0 s."""
    import soundfile

    at = np.arange(round(seconds * RATE)) / RATE
    tone = np.sin(2 * np.pi * 1000 * at) * 0.5 * (((at >= 1.0) & (at < 1.5)) | ((at >= 2.5) & (at < 3.0)))
    noise = np.random.default_rng(seed).normal(0, 0.004, (len(at), channels))
    out = io.BytesIO()
    soundfile.write(out, (tone[:, None] + noise).astype(np.float32), RATE, format=form)
    return out.getvalue()


STEPS = (1, 1, 2, 1, 3, 1, 1, 2)  # 25ths of a second that frames last, over and over: no steady rate


def film(path: Path, frames: int = 40, size: tuple[int, int] = (160, 96), seed: int = 0) -> list[float]:
    """Write an MP4 with B-frames and frames of unequal length; return their times.

    A white square of 16 pixels moves over grey from left to right: its left edge is at 3 × the frame's number. Below
    it the number is written in eight blocks, black or white, the lowest bit first.
    """
    import av

    width, height = size
    ticks, now = [], 0
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"bf": "3", "g": "12", "crf": "12", "preset": "fast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 25)
        for number in range(frames):
            pixels = np.full((height, width, 3), 90 + seed, np.uint8)
            pixels[30:46, 3 * number : 3 * number + 16] = 255
            for bit in range(8):
                pixels[72:88, 16 + 16 * bit : 32 + 16 * bit] = 235 if number >> bit & 1 else 20
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = now, Fraction(1, 25)
            ticks.append(now)
            now += STEPS[number % len(STEPS)]
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return [tick / 25 for tick in ticks]


@contextmanager
def serving(root: Path, kind: str, task: str, *options: str) -> Iterator[Served]:
    """Build the dataset whose files lie in `raw`, and serve a question of a kind about it."""
    (root / "stork.toml").write_text(RECIPE.format(task=task, kind=kind), encoding="utf-8")
    open_dataset(root).build(workers=1)
    served = begin(root, *options)
    served.told["root"] = str(root)
    try:
        yield served
    finally:
        served.stop()


def votes(served: Served) -> dict[str, Any]:
    """The current answers by sample."""
    store = open_votes(Home(Path(served.told["root"])))
    try:
        return {one.sample: one.value for one in store.read.current()}
    finally:
        store.close()


class Marking:
    """The page with a screen on a timeline, worked by pointers and keys."""

    def __init__(self, page: Page, served: Served) -> None:
        self.page, self.served = page, served

    @classmethod
    def open(cls, page: Page, served: Served, *, phone: bool = False) -> "Marking":
        """Open the page (the owner's link works once, then the session holds) and wait for its first sample."""
        page.size(phone=phone)
        page.open(served.url if served.told.get("opened") else served.link, seconds=START)
        served.told["opened"] = True
        one = cls(page, served)
        one.shown()
        return one

    def again(self, **more: Any) -> None:
        """Give the task to its screen once more: with nothing, a value, a suggestion, what others answered."""
        self.run(
            "const one = $; const { task, question } = one; one.unload();"
            "one.load({task, question, ...arguments[0], value: arguments[0].value ?? undefined})",
            more,
        )
        self.shown()
        self.focus()

    def shown(self) -> None:
        wait_for(lambda: self.run("return Boolean($?.size && $.clock && $.clock.element.readyState >= 2)"), 15)
        wait_for(lambda: self.run("return $.querySelector('[aria-busy=true]') === null"), 15)
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
    def time(self) -> float:
        return float(self.run("return $.clock.time"))

    def watch(self, expression: str) -> None:
        """Note what an expression is whenever a key goes down or up from now on, before the page hears of it."""
        script = (
            "window.noted = []; for (const kind of ['keydown', 'keyup'])"
            f" addEventListener(kind, () => noted.push({expression}), true)"
        )
        self.run(script)

    def watched(self) -> list[float]:
        found: list[float] = self.run("return window.noted")
        return found

    def seek(self, time: float) -> None:
        self.run("$.clock.seek(arguments[0])", time)
        wait_for(lambda: self.run("return !$.clock.element.seeking"))

    def at(self, time: float, band: str = "wave", share: float = 0.5) -> Point:
        """Where a time lies in the window, in a band (or "ruler") at a share of its height."""
        found = self.run(
            "const s = $.surface; const r = s.marks.getBoundingClientRect();"
            "const b = s.boxes.get(arguments[1]) ?? {y: 0, height: 20};"
            "return [r.left + s.span.x(arguments[0]), r.top + b.y + b.height * arguments[2]]", time, band, share
        )  # fmt: skip
        return float(found[0]), float(found[1])

    def on_image(self, x: float, y: float) -> Point:
        """Where a point of the picture lies in the window."""
        found = self.run(
            "const at = $.stage.view.toScreen(...arguments); const r = $.stage.place;"
            "return [at.x + r.left, at.y + r.top]",
            x,
            y,
        )
        return float(found[0]), float(found[1])

    def frame(self, number: int) -> None:
        """Show a frame."""
        self.run("$.film.go(arguments[0])", number)
        wait_for(
            lambda: self.run(
                "return !$.film.video.seeking && $.film.at($.film.video.currentTime) === arguments[0]", number
            )
        )
        self.settle()

    def seen_frame(self) -> int:
        """The number that is written in the frame the browser shows."""
        return int(self.run(
            "const f = $.film; const c = document.createElement('canvas');"
            "c.width = f.video.videoWidth; c.height = f.video.videoHeight;"
            "const g = c.getContext('2d'); g.drawImage(f.source, 0, 0); let n = 0;"
            "for (let b = 0; b < 8; b++) if (g.getImageData(24 + 16 * b, 80, 1, 1).data[0] > 128) n += 1 << b; return n"
        ))  # fmt: skip

    def keys(self, *keys: str, hold: tuple[str, ...] = ()) -> None:
        self.page.press(*keys, hold=hold)

    def focus(self) -> None:
        self.run("$.focusFirst()")

    def mouse(self, kind: str, at: Point, *, held: bool = False) -> None:
        self.page.devtools(
            "Input.dispatchMouseEvent", type=kind, x=at[0], y=at[1], buttons=int(held), clickCount=1,
            button="left" if held or kind != "mouseMoved" else "none",
        )  # fmt: skip

    def drag(self, *path: Point) -> None:
        self.mouse("mouseMoved", path[0])
        self.mouse("mousePressed", path[0], held=True)
        for point in between(path, 3):
            self.mouse("mouseMoved", point, held=True)
        self.mouse("mouseReleased", path[-1])
        self.settle()

    def click(self, at: Point) -> None:
        self.drag(at)

    def touch(self, *paths: Sequence[Point]) -> None:
        """Put down a finger for each path, move them together, lift them."""
        lines = [[path[0], *between(path, 4)] for path in paths]
        for number, points in enumerate(zip(*lines, strict=True)):
            kind = "touchMove" if number else "touchStart"
            touched = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
            self.page.devtools("Input.dispatchTouchEvent", type=kind, touchPoints=touched)
        self.page.devtools("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        self.settle()

    def button(self, name: str) -> None:
        """Press a button of the screen by its words."""
        pressed = self.run(
            "const all = [...$.querySelectorAll('button'), ...$.side.querySelectorAll('button')];"
            "const words = (b) => b.getAttribute('aria-label') ?? b.innerText.trim();"
            "const one = all.find((b) => b.offsetParent && words(b).startsWith(arguments[0]));"
            "one?.click(); return Boolean(one)", name
        )  # fmt: skip
        assert pressed, f"there is no button {name!r}"

    def small_targets(self) -> list[str]:
        """Return what a finger could miss: less than 44 px in a direction."""
        return list(
            self.run(
                "return [$, $.side].flatMap((part) => [...part.querySelectorAll('button, input, select')])"
                ".filter((one) => one.offsetParent).map((one) => [one, one.getBoundingClientRect()])"
                ".filter(([, r]) => r.width < 43.5 || r.height < 43.5)"
                ".map(([one, r]) => `${one.getAttribute('aria-label') || one.innerText} ${r.width} × ${r.height}`)"
            )
        )

    def stored(self) -> Any:
        """Submit, and return what the store of votes has then."""
        item = self.page.item()
        value = self.value
        self.keys("\ue00c", "\ue00c")  # lets go of what is selected
        self.keys("\ue009", "\ue007")  # Ctrl and Enter
        self.page.press("\ue000")
        wait_for(lambda: self.page.item() != item or self.page.run("return document.body.dataset.state") == "empty")
        held = wait_for(lambda: (found := votes(self.served)).get(item, ...) is not ... and found, 15)
        assert held[item] == value
        return held[item]
