"""The owner's page: figures as counted by hand, people, rounds, comments, known answers; through the real server."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.test_pages import axe, problems
from tests.app.browser.test_review import answer, enter, items
from tests.app.conftest import Served, begin, images
from tests.app.desk import new_uuid

__all__ = ["axe"]

LABEL = """
[label]
order = "plan"
overlap = 3
gold = 0.0
repeat = 0.0
per_vote = 0.05
hourly = 12.0
currency = "EUR"
pilot = 0
"""
SECONDS = {"ada": 20.0, "bob": 10.0, "cy": 12.0}

Pets = tuple[Path, Served, dict[str, httpx.Client], list[str]]


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pets]:
    """Six pictures; cat cat cat, cat dog cat, cat dog dog, cat cat dog; one skipped by two; one nobody saw."""
    root = images(tmp_path_factory.mktemp("owned") / "pets", count=6, label=LABEL)
    served = begin(root)
    people = {"ann": served.owner()}
    for name in SECONDS:
        people[name] = served.person(people["ann"], name)
    names = items(people["ada"], 6)
    for who, letters in {"ada": "cccc-", "bob": "cddc-", "cy": "ccdd."}.items():
        for item, letter in zip(names, letters, strict=False):
            if letter == "-":
                answer(people[who], item, None, skipped="unclear", seconds=SECONDS[who])
            elif letter != ".":
                answer(people[who], item, {"c": "cat", "d": "dog"}[letter], seconds=SECONDS[who])
    told = {"uuid": new_uuid(), "item": names[1], "kind": "unclear", "text": "Which <b>of</b> the two?"}
    assert people["bob"].post("/api/comments", json=told).status_code == 200
    yield root, served, people, names
    for client in people.values():
        client.close()
    served.stop()


def show(page: Page, pets: Pets, part: str) -> None:
    """Open a part of the owner's page and wait until all of it is drawn."""
    _, served, people, _ = pets
    enter(page, served, people["ann"], f"/owner#{part}", state="")
    page.loaded(30)
    wait_for(lambda: not page.all("#main [aria-busy=true]"), 60)


def rows(page: Page, selector: str) -> list[list[str]]:
    script = (
        "return [...document.querySelectorAll(arguments[0])].map((r) => [...r.cells].map((c) => c.innerText.trim()))"
    )
    found: list[list[str]] = page.run(script, selector)
    return found


def look(page: Page, axe: str, name: str) -> None:
    """No serious fault in light and dark, nothing wider than a phone; keep pictures."""
    assert problems(page, axe) == []
    page.picture(f"owner-{name}")
    page.size(phone=True)
    page.dark(True)
    assert problems(page, axe) == []
    assert page.run("return document.documentElement.scrollWidth") <= 360
    page.picture(f"owner-{name}-phone-dark")
    page.dark(False)
    page.size(phone=False)


def test_progress_is_that_of_the_votes(page: Page, pets: Pets, axe: str) -> None:
    show(page, pets, "progress")
    script = (
        "return [...document.querySelectorAll('.tile')].map((one) => [...one.children].map((part) => part.innerText))"
    )
    tiles = dict(page.run(script))
    assert tiles["samples done"] == "5 of 6"  # four with three answers, one that two skipped
    assert tiles["answers"] == "12"
    assert [row[:2] for row in rows(page, "#progress .bars tbody tr")] == [["cat", "8"], ["dog", "4"], ["unclear", "2"]]
    look(page, axe, "progress")

    # it looks again by itself, and draws nothing anew where nothing changed
    asked = "performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/api/owner/progress')).length"
    before = page.run(f"""
        window.drawn = 0;
        const watch = new MutationObserver((list) => {{ window.drawn += list.length; }});
        watch.observe(document.querySelector("#main"), {{childList: true, subtree: true, characterData: true}});
        return {asked};
    """)
    look_again = "document.dispatchEvent(new Event('visibilitychange'));"
    wait_for(lambda: page.run(f"{look_again} return {asked}") > before + 1)  # the first one is over by then
    assert page.run("return window.drawn") == 0
    assert page.errors() == []


