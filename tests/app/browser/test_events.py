"""Events of sounds: by mouse, finger and keyboard, from the page to the store of votes."""

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("soundfile")

from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.test_pages import axe, problems  # noqa: F401
from tests.app.browser.timeline import Marking, serving, sound
from tests.app.conftest import Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("sounds")
    (root / "raw").mkdir()
    for seed in range(14):
        (root / "raw" / f"{seed:02}.wav").write_bytes(sound(seed=seed, channels=2 if seed == 1 else 1))
    with serving(root, "events", "audio-classification") as one:
        yield one


@pytest.fixture
def marking(page: Page, served: Served) -> Marking:
    one = Marking.open(page, served)
    one.again()  # without what an earlier test has left as a draft
    return one


def event(label: str, onset: float, offset: float, **more: Any) -> dict[str, Any]:
    return {
        "label": label,
        "onset": pytest.approx(onset, abs=0.006),
        "offset": pytest.approx(offset, abs=0.006),
        **more,
    }


def test_what_is_dragged_is_what_is_stored(marking: Marking) -> None:
    assert marking.value is None
    marking.drag(marking.at(1.0), marking.at(1.5))
    marking.keys("2")
    marking.drag(marking.at(3.0, "spectrogram"), marking.at(2.5, "spectrogram"))
    marking.page.picture("events")
    stored = marking.stored()

    assert stored == [event("rain", 1.0, 1.5), event("rain", 2.5, 3.0)]
    assert marking.page.errors() == []


def test_frequencies_are_drawn_moved_and_typed(marking: Marking) -> None:
    marking.keys("f")
    marking.drag(marking.at(1.0, "spectrogram", 0.3), marking.at(1.5, "spectrogram", 0.6))
    (drawn,) = marking.value
    low, high = (hertz(marking, share) for share in (0.6, 0.3))
    assert drawn == event("bark", 1.0, 1.5, low=pytest.approx(low, rel=0.01), high=pytest.approx(high, rel=0.01))

    marking.drag(marking.at(1.25, "spectrogram", 0.3), marking.at(1.25, "spectrogram", 0.2))  # its upper edge
    upper = hertz(marking, 0.2)
    assert marking.value[0]["high"] == pytest.approx(upper, rel=0.01)
    assert marking.value[0]["low"] == drawn["low"]
    marking.page.picture("events-frequencies")

    fields = marking.run(
        "return [...$.side.querySelectorAll('.tl-numbers input')].map((one) => one.labels[0].innerText)"
    )
    assert fields == ["Onset (s)", "Offset (s)", "Lowest (Hz)", "Highest (Hz)"]
    typed(marking, 1, "1.75")
    typed(marking, 2, "500")
    assert marking.value == [event("bark", 1.0, 1.75, low=500, high=marking.value[0]["high"])]
    typed(marking, 3, "")  # one alone is none
    assert marking.value == [event("bark", 1.0, 1.75)]
    for _ in range(3):
        marking.keys("z", hold=(Keys.CONTROL,))
    assert marking.value[0]["low"] == drawn["low"]
    marking.keys("z", hold=(Keys.CONTROL, Keys.SHIFT))
    assert marking.value[0]["offset"] == 1.75


def hertz(marking: Marking, share: float) -> float:
    """The frequency at a share of the spectrogram's height, from above."""
    return float(
        marking.run(
            "const b = $.surface.boxes.get('spectrogram'); return $.hertz(b.y + b.height * arguments[0])", share
        )
    )


def typed(marking: Marking, place: int, text: str) -> None:
    """Type into a field of the selected event."""
    field = marking.page.all(".tl-numbers input")[place]
    field.click()
    marking.keys("a", hold=(Keys.CONTROL,))
    marking.keys(text or Keys.DELETE, Keys.ENTER)


