"""Stretches of texts: offsets are code points, whatever the browser counts; overlapping; long texts stay quick."""

from collections.abc import Callable
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.pretend import Serving, classes, question

from datastork.core.answers import problems_of
from datastork.core.questions import LabelClass, Question

Start = Callable[..., Serving]
NAMES = classes("PER", "ORG", "LOC")
QUESTION = Question("label", "spans", classes=tuple(LabelClass(name, name) for name in ("PER", "ORG", "LOC")))
FAMILY = "👨‍👩‍👧‍👦"  # seven code points, eleven units, one letter
MIXED = f"Anna {FAMILY} met Noe\u0301l 🌍 in Köln.\nولد محمد في القاهرة 🌍 عام 1990.\nדויד נולד בפלונסק."


@pytest.fixture
def begin(page: Page, pretend: Start) -> Callable[..., Serving]:
    def start(text: str, **more: Any) -> Serving:
        task = {"item": "t", "media": {"modality": "text", "text": text}, **more}
        serving = pretend([question("spans", classes=NAMES)], [task])
        page.open(serving.url)
        return serving

    return start


def submitted(page: Page, serving: Serving) -> Any:
    page.press(Keys.ENTER, hold=(Keys.CONTROL,))
    (vote,) = wait_for(lambda: list(serving.state.votes.values()))
    return vote["answers"]["label"]["value"]


def marked(text: str, value: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What the stretches of an answer hold, as Python counts."""
    return [(text[one["start"] : one["end"]], one["label"]) for one in value]


def place(page: Page, text: str, words: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where words begin and end on the page, in the middle of the line."""
    script = """
        const [words] = arguments;
        for (const line of document.querySelectorAll('.marked p')) {
            const at = line.textContent.indexOf(words);
            if (at < 0) continue;
            const find = (unit) => {
                for (const one of line.children) {
                    if (unit <= one.textContent.length) return [one.firstChild, unit];
                    unit -= one.textContent.length;
                }
            };
            const range = document.createRange();
            range.setStart(...find(at));
            range.setEnd(...find(at + words.length));
            const box = range.getBoundingClientRect();
            const y = box.top + box.height / 2;
            const right = getComputedStyle(line).direction === 'rtl';
            return right ? [[box.right, y], [box.left, y]] : [[box.left, y], [box.right, y]];
        }
    """
    start, end = page.run(script, words)
    return tuple(start), tuple(end)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    point = {"button": "left", "clickCount": 1}
    page.devtools("Input.dispatchMouseEvent", type="mousePressed", x=start[0], y=start[1], **point)
    page.devtools(
        "Input.dispatchMouseEvent", type="mouseMoved", x=(start[0] + end[0]) / 2, y=end[1], buttons=1, **point
    )
    page.devtools("Input.dispatchMouseEvent", type="mouseMoved", x=end[0], y=end[1], buttons=1, **point)
    page.devtools("Input.dispatchMouseEvent", type="mouseReleased", x=end[0], y=end[1], **point)


def test_offsets_are_code_points(page: Page, begin: Callable[..., Serving]) -> None:
    begin(MIXED)
    script = """
        const [text, done] = arguments;
        import('/static/js/text/offsets.js').then(({Offsets}) => {
            const offsets = new Offsets(text);
            const points = [], back = [];
            for (let unit = 0; unit <= text.length; unit++) points.push(offsets.point(unit));
            for (let point = 0; point <= [...text].length; point++) back.push(offsets.unit(point));
            done([points, back]);
        });
    """

    points, back = page.driver.execute_async_script(script, MIXED)

    units = [len(MIXED[:point].encode("utf-16-le")) // 2 for point in range(len(MIXED) + 1)]
    assert back == units
    assert [points[unit] for unit in units] == list(range(len(MIXED) + 1))


@pytest.mark.parametrize("words", ["Anna", FAMILY, "Noe\u0301l", "محمد", "القاهرة", "בפלונסק"])
def test_words_are_marked_by_mouse_in_any_script(page: Page, begin: Callable[..., Serving], words: str) -> None:
    serving = begin(MIXED)

    drag(page, *place(page, MIXED, words))

    value = submitted(page, serving)
    assert marked(MIXED, value) == [(words, "PER")]
    assert problems_of(QUESTION, value) == []


def test_words_are_marked_by_keyboard_alone(page: Page, begin: Callable[..., Serving]) -> None:
    serving = begin(MIXED)

    page.press(Keys.ARROW_RIGHT, "1")  # Anna
    page.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)  # the family, met, Noël
    page.press(Keys.ARROW_RIGHT, hold=(Keys.SHIFT,))  # … and the globe
    page.press("2")
    page.press(*[Keys.ARROW_RIGHT] * 2, "3")  # in, Köln

    assert marked(MIXED, submitted(page, serving)) == [("Anna", "PER"), ("Noe\u0301l 🌍", "ORG"), ("Köln", "LOC")]


def test_arrows_follow_the_direction_of_reading(page: Page, begin: Callable[..., Serving]) -> None:
    text = "ولد محمد في القاهرة"
    serving = begin(text)

    page.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT, "1")
    page.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT, "3")
    page.picture("spans-arabic")

    assert marked(text, submitted(page, serving)) == [("محمد", "PER"), ("القاهرة", "LOC")]


