"""Recording on a phone: consent, photos without their place, sound as it is, a queue without network, taking back."""

import io
import tempfile
import wave
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image as Pillow
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import CHROMIUM, DRIVER, Page, wait_for
from tests.app.browser.test_pages import axe, problems
from tests.app.browser.test_review import enter
from tests.app.conftest import Served, begin
from tests.app.test_capture import GPS, jpeg
from tests.engine.conftest import write_picture

from datastork.dataset import open as open_dataset
from datastork.store.home import Home
from datastork.store.samples import Samples
from datastork.store.votes import Capture, open_votes

__all__ = ["axe"]

RECIPE = """
[dataset]
name = "birds"
task = "{task}"
license = "CC0-1.0"
labels = ["wren", "robin"]

[[step]]
use = "collect.files"
path = "raw/**/*"
label = "folder"

[[step]]
use = "collect.captured"

[[step]]
use = "label.resolve"

[label.class.wren]
says = "Small, round, brown; the tail stands up."
positive = ["a wren on a wall"]
"""

Birds = tuple[Path, Served, dict[str, httpx.Client]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """A browser whose microphone beeps."""
    if not (CHROMIUM.exists() and DRIVER.exists()):
        pytest.skip("needs Debian's packages chromium and chromium-driver")
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        flags = "headless=new no-sandbox disable-gpu disable-dev-shm-usage no-first-run disable-extensions"
        microphone = (
            "use-fake-device-for-media-stream use-fake-ui-for-media-stream autoplay-policy=no-user-gesture-required"
        )
        for setting in (*flags.split(), *microphone.split(), f"user-data-dir={home}"):
            options.add_argument(f"--{setting}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = Chrome(options=options, service=Service(str(DRIVER)))
        driver.set_script_timeout(90)
        yield driver
        driver.quit()


def write_sound(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(np.arange(4000, dtype=np.int16).tobytes())


def birds(folder: Path, task: str) -> Iterator[Birds]:
    root = folder / "birds"
    if task == "image-classification":
        write_picture(root / "raw" / "robin" / "0.png", 0, 32)
    else:
        write_sound(root / "raw" / "robin" / "0.wav")
    (root / "stork.toml").write_text(RECIPE.format(task=task), encoding="utf-8")
    open_dataset(root).build(workers=1)
    served = begin(root)
    owner = served.owner()
    people = {"ann": owner, "ada": served.person(owner, "ada")}
    yield root, served, people
    for client in people.values():
        client.close()
    served.stop()


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Birds]:
    yield from birds(tmp_path_factory.mktemp("photos"), "image-classification")


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Birds]:
    pytest.importorskip("soundfile")
    yield from birds(tmp_path_factory.mktemp("sounds"), "audio-classification")


def captured(root: Path) -> list[Capture]:
    store = open_votes(Home(root))
    try:
        return list(store.captures.list())
    finally:
        store.close()


def come(page: Page, place: Birds) -> None:
    """Open the page as ada, on a phone."""
    page.size(phone=True)
    enter(page, place[1], place[2]["ada"], "/capture", state="")
    page.loaded(30)


def agree(page: Page) -> None:
    """Read the consent text and agree to it."""
    page.tap(page.find(".shutter"))
    assert "CC0-1.0" in wait_for(lambda: page.text("dialog .consent"))
    assert not page.find("dialog .button.main").is_enabled()
    page.tap(page.find("#agree"))
    wait_for(page.find("dialog .button.main").is_enabled)
    page.picture("capture-consent")
    page.tap(page.find("dialog .button.main"))
    wait_for(lambda: not page.all("dialog"))


def test_a_photo_is_agreed_to_sent_collected_without_its_place_and_taken_back(
    page: Page, photos: Birds, axe: str, tmp_path: Path
) -> None:
    root, served, _ = photos
    page.devtools("Page.setInterceptFileChooserDialog", enabled=True)  # the camera of a phone would open here
    come(page, photos)
    assert page.text(".wanted") == "wren"
    assert page.text(".capture-stage [role=status]") == "0 of 10"
    assert "tail stands up" in page.text(".says")
    assert problems(page, axe) == []
    page.picture("capture")
    page.run("const begin = document.querySelector('.shutter'); begin.click(); begin.click()")
    page.find("dialog[open]")
    page.settle()
    assert len(page.all("dialog")) == 1
    page.close()
    agree(page)
    assert problems(page, axe) == []
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(jpeg(7))
    page.find("#file").send_keys(str(photo))
    wait_for(lambda: page.run("return document.querySelector('img.preview')?.naturalWidth") == 32)
    page.picture("capture-preview")
    assert problems(page, axe) == []
    page.tap(page.find(".decide .button.main"))
    code = wait_for(lambda: page.text(".recordings code"))
    page.dark(True)
    page.picture("capture-sent-dark")
    assert problems(page, axe) == []
    page.dark(False)

    (one,) = captured(root)
    assert (one.annotator, one.class_, one.kind, one.device) == ("ada", "wren", "photo", "phone")
    assert "CC0-1.0" in one.consent
    folder = Home(root).captured
    assert (folder / "originals" / one.file).read_bytes() == jpeg(7)
    assert Pillow.open(io.BytesIO((folder / one.file).read_bytes())).getexif().get_ifd(GPS) == {}
    open_dataset(root).build(workers=1)
    table = Samples(Home(root)).table()
    assert sorted(zip(table["label"].to_pylist(), table["device"].to_pylist(), strict=True)) == [
        ("robin", None),
        ("wren", "phone"),
    ]

    page.driver.get(f"{served.url.rstrip('/')}/withdraw#{code.lower()}")
    page.driver.delete_all_cookies()  # nobody is signed in
    wait_for(lambda: page.run("return document.querySelector('#code')?.value"))
    page.drawn()
    page.find("#code").send_keys(Keys.ENTER)
    assert "taken back" in wait_for(lambda: page.text(".note.good"))
    page.picture("withdraw")
    assert problems(page, axe) == []
    assert captured(root) == []
    assert not (folder / one.file).exists()
    assert not (folder / "originals" / one.file).exists()
    page.find("#code").send_keys("AAAA-AAAA-AAAA-AAAA", Keys.ENTER)
    assert "no recording has this code" in wait_for(lambda: page.text(".note.bad"))
    assert page.errors() == []


def test_without_network_photos_wait_and_outlive_the_page(page: Page, photos: Birds, tmp_path: Path) -> None:
    root, _, _ = photos
    page.with_worker()
    page.devtools("Page.setInterceptFileChooserDialog", enabled=True)
    come(page, photos)
    wait_for(lambda: page.run("return navigator.serviceWorker.controller !== null"), 20)
    page.driver.refresh()  # now the worker keeps the page
    page.loaded()
    page.offline(True)
    for number in (1, 2):
        photo = tmp_path / f"{number}.jpg"
        photo.write_bytes(jpeg(number))
        page.find("#file").send_keys(str(photo))
        wait_for(lambda: page.all("dialog #agree, .decide .button.main"))
        if page.all("dialog #agree"):
            page.tap(page.find("#agree"))
            wait_for(page.find("dialog .button.main").is_enabled)
            page.tap(page.find("dialog .button.main"))
        page.tap(page.find(".decide .button.main"))
        wait_for(lambda number=number: len(page.all(".recordings [data-state=waiting]")) == number)
    wait_for(lambda: page.chip() == "Offline · 2")
    page.driver.refresh()
    wait_for(lambda: len(page.all(".recordings [data-state=waiting]")) == 2, 15)
    page.picture("capture-offline")
    assert captured(root) == []

    page.offline(False)
    page.run("dispatchEvent(new Event('online'))")
    wait_for(lambda: page.chip() == "All sent", 15)
    assert len(captured(root)) == 2
    page.tap(page.find(".recordings .tool"))
    page.tap(page.find("dialog .danger"))
    wait_for(lambda: page.all(".recordings [data-state=withdrawn]"))
    assert len(captured(root)) == 1


def test_sound_is_recorded_as_the_microphone_hears_it(page: Page, sounds: Birds, axe: str) -> None:
    root, _, _ = sounds
    page.before_load("""
        const media = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = (asked) => { window.asked = asked; return media(asked); };
    """)
    come(page, sounds)
    agree(page)
    wait_for(lambda: float((page.text(".clock") or "0").split()[0]) > 1.2, 15)
    assert problems(page, axe) == []
    page.picture("capture-recording")
    asked = page.run("return window.asked.audio")
    assert {asked[name] for name in ("echoCancellation", "noiseSuppression", "autoGainControl")} == {False}
    page.tap(page.find(".shutter"))
    wait_for(lambda: page.run("return document.querySelector('audio.preview')?.duration > 1.2"))
    page.picture("capture-sound")
    assert problems(page, axe) == []
    page.press(Keys.ENTER)  # the button to send has the keyboard
    wait_for(lambda: page.text(".recordings code"))

    (one,) = captured(root)
    assert (one.class_, one.kind, one.mime) == ("wren", "sound", "audio/wav")
    with wave.open(str(Home(root).captured / "originals" / one.file)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        seconds = file.getnframes() / file.getframerate()
        heard = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert seconds == pytest.approx(one.seconds, abs=0.01)
    assert seconds > 1.2
    assert np.abs(heard.astype(int)).max() > 1000  # Chromium's own device beeps
    assert page.errors() == []


def test_where_pages_get_no_microphone_the_device_records(page: Page, sounds: Birds) -> None:
    name = page.before_load("Object.defineProperty(window, 'isSecureContext', {get: () => false})")
    come(page, sounds)
    assert "--https" in page.text(".begin")
    field = page.find("#file")
    assert (field.get_attribute("accept"), field.get_attribute("capture")) == ("audio/*", "microphone")
    page.picture("capture-http")
    page.devtools("Page.removeScriptToEvaluateOnNewDocument", identifier=name)
