"""One headless Chromium for all tests of pages, and a server that pretends."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

pytest.importorskip("selenium")
pytest.importorskip("uvicorn")

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    StaleElementReferenceException,
)
from selenium.webdriver import ActionChains, Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from tests.app.browser.pretend import Pretend, Serving

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
DESK = {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False}
T = TypeVar("T")
STILL = """
const [one, done] = arguments;
one.scrollIntoView({block: "nearest"});
const moves = (each) => each.playState === "running" && each.effect.target?.contains(one);
let last = "";
const look = () => {
  const { x, y, width, height } = one.getBoundingClientRect();
  const now = [x, y, width, height].join();
  if (now === last && !document.getAnimations().some(moves)) return done([x + width / 2, y + height / 2]);
  last = now;
  requestAnimationFrame(look);
};
look();
"""


def wait_for(what: Callable[[], T], seconds: float = 20.0) -> T:
    """Ask until the answer is true; fails with the last answer after the deadline, thrice as late where CI is slow."""
    deadline = time.monotonic() + 3 * seconds
    while True:
        found = what()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {seconds} s, last answer: {found!r}"
        time.sleep(0.02)


class Page:
    """A tab of the browser with the labelling page in it."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver
        self.no_worker = ""

    def devtools(self, command: str, **settings: Any) -> Any:
        return self.driver.execute_cdp_cmd(command, settings)

    def size(self, *, phone: bool) -> None:
        metrics = PHONE if phone else DESK
        self.devtools("Emulation.setDeviceMetricsOverride", **metrics)
        wait_for(lambda: self.run("return devicePixelRatio") == metrics["deviceScaleFactor"])
        self.devtools("Emulation.setTouchEmulationEnabled", enabled=phone, maxTouchPoints=5 if phone else 1)

    def dark(self, on: bool) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if on else "light"}
        self.devtools("Emulation.setEmulatedMedia", features=[scheme])

    def offline(self, on: bool) -> None:
        self.devtools("Network.enable")
        self.devtools(
            "Network.emulateNetworkConditions", offline=on, latency=0, downloadThroughput=-1, uploadThroughput=-1
        )

    def open(self, url: str, *, state: str = "task", seconds: float = 20.0) -> None:
        self.driver.get(url)
        self.ready(state, seconds)

    def loaded(self, seconds: float = 20.0) -> None:
        """Wait until a page of any kind is there."""
        wait_for(lambda: self.run("return document.documentElement?.dataset.ready === 'true'"), seconds)
        self.drawn()

    def ready(self, state: str = "task", seconds: float = 20.0) -> None:
        wait_for(
            lambda: (
                self.run("return document.documentElement?.dataset.ready === 'true' && document.body?.dataset.state")
                == state
            ),
            seconds,
        )
        self.drawn()

    def drawn(self) -> None:
        """Wait until the page was drawn once: browsers drop keys and clicks that come before."""
        painted = "performance.getEntriesByName('first-contentful-paint').length > 0"
        wait_for(lambda: self.run(f"return document.visibilityState === 'hidden' || {painted}"))
        self.settle()

    def settle(self) -> None:
        """Wait until what changed is drawn; a tab in the background draws nothing."""
        self.driver.execute_async_script(
            "const done = arguments[0]; if (document.visibilityState === 'hidden') done();"
            "requestAnimationFrame(() => requestAnimationFrame(() => done()))"
        )

    def rested(self) -> None:
        """Wait until no colour fades, no sheet rises and nothing is loaded any more."""
        wait_for(lambda: self.run("return document.getAnimations().every((one) => one.playState !== 'running')"))

    def kept(self, store: str) -> list[dict[str, Any]]:
        """Return what a store of the browser's own database holds."""
        script = (
            "const [store, done] = arguments; const asked = indexedDB.open('datastork'); asked.onsuccess = () => {"
            "const all = asked.result.transaction(store).objectStore(store).getAll();"
            "all.onsuccess = () => (asked.result.close(), done(all.result)); }"
        )
        found: list[dict[str, Any]] = self.driver.execute_async_script(script, store)
        return found

    def run(self, script: str, *given: Any) -> Any:
        return self.driver.execute_script(script, *given)

    def worked(self) -> float:
        """Milliseconds that the page's own thread has worked: what else the machine does is not counted."""
        self.devtools("Performance.enable")
        found = {one["name"]: one["value"] for one in self.devtools("Performance.getMetrics")["metrics"]}
        return 1000 * found["ThreadTime"]

    def find(self, selector: str) -> WebElement:
        return wait_for(lambda: next(iter(self.driver.find_elements(By.CSS_SELECTOR, selector)), None))

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def texts(self, selector: str) -> list[str]:
        """The words of all elements, read in one moment."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText)", selector
        )
        return found

    def close(self) -> None:
        """Close the sheet that is open."""
        self.press("\ue00c")
        wait_for(lambda: not self.all("dialog"))

    def press(self, *keys: str, hold: tuple[str, ...] = ()) -> None:
        chain = ActionChains(self.driver, duration=0)
        for key in hold:
            chain.key_down(key)
        for key in keys:
            chain.send_keys(key)
        for key in reversed(hold):
            chain.key_up(key)
        chain.perform()

    def still(self, element: WebElement) -> tuple[float, float]:
        """Wait until an element stands still; return its middle."""
        x, y = self.driver.execute_async_script(STILL, element)
        return x, y

    def click(self, selector: str, place: int = 0) -> None:
        """Click an element once it is there and stands still; it is found again where the page drew it anew."""

        def clicked() -> bool:
            found = self.all(selector)
            try:
                one = found[place]
                self.still(one)
                one.click()
            except (
                IndexError,
                StaleElementReferenceException,
                ElementNotInteractableException,
                ElementClickInterceptedException,
            ):
                return False
            return True

        wait_for(clicked)

    def tap(self, element: WebElement) -> None:
        """Touch the middle of an element."""
        box = self.still(element)
        self.devtools("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": box[0], "y": box[1]}])
        self.devtools("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def swipe(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a finger over the page."""
        self.devtools("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": start[0], "y": start[1]}])
        for step in (0.3, 0.6, 1.0):
            at = {"x": start[0] + (end[0] - start[0]) * step, "y": start[1] + (end[1] - start[1]) * step}
            self.devtools("Input.dispatchTouchEvent", type="touchMove", touchPoints=[at])
        self.devtools("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def before_load(self, script: str) -> str:
        """Run a script in every page before its own; returns a name to take it away by."""
        return str(self.devtools("Page.addScriptToEvaluateOnNewDocument", source=script)["identifier"])

    def with_worker(self) -> None:
        """Let pages have their service worker."""
        if self.no_worker:
            self.devtools("Page.removeScriptToEvaluateOnNewDocument", identifier=self.no_worker)
        self.no_worker = ""

    def chip(self) -> str:
        return self.text(".chip-words")

    def item(self) -> str:
        """The item on the desk."""
        return self.run("return document.querySelector('.questions .screen, .stage .screen')?.task?.item ?? ''")

    def next_after(self, item: str) -> str:
        return wait_for(lambda: (now := self.item()) != item and self.run("return document.body.dataset.state") and now)

    def picture(self, name: str) -> None:
        """Keep a screenshot where DATASTORK_SCREENSHOTS names a folder."""
        if folder := os.environ.get("DATASTORK_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.driver.save_screenshot(str(Path(folder, f"{name}.png")))

    def errors(self) -> list[str]:
        """What the page complained of, but for requests that failed because they had to."""
        logs = [one["message"] for one in self.driver.get_log("browser") if one["level"] == "SEVERE"]
        return [one for one in logs if "Failed to load resource" not in one and "net::ERR" not in one]


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    if not (CHROMIUM.exists() and DRIVER.exists()):
        pytest.skip("needs Debian's packages chromium and chromium-driver")
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        flags = "headless=new no-sandbox disable-gpu disable-dev-shm-usage no-first-run disable-extensions"
        quiet = "disable-background-networking disable-component-update window-size=1280,900"
        for setting in (*flags.split(), *quiet.split(), f"user-data-dir={home}"):
            options.add_argument(f"--{setting}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = Chrome(options=options, service=Service(str(DRIVER)))
        driver.set_script_timeout(90)
        yield driver
        driver.quit()


@pytest.fixture
def page(browser: Chrome) -> Iterator[Page]:
    """A tab, light, of the size of a desk, on line."""
    one = Page(browser)
    one.size(phone=False)
    one.dark(False)
    # every test has an address of its own; a worker for each of them would be much to fetch and to throw away
    hidden = "Object.defineProperty(Navigator.prototype, 'serviceWorker', {get: () => undefined})"
    one.no_worker = one.before_load(hidden)
    first = browser.current_window_handle
    yield one
    one.offline(False)
    for handle in browser.window_handles:
        if handle != first:
            browser.switch_to.window(handle)
            browser.close()
    browser.switch_to.window(first)
    one.with_worker()
    browser.get("about:blank")
    browser.get_log("browser")


@pytest.fixture
def pretend() -> Iterator[Callable[..., Serving]]:
    """Start pretended servers: pretend(questions, tasks, **plan); each on a port, and so with a store, of its own."""
    running: list[Serving] = []

    def start(
        questions: list[dict[str, Any]],
        tasks: list[dict[str, Any]],
        *,
        media: dict[str, tuple[bytes, str]] | None = None,
        **plan: Any,
    ) -> Serving:
        state = Pretend(questions, tasks, **plan)
        state.media = media or {}
        serving = Serving(state)
        serving.start()
        running.append(serving)
        return serving

    yield start
    for one in running:
        if one.server is not None and one.thread.is_alive():
            one.stop()
