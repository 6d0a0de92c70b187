"""Labelling from the page to the store of votes, through the real server."""

import io
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.conftest import START, Served, begin, images, texts

from datastork.store.home import Home
from datastork.store.votes import open_votes

Serve = Callable[..., Served]


def cast(root: Path) -> list[Any]:
    """The current votes, in order."""
    store = open_votes(Home(root))
    try:
        return list(store.read.current())
    finally:
        store.close()


def answered(page: Page, key: str) -> str:
    item = page.item()
    page.press(key)
    wait_for(lambda: page.item() != item or page.run("return document.body.dataset.state") == "empty")
    return item


def test_pictures_are_labelled_undone_and_labelled_on_after_kill_9(page: Page, serve: Serve, tmp_path: Path) -> None:
    root = images(tmp_path / "pets", count=6)
    served = serve(root)
    page.open(served.link, seconds=START)
    wait_for(lambda: page.run("return document.querySelector('.picture')?.naturalWidth > 0"))

    done = [answered(page, "1"), answered(page, "2")]
    page.press(Keys.BACKSPACE)
    wait_for(lambda: page.item() == done[1])
    answered(page, "1")
    wait_for(lambda: [(one.sample, one.value) for one in cast(root)] == [(done[0], "cat"), (done[1], "cat")])

    port = served.url.rsplit(":", 1)[1].rstrip("/")
    served.stop(signal.SIGKILL)
    done += [answered(page, "2"), answered(page, "2")]
    wait_for(lambda: page.chip() == "Offline · 2")
    serve(root, "--port", port)
    page.run("dispatchEvent(new Event('online'))")

    wait_for(lambda: page.chip() == "Saved", 15)
    votes = {one.sample: one for one in cast(root)}
    assert [votes[item].value for item in done] == ["cat", "cat", "dog", "dog"]
    assert all(one.device == "desktop" and one.seconds is not None for one in votes.values())
    assert page.errors() == []


LABEL = """
[label]
overlap = 9
instructions = "Read it all."
skips = ["no text"]

[label.class.spam]
says = "Nobody asked for it."
"""


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Served, httpx.Client]]:
    """Messages that several people label, and the owner's client."""
    root = texts(
        tmp_path_factory.mktemp("labelled") / "messages",
        ["Win a prize 🎉 now", "See you at five", "مرحبا"],
        label=LABEL,
    )
    served = begin(root)
    with served.client() as owner:
        assert owner.get(served.link).status_code == 303
        yield root, served, owner
    served.stop()


def join(page: Page, served: Served, owner: httpx.Client, name: str) -> None:
    """Open an invitation, say a name, read the instructions."""
    made = owner.post("/api/owner/invites", json={"role": "annotator"}).json()
    page.driver.get(served.url.rstrip("/") + made["path"])
    page.drawn()
    page.find("#name").send_keys(name, Keys.ENTER)
    page.ready(seconds=START)
    page.click("dialog .button.main")
    wait_for(lambda: not page.all("dialog"))


def test_an_invited_person_labels_texts_on_a_phone(page: Page, messages: tuple[Path, Served, httpx.Client]) -> None:
    root, served, owner = messages
    page.size(phone=True)
    join(page, served, owner, "Zoë")

    first = page.item()
    page.tap(page.find(".guide"))
    wait_for(lambda: "Nobody asked for it." in page.text("dialog"))
    page.close()
    page.tap(page.find("[data-id=spam]"))
    second = page.next_after(first)
    page.tap(page.find("[aria-label=Skip]"))
    page.tap(page.find("dialog .class"))
    page.next_after(second)

    votes = wait_for(lambda: len(found := [one for one in cast(root) if one.annotator == "Zoë"]) == 2 and found)
    wait_for(lambda: page.chip() == "Saved")
    assert {(one.value, one.skipped) for one in votes} == {("spam", None), (None, "no text")}
    assert votes[0].device == "phone"