def test_the_end_is_estimated_from_the_last_days(page: Page, pets: Pets) -> None:
    show(page, pets, "progress")
    hour = 3_600_000
    now = 1_790_000_000_000 // hour * hour
    stamps = page.run(
        "return [0, 10, 200].map((h) => new Date(arguments[0] - h * 3600000).toISOString().slice(0, 13) + ':00Z')", now
    )
    script = """
        const [told, now, done] = arguments;
        const base = document.querySelector("script[type=module]").src;
        import(new URL("progress.js", base)).then(({estimate}) => done(estimate(told, now)));
    """

    def words(**samples: int) -> str:
        hours = [
            {"hour": stamps[1], "answers": 30},
            {"hour": stamps[0], "answers": 10},
            {"hour": stamps[2], "answers": 9},
        ]
        told = {"answers": 40, "by_hour": hours, "samples": samples}
        found: dict[str, str] = page.driver.execute_async_script(script, told, now)
        return found["words"]

    # 40 answers in the 10 hours of the last week; two answers a sample so far, so 40 are left
    assert words(total=40, done=20) == "in 10 h"
    assert words(total=40, done=20, wanted=20) == "in 5 h"
    assert words(total=20, done=20) == "yes"
    assert words(total=20, done=0) == "–"


def test_agreement_and_confusion_are_counted_by_hand(page: Page, pets: Pets, axe: str) -> None:
    show(page, pets, "agreement")
    figures = rows(page, "#agreement .figures tbody tr")
    # pairs of answers that are equal, by sample: 1, 1/3, 1/3, 1/3
    assert figures[0][1].startswith("0.50 (")
    # observed disagreement 6/12, expected 2·8·4/(12·11)
    assert figures[1][1].startswith(f"{1 - (6 / 12) / (2 * 8 * 4 / (12 * 11)):.2f} (".replace("-", "−"))
    assert [(row[0], row[1], row[2].split(" (")[0]) for row in figures[3:]] == [
        ("cat", "8", "63 %"),
        ("dog", "4", "25 %"),
    ]
    assert rows(page, ".matrix tbody tr") == [["cat", "63 %", "38 %"], ["dog", "75 %", "25 %"]]
    page.click(".pair-line .tool")
    shown = wait_for(lambda: page.texts(".sample-tile"))
    assert sorted(" / ".join(sorted(one.split(" / "))) for one in shown) == [
        "cat / cat / dog",
        "cat / cat / dog",
        "cat / dog / dog",
    ]
    look(page, axe, "agreement")
    assert page.errors() == []


def test_people_are_shown_with_gold_speed_and_pay_and_come_by_links(page: Page, pets: Pets, axe: str) -> None:
    _, _, people, names = pets
    known = {"item": names[1], "question": "label", "value": "cat", "says": "Look at the ears."}
    assert people["ann"].post("/api/owner/gold", json=known).status_code == 200
    answer(people["cy"], names[5], "dog", seconds=12.0)  # a vote, so that figures are counted anew
    show(page, pets, "people")
    told = wait_for(
        lambda: (
            {row[0]: row for row in rows(page, "#people .figures tbody tr")} if "0 of 1" in page.text("#people") else {}
        ),
        20,
    )
    assert told["ada"][1:3] == ["4", "1"]
    assert told["ada"][3].startswith("1 of 1")
    assert told["bob"][3].startswith("0 of 1")
    assert told["ada"][4] == "20 / 20".replace("20", "20.0")
    assert "9.00 EUR" in told["ada"][5]
    assert "18.00 EUR" in told["bob"][5]
    assert told["ada"][6] == "50 %"
    assert [one.split() for one in page.texts("td.low")] == [["less", "than", "wanted:", "9.00", "EUR", "/", "9.00"]]

    Select(page.find("#invite-role")).select_by_value("reviewer")
    page.find("#invite-label").send_keys("Eve", Keys.ENTER)
    link = wait_for(lambda: page.run("return document.querySelector('dialog .field')?.value"))
    assert "/i/" in link
    assert page.find("dialog svg.qr").get_attribute("aria-label") == "The link as a QR code"
    page.picture("owner-invite")
    assert problems(page, axe) == []
    page.close()
    wait_for(lambda: "Eve" in page.text("#invites .lines"))
    look(page, axe, "people")
    page.click("#invites .lines .tool")
    wait_for(lambda: "No link is open" in page.text("#invites"))
    assert page.errors() == []


