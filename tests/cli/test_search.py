"""`stork search` against catalogues on loopback."""

import json
import socket
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from tests.collect.hub_server import Hub, HubDataset, hub_serving
from tests.collect.loopback import Reply, Server

from datastork.cli.commands import search as search_command
from datastork.collect._hub.search import SOURCES
from datastork.collect._hub.search.hit import Hit

RECORD = {
    "id": 4321,
    "metadata": {
        "title": "Recordings of garden birds", "license": {"id": "cc-by-4.0"}, "publication_date": "2024-05-06",
        "description": "<p>Songs of <b>iris</b> and garden birds.</p>", "language": "eng",
        "resource_type": {"type": "dataset"},
    },
    "stats": {"downloads": 12, "views": 99}, "files": [{"key": "a.zip", "size": 1_500_000}, {"key": "b", "size": 500}],
    "links": {"self_html": "https://zenodo.org/records/4321"},
}  # fmt: skip


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    hub = Hub(
        {
            "org/garden-birds": HubDataset(card={"license": "cc-by-sa-4.0", "pretty_name": "Birds of the garden"}),
            "org/iris": HubDataset(card={"license": "other"}),
            "evil/garden\x1b[31mred": HubDataset(),
        },
        records=[RECORD],
    )
    with hub_serving(hub, monkeypatch) as running:
        yield running


def run(*arguments: str) -> Result:
    return CliRunner().invoke(search_command.command, arguments)


def test_what_is_there_already_is_told_with_the_line_for_the_recipe(server: Server) -> None:
    ran = run("garden", "birds")

    assert ran.exit_code == 0
    first, facts, link, line = ran.stdout.splitlines()[:4]
    assert first == "hf:org/garden-birds  Birds of the garden"
    for fact in ("CC-BY-SA-4.0", "1,000 downloads", "text-classification", "en", "2026-01-02", "up to 10,000 rows"):
        assert fact in facts
    assert link.strip() == "https://huggingface.co/datasets/org/garden-birds"
    assert line.strip() == 'dataset = "hf:org/garden-birds"'
    assert "zenodo:4321  Recordings of garden birds" in ran.stdout
    assert "CC-BY-4.0 · 1.5 MB · 12 downloads · eng · 2024-05-06" in ran.stdout
    assert "\x1b[31m" not in ran.stdout


def test_all_catalogues_are_asked_and_answers_ranked(server: Server) -> None:
    found = json.loads(run("iris", "--json").stdout)

    assert found["problems"] == {}
    names = [one["name"] for one in found["found"]]
    assert {"hf:org/iris", "openml:61", "openml:969", "sklearn:iris", "zenodo:4321"} <= set(names)
    assert names.index("zenodo:4321") > names.index("openml:61")
    openml = next(one for one in found["found"] if one["name"] == "openml:61")
    assert (openml["rows"], openml["tasks"], openml["line"]) == (
        150,
        ["tabular-classification"],
        'dataset = "openml:61"',
    )
    assert next(one for one in found["found"] if one["name"] == "zenodo:4321")["line"] == ""


def test_only_the_sources_named_are_asked(server: Server) -> None:
    assert {one["source"] for one in json.loads(run("iris", "--json", "--source", "openml").stdout)["found"]} == {
        "openml"
    }
    assert all(path.startswith("/openml") for path in server.paths())
    assert len(json.loads(run("iris", "--json", "--limit", "1").stdout)["found"]) == 1


def test_a_source_that_is_away_is_told_in_a_line_and_hides_no_other(server: Server) -> None:
    honest = server.answer
    server.answer = lambda asked: (
        Reply(b"<html>", 200) if asked.path.startswith("/api") else Reply(b"", 500) if "zenodo" in asked.path
        else honest(asked)
    )  # fmt: skip
    ran = run("iris")

    assert ran.exit_code == 0
    assert "openml:61" in ran.stdout
    lines = ran.stderr.splitlines()
    assert [line.split()[0] for line in lines] == ["hf", "zenodo"]
    assert "the answer is no JSON" in lines[0]
    assert "the server answered 500" in lines[1]


def test_without_a_network_the_shipped_ones_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        for name in ("HF", "OPENML", "ZENODO"):
            monkeypatch.setenv(f"DATASTORK_{name}_ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")
        ran = run("iris")
        alone = run("iris", "--source", "hf,zenodo")

    assert ran.exit_code == 0
    assert "sklearn:iris" in ran.stdout
    assert len(ran.stderr.splitlines()) == 3
    assert alone.exit_code == 4
    assert "nothing found for 'iris'" in alone.stdout


def test_odd_answers_of_catalogues_are_no_crash(server: Server) -> None:
    odd: list[object] = [
        [], {}, None, 3, [{"id": 3}], [{"id": "a/b", "tags": 7 * ["x"], "downloads": "many"}], {"hits": {"hits": [{}]}},
        {"data": {"dataset": [{"did": "x"}, {"did": 5, "quality": None}]}},
    ]  # fmt: skip
    for value in odd:
        server.answer = lambda asked, value=value: Reply(json.dumps(value).encode())  # type: ignore[misc]
        assert run("iris", "--json").exit_code == 0


def test_a_wrong_source_gets_the_nearest_right_one() -> None:
    ran = run("iris", "--source", "zenodoo")

    assert ran.exit_code == 2
    assert "no source 'zenodoo'; did you mean 'zenodo'" in ran.stderr


def test_the_command_knows_all_sources() -> None:
    assert search_command.SOURCES == SOURCES


def test_words_in_the_name_count_more_than_downloads() -> None:
    near = Hit("hf", "hf:a/garden-birds", "x", "")
    famous = Hit("hf", "hf:a/birds", "x", "", downloads=10**7)
    other = Hit("hf", "hf:a/cats", "x", "", downloads=10**9)
    words = ["garden", "birds"]

    assert near.score(words) > famous.score(words) > other.score(words)
