"""Reviewers: what annotators said side by side, decided by one key; through the real server."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.test_pages import axe, problems
from tests.app.conftest import START, Served, begin, images
from tests.app.desk import new_uuid, submission
from tests.engine.conftest import write_picture

from datastork.dataset import open as open_dataset
from datastork.store.home import Home
from datastork.store.votes import open_votes

__all__ = ["axe"]

LABEL = """
[label]
order = "plan"
overlap = 3
gold = 0.0
repeat = 0.0

[label.class.cat]
says = "Retractable claws."
"""


def enter(page: Page, served: Served, client: httpx.Client, path: str, *, state: str = "task") -> None:
    """Open a page with the session of a client."""
    page.driver.get(f"{served.url.rstrip('/')}/api/health")
    page.driver.delete_all_cookies()
    for name, value in client.cookies.items():
        page.driver.add_cookie({"name": name, "value": value})
    page.driver.get(served.url.rstrip("/") + path)
    if state:
        page.ready(state, START)


def answer(client: httpx.Client, item: str, value: Any, **more: Any) -> None:
    """Answer about a sample as somebody."""
    answers: dict[str, Any] = {} if "skipped" in more else {"label": {"value": value}}
    told = client.post("/api/votes", json={"submissions": [submission(item, value, answers=answers, **more)]}).json()
    assert told["refused"] == []


def items(client: httpx.Client, count: int) -> list[str]:
    """The samples to be labelled, in the order of the plan."""
    told = wait_for(lambda: client.post("/api/next", json={"have": [], "count": count}).json()["tasks"], START)
    return [one["item"] for one in told]


def decisions(root: Path) -> list[tuple[str, Any, str | None, str]]:
    """The decisions that stand: sample, value, reason of a skip, who decided."""
    store = open_votes(Home(root))
    try:
        return [(one.sample, one.value, one.skipped, one.annotator) for one in store.read.current() if one.decides]
    finally:
        store.close()


Pets = tuple[Path, Served, dict[str, httpx.Client], list[str]]


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pets]:
    """Six pictures; three people who differ about the second, third and fourth; two skipped the fifth."""
    root = images(tmp_path_factory.mktemp("reviewed") / "pets", count=6, label=LABEL)
    served = begin(root)
    people = {"ann": served.owner()}
    for name, role in (("ada", "annotator"), ("bob", "annotator"), ("cy", "annotator"), ("rev", "reviewer")):
        people[name] = served.person(people["ann"], name, role)
    names = items(people["ada"], 6)
    for who, letters in {"ada": "cccc-", "bob": "cddc-", "cy": "ccdd."}.items():
        for item, letter in zip(names, letters, strict=False):
            if letter == "-":
                answer(people[who], item, None, skipped="unclear")
            elif letter != ".":
                answer(people[who], item, {"c": "cat", "d": "dog"}[letter])
    told = {"uuid": new_uuid(), "item": names[1], "kind": "unclear", "text": "Which of the two?"}
    assert people["bob"].post("/api/comments", json=told).status_code == 200
    yield root, served, people, names
    for client in people.values():
        client.close()
    served.stop()


def card(page: Page) -> list[str]:
    return [one.replace("\n", " ") for one in page.texts(".card")]


def test_one_key_takes_an_answer_over_and_undo_takes_it_back(page: Page, pets: Pets, axe: str) -> None:
    root, served, people, names = pets
    enter(page, served, people["rev"], "/review")
    wait_for(lambda: page.run("return document.querySelector('.picture')?.naturalWidth > 0"))
    assert page.text("#left") == "4 to decide"
    first = page.item()
    assert first in names[1:4]
    shown = card(page)
    assert shown[0].endswith("2 of 3")
    assert shown[1].endswith("1 of 3")
    assert not any(name in " ".join(shown) for name in ("ada", "bob", "cy"))
    page.picture("review")
    assert problems(page, axe) == []

    page.press("1")
    page.next_after(first)
    majority = "dog" if first == names[2] else "cat"
    wait_for(lambda: decisions(root) == [(first, majority, None, "rev")])
    wait_for(lambda: page.chip() == "Saved")

    page.press(Keys.BACKSPACE)
    wait_for(lambda: page.item() == first)
    wait_for(lambda: decisions(root) == [])
    page.press("2")
    page.next_after(first)
    minority = "cat" if majority == "dog" else "dog"
    wait_for(lambda: decisions(root) == [(first, minority, None, "rev")])
    second = page.item()
    page.run(  # while another one is fetched nothing is taken back: what was decided would be lost from sight
        "for (const key of ['s', 'Backspace']) document.dispatchEvent(new KeyboardEvent('keydown', {key}))"
    )
    page.next_after(second)
    assert decisions(root) == [(first, minority, None, "rev")]
    page.press(Keys.BACKSPACE)
    wait_for(lambda: page.item() == first)
    wait_for(lambda: decisions(root) == [])
    assert page.errors() == []


def test_a_reviewer_answers_alone_talks_and_upholds_a_skip(page: Page, pets: Pets, axe: str) -> None:
    root, served, people, names = pets
    page.size(phone=True)
    page.dark(True)
    enter(page, served, people["rev"], "/review")
    page.picture("review-phone-dark")
    assert page.run("return document.documentElement.scrollWidth") <= 360
    expected = []
    for _ in range(4):
        item = wait_for(page.item)
        if item == names[1]:
            assert page.text(".comment-count") == "1"
            page.press("c")
            assert "Which of the two?" in wait_for(lambda: page.text(".thread"))
            page.find(".thread input").send_keys("The left one.", Keys.ENTER)
            wait_for(lambda: "The left one." in page.text(".reply"))
            page.picture("review-comments-phone-dark")
            assert problems(page, axe) == []
            page.click(".thread-head .tool")
            wait_for(lambda: "solved" in page.text(".thread-head"))
            page.close()
            page.press("e", "2")  # by the screen of the question: the second class
            expected.append((item, "dog", None, "rev"))
        elif item == names[4]:
            assert card(page)[0].startswith("skipped: unclear")
            page.press("1")
            expected.append((item, None, "unclear", "rev"))
        else:
            page.tap(page.find("#questions [data-id=cat]"))
            expected.append((item, "cat", None, "rev"))
        wait_for(lambda item=item: page.item() != item or page.run("return document.body.dataset.state") == "empty")
    assert page.text(".rest h1") == "Nothing to decide"
    page.picture("review-empty-phone-dark")

    wait_for(lambda: sorted(decisions(root)) == sorted(expected))
    wait_for(lambda: page.chip() == "Saved")
    mine = people["bob"].get(f"/api/comments?item={names[1]}").json()["comments"]
    assert [(one["by"], one["text"]) for one in mine] == [("bob", "Which of the two?"), ("reviewer", "The left one.")]
    assert page.errors() == []


@contextmanager
def ended(served: Served) -> Iterator[None]:
    """The app is ended whatever happens."""
    try:
        yield
    finally:
        served.stop()


BOXES = """
[dataset]
name = "cars"
task = "object-detection"
license = "CC0-1.0"
labels = ["car", "dog"]

