"""Whatever recipe and source of a text dataset were before, it is what a first build of what they are now makes."""

import itertools
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import datastork as ds
from datastork.core.errors import BuildError, RecipeError
from datastork.engine.state import COPY
from datastork.recipe.toml import toml_value
from datastork.store import ledger
from datastork.store.home import Home
from datastork.store.media import read_media
from datastork.store.samples import Samples

HEAD = """
[dataset]
name = "messages"
task = "text-classification"
license = "CC0-1.0"
max_quarantine = 1

[[step]]
use = "collect.table"
path = "m*.jsonl"
text = "text"
label = "kind"
"""
MENU = "Home, news, contact and imprint of this site"
CORPUS = [
    "Short.",
    "",
    "Write to anna.berg@posteo.de about the FLAT, or call +44 20 7946 0018 before noon!",
    "The QUICK brown fox jumps over the lazy dog. It does so every day. Nobody knows why.",
    f"{MENU}\nThe herons came back in the first week of March, as they do in most years.",
    f"{MENU}\nA stork builds its nest on roofs and poles, and comes back to it year after year.",
    f"{MENU}\nOf the wrens that sing in this garden only one pair stays through the winter.",
    MENU,
    "the quick brown fox jumps over the lazy dog. it does so every day. nobody knows why.",
    "Prose that has enough words to be looked at, and that is, like the rest of them, of no interest to anybody.",
]
DECIDED = ("state", "dropped", "error", "label", "votes", "content", "media", "media_size", "media_format", "source")
ACCOUNT = ("name", "in", "out", "kept", "dropped", "quarantined")

Step = dict[str, Any]
Recipe = list[Step]
Line = dict[str, Any] | str
Sources = dict[str, tuple[list[Line], bool]]  # the lines of each file, and whether the last one has an end


def choices() -> dict[str, st.SearchStrategy[Recipe]]:
    """Return the steps a recipe may have; some come together."""
    where = {"where": st.sampled_from(["uri LIKE 'm1%'", "characters > 40"])}
    given_: dict[str, tuple[dict[str, st.SearchStrategy[Any]], dict[str, st.SearchStrategy[Any]]]] = {
        "clean.text.normalise_case": ({"to": st.sampled_from(["lower", "upper"])}, where),
        "clean.text.too_short": ({"words": st.sampled_from([1, 5, 14])}, {**where, "name": st.just("few")}),
        "clean.text.quality": ({"min_words": st.sampled_from([2, 12]), "min_stop_words": st.sampled_from([0, 2])}, {}),
        "clean.pii": ({"action": st.sampled_from(["redact", "mask", "drop"])}, where),
        "clean.text.sentences": ({}, {}),
        "label.resolve": ({}, {}),
    }
    found = {
        use: st.fixed_dictionaries({"use": st.just(use), **needed}, optional=optional).map(lambda step: [step])
        for use, (needed, optional) in given_.items()
    }
    least = st.sampled_from([2, 3])
    found["clean.text.boilerplate"] = least.map(
        lambda count: [
            {"use": "clean.text.boilerplate", "min_documents": count},
            {"use": "clean.text.cut_lines"},
        ]
    )
    return found


CHOICES = choices()


def edited(data: st.DataObject, recipe: list[Recipe]) -> list[Recipe]:
    """Return a recipe with steps added, taken out, given other settings, or put in another place."""
    place = data.draw(st.integers(0, len(recipe)))
    kinds = ["add"] if place == len(recipe) else ["add", "take out", "set", "set", "move"]
    match data.draw(st.sampled_from(kinds)):
        case "add":
            used = {steps[0]["use"] for steps in recipe}
            if not (free := [use for use in CHOICES if use not in used]):
                return recipe
            return [*recipe[:place], data.draw(CHOICES[data.draw(st.sampled_from(free))]), *recipe[place:]]
        case "set":
            return [*recipe[:place], data.draw(CHOICES[recipe[place][0]["use"]]), *recipe[place + 1 :]]
        case "move":
            return [recipe[place], *recipe[:place], *recipe[place + 1 :]]
    return [*recipe[:place], *recipe[place + 1 :]]


def lines() -> st.SearchStrategy[Line]:
    """Return lines of a table: texts with a label and a column of several types, and bad ones."""
    score = st.sampled_from([1, 2.5, "three", None, True])
    text = st.sampled_from(CORPUS)
    row = st.fixed_dictionaries({"text": text, "kind": st.sampled_from("ab")}, optional={"score": score})
    return st.one_of(*[row] * 8, st.sampled_from(["{broken", '{"kind": "a"}', ""]))