def test_the_keyboard_alone_marks_changes_and_deletes(marking: Marking) -> None:
    marking.focus()
    marking.keys(*[Keys.ARROW_RIGHT] * 5, "i")
    marking.keys(Keys.ARROW_RIGHT, hold=(Keys.SHIFT,))
    marking.keys(Keys.ENTER)
    assert marking.value == [event("bark", 0.5, 1.5)]
    marking.keys("3", Keys.ARROW_LEFT, Keys.ARROW_LEFT)  # the end by 10 ms each
    marking.keys(Keys.ARROW_RIGHT, hold=(Keys.SHIFT,))  # by 100 ms
    assert marking.value == [{"label": "bell", "onset": 0.5, "offset": 1.58}]
    marking.keys("ee", Keys.ARROW_RIGHT)  # then its beginning
    assert marking.value[0]["onset"] == 0.51
    marking.keys("e", "e", Keys.ARROW_RIGHT)  # and all of it
    assert marking.value == [{"label": "bell", "onset": 0.52, "offset": 1.59}]
    marking.seek(0.25)
    marking.keys("[")
    assert marking.value[0]["onset"] == 0.25
    marking.seek(2.0)
    marking.keys("]")
    assert marking.value[0]["offset"] == 2.0

    marking.keys(Keys.ESCAPE)
    marking.seek(1.0)
    marking.keys("io")  # nothing lies between
    marking.keys(Keys.ARROW_UP, Keys.ARROW_DOWN)
    assert len(marking.value) == 2
    marking.keys(Keys.DELETE)
    assert marking.value == [{"label": "bell", "onset": 0.25, "offset": 2.0}]
    marking.page.run("document.activeElement.blur()")
    assert marking.stored() == [{"label": "bell", "onset": 0.25, "offset": 2.0}]


def key(marking: Marking, kind: str, text: str) -> None:
    marking.page.devtools(
        "Input.dispatchKeyEvent",
        type=kind,
        key=text,
        code=f"Digit{text}",
        **({"text": text} if kind == "keyDown" else {}),
    )


def test_a_class_is_marked_as_long_as_its_key_is_held(marking: Marking) -> None:
    marking.focus()
    marking.run("$.clock.speed = 0.5")
    marking.keys(" ")
    wait_for(lambda: marking.time > 0.1)
    marking.watch("$.clock.time")
    key(marking, "keyDown", "2")
    (begun,) = marking.watched()
    wait_for(lambda: marking.time > begun + 0.4)
    key(marking, "keyUp", "2")
    _, ended = marking.watched()
    marking.keys(" ")
    (found,) = marking.value
    assert found["label"] == "rain"
    assert found["onset"] == pytest.approx(begun, abs=0.15)
    assert found["offset"] == pytest.approx(ended, abs=0.15)

    marking.run(
        "const { clock } = $; window.played = false;"
        "clock.addEventListener('state', () => { window.played ||= clock.playing; })"
    )
    marking.keys("p")  # plays it once, and stops where it ends
    wait_for(lambda: marking.run("return window.played && !$.clock.playing"))
    assert marking.time == pytest.approx(found["offset"], abs=0.001)


def test_events_are_moved_snapped_and_overlap_in_lanes(marking: Marking) -> None:
    marking.drag(marking.at(1.0), marking.at(2.0))
    marking.keys(Keys.ESCAPE)
    marking.drag(marking.at(2.03), marking.at(3.0))  # begins a hand's shake behind the first: snaps
    assert marking.value[1] == event("bark", 2.0, 3.0)
    assert marking.value[1]["onset"] == marking.value[0]["offset"]
    assert marking.run("return $.lanes($.shown()).count") == 1
    marking.keys("x")
    marking.drag(marking.at(2.5, "lanes", 0.3), marking.at(1.6, "lanes", 0.3))  # the bar of the second is moved
    assert marking.value[1] == event("bark", 1.1, 2.1)
    assert marking.run("return $.lanes($.shown()).count") == 2
    marking.drag(marking.at(1.1), marking.at(0.6))  # its edge
    assert marking.value[1] == event("bark", 0.6, 2.1)
    marking.drag(marking.at(3.2), marking.at(3.9))
    marking.page.picture("events-lanes")
    marking.keys("x")
    assert len(marking.value) == 3