def test_comments_are_solved_and_answers_marked_as_known(page: Page, pets: Pets, axe: str) -> None:
    _, _, people, names = pets
    show(page, pets, "samples")
    assert "Which <b>of</b> the two?" in page.text("#comments")
    look(page, axe, "samples")
    page.find("#gold-item").send_keys(names[2], Keys.ENTER)
    wait_for(lambda: len(rows(page, "dialog .figures tbody tr")) == 3)
    page.click("dialog .known summary")
    page.click("dialog .known [data-id=dog]")
    page.find("dialog .known textarea").send_keys("It barks.")
    page.picture("owner-sample")
    page.click("dialog .known .button.main")
    wait_for(lambda: "Kept" in page.text("dialog .known"))
    assert problems(page, axe) == []
    held = {one["item"]: (one["value"], one["says"]) for one in people["ann"].get("/api/owner/gold").json()["gold"]}
    assert held[names[2]] == ("dog", "It barks.")
    page.close()
    wait_for(lambda: "It barks." in page.text("#gold"))

    page.click("#comments .lines .tool")
    wait_for(lambda: "No comment is open." in page.text("#comments"))
    assert people["ann"].get("/api/owner/comments").json()["comments"][0]["resolved_at"]
    assert page.errors() == []


def test_a_pilot_round_is_run_looked_at_and_the_guideline_revised(page: Page, pets: Pets, axe: str) -> None:
    people = pets[2]
    show(page, pets, "guideline")
    page.click("[data-keep=pilot-start]")
    wait_for(lambda: "A round is running" in page.text("#pilot"))
    for who, value in (("ada", "cat"), ("bob", "dog"), ("cy", "cat")):
        for task in people[who].post("/api/next", json={"have": [], "count": 9}).json()["tasks"]:
            answer(people[who], task["item"], value)
    wait_for(lambda: "The round is over" in page.text("#pilot"), 15)  # the page looks by itself
    wait_for(lambda: len(page.all("#pilot .pair-line .tool")) > 1)
    look(page, axe, "pilot")
    assert people["ada"].post("/api/next", json={"have": [], "count": 9}).json()["why"] == "pilot round is over"

    page.click("#pilot .pair-line .tool", 1)
    page.find("#says-cat").send_keys("It purrs.")
    page.find("#edge-cat").send_keys("a lynx", Keys.ENTER, "a lion cub")
    page.find("#why-cat").send_keys("cat and dog were confused")
    page.picture("owner-guideline")
    assert problems(page, axe) == []
    page.run("document.querySelector('#says-cat').form.querySelector('.button.main').click()")
    wait_for(lambda: "version 2" in page.run("return document.querySelector('#says-cat').form.innerText"))
    page.close()
    plan = people["ada"].get("/api/me").json()["plan"]
    (cat,) = [one for one in plan["questions"][0]["classes"] if one["id"] == "cat"]
    assert (cat["says"], cat["edge"]) == ("It purrs.", ["a lynx", "a lion cub"])
    wait_for(lambda: "Version 2" in page.text("#guideline"))

    page.click("[data-keep=pilot-finish]")
    wait_for(lambda: "The pilot is finished" in page.text("#pilot"))
    assert page.errors() == []


def test_annotators_get_nothing_of_it(pets: Pets, page: Page) -> None:
    _, served, people, _ = pets
    assert people["ada"].get("/owner").status_code == 403
    paths = "progress agreement annotators confusion pay pilot captures samples invites gold guideline export comments"
    for name in paths.split():
        told = people["ada"].get(f"/api/owner/{name}")
        assert told.status_code == 403, name
        assert "bob" not in told.text
    enter(page, served, people["ada"], "/", state="")
    page.loaded(30)
    page.click("[aria-label=Menu]")
    wait_for(lambda: "You are ada" in page.text("dialog"))
    assert "Owner" not in page.text("dialog")