def moved_on(data: st.DataObject, sources: Sources) -> Sources:
    """Return files of which one grew, shrank, changed in the middle, was replaced, or is there or not."""
    name = data.draw(st.sampled_from(["m1.jsonl", "m2.jsonl"]))
    held, _ = sources.get(name, ([], True))
    place = data.draw(st.integers(0, len(held)))
    some = data.draw(st.lists(lines(), min_size=1, max_size=4))
    match data.draw(st.sampled_from(["grow", "grow", "shrink", "insert", "change", "repeat", "replace", "remove"])):
        case "grow":
            held = [*held, *some]
        case "shrink":
            held = held[:place]
        case "insert":
            held = [*held[:place], *some, *held[place:]]
        case "change":
            held = [*held[:place], *some[:1], *held[place + 1 :]]
        case "repeat":
            held = [*held, *held[:place]]
        case "replace":
            held = some
        case "remove" if len(sources) > 1:
            return {other: lines for other, lines in sources.items() if other != name}
    return {**sources, name: (held, data.draw(st.booleans()))}


def write(root: Path, recipe: list[Recipe], sources: Sources, clock: int) -> None:
    """Write recipe and files."""
    for old in root.glob("m*.jsonl"):
        old.unlink()
    for name, (held, ended) in sources.items():
        text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in held)
        (root / name).write_text(text if ended else text.removesuffix("\n"))
        os.utime(root / name, (clock, clock))
    tables = [
        "\n".join(f"{key} = {toml_value(value)}" for key, value in step.items()) for steps in recipe for step in steps
    ]
    (root / "stork.toml").write_text(HEAD + "".join(f"\n[[step]]\n{table}\n" for table in tables))


def build(root: Path) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
    """Build; return the error or "", the accounts, and the samples that are there with their media."""
    dataset = ds.open(root)
    try:
        outcome = dataset.build()
    except (BuildError, RecipeError) as error:
        return str(error), [], []
    table = dataset.samples()
    rows = [{**row, "media": data} for row, data in zip(table.to_pylist(), read_media(Home(root), table), strict=True)]
    there = [row for row in rows if not (row["dropped"] and row["dropped"]["step"] == "collect.table")]
    return "", [{key: step[key] for key in ACCOUNT} for step in outcome.record["steps"]], there


def comparable(rows: list[dict[str, Any]]) -> list[str]:
    """Return all of a kept sample, and of others what was decided, without what its history decides.

    Which of several copies has the plain id is for history to say: a text keeps the id it had.
    """
    found = []
    for row in rows:
        kept = row["state"] == "kept"
        parent = row["source"]["parent"]
        row = {**row, "source": {**row["source"], "parent": parent and parent.split(COPY)[0]}}
        told = {
            key: value
            for key, value in row.items()
            if key not in ("id", "media_pass", "media_row") and (kept or key in DECIDED) and value is not None
        }
        found.append(json.dumps(told, default=str, sort_keys=True))
    return sorted(found)


COUNTER = itertools.count()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all datasets."""
    return tmp_path_factory.mktemp("histories")


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_text_dataset_is_what_recipe_and_source_say_whatever_they_were(data: st.DataObject, place: Path) -> None:
    recipe: list[Recipe] = []
    for _ in range(data.draw(st.integers(1, 4))):
        recipe = edited(data, recipe)
    first = [{"text": text, "kind": "a"} for text in data.draw(st.permutations(CORPUS))]
    sources: Sources = {"m1.jsonl": (list(first), True)}
    old, new = (place / f"{name}{next(COUNTER)}" for name in ("old", "new"))
    old.mkdir()
    new.mkdir()
    clock = 1_000_000_000
    for _ in range(data.draw(st.integers(1, 5))):
        write(old, recipe, sources, clock)
        build(old)
        clock += 10
        if data.draw(st.booleans()):
            recipe = edited(data, recipe)
        else:
            sources = moved_on(data, sources)
    for root in (old, new):
        write(root, recipe, sources, clock)

    error, accounts, samples = build(old)

    first_error, first_accounts, first_samples = build(new)
    told = doubled(old)
    shutil.rmtree(old)
    shutil.rmtree(new)
    assert error == first_error
    assert accounts == first_accounts
    assert comparable(samples) == comparable(first_samples)
    assert not told


def doubled(root: Path) -> list[tuple[Any, ...]]:
    """Return the changes inside texts that the ledger tells twice in a row of one sample."""
    home = Home(root)
    if not Samples(home).exists:
        return []
    told: dict[tuple[str, str], list[tuple[int, list[str]]]] = {}
    for entry in ledger.entries(home, Samples(home).latest() or 0).to_pylist():
        if entry["column"] != "media":
            continue
        of = told.setdefault((entry["id"], entry["step"]), [])
        if not of or of[-1][0] != entry["version"]:
            of.append((entry["version"], []))
        of[-1][1].append(entry["reason"])
    return [
        (*key, before, after)
        for key, changes in told.items()
        for (_, before), (_, after) in itertools.pairwise(changes)
        if before == after
    ]
