"""`collect.api` against a server with pages of every kind."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.collect.loopback import Asked, Reply, Server, serving

from datastork.collect._api.paths import MISSING
from datastork.collect._api.paths import Path as JsonPath
from datastork.collect._api.turning import next_link
from datastork.collect.api import api
from datastork.core.errors import RecipeError, SourceError
from datastork.core.stop import STOP
from datastork.store.listing import Listing
from datastork.store.sources import read_bytes

LICENCES = ["https://creativecommons.org/licenses/by/4.0/", "CC BY-NC 4.0", None, "all rights reserved"]


def item(number: int) -> dict[str, Any]:
    return {
        "id": number, "body": f"text {number}", "tags": [{"name": "even" if number % 2 == 0 else "odd"}],
        "user": {"name": f"u{number % 3}"}, "licence": LICENCES[number % 4], "created": "2020-01-02T03:04:05Z",
        "score": number * 1.5, "page": f"/p/{number}", "image": f"/media/{number}.png",
    }  # fmt: skip


class Pages:
    """Nine items, three a page, turned in the way that the path of the request says."""

    def __init__(self) -> None:
        self.items = [item(number) for number in range(9)]
        self.failing: dict[str, int] = {}

    def answer(self, asked: Asked) -> Reply:
        if asked.path in self.failing:
            return Reply(b"", self.failing[asked.path])
        if asked.path.startswith("/media/"):
            return Reply(b"\x89PNG " + asked.path.encode())
        kind = asked.path.strip("/")
        start = int(asked.query.get("start", 0))
        headers: dict[str, str] = {}
        value: dict[str, Any] = {}
        if kind == "page":
            start = 3 * (int(asked.query["page"]) - 1)
            if start > len(self.items):
                return Reply(b'{"detail":"Invalid page."}', 404)
        if kind == "cursor":
            start = int(asked.query.get("after", "c0")[1:])
        found = self.items[start : start + 3]
        more = start + 3 < len(self.items)
        if kind == "next":
            value["links"] = {"next": f"/next?start={start + 3}" if more else None}
        if kind == "cursor":
            value["meta"] = {"cursor": f"c{start + 3}"} if more else {}
        if kind == "link" and more:
            headers["Link"] = f'<http://{asked.headers["host"]}/link?start={start + 3}>; rel="next"'
        if kind == "circle":
            value["links"] = {"next": f"/circle?start={(start + 3) % 9}"}
        if kind == "endless":
            value["links"] = {"next": f"/endless?token={int(asked.query.get('token', 0)) + 1}"}
            found = self.items[:3]
        if kind == "away":
            value["links"] = {"next": "https://evil.example/next"}
        value["results"] = found
        return Reply(json.dumps(value).encode(), 200, headers)


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def server(pages: Pages) -> Iterator[Server]:
    with serving(pages.answer) as running:
        yield running


@pytest.fixture
def collected(tmp_path: Path, server: Server) -> Callable[..., Listing]:
    def run(path: str, **settings: Any) -> Listing:
        given = {"items": "results", "id": "id", "allow": [server.host], "rate": 1000.0, **settings}
        return api(Listing.empty(tmp_path), url=server.address + path, **given)

    return run


def values(found: Listing) -> list[bytes | None]:
    return [None if row["problem"] else read_bytes(found.root, row["media_place"]) for row in found.table.to_pylist()]


TEXTS = [f"text {number}".encode() for number in range(9)]
WAYS: dict[str, dict[str, Any]] = {
    "/next": {"next": "links.next"},
    "/cursor": {"cursor": {"param": "after", "path": "meta.cursor"}},
    "/page": {"page": {"param": "page", "start": 1}},
    "/offset": {"offset": {"param": "start"}},
    "/link": {},
}


@pytest.mark.parametrize("path", WAYS)
def test_every_way_to_turn_the_page_finds_every_item_once(
    path: str, collected: Callable[..., Listing], server: Server
) -> None:
    found = collected(path, text="body", **WAYS[path])

    assert values(found) == TEXTS
    asked = len(server.asked)
    assert asked == len(set(server.paths()))
    assert collected(path, text="body", **WAYS[path]).table.equals(found.table)
    assert len(server.asked) == asked, "a later build asked again"


def test_what_the_paths_lead_to_is_listed(collected: Callable[..., Listing], server: Server) -> None:
    found = collected(
        "/next", next="links.next", text="body", label="tags[*].name", group="user.name", author="user.name",
        license="licence", time="created", link="page", columns={"score": "score", "split": "user"},
    )  # fmt: skip
    row = found.table.to_pylist()[1]

    assert row["votes"] == [{"annotator": server.host, "value": "odd", "confidence": 1.0}]
    assert (row["group"], row["author"], row["license"]) == ("u1", "u1", "CC-BY-NC-4.0")
    assert row["published"] == "2020-01-02T03:04:05+00:00"
    assert row["uri"] == f"{server.address}/p/1"
    assert (row["score"], row["split_given"]) == (1.5, '{"name":"u1"}')
    assert found.table["license"].to_pylist()[:4] == ["CC-BY-4.0", "CC-BY-NC-4.0", None, "all rights reserved"]


def test_items_are_records_where_neither_text_nor_file_is_named(collected: Callable[..., Listing]) -> None:
    assert json.loads(values(collected("/link"))[4] or b"") == item(4)


def test_html_is_known_for_html(collected: Callable[..., Listing]) -> None:
    from datastork.media.modality import modality

    text = modality("text").decode(values(collected("/link", text="body", html=True))[0] or b"")

    assert text.format == "html"


def test_files_are_fetched_and_those_that_cannot_be_go_to_quarantine(
    collected: Callable[..., Listing], pages: Pages
) -> None:
    pages.failing = {"/media/4.png": 404}
    found = collected("/next", next="links.next", file="image")

    assert values(found)[:4] == [f"\x89PNG /media/{n}.png".encode("latin-1") for n in range(4)]
    assert found.table["problem"].to_pylist()[4] == "item 4: its file: the server answered 404"
    assert any("1 items cannot be read" in note for note in found.notes)


def test_only_licences_that_were_named_are_taken_and_the_others_counted(collected: Callable[..., Listing]) -> None:
    found = collected("/next", next="links.next", text="body", license="licence", licenses=["CC-BY-4.0"])

    assert values(found) == [b"text 0", b"text 4", b"text 8"]
    note = next(note for note in found.notes if "left out for their licence" in note)
    assert "2 with CC-BY-NC-4.0" in note
    assert "2 with no licence" in note
    assert "2 with other licences" in note


def test_a_limit_stops_and_a_higher_one_goes_on(collected: Callable[..., Listing], server: Server) -> None:
    assert values(collected("/next", next="links.next", text="body", limit=4)) == TEXTS[:4]
    asked = server.paths()
    assert values(collected("/next", next="links.next", text="body", limit=2)) == TEXTS[:2]
    assert server.paths() == asked
    found = collected("/next", next="links.next", text="body", limit=8)
    assert values(found) == TEXTS[:8]
    assert not any("more than once" in note for note in found.notes)
    assert server.paths()[len(asked) :] == ["/next?start=3", "/next?start=6"], "a finished page was asked for again"


def test_pages_that_go_in_a_circle_end_with_a_note(collected: Callable[..., Listing], server: Server) -> None:
    found = collected("/circle", next="links.next", text="body")
    assert values(found) == TEXTS
    assert any("in a circle" in note for note in found.notes)
    endless = collected("/endless", next="links.next", text="body")
    assert values(endless) == TEXTS[:3]
    assert any("nothing new: the pages go in a circle" in note for note in endless.notes)
    assert len(server.asked) < 20


def test_a_next_page_on_another_host_is_refused(collected: Callable[..., Listing]) -> None:
    with pytest.raises(SourceError, match=r"(?s)'evil.example'.*hosts ="):
        collected("/away", next="links.next", text="body")


def test_more_pages_than_allowed_are_told(collected: Callable[..., Listing]) -> None:
    found = collected("/next", next="links.next", text="body", pages=2)

    assert values(found) == TEXTS[:6]
    assert any("stopped after 2 pages" in note for note in found.notes)
    assert values(collected("/next", next="links.next", text="body", pages=3)) == TEXTS


def test_a_refresh_adds_what_is_new_and_takes_nothing_away(
    collected: Callable[..., Listing], pages: Pages, server: Server
) -> None:
    settings: dict[str, Any] = {"next": "links.next", "text": "body"}
    collected("/next", **settings)
    pages.items = [item(20), *pages.items[2:]]
    assert values(collected("/next", **settings)) == TEXTS
    assert values(collected("/next", **settings, refresh="weekly")) == TEXTS
    found = collected("/next", **settings, refresh="always")
    assert values(found) == [*TEXTS, b"text 20"]
    server.answer = lambda asked: Reply(b"", 500)
    later = collected("/next", **settings, refresh="always")
    assert values(later) == [*TEXTS, b"text 20"]
    assert any("could not be asked again" in note for note in later.notes)


def test_an_interruption_goes_on_behind_the_last_finished_page(
    collected: Callable[..., Listing], pages: Pages, server: Server
) -> None:
    honest = server.answer
    server.answer = lambda asked: Reply(b"", 500) if asked.query.get("start") == "6" else honest(asked)
    with pytest.raises(SourceError, match="answered 500"):
        collected("/next", next="links.next", text="body")
    server.answer = honest
    assert values(collected("/next", next="links.next", text="body")) == TEXTS
    assert server.paths() == ["/next", "/next?start=3", "/next?start=6", "/next?start=6"]


def test_a_wish_to_stop_is_heeded_between_two_pages(collected: Callable[..., Listing], server: Server) -> None:
    honest = server.answer

    def stopping(asked: Asked) -> Reply:
        STOP.set()
        return honest(asked)

    server.answer = stopping
    try:
        with pytest.raises(KeyboardInterrupt):
            collected("/next", next="links.next", text="body")
    finally:
        STOP.clear()
    server.answer = honest
    assert values(collected("/next", next="links.next", text="body")) == TEXTS
    assert server.paths() == ["/next", "/next?start=3", "/next?start=6"]


KILLED = """
import os, sys
from pathlib import Path
from datastork.collect.api import api
from datastork.store.listing import Listing
from datastork.store.spool import Spool
add = Spool.add
def dying(self, *given, **more):
    add(self, *given, **more)
    if self.count == 5:
        os.kill(os.getpid(), 9)