def test_suggestions_and_answers_of_others_are_taken_over(marking: Marking) -> None:
    given = [
        {"label": "bark", "onset": 1.0, "offset": 1.5, "low": 900.0, "high": 1100.0},
        {"label": "bell", "onset": 2.5, "offset": 3.0004},
    ]
    marking.again(suggestion={"value": given, "by": "model", "probability": 0.8})
    assert marking.value is None
    marking.page.picture("events-suggested")
    marking.click(marking.at(1.2, "lanes", 0.3))
    marking.keys(Keys.ENTER)
    assert marking.value == given[:1]
    marking.keys(Keys.ESCAPE)
    marking.keys("a")
    assert marking.value == given  # as they were
    marking.again(others=[{"annotator": "anna", "label": given[:1]}, {"annotator": "ben", "label": given}])
    marking.button("Take all of ben")
    assert marking.value == given
    marking.again(value=given)
    assert marking.value == given


def test_nothing_here_is_said_and_not_assumed(marking: Marking) -> None:
    item = marking.page.item()
    marking.focus()
    marking.keys(Keys.ENTER)
    assert marking.value is None
    assert marking.page.item() == item
    marking.keys("n")
    wait_for(lambda: marking.page.item() != item)


def test_time_is_zoomed_and_scrolled(marking: Marking) -> None:
    at = marking.at(1.5)
    marking.page.devtools("Input.dispatchMouseEvent", type="mouseWheel", x=at[0], y=at[1], deltaX=0, deltaY=-240)
    marking.page.devtools("Input.dispatchMouseEvent", type="mouseWheel", x=at[0], y=at[1], deltaX=0, deltaY=-240)
    marking.settle()
    assert marking.at(1.5) == pytest.approx(at, abs=1.5)  # pointers lie on whole pixels
    long = marking.run("return $.surface.span.end - $.surface.span.start")
    assert long < 2.5
    start = marking.run("return $.surface.span.start")
    marking.page.devtools("Input.dispatchMouseEvent", type="mouseWheel", x=at[0], y=at[1], deltaX=60, deltaY=0)
    marking.settle()
    assert marking.run("return $.surface.span.start") > start
    marking.drag(marking.at(1.2), marking.at(1.4))
    assert marking.value == [event("bark", 1.2, 1.4)]
    marking.seek(1.2)
    marking.keys("+" * 4)
    marking.settle()
    marking.drag(marking.at(1.2), marking.at(1.21))
    assert marking.value[0]["onset"] == pytest.approx(1.21, abs=0.001)  # as fine as one looks
    wait_for(lambda: marking.run("return $.player.wave.per_second") == 100)
    marking.page.picture("events-zoomed")
    marking.keys("0")
    assert marking.run("return $.surface.span.fitted")


def test_fingers_mark_on_a_phone(page: Page, served: Served, axe: str) -> None:  # noqa: F811
    marking = Marking.open(page, served, phone=True)
    marking.again()
    assert marking.run("return document.documentElement.scrollWidth") <= 360
    marking.touch([marking.at(1.0), marking.at(1.8)])
    assert marking.value == [
        {"label": "bark", "onset": pytest.approx(1.0, abs=0.02), "offset": pytest.approx(1.8, abs=0.02)}
    ]
    edge = marking.at(1.8)
    marking.touch([(edge[0] + 18, edge[1]), (edge[0] + 48, edge[1])])  # beside the edge, as fingers are
    moved = 30 / marking.run("return $.surface.span.scale")
    assert marking.value[0]["offset"] == pytest.approx(1.8 + moved, abs=0.05)
    x, y = marking.at(2.0)
    before = marking.run("return $.surface.span.end - $.surface.span.start")
    marking.touch([(x - 20, y), (x - 60, y)], [(x + 20, y), (x + 60, y)])
    assert marking.run("return $.surface.span.end - $.surface.span.start") == pytest.approx(before / 3, rel=0.05)
    assert len(marking.value) == 1
    marking.settle()
    page.picture("events-phone")
    marking.button("Events, 1")
    page.picture("events-phone-list")
    assert marking.small_targets() == []
    assert problems(page, axe) == []


def test_the_scan_finds_nothing_on_a_desk_in_the_dark(marking: Marking, axe: str) -> None:  # noqa: F811
    marking.drag(marking.at(1.0), marking.at(1.8))
    marking.page.dark(True)
    marking.settle()
    marking.page.picture("events-dark")
    assert problems(marking.page, axe) == []
    marking.page.dark(False)