def test_what_was_answered_is_opened_and_revised(page: Page, messages: tuple[Path, Served, httpx.Client]) -> None:
    root, served, owner = messages
    join(page, served, owner, "Ben")
    item = answered(page, "1")
    wait_for(lambda: [one.value for one in cast(root) if one.annotator == "Ben"] == ["ham"])

    page.press("m")
    page.click(".open-entry")
    wait_for(lambda: page.item() == item)
    answered(page, "2")

    wait_for(lambda: [one.value for one in cast(root) if one.annotator == "Ben"] == ["spam"])


def test_what_one_person_answered_is_never_sent_for_another(
    page: Page, messages: tuple[Path, Served, httpx.Client]
) -> None:
    root, served, owner = messages
    join(page, served, owner, "Cleo")
    page.offline(True)
    item = answered(page, "2")
    wait_for(lambda: page.chip() == "Offline · 1")
    page.devtools("Network.clearBrowserCookies")  # Cleo is gone: what a closing page still sends is turned away
    page.driver.get("about:blank")
    page.offline(False)

    join(page, served, owner, "Dan")  # the same browser
    assert item
    page.click(".chip")
    wait_for(lambda: "1 answer of another annotator" in page.text("dialog"))
    page.close()
    answered(page, "1")

    wait_for(lambda: [one.value for one in cast(root) if one.annotator == "Dan"] == ["ham"])
    assert not [one for one in cast(root) if one.annotator == "Cleo"]


@pytest.mark.real
def test_stretches_of_messages_reach_the_store_as_python_counts(
    page: Page, serve: Serve, tmp_path: Path, real_data: Path
) -> None:
    lines = (real_data / "text/sms/data/sms.tsv").read_text(encoding="utf-8").splitlines()
    messages = [line.split("\t", 1)[1] for line in lines[1:21]]
    label = """
[label]
order = "plan"

[[label.question]]
name = "names"
kind = "spans"
ask = "Mark numbers and names."
classes = ["number", "name"]
"""
    root = texts(tmp_path / "sms", messages, label=label)
    served = serve(root)
    page.open(served.link, seconds=START)
    text = page.run("return document.querySelector('stork-spans').task.media.text")
    assert text in messages

    page.press(Keys.ARROW_RIGHT, "2", Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, "1")
    page.picture("sms-spans")
    answered(page, Keys.ENTER)

    (vote,) = wait_for(lambda: cast(root))
    words = text.split()
    assert [(text[one["start"] : one["end"]].strip(".,!"), one["label"]) for one in vote.value] == [
        (words[0].strip(".,!"), "name"),
        (words[2].strip(".,!"), "number"),
    ]


@pytest.mark.real
def test_photographs_are_labelled(page: Page, serve: Serve, tmp_path: Path, real_data: Path) -> None:
    from PIL import Image

    root = tmp_path / "things"
    for place, path in enumerate(sorted((real_data / "detection/coco").rglob("*.jpg"))[:6]):
        target = root / "raw" / ("indoor" if place % 2 else "outdoor") / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    recipe = """
[dataset]
name = "things"
task = "image-classification"
license = "CC-BY-4.0"
labels = ["indoor", "outdoor"]

[[step]]
use = "collect.files"
path = "raw/**/*"

[label]
also_ask = ["confidence"]
"""
    (root / "stork.toml").write_text(recipe, encoding="utf-8")
    from datastork.dataset import open as open_dataset

    open_dataset(root).build(workers=1)
    served = serve(root)
    page.open(served.link, seconds=START)
    wait_for(lambda: page.run("return document.querySelector('.picture')?.naturalWidth > 0"))
    page.picture("photographs")
    page.size(phone=True)
    page.picture("photographs-phone")

    item = page.item()
    page.press("2", "4")
    page.next_after(item)

    (vote,) = wait_for(lambda: cast(root))
    assert (vote.sample, vote.value, vote.confidence) == (item, "outdoor", 1.0)
    size = "const p = document.querySelector('.picture'); return p?.naturalWidth && [p.naturalWidth, p.naturalHeight]"
    shown = wait_for(lambda: page.run(size))
    with served.client() as client:
        assert client.get(f"/media/{item}").status_code == 401
    photos = list((root / "raw").rglob("*.jpg"))
    assert tuple(shown) in {Image.open(io.BytesIO(path.read_bytes())).size for path in photos}