Spool.add = dying
api(Listing.empty(Path(sys.argv[1])), url=sys.argv[2] + "/next", items="results", id="id", text="body",
    next="links.next", allow=[sys.argv[2][7:]], rate=1000.0)
"""


def test_a_killed_build_loses_and_repeats_no_item(
    collected: Callable[..., Listing], server: Server, tmp_path: Path
) -> None:
    ran = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), server.address], check=False)
    assert ran.returncode == -9
    found = collected("/next", next="links.next", text="body")

    assert values(found) == TEXTS
    assert not any("more than once" in note for note in found.notes)
    assert server.paths() == ["/next", "/next?start=3", "/next?start=3", "/next?start=6"]


def test_several_keywords_are_asked_for_one_by_one(collected: Callable[..., Listing], server: Server) -> None:
    found = collected("/link?q={keyword}", text="body", query=["red fox", "a&b"], limit=1)

    assert found.table["query"].to_pylist() == ["red fox"]
    assert [path for path in server.paths() if "q=" in path] == ["/link?q=red%20fox", "/link?q=a%26b"]
    assert any("more than once" in note for note in found.notes)


def test_a_secret_goes_to_its_host_only_and_into_no_file_or_message(
    collected: Callable[..., Listing],
    server: Server,
    pages: Pages,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("MY_TOKEN", "s3cret-token")
    monkeypatch.setenv("MY_KEY", "k3y+/=value")
    secrets: dict[str, Any] = {"headers": {"Authorization": "Bearer env:MY_TOKEN"}, "params": {"api_key": "env:MY_KEY"}}
    with serving(lambda asked: Reply(b"picture")) as other:
        for one in pages.items:
            one["image"] = f"{other.address}/x{one['id']}.png"
        found = collected(
            "/next", next="links.next", file="image", allow=[server.host, other.host], **secrets,
        )  # fmt: skip
        assert found.table.num_rows == 9
        assert all(one.headers.get("authorization") is None and not one.query for one in other.asked)
    assert {one.headers.get("authorization") for one in server.asked} == {"Bearer s3cret-token"}
    assert {one.query["api_key"] for one in server.asked} == {"k3y+/=value"}
    server.answer = lambda asked: Reply(b"", 403)
    with pytest.raises(SourceError) as caught:
        collected("/next", next="links.next", text="body", **secrets)
    assert "s3cret" not in str(caught.value)
    assert "k3y" not in str(caught.value)
    written = b"".join(path.read_bytes() for path in (tmp_path / ".stork").rglob("*") if path.is_file())
    assert b"s3cret" not in written
    assert b"k3y" not in written


def test_everything_wrong_is_told_at_once(collected: Callable[..., Listing]) -> None:
    with pytest.raises(RecipeError, match=r"(?s)recipe is no place for a secret.*give one of them.*is no path"):
        collected("/next", headers={"Authorization": "Bearer abc"}, text="body", file="a", label="a..b")
    with pytest.raises(RecipeError, match="next and page: give one way"):
        collected("/next", next="a", page={"param": "page"})
    with pytest.raises(RecipeError, match="cursor: it needs path"):
        collected("/next", cursor={"param": "after"})
    with pytest.raises(RecipeError, match="has no NOT_THERE"):
        collected("/next", headers={"Authorization": "env:NOT_THERE"})
    with pytest.raises(RecipeError, match="needs the setting query"):
        collected("/next?q={keyword}")
    with pytest.raises(RecipeError, match="'bad' is no SPDX id"):
        collected("/next", license="licence", licenses=["bad"])
    with pytest.raises(SourceError, match="items = 'rows' is not there; there is results"):
        collected("/plain", items="rows")


def test_a_private_address_is_refused_unless_allowed(collected: Callable[..., Listing]) -> None:
    with pytest.raises(SourceError, match="loopback"):
        collected("/next", allow=[])


JSON = st.recursive(st.none() | st.integers() | st.text(), lambda v: st.lists(v) | st.dictionaries(st.text(), v))


@given(JSON, st.text(min_size=1, max_size=50).filter(lambda name: '"' not in name), st.integers(0, 3))
def test_a_path_leads_to_what_lies_there_and_never_fails(value: Any, name: str, index: int) -> None:
    nested = {name: [value] * (index + 1)}

    assert JsonPath(f'["{name}"][{index}]').of(nested) is value
    assert JsonPath(f'["{name}"][{index + 1}]').of(nested) is MISSING
    assert JsonPath(f'["{name}"][*]').of(nested) == ([] if value is None else nested[name])
    for text in ("a", "a[0].b", "[*].a", "a[*][*]"):
        JsonPath(text).of(value)


def test_link_headers_are_read_as_rfc_8288_says() -> None:
    assert next_link('<https://a/?b=1,2>; rel="prev next"; title="x, y"') == "https://a/?b=1,2"
    assert next_link("</x>;rel=next") == "/x"
    assert next_link('</x>; rel="nextish"') is None
    assert next_link("<" * 100_000) is None