[[step]]
use = "collect.files"
path = "raw/*"

[label]
overlap = 2
gold = 0.0
repeat = 0.0
"""


def test_boxes_are_taken_over_looked_at_and_then_decided(page: Page, tmp_path: Path, axe: str) -> None:
    root = tmp_path / "cars"
    write_picture(root / "raw" / "0.png", 0, 320)
    (root / "stork.toml").write_text(BOXES, encoding="utf-8")
    open_dataset(root).build(workers=1)
    served = begin(root)
    owner = served.owner()
    ada, bob = served.person(owner, "ada"), served.person(owner, "bob")
    with closing(owner), closing(ada), closing(bob), ended(served):
        (item,) = items(ada, 1)
        car = {"label": "car", "x": 20.0, "y": 30.0, "width": 100.0, "height": 80.0}
        dog = {"label": "dog", "x": 180.5, "y": 120.0, "width": 90.0, "height": 60.0}
        answer(ada, item, [car, dog])
        answer(bob, item, [car | {"x": 25.0}])
        enter(page, served, owner, "/review")
        wait_for(lambda: page.run("return document.querySelector('stork-boxes [aria-busy=false]') !== null"))
        shown = card(page)
        assert sorted(one.split(" 1 of 2")[0][2:-2] for one in shown) == ["1 × car", "1 × car, 1 × dog"]
        page.picture("review-boxes")
        assert problems(page, axe) == []

        page.press("1" if "dog" in shown[0] else "2")  # to be looked at: nothing is decided yet
        wait_for(lambda: page.run("return document.querySelector('stork-boxes').value?.length") == 2)
        page.picture("review-boxes-taken")
        assert decisions(root) == []
        page.press(Keys.ENTER)
        wait_for(lambda: page.run("return document.body.dataset.state") == "empty")
        (decided,) = wait_for(lambda: decisions(root))
        found = [{name: one[name] for name in car} for one in decided[1]]
        assert (found, decided[3]) == ([car, dog], owner.get("/api/me").json()["annotator"])
    assert page.errors() == []


def test_equal_answers_stand_together_and_pairs_are_turned_to_one_side(page: Page, pets: Pets) -> None:
    _, served, people, _ = pets
    enter(page, served, people["rev"], "/review", state="")
    task = {
        "pair": {"left": {"sample": "p"}, "right": {"sample": "q"}},
        "decisions": [
            {"annotator": "A", "label": {"left": "q", "right": "p", "answer": "left"}, "confidence": {"label": 0.5}},
            {"annotator": "B", "label": {"left": "p", "right": "q", "answer": "right"}, "confidence": {"label": 1.0}},
            {"annotator": "C", "label": {"left": "q", "right": "p", "answer": "tie"}, "confidence": {"label": None}},
            {"annotator": "D", "skipped": "broken"},
        ],
    }
    script = """
        const [task, done] = arguments;
        const base = document.querySelector("script[type=module]").src;
        const questions = [{name: "label", kind: "preference", classes: []}];
        import(new URL("said.js", base)).then(({said}) => done(said(task, questions)));
    """
    told = page.driver.execute_async_script(script, task)
    assert [(one["by"], one["sure"], one["skipped"], (one["values"] or {}).get("label")) for one in told] == [
        (["A", "B"], 0.75, None, {"left": "p", "right": "q", "answer": "right"}),
        (["C"], None, None, {"left": "p", "right": "q", "answer": "tie"}),
        (["D"], None, "broken", None),
    ]


def test_stretches_and_events_are_told_in_words(page: Page, pets: Pets) -> None:
    _, served, people, _ = pets
    enter(page, served, people["rev"], "/review", state="")
    script = """
        const [kind, value, done] = arguments;
        const base = document.querySelector("script[type=module]").src;
        const questions = [{name: "label", kind, classes: [{id: "PER", name: "person"}]}];
        const task = {media: {text: "Ana 🎉 Ben"}};
        const one = {values: {label: value}, skipped: null};
        import(new URL("said.js", base)).then(({inWords}) => done(inWords(one, questions, task)));
    """

    def words(kind: str, value: Any) -> str:
        found: str = page.driver.execute_async_script(script, kind, value)
        return found

    spans = [{"label": "PER", "start": 0, "end": 3}, {"label": "PER", "start": 6, "end": 9}]
    assert words("spans", spans) == "person “Ana”, person “Ben”"  # as Python counts
    assert words("events", [{"label": "bark", "onset": 0.25, "offset": 1.0}]) == "bark 0.3–1.0 s"
    assert words("boxes", [{"label": "PER", "x": 1}, {"label": "PER", "x": 2}, {"label": "car", "x": 3}]) == (
        "2 × person, 1 × car"
    )
    assert words("spans", []) == "none"


def test_the_page_is_for_reviewers(pets: Pets) -> None:
    _, served, people, _ = pets
    with served.client() as stranger:
        assert stranger.get("/review").status_code == 401
    assert people["ada"].get("/review").status_code == 403
    assert people["rev"].get("/review").status_code == 200
