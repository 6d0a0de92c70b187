"""The pages as such: small, without markup or style made from values, and usable by everybody (axe-core)."""

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.pretend import STATIC, Serving, classes, question

from datastork.app.files.static import Static

Start = Callable[..., Serving]
SCRIPTS = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.js"))
PAGES = sorted(path.name for path in STATIC.glob("*.html"))
OWN_KB, PAGE_KB = 60, 150  # gzipped

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><rect width="64" height="48" fill="teal"/></svg>'
MEDIA = {"a": (SVG, "image/svg+xml"), "b": (SVG, "image/svg+xml")}
IMAGE = {"modality": "image", "width": 640, "height": 480, "url": "/media/a"}
TEXT = {"modality": "text", "text": "Anna met Ben in Berlin. They went to the zoo, and saw a dog."}
ROW = {"modality": "row", "row": {"name": "Jane", "age": 42, "since": None}}
GUIDE = {"says": "A domestic dog.", "positive": ["a poodle"], "negative": ["a fox"], "edge": ["a wolf in a film"]}
ANIMALS = classes("dog", "cat", "bird", dog=GUIDE)
TREE = [*classes("animal", "music"), {"id": "dog", "name": "dog", "parents": ["animal"], "says": "A domestic dog."}]


def suggest(value: Any) -> dict[str, Any]:
    return {"label": {"value": value, "by": "model-7", "probability": 0.8}}


def pair() -> dict[str, Any]:
    return {
        side: {"sample": item, "media": {**IMAGE, "url": f"/media/{item}"}}
        for side, item in (("left", "a"), ("right", "b"))
    }


# kind → question, task
SCREENS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "choice": (question("choice", classes=ANIMALS), {"media": IMAGE, "suggestions": suggest("cat")}),
    "tags": (question("tags", classes=ANIMALS), {"media": IMAGE, "suggestions": suggest(["cat"])}),
    "taxonomy": (question("taxonomy", classes=TREE, multiple=True), {"media": IMAGE, "suggestions": suggest(["dog"])}),
    "open": (question("open", classes=ANIMALS), {"media": IMAGE}),
    "rating": (question("rating", low=1, high=7), {"media": TEXT, "suggestions": suggest(4)}),
    "text": (question("text"), {"media": TEXT, "suggestions": suggest("They met.")}),
    "transcript": (question("transcript"), {"media": IMAGE}),
    "spans": (
        question("spans", classes=ANIMALS),
        {"media": TEXT, "suggestions": suggest([{"start": 0, "end": 4, "label": "dog"}])},
    ),
    "preference": (question("preference"), {"media": None, "pair": pair()}),
    "cells": (question("cells"), {"media": ROW, "suggestions": suggest({"age": "24"})}),
}


SENT = Static.of(STATIC)


def packed(path: Path) -> int:
    """Bytes of a file as the server sends it."""
    file = SENT.get(path.relative_to(STATIC).as_posix())
    assert file is not None
    return len(file.packed or file.data)


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_build_nothing_from_markup(name: str) -> None:
    text = re.sub(r"//.*|/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"))

    found = re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc", text
    )

    assert not found
    assert not re.search(r"setAttribute\(\s*[\"'](style|on\w+)[\"']", text), "style and handlers go through properties"


