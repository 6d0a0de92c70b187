"""People are quicker than networks and databases: nothing opens twice, no key is lost or answers the wrong sample."""

from collections.abc import Callable

import pytest
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.pretend import Serving, question
from tests.app.browser.test_outbox import ANIMALS, answer, begin, saved, texts
from tests.app.browser.test_screens import IMAGE, PICTURES

Start = Callable[..., Serving]
KEY = "document.dispatchEvent(new KeyboardEvent('keydown', {key: '%s'}))"


@pytest.mark.parametrize("press", ["$('[aria-label=Menu]').click()", "$('.chip').click()", KEY % "m"])
def test_a_sheet_that_is_asked_for_twice_opens_once(page: Page, pretend: Start, press: str) -> None:
    begin(page, pretend)

    page.run(f"const $ = (one) => document.querySelector(one); {press}; {press}")

    page.find("dialog[open]")
    page.settle()
    assert len(page.all("dialog")) == 1
    page.close()
    page.click("[aria-label=Menu]")  # and again when it is closed
    page.find("dialog[open]")


def test_what_was_taken_back_is_answered_in_the_moment_it_is_seen(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend, hold=0)
    item = answer(page, "1")
    saved(page, serving.state, 1)
    page.run(
        "const screen = document.querySelector('.screen'); const { load } = screen;"
        "screen.load = function (task) { load.call(this, task); delete screen.load;"
        f"setTimeout(() => {KEY % 2}) }}"
    )

    page.press(Keys.BACKSPACE)

    wait_for(lambda: serving.state.answered == {item: "cat"})


def test_a_key_for_the_sample_that_is_seen_is_no_answer_to_the_next(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend, count=2)
    first = answer(page, "1")
    saved(page, serving.state, 1)
    second = page.item()
    page.press("m")
    page.click(".open-entry")
    wait_for(lambda: page.item() == first)
    page.run(  # the key comes while the draft of the second is looked for, and the first is still seen
        "const { get } = IDBObjectStore.prototype; IDBObjectStore.prototype.get = function (...given) {"
        f"if (this.name === 'drafts') {{ IDBObjectStore.prototype.get = get; window.pressed = true; {KEY % 2} }}"
        "return get.apply(this, given) }"
    )

    page.click("#notice .button")

    wait_for(lambda: page.item() == second)
    assert page.run("return window.pressed")
    assert page.run("return document.querySelector('.screen').value ?? null") is None
    answer(page, "3")
    saved(page, serving.state, 2)
    assert serving.state.answered == {first: "dog", second: "frog"}


def test_looking_twice_takes_one_sample(page: Page, pretend: Start) -> None:
    serving = pretend([question("choice", classes=ANIMALS)], texts(2))
    serving.state.fails = lambda path: 503 if path == "/api/next" else 0
    page.open(serving.url, state="empty")
    serving.state.fails = lambda path: 0

    page.run("const again = [...document.querySelectorAll('#rest .button')].at(-1); again.click(); again.click()")

    page.ready()
    answer(page, "1")
    answer(page, "2")
    saved(page, serving.state, 2)


def test_what_is_recorded_while_the_last_one_ends_is_sent(page: Page, pretend: Start) -> None:
    begin(page, pretend)
    script = """
        const [done] = arguments;
        const all = new Map();
        const db = {
            all: async () => [...all.values()], put: async (store, one) => all.set(one.uuid, one),
            change: async (stores, work) => work({ get: async (store, id) => all.get(id), put: db.put }),
        };
        const sent = [];
        window.fetch = async (path, { body }) => {
            sent.push(JSON.parse(body.get("meta")).uuid);
            return Response.json({ code: "A" });
        };
        const entry = (uuid) => ({ uuid, meta: { uuid }, blob: new Blob(["x"]), kind: "photo" });
        let queue;
        let second = null;
        // the second comes when the first is sent and the lock is not yet given back
        const locked = async (name, work) => {
            const wait = await work();
            second ??= queue.add(entry("b"));
            await second;
            return wait;
        };
        import("/static/js/capture/queue.js").then(async ({ Captures }) => {
            queue = new Captures(db, { locked }, "data\\nanna");
            await queue.add(entry("a"));
            await queue.pump();
            done(sent);
        });
    """

    assert page.driver.execute_async_script(script) == ["a", "b"]


def test_a_disk_that_is_slow_holds_up_no_picture(page: Page, pretend: Start) -> None:
    task = {"item": "a", "media": {**IMAGE, "url": "/media/a"}}
    serving = pretend([question("choice", classes=ANIMALS)], [task], media=PICTURES)
    name = page.before_load(
        "const { transaction } = IDBDatabase.prototype;"
        "IDBDatabase.prototype.transaction = function (stores, ...more) { if (String(stores) === 'files'"
        " && more[0] === 'readwrite') return { objectStore: () => ({ put: () => ({}) }) };"
        "return transaction.call(this, stores, ...more) }"
    )

    page.open(serving.url)

    wait_for(lambda: page.run("return document.querySelector('.picture')?.naturalWidth > 0"))
    page.devtools("Page.removeScriptToEvaluateOnNewDocument", identifier=name)