def test_stretches_may_overlap_and_are_changed(page: Page, begin: Callable[..., Serving]) -> None:
    text = "University of Munich Hospital is in Munich"
    serving = begin(text)
    drag(page, place(page, text, "University")[0], place(page, text, "Hospital")[1])
    drag(page, *place(page, text, "Munich"))
    page.picture("spans-overlap")
    assert len(page.all(".span-line")) == 2

    page.press(",", "3")  # the last one becomes a place
    page.press(Keys.ARROW_RIGHT, hold=(Keys.ALT,))  # and one letter longer: a blank, which is not kept
    page.press(",")
    page.press("2")

    assert marked(text, submitted(page, serving)) == [("University of Munich Hospital", "ORG"), ("Munich", "LOC")]


def test_edits_are_undone_and_redone(page: Page, begin: Callable[..., Serving]) -> None:
    text = "Anna met Ben"
    serving = begin(text)
    page.press(Keys.ARROW_RIGHT, "1", Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, "1", ".", Keys.DELETE)
    assert len(page.all(".span-line")) == 1

    page.press("z", hold=(Keys.CONTROL,))
    assert len(page.all(".span-line")) == 2
    page.press("z", hold=(Keys.CONTROL,))
    page.press("y", hold=(Keys.CONTROL,))

    assert marked(text, submitted(page, serving)) == [("Anna", "PER"), ("Ben", "PER")]


def test_a_stretch_is_lengthened_by_its_handle_with_a_finger(page: Page, begin: Callable[..., Serving]) -> None:
    page.size(phone=True)
    text = "Anna Maria Smith went home"
    serving = begin(text)
    page.press(Keys.ARROW_RIGHT, "1", ".")
    handle = page.find(".handle[aria-label^='End']").rect
    assert min(handle["width"], handle["height"]) >= 44
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    _, target = place(page, text, "Smith")

    page.swipe((x, y), (target[0] - 1, target[1] + 24))  # the finger stays below the letters

    page.picture("spans-handles")
    assert marked(text, submitted(page, serving)) == [("Anna Maria Smith", "PER")]


def test_touch_selects_then_a_class_marks(page: Page, begin: Callable[..., Serving]) -> None:
    page.size(phone=True)
    text = "Anna Maria Smith went home"
    serving = begin(text)
    # as the browser's own handles leave it after a long press
    page.run(
        "const words = document.querySelector('.marked span').firstChild;"
        "getSelection().setBaseAndExtent(words, 0, words, 10)"
    )

    page.tap(page.find("[data-id=ORG]"))

    assert marked(text, submitted(page, serving)) == [("Anna Maria", "ORG")]


def test_nothing_to_mark_is_a_deliberate_answer(page: Page, begin: Callable[..., Serving]) -> None:
    serving = begin("Nobody is here.")
    page.press(Keys.ENTER)
    assert not page.find(".submit").is_enabled()

    page.press("-")

    assert submitted(page, serving) == []


def test_proposed_stretches_are_taken_over(page: Page, begin: Callable[..., Serving]) -> None:
    proposed = [
        {"start": 0, "end": 4, "label": "PER"},
        {"start": 5 + len(FAMILY) + 5, "end": 5 + len(FAMILY) + 10, "label": "PER"},
    ]
    serving = begin(MIXED, suggestions={"label": {"value": proposed, "by": "spacy", "probability": 0.8}})
    assert len(page.all(".mark.proposed")) == 2
    assert "spacy, 80 %" in page.text("#questions")

    page.press(Keys.ENTER)

    (vote,) = wait_for(lambda: list(serving.state.votes.values()))
    assert marked(MIXED, vote["answers"]["label"]["value"]) == [("Anna", "PER"), ("Noe\u0301l", "PER")]
    assert vote["answers"]["label"]["changed"] is False


@pytest.mark.parametrize("lines", [True, False], ids=["lines", "one line"])
def test_a_long_text_stays_quick(page: Page, begin: Callable[..., Serving], lines: bool) -> None:
    text = ("Anna met Ben in Köln. " * 20 + ("\n" if lines else "")) * 240  # over 100 kB
    serving = begin(text)
    page.press(Keys.ARROW_RIGHT, "1")
    script = """
        const done = arguments[0];
        const screen = document.querySelector('stork-spans');
        const step = (left) => {
            if (!left) return done();
            for (const key of ['ArrowRight', '2']) document.dispatchEvent(new KeyboardEvent('keydown', {key}));
            screen.getBoundingClientRect();
            document.querySelector('.marked').getBoundingClientRect();
            requestAnimationFrame(() => step(left - 1));
        };
        step(20);
    """

    before = page.worked()
    page.driver.execute_async_script(script)
    took = (page.worked() - before) / 20

    value = submitted(page, serving)
    assert len(value) == 21
    assert marked(text, value[:3]) == [("Anna", "PER"), ("met", "ORG"), ("Ben", "ORG")]
    assert took < (120 if not lines else 60), f"{took} ms for a step and a mark"
