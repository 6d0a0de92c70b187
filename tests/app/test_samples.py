"""Samples into the queue: those that are kept and wanted, with what pages need; again when something changes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.app.conftest import IMAGES, images, texts

from datastork.app.aside.pairs import ALL_WITH_ALL, pairs
from datastork.app.aside.samples import synchronise
from datastork.core.errors import NotFoundError, RecipeError
from datastork.store.home import Home
from datastork.store.votes import Item, open_votes

Told = list[dict[str, Any]]


def sync(home: Home, told: Told | None = None) -> dict[str, Any]:
    heard: Callable[[dict[str, Any]], None] = (lambda one: None) if told is None else told.append
    values, _ = synchronise(home, {}, heard)
    return values


def shown(home: Home) -> list[dict[str, Any]]:
    with open_votes(home) as store, store.base.read() as connection:
        query = "SELECT s.media, s.columns FROM shown s JOIN items i ON i.sample = s.sample WHERE i.gone = 0"
        rows = connection.exec_driver_sql(f"{query} ORDER BY i.place").all()
    return [json.loads(media) | {"columns": columns and json.loads(columns)} for media, columns in rows]


def test_kept_samples_come_with_size_and_place_of_their_media(tmp_path: Path) -> None:
    home = Home(images(tmp_path / "pets", 3))
    told: Told = []
    done = sync(home, told)
    assert (done["new"], done["gone"]) == (3, 0)
    assert told == [{"done": 0, "total": 3}]
    assert done["notes"] == ["version 1: 3 to label (3 new, 0 gone)"]
    for media in shown(home):
        assert (media["modality"], media["format"], media["width"], media["height"]) == ("image", "png", 48, 48)
        assert media["pass"].isalnum()
    assert sync(home)["new"] == 0
    with open_votes(home) as store:
        assert store.queue.version() == 1


def test_only_samples_that_meet_the_condition_are_asked_about(tmp_path: Path) -> None:
    home = Home(images(tmp_path / "pets", 4, label="[label]\nwhere = \"label = 'cat'\"\n"))
    assert sync(home)["new"] == 2
    home.recipe.write_text(IMAGES + "[label]\nwhere = \"label = 'dog' or label = 'cat'\"\n")
    assert sync(home)["new"] == 2  # the condition changed: the others come in
    home.recipe.write_text(IMAGES + '[label]\nwhere = "labl = 1"\n')
    with pytest.raises(RecipeError, match="did you mean 'label'"):
        sync(home)


def test_a_column_can_be_the_suggestion(tmp_path: Path) -> None:
    home = Home(images(tmp_path / "pets", 2, label='[label]\nsuggest = "label"\n'))
    sync(home)
    said = {media["columns"]["suggestions"]["label"]["value"] for media in shown(home)}
    assert said == {"cat", "dog"}


def test_short_texts_lie_beside_their_samples(tmp_path: Path) -> None:
    home = Home(texts(tmp_path / "messages", ["héllo 👋 there you", "word " * 2000]))
    sync(home)
    assert sorted(media.get("text", "(long)")[:5] for media in shown(home)) == ["(long", "héllo"]


def test_labels_that_came_along_are_the_classes_where_none_are_named(tmp_path: Path) -> None:
    root = images(tmp_path / "pets", 4)
    (root / "stork.toml").write_text(IMAGES.replace('labels  = ["cat", "dog"]\n', ""))
    home = Home(root)
    sync(home)
    with open_votes(home) as store:
        assert store.settings.get("found_classes") == ["cat", "dog"]


def test_what_was_never_built_is_told_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "stork.toml").write_text(IMAGES)
    with pytest.raises(NotFoundError, match="never built") as raised:
        sync(Home(tmp_path))
    assert "stork build" in raised.value.hint


def item(number: int, group: str | None = None) -> Item:
    return Item(sample=f"s{number:02}", place=number, media={"modality": "image"}, group=group)


def test_members_of_small_groups_are_all_compared() -> None:
    made = list(pairs([item(n, "a") for n in range(ALL_WITH_ALL)] + [item(9, "b")], 0))
    assert len({one.sample for one in made}) == ALL_WITH_ALL * (ALL_WITH_ALL - 1) // 2
    assert [one.place for one in made] == list(range(len(made)))
    for one in made:
        left, right = one.sample.split("~")
        assert left < right
        assert [side["sample"] for side in one.media["pair"]] == [left, right]


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 0), (2, 1), (3, 3), (50, 50)])
def test_others_make_a_ring_that_ties_all_together(count: int, expected: int) -> None:
    made = [one.sample.split("~") for one in pairs([item(n) for n in range(count)], 0)]
    assert len(made) == expected
    reached = {made[0][0]} if made else set()
    for _ in made:
        reached |= {end for pair in made if reached & set(pair) for end in pair}
    assert len(reached) == (count if count > 1 else 0)
    assert made == [one.sample.split("~") for one in pairs([item(n) for n in reversed(range(count))], 0)]
