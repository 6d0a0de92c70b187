"""No answer is lost: without a network, with the server gone, in two tabs, over a reload, refused, signed out."""

from collections.abc import Callable
from typing import Any

from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.pretend import Pretend, Serving, classes, question

Start = Callable[..., Serving]
ANIMALS = classes("dog", "cat", "frog")
# two minutes pass, and what was held back that it can be taken back is sent
LATER = "const now = Date.now; Date.now = () => now() + 120000; dispatchEvent(new Event('online'))"


def texts(count: int) -> list[dict[str, Any]]:
    return [{"item": f"t{at}", "media": {"modality": "text", "text": f"Text number {at}"}} for at in range(count)]


def begin(page: Page, pretend: Start, count: int = 12, **plan: Any) -> Serving:
    serving = pretend([question("choice", classes=ANIMALS)], texts(count), **plan)
    page.open(serving.url)
    return serving


def answer(page: Page, key: str) -> str:
    """Press a key for a class and wait for the next task; returns the item that was answered."""
    item = page.item()
    page.press(key)
    wait_for(lambda: page.item() != item or page.run("return document.body.dataset.state") == "empty")
    return item


def saved(page: Page, state: Pretend, count: int) -> None:
    wait_for(lambda: len(state.answered) == count)
    wait_for(lambda: page.chip() == "Saved")


def test_one_key_answers_saves_and_goes_on(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)

    done = [answer(page, key) for key in "123"]

    saved(page, serving.state, 3)
    assert serving.state.answered == dict(zip(done, ("dog", "cat", "frog"), strict=True))
    assert page.errors() == []
    first = next(iter(serving.state.votes.values()))
    assert first["device"] == "desktop"
    assert 0 <= first["seconds"] < 30
    assert first["answers"]["label"] == {
        "value": "dog", "confidence": None, "difficulty": None, "prominence": None,
        "suggestion": None, "suggestion_by": None, "changed": None,
    }  # fmt: skip


def test_an_answer_can_be_taken_back_before_it_is_sent(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend, hold=60_000)
    item = answer(page, "1")

    page.press(Keys.BACKSPACE)

    wait_for(lambda: page.item() == item)
    assert page.run("return document.querySelector('.class[aria-pressed=true]').dataset.id") == "dog"
    answer(page, "2")
    page.run(LATER)
    saved(page, serving.state, 1)
    assert serving.state.answered == {item: "cat"}
    assert len(serving.state.votes) == 1, "the first answer was never sent"


