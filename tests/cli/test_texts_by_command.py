"""A crawl, a search and a dataset of the hub from the command line, against servers on loopback."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.collect.hub_server import Hub, HubDataset, hub_serving, parquet
from tests.collect.loopback import Asked, Reply, serving

HEAD = '[dataset]\nname = "found"\ntask = "text-classification"\nlicense = "CC-BY-SA-4.0"\n\n'
SECTIONS = {"news": 6, "notes": 4, "private": 2}


def stork(*arguments: object, at: Path) -> tuple[int, str, str]:
    """Run `stork` as a shell does; return how it ended and what it said."""
    command = [sys.executable, "-c", "from datastork.cli.main import main; main()", *map(str, arguments)]
    ran = subprocess.run(command, cwd=at, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True)
    return ran.returncode, ran.stdout, ran.stderr


def shown(root: Path) -> list[dict[str, Any]]:
    """Return what `stork show` says of the samples kept."""
    code, out, err = stork("show", "--json", "--limit", "0", "--state", "kept", at=root)
    assert code == 0, err
    rows: list[dict[str, Any]] = json.loads(out)["samples"]
    return rows


def site(asked: Asked) -> Reply:
    """Answer as a small site whose section `private` wants no visits, and one of whose pages opts out."""
    if asked.path == "/robots.txt":
        return Reply(b"User-agent: *\nDisallow: /private/\n", 200, {"Content-Type": "text/plain"})
    sections = {f"/{name}/{at}.html": (name, at) for name, count in SECTIONS.items() for at in range(count)}
    if asked.path == "/":
        body = "".join(f'<a href="{path}">page</a>' for path in sections)
    elif asked.path in sections:
        name, at = sections[asked.path]
        words = " ".join(f"The {name} of day {at} told of {bird} in the {place} once more." for bird, place in PLACES)
        body = f"<nav>menu</nav><article><h1>{name} {at}</h1><p>{words}</p></article>"
    else:
        return Reply(b"no such page", 404)
    head = '<meta name="robots" content="noai">' if asked.path == "/news/5.html" else ""
    page = f"<html><head><title>x</title>{head}</head><body>{body}</body></html>"
    return Reply(page.encode(), 200, {"Content-Type": "text/html; charset=utf-8"})


PLACES = [("robins", "garden"), ("wrens", "hedge"), ("owls", "barn"), ("swifts", "tower"), ("geese", "marsh")]


def recipe(host: str, **settings: Any) -> str:
    """Return the recipe of a crawl."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    steps = ["collect.web", "clean.text.strip_html", "clean.exact_dup", "label.resolve", "split.grouped"]
    start = [f'start = ["http://{host}/"]', "rate = 1000.0", 'label = "section"', *lines]
    return HEAD + "\n\n".join(
        "\n".join(["[[step]]", f'use = "{use}"', *(start if use == "collect.web" else [])]) for use in steps
    )


def test_a_site_becomes_a_dataset_and_no_page_is_asked_for_twice(tmp_path: Path) -> None:
    with serving(site) as server:
        (tmp_path / "stork.toml").write_text(recipe(server.host, allow=[server.host]))
        code, out, err = stork("build", at=tmp_path)
        assert (code, out.splitlines()[0]) == (0, "version 1 is new"), err
        assert "10 samples kept" in out
        assert "2 pages were left out: not asked for: robots.txt" in err
        asked = server.paths()
        assert len(asked) == len(set(asked))
        assert not [path for path in asked if path.startswith("/private/")]

        code, out, _ = stork("build", at=tmp_path)
        assert code == 0
        assert server.paths() == asked
    rows = shown(tmp_path)
    assert Counter(row["label"] for row in rows) == {"news": 5, "notes": 4, None: 1}
    code, out, _ = stork("show", next(row["id"] for row in rows if row["label"]), at=tmp_path)
    assert "told of robins in the garden" in out
    assert "menu" not in out


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "its address is loopback, not public"),
        ({"allow": ["{host}"], "start": ["http://{host}/private/0.html"]}, "robots.txt"),
    ],
)
def test_a_crawl_that_brings_nothing_says_why(settings: dict[str, Any], said: str, tmp_path: Path) -> None:
    with serving(site) as server:
        filled = json.loads(json.dumps(settings).replace("{host}", server.host))
        starts = filled.pop("start", None)
        text = recipe(server.host, **filled)
        if starts:
            text = text.replace(f'["http://{server.host}/"]', json.dumps(starts))
        (tmp_path / "stork.toml").write_text(text)
        code, _, err = stork("build", at=tmp_path)

        assert code == 3
        assert said in err
        assert not [path for path in server.paths() if path.startswith("/private/")]


def test_what_a_search_finds_can_be_collected_by_the_line_it_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = {"text": [f"message {at} on {bird}" for at, (bird, _) in enumerate(PLACES)], "label": [0, 1, 0, 1, 0]}
    features = {"text": {"dtype": "string", "_type": "Value"}, "label": {"names": ["a", "b"], "_type": "ClassLabel"}}
    card = {"license": "cc-by-4.0", "pretty_name": "Messages on birds"}
    one = HubDataset(card=card, files={("default", "train", "0000.parquet"): parquet(columns, features)})
    with hub_serving(Hub({"org/bird-messages": one}), monkeypatch):
        code, out, _ = stork("search", "bird", "messages", at=tmp_path)
        assert code == 0
        assert out.startswith("hf:org/bird-messages  Messages on birds")
        assert "CC-BY-4.0" in out
        line = next(line.strip() for line in out.splitlines() if line.strip().startswith("dataset = "))
        step = f'[[step]]\nuse = "collect.hub"\n{line}\ntext = "text"\nlabel = "label"\n'
        (tmp_path / "stork.toml").write_text(HEAD + step + '\n[[step]]\nuse = "label.resolve"\n')
        code, out, err = stork("build", at=tmp_path)
        assert (code, "5 samples kept" in out) == (0, True), err
    assert sorted(row["label"] for row in shown(tmp_path)) == ["a", "a", "a", "b", "b"]