@pytest.mark.parametrize("name", PAGES)
def test_pages_have_neither_script_nor_style_inside(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")

    assert not re.findall(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", text)
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", text), "everything comes from here"


def needed(*names: str) -> set[str]:
    """The files that these import, and what those import, and so on; not what is loaded later when asked for."""
    found: set[str] = set()
    wanted = list(names)
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found.add(name)
        text = (STATIC / name).read_text(encoding="utf-8")
        if name.endswith(".html"):
            wanted += re.findall(r'(?:src|href)="/static/([^"]+)"', text)
        else:
            for one in re.findall(r'^(?:import|export)[^;]*?"(\.[^"]+)";', text, re.MULTILINE):
                wanted.append((STATIC / name).parent.joinpath(one).resolve().relative_to(STATIC.resolve()).as_posix())
    return found


REGISTRY = (STATIC / "js/screens/registry.js").read_text(encoding="utf-8")
SHEETS = {
    kind: re.findall(r'"(\w+)"', sheets)
    for kind, sheets in re.findall(r"^  (\w+): \[(.*)\],", REGISTRY.partition("SHEETS")[2], re.MULTILINE)
}
PLAYERS = {"events": ("sound",), "transcript": ("sound",), "frames": ("video",), "tracks": ("video",)}


def page_of(kind: str, *players: str) -> float:
    """What a browser fetches until it shows a task of a kind, in kB, gzipped."""
    names = needed("label.html", f"js/screens/{kind}.js", *(f"js/media/{one}.js" for one in players))
    return sum(packed(STATIC / name) for name in names | {f"css/{one}.css" for one in SHEETS.get(kind, ())}) / 1000


@pytest.mark.parametrize("kind", SCREENS)
def test_the_page_for_classes_texts_and_tables_is_small(kind: str) -> None:
    assert page_of(kind) <= OWN_KB


@pytest.mark.parametrize("kind", re.findall(r"^  (\w+): \(\) => import", REGISTRY, re.MULTILINE))
def test_the_page_of_labelling_is_small(kind: str) -> None:
    assert page_of(kind, *PLAYERS.get(kind, ())) <= PAGE_KB


def test_what_is_counted_is_what_a_browser_fetches(page: Page, pretend: Start) -> None:
    serving = pretend([SCREENS["spans"][0]], [{"item": "a", **SCREENS["spans"][1]}])
    page.open(serving.url)
    fetched = page.run("return performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname)")

    names = {re.sub(r"^/static/[^/]+/", "", name) for name in fetched if name.startswith("/static/")}
    counted = needed("label.html", "js/screens/spans.js") | {"css/spans.css"}

    assert names - {"js/lists.js"} == counted - {"label.html"}


# --- axe-core

SERIOUS = ("serious", "critical")


@pytest.fixture(scope="session")
def axe() -> str:
    found = importlib.util.find_spec("selenium_axe_python")
    if found is None or not found.submodule_search_locations:
        pytest.skip("needs axe-core: pip install selenium-axe-python")
    (folder,) = found.submodule_search_locations
    return Path(folder, "axe-core", "axe.min.js").read_text(encoding="utf-8")


def problems(page: Page, axe: str) -> list[str]:
    """Serious faults, once colours and sheets have come to rest."""
    page.rested()
    page.run(f"if (!window.axe) {{ {axe} }}")
    found = page.driver.execute_async_script(
        "const done = arguments[0]; axe.run(document).then(done, (e) => done({error: String(e)}))"
    )
    assert "error" not in found, found
    return [
        f"{one['impact']}: {one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes']][:3]}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
    ]


def test_the_scan_finds_what_is_wrong(page: Page, pretend: Start, axe: str) -> None:
    serving = pretend([question("choice", classes=ANIMALS)], [{"item": "a", "media": TEXT}])
    page.open(serving.url)
    page.run(
        "document.querySelector('.class').style.color = '#ddd'; document.body.append(document.createElement('button'))"
    )

    assert {one.split(": ")[1] for one in problems(page, axe)} >= {"button-name", "color-contrast"}


@pytest.mark.parametrize("kind", SCREENS)
def test_screens_have_no_serious_faults_in_light_and_dark(page: Page, pretend: Start, axe: str, kind: str) -> None:
    asked, task = SCREENS[kind]
    serving = pretend([asked], [{"item": "a", **task}], media=MEDIA, also_ask=["confidence", "difficulty"])
    page.open(serving.url)

    assert problems(page, axe) == []
    page.dark(True)
    page.size(phone=True)
    assert problems(page, axe) == []
    page.picture(f"screen-{kind}-phone-dark")
    page.dark(False)
    page.picture(f"screen-{kind}-phone")
    page.size(phone=False)
    page.picture(f"screen-{kind}")


@pytest.mark.parametrize("key", ["?", "s", "c", "g", "i", "m"])
def test_sheets_have_no_serious_faults(page: Page, pretend: Start, axe: str, key: str) -> None:
    serving = pretend(
        [question("choice", classes=ANIMALS)], [{"item": "a", "media": TEXT}], skips=["broken", "unclear"]
    )
    page.open(serving.url)

    page.press(key)
    page.find("dialog[open]")

    assert problems(page, axe) == []
    page.dark(True)
    assert problems(page, axe) == []
    page.close()


def test_the_end_the_menu_and_joining_have_no_serious_faults(page: Page, pretend: Start, axe: str) -> None:
    page.size(phone=True)
    serving = pretend([question("choice", classes=ANIMALS)], [{"item": "a", "media": TEXT}])
    page.open(serving.url)
    page.press("1")
    wait_for(lambda: page.text(".rest h2") == "All done")
    page.picture("all-done")
    assert problems(page, axe) == []
    page.tap(page.find("[aria-label=Menu]"))
    page.find("dialog[open]")
    page.picture("menu")
    assert problems(page, axe) == []

    serving.state.signed_out = True
    page.driver.get(f"{serving.url}/i/abc")
    page.find("#name")
    page.drawn()
    page.picture("join")
    assert problems(page, axe) == []


def test_a_phone_shows_classes_and_actions_within_reach_of_the_thumb(page: Page, pretend: Start) -> None:
    page.size(phone=True)
    serving = pretend([question("choice", classes=ANIMALS)], [{"item": "a", "media": IMAGE}], media=MEDIA)
    page.open(serving.url)

    assert page.run("return document.documentElement.scrollWidth") <= 360
    for target in page.all(".class, .actions button"):
        box = target.rect
        assert box["y"] > 740 / 2, "in the lower half"
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360


def test_focus_is_seen(page: Page, pretend: Start) -> None:
    serving = pretend([question("choice", classes=ANIMALS)], [{"item": "a", "media": TEXT}])
    page.open(serving.url)
    seen = set()
    for _ in range(12):
        page.press(Keys.TAB)
        if page.run("return document.activeElement === document.body"):
            continue
        name = page.run("return document.activeElement.className")
        assert page.run("return getComputedStyle(document.activeElement).outlineStyle") != "none", name
        seen.add(name)
    assert "class" in seen


def test_motion_is_left_out_where_it_is_not_wanted(page: Page, pretend: Start) -> None:
    page.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    serving = pretend(
        [question("choice", classes=ANIMALS)], [{"item": "a", "media": TEXT}, {"item": "b", "media": TEXT}]
    )
    page.open(serving.url)
    page.press("1")
    page.next_after("a")

    assert page.run("return document.getAnimations().length") == 0
