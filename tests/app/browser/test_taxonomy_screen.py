"""Trees of classes: found in less than a frame among 20,000, walked by keyboard, chosen by touch."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.pretend import Serving, question

Start = Callable[..., Serving]
TREE = [
    {"id": "animal", "name": "Animal", "parents": [], "abstract": True},
    {"id": "dog", "name": "Dog", "parents": ["animal"], "aliases": ["hound"], "says": "A domestic dog."},
    {"id": "bark", "name": "Bark", "parents": ["dog"]},
    {"id": "cat", "name": "Cat", "parents": ["animal"]},
    {"id": "music", "name": "Music", "parents": []},
    {"id": "guitar", "name": "Guitare électrique", "parents": ["music"]},
]
TEXT = {"modality": "text", "text": "What is heard"}


def value(serving: Serving) -> Any:
    (vote,) = wait_for(lambda: list(serving.state.votes.values()))
    return vote["answers"]["label"]["value"]


def begin(page: Page, pretend: Start, tree: list[dict[str, Any]] = TREE, **settings: Any) -> Serving:
    serving = pretend([question("taxonomy", classes=tree, **settings)], [{"item": "t", "media": TEXT}])
    page.open(serving.url)
    return serving


@pytest.mark.parametrize(
    ("typed", "found"), [("bark", "bark"), ("HOUND", "dog"), ("electrique guit", "guitar"), ("ca", "cat")]
)
def test_a_class_is_found_by_its_words_and_aliases(page: Page, pretend: Start, typed: str, found: str) -> None:
    serving = begin(page, pretend)

    page.press(*typed)
    page.press(Keys.ENTER)

    assert value(serving) == found


def test_the_path_is_shown(page: Page, pretend: Start) -> None:
    begin(page, pretend)

    page.press(*"bark")

    assert page.text(".node-line .node") == "Bark\nAnimal › Dog"


def test_the_tree_is_walked_by_keyboard(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend)

    page.press(Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ENTER)

    assert value(serving) == "bark"


def test_the_tree_is_walked_by_touch_and_groups_are_no_answers(page: Page, pretend: Start) -> None:
    page.size(phone=True)
    serving = begin(page, pretend)

    page.tap(page.find(".node"))  # Animal is a group: it opens
    names = wait_for(lambda: len(page.all(".node")) == 4 and page.all(".node"))
    page.tap(names[2])

    assert value(serving) == "cat"


def test_several_classes_are_chosen_and_taken_away(page: Page, pretend: Start) -> None:
    serving = begin(page, pretend, multiple=True)

    for name in ("guit", "cat", "bark"):
        page.press(*name)
        page.press(Keys.ENTER)
    page.click("[aria-label='Take Cat away']")
    page.press(Keys.ENTER)

    assert value(serving) == ["bark", "guitar"]


def test_what_was_chosen_lately_comes_first(page: Page, pretend: Start) -> None:
    serving = pretend(
        [question("taxonomy", classes=TREE)], [{"item": "t", "media": TEXT}, {"item": "u", "media": TEXT}]
    )
    page.open(serving.url)
    page.press(*"guit")
    page.press(Keys.ENTER)
    wait_for(lambda: page.item() == "u")

    page.press(Keys.ARROW_DOWN, Keys.ENTER)

    wait_for(lambda: len(serving.state.votes) == 2)
    assert [one["answers"]["label"]["value"] for one in serving.state.votes.values()] == ["guitar", "guitar"]


def test_a_suggestion_is_accepted(page: Page, pretend: Start) -> None:
    suggestion = {"label": {"value": "cat", "by": "yamnet", "probability": 0.6}}
    serving = pretend([question("taxonomy", classes=TREE)], [{"item": "t", "media": TEXT, "suggestions": suggestion}])
    page.open(serving.url)
    assert page.text(".chosen-class.suggested").startswith("Animal › Cat suggested by yamnet, 60 %")

    page.press(Keys.ENTER)

    assert value(serving) == "cat"


def test_twenty_thousand_classes_are_searched_within_a_frame(page: Page, pretend: Start) -> None:
    words = [
        "bark",
        "meow",
        "purr",
        "guitar",
        "drum",
        "organ",
        "rain",
        "wind",
        "water",
        "glass",
        "door",
        "bell",
        "engine",
        "truck",
        "speech",
        "song",
        "bird",
        "chirp",
    ]
    many = [
        {
            "id": f"c{at}",
            "name": f"{words[at % 18]} {words[at * 7 % 18]} {words[at * 13 % 17]} {at}",
            "parents": [f"c{at // 8}"] if at else [],
            "aliases": [f"other {words[at % 11]} {at}"] if at % 3 == 0 else [],
        }
        for at in range(20_000)
    ]
    serving = pretend([question("taxonomy", classes_url="/api/classes/label?v=1")], [{"item": "t", "media": TEXT}])
    serving.state.classes = many
    page.open(serving.url)
    script = """
        const field = document.querySelector('stork-taxonomy input');
        const took = [];
        const all = ['b', 'ba', 'bar', 'bark', 'bark d', 'bark dr', '', 'e', 'er', 'other', 'o', 'gl', 'glass'];
        for (const typed of all) {
            field.value = typed;
            const start = performance.now();
            field.dispatchEvent(new Event('input'));
            took.push(performance.now() - start);
        }
        return took;
    """
    rounds = [page.run(script) for _ in range(6)]

    # the best of several, for the machine may have other things to do
    took = [min(one) for one in zip(*rounds, strict=True)]
    assert sorted(took)[len(took) // 2] < 16, f"{took} ms a key"
    assert max(took) < 40, f"{took} ms a key"
    assert len(page.all(".node")) == 40
    assert "more: type on" in page.text(".nodes")


@pytest.mark.real
def test_the_audioset_ontology_is_searched(page: Page, pretend: Start, real_data: Path) -> None:
    nodes = json.loads((real_data / "audio/ontology/ontology.json").read_text(encoding="utf-8"))
    parents: dict[str, list[str]] = {}
    for node in nodes:
        for child in node["child_ids"]:
            parents.setdefault(child, []).append(node["id"])
    tree = [
        {
            "id": node["id"],
            "name": node["name"],
            "parents": parents.get(node["id"], []),
            "says": node["description"],
            "abstract": "abstract" in node["restrictions"],
        }
        for node in nodes
    ]
    serving = begin(page, pretend, tree)
    page.picture("taxonomy-audioset")

    page.press(*"bow-wow")
    assert page.text(".node-path") == "Animal › Domestic animals, pets › Dog"
    page.press(Keys.ENTER)

    assert next(one["name"] for one in nodes if one["id"] == value(serving)) == "Bow-wow"
