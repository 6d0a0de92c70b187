"""The nastier ways to lose an answer: wrong clocks, full disks, gates on the way, other people in the same browser."""

from collections.abc import Callable

import pytest
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.pretend import Serving
from tests.app.browser.test_outbox import LATER, answer, begin, saved

Start = Callable[..., Serving]
ONLINE = "dispatchEvent(new Event('online'))"
FULL = """
const put = IDBObjectStore.prototype.put;
window.full = true;
IDBObjectStore.prototype.put = function (...given) {
  if (window.full && this.name === 'outbox') {
    window.denied = true;
    throw new DOMException('no room', 'QuotaExceededError');
  }
  return put.apply(this, given);
};
"""


@pytest.mark.parametrize("days", [-1, -4000, 4000])
def test_a_clock_that_jumps_holds_nothing_up(page: Page, pretend: Start, days: int) -> None:
    serving = begin(page, pretend, hold=1500)
    answer(page, "1")

    page.run("const now = Date.now; Date.now = () => now() + arguments[0] * 86400000", days)
    answer(page, "2")

    saved(page, serving.state, 2)


def test_undo_takes_back_the_newest_answer_also_when_the_clock_was_set_back(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    answer(page, "1")
    page.run("const now = Date.now; Date.now = () => now() - 86400000")
    second = answer(page, "2")
    saved(page, serving.state, 2)

    page.press(Keys.BACKSPACE)

    wait_for(lambda: page.item() == second)


@pytest.mark.parametrize(
    "gate", [(404, b"<html>Sign in to our Wi-Fi</html>"), (405, b""), (200, b"<html>"), (200, b"")]
)
def test_a_gate_on_the_way_judges_no_answer(page: Page, pretend: Start, gate: tuple[int, bytes]) -> None:
    serving = begin(page, pretend)
    serving.state.gate = gate
    answer(page, "1")
    page.press("c")
    page.find("dialog textarea").send_keys("Look!")
    page.press(Keys.ENTER, hold=(Keys.CONTROL,))
    wait_for(lambda: page.chip() in ("Offline \u00b7 2", "Queued 2"))

    serving.state.gate = None
    page.run(ONLINE)

    saved(page, serving.state, 1)
    wait_for(lambda: serving.state.comments)


def test_what_may_have_arrived_is_taken_back_there_too(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    serving.state.swallow = True
    item = answer(page, "1")
    wait_for(lambda: serving.state.votes)
    wait_for(lambda: page.chip() != "Saving \u2026")

    page.press(Keys.BACKSPACE)
    wait_for(lambda: page.item() == item)
    serving.state.swallow = False
    page.run(ONLINE)

    wait_for(lambda: serving.state.taken_back)
    assert serving.state.answered == {}


def test_an_answer_refused_and_taken_back_needs_no_mending(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    serving.state.fails = lambda path: 503 if path == "/api/votes" else 404 if path == "/api/undo" else 0
    item = answer(page, "1")
    wait_for(lambda: page.chip() == "Queued 1")
    page.press(Keys.BACKSPACE)
    wait_for(lambda: page.item() == item)
    serving.state.refuses = lambda one: ["no"]
    serving.state.fails = lambda path: 404 if path == "/api/undo" else 0

    page.run(ONLINE)

    wait_for(lambda: page.chip() == "Saved")


def test_with_a_full_disk_an_answer_goes_straight_to_the_server_or_stays(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    page.run(FULL)
    serving.state.refuses = lambda one: ["dog is no class any more"]
    item = page.item()

    page.press("1")

    wait_for(lambda: "The answer is not saved: this answer cannot be" in page.text("#banner"))
    assert page.item() == item
    serving.state.refuses = lambda one: []
    answer(page, "2")
    assert serving.state.answered == {item: "cat"}


def test_the_media_fetched_ahead_make_way_for_an_answer(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    page.run(
        FULL.replace(
            "if (", "if (this.transaction.objectStoreNames.length && (window.tries = (window.tries ?? 0) + 1) === 1 && "
        )
    )

    answer(page, "1")

    saved(page, serving.state, 1)
    assert not page.find("#banner").is_displayed()


def test_sending_goes_on_after_the_browsers_own_database_failed(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend, hold=60_000)
    answer(page, "1")
    page.run(FULL)
    page.run(LATER)
    wait_for(lambda: page.run("return window.denied"))
    wait_for(lambda: page.chip() == "Queued 1")
    assert serving.state.votes == {}

    page.run("window.full = false")

    saved(page, serving.state, 1)


def test_answers_are_never_sent_in_the_name_of_who_signed_in_since(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    serving.state.annotator = "ben"

    answer(page, "1")

    wait_for(lambda: page.chip() == "Sign in \u00b7 1")
    assert serving.state.votes == {}
    page.driver.refresh()
    page.ready()
    answer(page, "2")
    saved(page, serving.state, 1)
    assert [one["answers"]["label"]["value"] for one in serving.state.votes.values()] == ["cat"]
    serving.state.annotator = "anna"
    page.driver.refresh()
    page.ready()
    wait_for(lambda: len(serving.state.votes) == 2)
    wait_for(lambda: page.chip() == "Saved")


def test_the_page_at_rest_keeps_focus_and_is_true_when_the_queue_empties(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend, count=2)
    serving.state.fails = lambda path: 503 if path == "/api/votes" else 0
    answer(page, "1")
    answer(page, "2")
    wait_for(lambda: "2 answers wait on this device" in page.text("#rest"))
    page.run("document.querySelector('#rest .button').focus(); window.there = document.activeElement")

    serving.state.fails = lambda path: 0
    page.run(ONLINE)
    page.run("[...document.querySelectorAll('#rest .button')].at(-1).click()")
    saved(page, serving.state, 2)

    wait_for(lambda: page.run("return document.querySelector('#rest .note')?.hidden !== false"))


def test_looking_again_in_vain_moves_nothing(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend, count=1)
    answer(page, "1")
    saved(page, serving.state, 1)
    wait_for(lambda: page.text("#rest h2") == "All done")
    asked = serving.state.requests.count("POST /api/next")
    page.run("window.there = [...document.querySelectorAll('#rest .button')].at(-1); there.focus(); there.click()")

    wait_for(lambda: serving.state.requests.count("POST /api/next") > asked)

    wait_for(lambda: page.run("return document.activeElement === window.there && there.isConnected"))


def test_who_cannot_see_hears_what_was_answered_and_what_comes(page: Page, pretend: Start) -> None:
    begin(page, pretend)
    page.run(
        "const place = document.querySelector('[role=status].unseen'); window.heard = [];"
        "new MutationObserver(() => heard.push(place.innerText)).observe(place, {childList: true, subtree: true})"
    )

    answer(page, "1")

    wait_for(lambda: "Next: Text number 1" in " ".join(page.run("return heard")))
    assert "dog" in " ".join(page.run("return heard"))


def test_signing_out_leaves_neither_samples_nor_a_name_and_all_that_is_unsent(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    serving.state.fails = lambda path: 503 if path == "/api/votes" else 0
    answer(page, "1")
    wait_for(lambda: page.chip() == "Queued 1")
    page.click("[aria-label=Menu]")
    page.click("dialog[open] .button", -1)
    wait_for(lambda: "1 answer cannot be sent now" in page.texts("dialog[open] .button")[-1])

    page.click("dialog[open] .button", -1)
    wait_for(lambda: page.driver.current_url.endswith("/join"))
    serving.state.signed_out = True
    page.open(serving.url, state="empty")

    assert "Open your invitation link" in page.text("#rest")
    serving.state.signed_out = False
    serving.state.fails = lambda path: 0
    page.open(serving.url)
    saved(page, serving.state, 1)
