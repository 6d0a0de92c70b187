"""What a browser loads to show the labelling page, for each kind of question: real server, real Chromium, gzipped."""

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from label_server import Server

KINDS = {
    "text": "choice tags taxonomy open rating text spans preference",
    "image": "choice boxes polygons masks keypoints transcript",
    "audio": "choice events transcript",
    "video": "choice frames tracks",
    "tabular": "choice cells",
}
HEAD = """
[dataset]
name    = "pages-{modality}"
task    = "{modality}-classification"
license = "CC0-1.0"
labels  = ["one", "two"]

[[step]]
use   = "collect.{collect}"
path  = "{path}"
{more}
[[step]]
use = "label.resolve"

[[label.question]]
name    = "label"
kind    = "{kind}"
ask     = "What is it?"
{asked}
"""
LOADED = """
return performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))
    .map(one => [new URL(one.name).pathname, one.encodedBodySize]);
"""
NO_WORKER = "Object.defineProperty(Navigator.prototype, 'serviceWorker', {get: () => undefined})"


def pages(place: Path) -> None:
    """Print kilobytes and files of the page for each kind of question, answers and media left out."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        for flag in f"headless=new no-sandbox disable-gpu disable-dev-shm-usage user-data-dir={home}".split():
            options.add_argument(f"--{flag}")
        driver = Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        try:
            driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": NO_WORKER})
            driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
            for modality, kinds in KINDS.items():
                root = place / f"pages-{modality}"
                for kind in kinds.split():
                    made(root, modality, kind)
                    server = Server.start(root)
                    try:
                        driver.get(server.link)
                        shown(driver)
                        found = dict(driver.execute_script(LOADED))
                        page = {path: size for path, size in found.items() if not path.startswith(("/api", "/media"))}
                        kb = sum(page.values()) / 1000
                        print(f"  {modality:8}{kind:12}{kb:6.1f} kB in {len(page)} files", flush=True)
                        driver.get("about:blank")
                    finally:
                        server.stop()
        finally:
            driver.quit()


def shown(driver: "object") -> None:
    """Wait until a task is on the page, and nothing more is fetched."""
    deadline, before = time.monotonic() + 60, -1
    asked = "return document.documentElement.dataset.ready === 'true' && document.body.dataset.state === 'task'"
    while time.monotonic() < deadline:
        now = len(driver.execute_script(LOADED)) if driver.execute_script(asked) else -1  # type: ignore[attr-defined]
        if now == before > 0:
            return
        before = now
        time.sleep(0.7)
    raise TimeoutError(driver.execute_script("return document.body.innerText"))  # type: ignore[attr-defined]


def made(root: Path, modality: str, kind: str) -> None:
    """Write the recipe; make media and build where that was not done."""
    root.mkdir(parents=True, exist_ok=True)
    collect = {"text": "table", "tabular": "table"}.get(modality, "files")
    path = {"text": "texts.jsonl", "tabular": "rows.csv"}.get(modality, "raw/*")
    more = {"text": 'text  = "message"'}.get(modality, "")
    classed = "" if kind in ("rating", "text", "transcript", "preference", "cells") else 'classes = ["one", "two"]'
    asked = classed + ('\npoints = ["nose", "tail"]' if kind == "keypoints" else "")
    recipe = HEAD.format(modality=modality, collect=collect, path=path, more=more, kind=kind, asked=asked)
    (root / "stork.toml").write_text(recipe)
    for old in (root / ".stork").glob("votes.sqlite*"):
        old.unlink()
    if not (root / ".stork" / "samples.lance").exists():
        MAKERS[modality](root)
        subprocess.run([sys.executable, "-m", "datastork", "build", "-q", str(root)], check=True)


def _texts(root: Path) -> None:
    lines = (json.dumps({"message": f"Message {number} of a person to another."}) for number in range(8))
    (root / "texts.jsonl").write_text("\n".join(lines))


def _rows(root: Path) -> None:
    with (root / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["age", "town"], *([20 + number, "Ulm"] for number in range(8))])


def _images(root: Path) -> None:
    import cv2
    import numpy as np

    (root / "raw").mkdir(exist_ok=True)
    chance = np.random.default_rng(0)
    for number in range(4):
        small = chance.integers(0, 255, (12, 16, 3), np.uint8)
        cv2.imwrite(str(root / "raw" / f"{number}.jpg"), cv2.resize(small, (640, 480)))


def _sounds(root: Path) -> None:
    import numpy as np
    import soundfile

    (root / "raw").mkdir(exist_ok=True)
    for number in range(4):
        tone = 0.3 * np.sin(2 * np.pi * (220 + 110 * number) * np.arange(2 * 16_000) / 16_000)
        soundfile.write(root / "raw" / f"{number}.wav", tone, 16_000)


def _videos(root: Path) -> None:
    import av
    import numpy as np

    (root / "raw").mkdir(exist_ok=True)
    for number in range(3):
        with av.open(str(root / "raw" / f"{number}.mp4"), "w") as out:
            stream = out.add_stream("mpeg4", rate=10)
            stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
            for shade in range(0, 250, 10):
                picture = np.full((120, 160, 3), (shade, 60 * number, 99), np.uint8)
                out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            out.mux(stream.encode())


MAKERS = {"text": _texts, "tabular": _rows, "image": _images, "audio": _sounds, "video": _videos}
