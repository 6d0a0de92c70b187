"""Every screen of classes, texts, pairs and cells: by keyboard alone, by pointer, and by touch on a phone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.pretend import Pretend, Serving, classes, question

Start = Callable[..., Serving]
ANIMALS = classes(
    "dog", "cat", "frog", dog={"says": "A domestic dog.", "positive": ["a poodle"], "negative": ["a fox"]}
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><rect width="64" height="48" fill="teal"/></svg>'
PICTURES = {"a": (SVG, "image/svg+xml"), "b": (SVG, "image/svg+xml")}
IMAGE = {"modality": "image", "width": 64, "height": 48}
ROW = {"name": "Jane", "age": 421, "city": "Brlin"}


def text_task(item: str = "a", **more: Any) -> dict[str, Any]:
    return {"item": item, "media": {"modality": "text", "text": f"The text of {item}."}, **more}


def pair() -> dict[str, Any]:
    sides = {
        side: {"sample": item, "media": {**IMAGE, "url": f"/media/{item}"}}
        for side, item in (("left", "a"), ("right", "b"))
    }
    return {"item": "a", "media": None, "pair": sides}


def value(state: Pretend, name: str = "label") -> Any:
    """The value that was submitted; waits for it."""
    vote = wait_for(lambda: next(iter(state.votes.values()), None))
    return vote["answers"][name]["value"]


KEYBOARD: dict[str, tuple[dict[str, Any], dict[str, Any], list[str], Any]] = {
    "choice": (question("choice", classes=ANIMALS), text_task(), ["2"], "cat"),
    "tags": (question("tags", classes=ANIMALS), text_task(), ["3", "1", Keys.ENTER], ["dog", "frog"]),
    "tags_none": (question("tags", classes=ANIMALS), text_task(), ["1", "-", Keys.ENTER], []),
    "open": (question("open", classes=ANIMALS), text_task(), ["3"], "frog"),
    "open_none": (question("open", classes=ANIMALS), text_task(), ["-"], "none of these"),
    "open_other": (question("open", classes=ANIMALS), text_task(), ["/", *"sea gull", Keys.ENTER], "other: sea gull"),
    "rating": (question("rating", low=1, high=5), text_task(), ["4"], 4),
    "rating_ten": (question("rating", low=1, high=10), text_task(), ["0"], 10),
    "text": (question("text"), text_task(), ["a", "\n", "b", Keys.CONTROL + Keys.ENTER], "a\nb"),
    "transcript": (question("transcript"), text_task(), [*"hello", Keys.ENTER], "hello"),
    "transcript_empty": (question("transcript"), text_task(), [Keys.ALT + "0"], ""),
    "preference": (question("preference"), pair(), [Keys.ARROW_RIGHT], {"left": "a", "right": "b", "answer": "right"}),
    "preference_tie": (question("preference"), pair(), ["="], {"left": "a", "right": "b", "answer": "tie"}),
    "cells_fine": (
        question("cells"), {"item": "a", "media": {"modality": "row", "row": ROW}}, ["0", Keys.ENTER], {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", KEYBOARD)
def test_by_keyboard_alone(page: Page, pretend: Start, case: str) -> None:
    asked, task, keys, expected = KEYBOARD[case]
    serving = pretend([asked], [task], media=PICTURES)
    page.open(serving.url)

    for key in keys:
        if key[0] in (Keys.CONTROL, Keys.ALT):
            page.press(key[1:], hold=(key[0],))
        else:
            page.press(key, hold=(Keys.SHIFT,) if key == "\n" else ())

    assert value(serving.state) == expected
    assert page.errors() == []


POINTER: dict[str, tuple[dict[str, Any], dict[str, Any], list[str], Any]] = {
    "choice": (question("choice", classes=ANIMALS), text_task(), ["[data-id=cat]"], "cat"),
    "tags": (
        question("tags", classes=ANIMALS), text_task(), ["[data-id=frog]", "[data-id=dog]", ".submit"], ["dog", "frog"],
    ),
    "tags_none": (question("tags", classes=ANIMALS), text_task(), [".class.none", ".submit"], []),
    "open": (question("open", classes=ANIMALS), text_task(), [".class.none"], "none of these"),
    "rating": (question("rating", low=1, high=7), text_task(), [".grade[data-value='7']"], 7),
    "preference": (
        question("preference"), pair(), [".side:first-child .pick"], {"left": "a", "right": "b", "answer": "left"},
    ),
    "cells": (question("cells"), {"item": "a", "media": {"modality": "row", "row": ROW}}, [".fine", ".submit"], {}),
}  # fmt: skip


@pytest.mark.parametrize("phone", [False, True], ids=["mouse", "touch"])
@pytest.mark.parametrize("case", POINTER)
def test_by_pointer(page: Page, pretend: Start, case: str, phone: bool) -> None:
    asked, task, targets, expected = POINTER[case]
    page.size(phone=phone)
    serving = pretend([asked], [task], media=PICTURES)
    page.open(serving.url)

    for target in targets:
        if phone:
            element = page.find(target)
            box = element.rect
            assert min(box["width"], box["height"]) >= 44, f"{target} is too small for a thumb: {box}"
            page.tap(element)
        else:
            page.click(target)

    assert value(serving.state) == expected


def test_a_swipe_prefers(page: Page, pretend: Start) -> None:
    page.size(phone=True)
    serving = pretend([question("preference")], [pair()], media=PICTURES, hold=0)
    page.open(serving.url)
    page.run("const now = Date.now(); Date.now = () => now")  # a swipe is quick, also where the machine is not

    page.swipe((250, 150), (90, 160))

    assert value(serving.state)["answer"] == "left"


def test_cells_hold_what_was_changed_and_show_what_was(page: Page, pretend: Start) -> None:
    suggestion = {"label": {"value": {"city": "Berlin"}, "by": "spelling", "probability": 0.9}}
    task = {"item": "a", "media": {"modality": "row", "row": ROW}, "suggestions": suggestion}
    serving = pretend([question("cells")], [task])
    page.open(serving.url)

    page.find("#cell-1").send_keys(Keys.BACKSPACE)
    assert page.text(".cell.changed .was") == "was 421"
    page.click(".take")
    page.find("#cell-0").send_keys("t")
    page.click(".cell.changed .tool")  # the name gets its old value back
    page.click(".submit")

    assert value(serving.state) == {"age": "42", "city": "Berlin"}
    (vote,) = serving.state.votes.values()
    assert vote["answers"]["label"]["suggestion_by"] == "spelling"
    assert vote["answers"]["label"]["changed"] is True


@pytest.mark.parametrize(
    ("kind", "suggested"),
    [("choice", "cat"), ("tags", ["cat"]), ("rating", 3), ("text", "So."), ("transcript", "So."), ("open", "frog")],
)
def test_enter_accepts_what_is_suggested(page: Page, pretend: Start, kind: str, suggested: Any) -> None:
    task = text_task(suggestions={"label": {"value": suggested, "by": "model-7", "probability": 0.87}})
    serving = pretend([question(kind, classes=ANIMALS)], [task])
    page.open(serving.url)
    assert "model-7" in page.text("#questions")
    if kind not in ("text", "transcript"):
        assert "87 %" in page.text("#questions")
        assert page.text(".submit").startswith("Accept")

    page.press(Keys.ENTER)
    if kind in ("text", "transcript"):  # taken over to be read, then submitted
        page.press(Keys.ENTER, hold=(Keys.CONTROL,))

    assert value(serving.state) == suggested
    (vote,) = serving.state.votes.values()
    answer = vote["answers"]["label"]
    assert (answer["suggestion"], answer["suggestion_by"], answer["changed"]) == (suggested, "model-7", False)


def test_what_is_asked_beside_goes_with_the_answer(page: Page, pretend: Start) -> None:
    serving = pretend(
        [question("choice", classes=ANIMALS)], [text_task()], also_ask=["confidence", "difficulty", "prominence"]
    )
    page.open(serving.url)

    page.press("2", "3", "5", "1")

    (vote,) = wait_for(lambda: list(serving.state.votes.values()))
    answer = vote["answers"]["label"]
    assert answer["value"] == "cat"
    assert (answer["confidence"], answer["difficulty"], answer["prominence"]) == (0.75, 5, 1)


def test_what_is_asked_beside_may_be_left_out(page: Page, pretend: Start) -> None:
    serving = pretend([question("choice", classes=ANIMALS)], [text_task()], also_ask=["confidence", "difficulty"])
    page.open(serving.url)

    page.press("2", "1", Keys.ENTER)

    (vote,) = wait_for(lambda: list(serving.state.votes.values()))
    assert vote["answers"]["label"]["confidence"] == 0.25
    assert vote["answers"]["label"]["difficulty"] is None


def test_several_questions_follow_one_another_and_only_where_they_apply(page: Page, pretend: Start) -> None:
    breed = question(
        "choice", name="breed", ask="Which breed?", classes=classes("poodle", "boxer"), when={"label": ["dog"]}
    )
    rate = question("rating", name="quality", ask="How sharp?")
    serving = pretend([question("choice", classes=ANIMALS), breed, rate], [text_task("a"), text_task("b")])
    page.open(serving.url)
    sections = page.all(".question")
    assert [one.is_displayed() for one in sections] == [True, False, True]

    page.press("1", "2", "5")
    wait_for(lambda: page.item() == "b")
    page.press("2", "3")

    wait_for(lambda: len(serving.state.votes) == 2)
    first, second = serving.state.votes.values()
    assert {name: one["value"] for name, one in first["answers"].items()} == {
        "label": "dog",
        "breed": "boxer",
        "quality": 5,
    }
    assert {name: one["value"] for name, one in second["answers"].items()} == {"label": "cat", "quality": 3}


def test_the_guideline_of_a_class_is_one_tap_away(page: Page, pretend: Start) -> None:
    page.size(phone=True)
    serving = pretend([question("choice", classes=ANIMALS)], [text_task()])
    page.open(serving.url)

    page.tap(page.find(".guide"))

    shown = wait_for(lambda: page.text("dialog"))
    assert re.search(r"A domestic dog\..*Yes\s*a poodle.*No\s*a fox", shown, re.DOTALL)
    page.close()
    assert not serving.state.votes


def test_the_page_of_keys_shows_those_of_shell_and_screen(page: Page, pretend: Start) -> None:
    serving = pretend([question("tags", classes=ANIMALS)], [text_task()])
    page.open(serving.url)

    page.press("?")

    shown = wait_for(lambda: page.text("dialog"))
    assert "none of these" in shown
    assert "take the last answer back" in shown


def test_many_classes_are_found_by_a_word(page: Page, pretend: Start) -> None:
    many = classes(*(f"class {at}" for at in range(40)), "Écureuil")
    serving = pretend([question("choice", classes=many)], [text_task()])
    page.open(serving.url)

    page.find(".filter").send_keys("ecur", Keys.ENTER)

    assert value(serving.state) == "Écureuil"


def test_nothing_moves_while_a_picture_loads(page: Page, pretend: Start) -> None:
    tasks = [{"item": item, "media": {**IMAGE, "url": f"/media/{item}"}} for item in "ab"]
    serving = pretend([question("choice", classes=ANIMALS)], tasks, media=PICTURES)
    name = page.before_load(
        "window.shift = 0; const add = (list) => list.getEntries().forEach((one) => { window.shift += one.value });"
        "new PerformanceObserver(add).observe({type: 'layout-shift', buffered: true})"
    )
    page.open(serving.url)
    shown = "return document.querySelector('.picture')?.naturalWidth > 0"
    wait_for(lambda: page.run(shown))
    page.press("1")
    page.next_after("a")
    wait_for(lambda: page.run(shown))
    page.settle()

    assert page.run("return window.shift") < 0.01
    page.devtools("Page.removeScriptToEvaluateOnNewDocument", identifier=name)


def test_active_seconds_stop_when_nothing_is_touched(page: Page, pretend: Start) -> None:
    serving = pretend([question("choice", classes=ANIMALS)], [text_task()])
    page.open(serving.url)
    script = """
        const done = arguments[0];
        import('/static/js/timer.js').then(({Timer}) => {
            let now = 0;
            const timer = new Timer(() => now);
            timer.start();
            now = 10000; timer.touch();          // 10 s of work
            now = 100000;                        // then away: 30 s of it count
            const away = timer.seconds;
            timer.touch();
            now = 105000;
            done([away, timer.seconds]);
        });
    """

    assert page.driver.execute_async_script(script) == [40, 45]