def test_an_answer_that_was_sent_can_be_taken_back(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    item = answer(page, "1")
    saved(page, serving.state, 1)

    page.press("z", hold=(Keys.CONTROL,))

    wait_for(lambda: page.item() == item)
    wait_for(lambda: serving.state.taken_back)
    assert serving.state.answered == {}
    answer(page, "3")
    saved(page, serving.state, 1)
    assert serving.state.answered == {item: "frog"}


def test_answers_queue_without_a_network_and_are_sent_in_order_when_it_is_back(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    wait_for(
        lambda: page.run(
            "return performance.getEntriesByType('resource').some((one) => one.name.endsWith('/api/next'))"
        )
    )
    page.offline(True)

    done = [answer(page, key) for key in "1231"]

    wait_for(lambda: page.chip() == "Offline · 4")
    page.picture("offline")
    assert serving.state.answered == {}
    page.offline(False)
    saved(page, serving.state, 4)
    assert list(serving.state.answered) == done


def test_all_that_was_fetched_can_be_answered_without_a_network(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    page.offline(True)

    for _ in range(5):
        answer(page, "1")

    wait_for(lambda: page.text(".rest h2") == "No connection")
    page.picture("offline-empty")
    page.offline(False)
    page.ready()  # goes on by itself
    saved(page, serving.state, 5)


def test_a_reload_keeps_the_queue_and_the_task(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    serving.state.fails = lambda path: 503 if path == "/api/votes" else 0
    answer(page, "1")
    answer(page, "2")
    item = page.item()

    page.driver.refresh()
    page.ready()

    assert page.item() == item
    wait_for(lambda: page.chip() == "Queued 2")
    serving.state.fails = lambda path: 0
    page.run("dispatchEvent(new Event('online'))")
    saved(page, serving.state, 2)


def test_the_page_opens_without_a_server_and_sends_when_it_is_back(page: Page, pretend: Start) -> None:
    page.with_worker()
    serving = begin(page, pretend)
    wait_for(lambda: page.run("return navigator.serviceWorker.controller !== null"))
    wait_for(lambda: page.driver.execute_async_script("caches.match('/').then((kept) => arguments[0](Boolean(kept)))"))
    item = answer(page, "1")
    saved(page, serving.state, 1)
    serving.stop()

    answer(page, "2")
    page.driver.refresh()
    page.ready()
    answer(page, "3")
    wait_for(lambda: page.chip() == "Offline · 2")

    serving.start()
    page.run("dispatchEvent(new Event('online'))")
    saved(page, serving.state, 3)
    assert serving.state.answered[item] == "dog"
    assert len(serving.state.sent) == 3


def test_an_answer_whose_acknowledgement_was_lost_is_sent_again_and_counted_once(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    serving.state.swallow = True
    answer(page, "1")
    wait_for(lambda: len(serving.state.sent) >= 2)

    serving.state.swallow = False
    page.run("dispatchEvent(new Event('online'))")

    saved(page, serving.state, 1)
    assert len(set(serving.state.sent)) == 1
    assert len(serving.state.votes) == 1


def test_a_refused_answer_is_kept_shown_and_mended(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    serving.state.refuses = lambda one: (
        ["dog is no class any more"] if one["answers"]["label"]["value"] == "dog" else []
    )
    first = answer(page, "1")
    answer(page, "2")

    wait_for(lambda: page.chip() == "Refused 1")
    wait_for(lambda: len(serving.state.answered) == 1)  # the others go on
    page.click(".chip")
    wait_for(lambda: "dog is no class any more" in page.text("dialog"))
    page.picture("refused")
    page.click(".entry.refused .button")
    wait_for(lambda: page.item() == first)
    assert "dog is no class any more" in page.text("#notice")
    answer(page, "3")

    saved(page, serving.state, 2)
    assert serving.state.answered[first] == "frog"


def test_one_answer_that_breaks_a_request_does_not_hold_up_the_others(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    page.offline(True)
    for key in "121":
        answer(page, key)
    serving.state.rejects = lambda sent: 413 if any(one["answers"]["label"]["value"] == "cat" for one in sent) else 0
    page.offline(False)

    wait_for(lambda: len(serving.state.answered) == 2)
    wait_for(lambda: page.chip() == "Refused 1")


def test_two_tabs_get_different_tasks_and_send_each_answer_once(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    one = page.driver.current_window_handle
    first = page.item()
    page.driver.switch_to.new_window("tab")
    page.open(serving.url)

    assert page.item() != first
    answer(page, "2")
    answer(page, "2")
    page.driver.switch_to.window(one)
    assert page.item() == first
    answer(page, "1")
    answer(page, "1")

    saved(page, serving.state, 4)
    assert sorted(serving.state.sent) == sorted(set(serving.state.sent))
    assert sorted(serving.state.answered.values()) == ["cat", "cat", "dog", "dog"]
    assert len(set(serving.state.given)) == len(serving.state.given)


def test_two_tabs_without_web_locks_get_different_tasks(page: Page, pretend: Start) -> None:
    """As on a phone that opens the app by http on the local network."""
    name = page.before_load("Object.defineProperty(Navigator.prototype, 'locks', {get: () => undefined})")
    try:
        serving = begin(page, pretend)
        first = page.item()
        page.driver.switch_to.new_window("tab")
        page.before_load("Object.defineProperty(Navigator.prototype, 'locks', {get: () => undefined})")
        page.open(serving.url)

        assert page.item() not in ("", first)
        answer(page, "2")
        saved(page, serving.state, 1)
    finally:
        page.driver.switch_to.window(page.driver.window_handles[0])
        page.devtools("Page.removeScriptToEvaluateOnNewDocument", identifier=name)


def test_a_session_that_ended_says_so_and_keeps_the_queue(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    serving.state.signed_out = True
    answer(page, "1")

    wait_for(lambda: page.chip() == "Sign in · 1")
    page.picture("signed-out")
    assert "Your session has ended" in page.text("#banner")
    serving.state.signed_out = False
    page.run("dispatchEvent(new Event('online'))")

    saved(page, serving.state, 1)
    wait_for(lambda: not page.find("#banner").is_displayed())


def test_a_browser_that_keeps_nothing_says_so_and_sends_before_it_goes_on(page: Page, pretend: Start) -> None:
    name = page.before_load(
        "Object.defineProperty(window, 'indexedDB', {value: {open() { throw new Error('private') }}})"
    )
    try:
        serving = begin(page, pretend)
        assert "keeps nothing" in page.text("#banner")
        assert page.chip() == "Not kept"

        answer(page, "1")

        assert len(serving.state.votes) == 1, "sent before the next one was shown"
        serving.state.fails = lambda path: 503 if path == "/api/votes" else 0
        item = page.item()
        page.press("2")
        wait_for(lambda: "Not saved yet" in page.text("#banner"))
        assert page.item() == item
        serving.state.fails = lambda path: 0
        wait_for(lambda: len(serving.state.votes) == 2)
    finally:
        page.devtools("Page.removeScriptToEvaluateOnNewDocument", identifier=name)


def draft(kept: dict[str, Any] | None) -> str | None:
    """What a draft says."""
    return kept["answers"]["label"]["value"] if kept else None


def test_a_draft_outlives_a_reload_and_reaches_the_server(page: Page, pretend: Start) -> None:
    serving = pretend([question("text", ask="Rewrite it.")], texts(3))
    page.open(serving.url)
    field = page.find("stork-text textarea")
    field.send_keys("half a sent")
    wait_for(lambda: draft(serving.state.drafts.get("t0")) == "half a sent")
    field.send_keys("ence")
    wait_for(lambda: [draft(one) for one in page.kept("drafts")] == ["half a sentence"])

    page.driver.refresh()
    page.ready()

    assert page.find("stork-text textarea").get_attribute("value") == "half a sentence"


def test_a_skip_has_a_reason_and_can_be_taken_back(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    item = page.item()

    page.press("s")
    page.find("dialog[open]")
    page.press("2")

    page.next_after(item)
    saved(page, serving.state, 1)
    assert serving.state.answered == {item: "unclear"}
    page.press(Keys.BACKSPACE)
    wait_for(lambda: page.item() == item)


def test_a_comment_is_queued_like_an_answer(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    page.offline(True)
    page.press("c")
    page.find("dialog textarea").send_keys("What is this?")
    page.press(Keys.ENTER, hold=(Keys.CONTROL,))
    wait_for(lambda: page.chip() == "Offline · 1")

    page.offline(False)

    wait_for(lambda: serving.state.comments)
    (comment,) = serving.state.comments.values()
    assert (comment["item"], comment["kind"], comment["text"]) == ("t0", "unclear", "What is this?")


def test_an_earlier_answer_is_opened_and_revised(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    item = answer(page, "1")
    saved(page, serving.state, 1)

    page.press("m")
    page.click(".open-entry")
    wait_for(lambda: page.item() == item)
    page.picture("revise")
    assert page.run("return document.querySelector('.class[aria-pressed=true]').dataset.id") == "dog"
    answer(page, "2")

    wait_for(lambda: serving.state.answered == {item: "cat"})
    old, new = serving.state.votes.values()
    assert new["replaces"] == old["uuid"]


def test_known_samples_teach(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    serving.state.gold = {"t0": "cat", "t1": "cat"}

    answer(page, "1")
    page.find("dialog[open]")
    page.picture("taught")
    assert "Look at the ears." in page.text("dialog")
    assert page.text("dialog .good") == "cat"
    page.press(Keys.ENTER)
    wait_for(lambda: not page.all("dialog"))
    answer(page, "2")

    wait_for(lambda: "Right: cat" in page.text("#notes"))


def test_more_can_be_taken_along_for_when_there_is_no_network(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend, count=40)
    page.click("[aria-label=Menu]")
    page.click("[aria-label='Samples to take along'] button:nth-child(2)")
    page.close()
    wait_for(lambda: len(page.kept("tasks")) == 25)
    assert len(serving.state.given) == 25
    page.offline(True)

    for _ in range(25):
        answer(page, "1")

    wait_for(lambda: page.chip() == "Offline · 25")
    page.offline(False)
    saved(page, serving.state, 25)


def test_undo_takes_back_what_was_answered_in_the_same_tab(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)
    one = page.driver.current_window_handle
    first = answer(page, "1")
    page.driver.switch_to.new_window("tab")
    page.open(serving.url)
    answer(page, "2")

    page.driver.switch_to.window(one)
    page.press(Keys.BACKSPACE)

    wait_for(lambda: page.item() == first)
