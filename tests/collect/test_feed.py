"""`collect.feed`: every format, hostile XML, and feeds that forget."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.collect.loopback import Asked, Reply, Server, serving

from datastork.collect._feed.read import read_feed
from datastork.collect._feed.tree import read_xml
from datastork.collect.feed import feed
from datastork.core.errors import DataError, RecipeError, SourceError
from datastork.media.modality import modality
from datastork.store.listing import Listing
from datastork.store.sources import read_bytes

RSS2 = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule">
 <channel><title>Field notes</title><link>https://notes.example/</link><language>en-GB</language>
  <creativeCommons:license>http://creativecommons.org/licenses/by-sa/4.0/</creativeCommons:license>
  <item><title>Herons &amp; egrets</title><link>/herons</link><guid isPermaLink="false">n2</guid>
   <pubDate>Tue, 03 Jun 2003 09:39:21 GMT</pubDate><category>birds</category><category>water</category>
   <dc:creator>Ann</dc:creator><description>Short.</description>
   <content:encoded><![CDATA[<p>Herons stand <b>still</b>.</p>]]></content:encoded></item>
  <item><title>Owls</title><link>https://notes.example/owls</link><guid>https://notes.example/owls</guid>
   <pubDate>Mon, 02 Jun 2003 11:39:21 +0200</pubDate><description>Owls &amp;amp; mice.</description></item>
 </channel></rss>"""
RSS091 = """<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>Caf&eacute;</title>
<item><title>One</title><link>http://a.example/1</link><description>Th&eacute;</description></item></channel></rss>"""
RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
         xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://web.resource.org/cc/">
<channel rdf:about="http://a.example/"><title>R</title>
 <cc:license rdf:resource="http://creativecommons.org/licenses/by/2.0/"/></channel>
<item rdf:about="http://r.example/1"><title>One</title><link>http://r.example/1</link>
<description>First</description><dc:date>2002-09-01</dc:date><dc:subject>x</dc:subject></item></rdf:RDF>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://b.example/blog/">
<title>A</title><id>urn:f</id><updated>2003-12-13T18:30:02Z</updated><author><name>Bea</name></author>
<link rel="license" href="https://creativecommons.org/publicdomain/zero/1.0/"/>
<entry><title>X</title><id>urn:1</id><link href="one.html"/><updated>2003-12-13T18:30:02Z</updated>
<category term="c1" label="First"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A &lt; B
<img src="i.png" alt="x"/><em>em</em></div></content></entry>
<entry><title>Y</title><id>urn:2</id><updated>2003-12-14T00:00:00+02:00</updated><author><name>Cy</name></author>
<content type="text">plain &lt;not markup&gt;</content></entry></feed>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [
 {"id": "1", "url": "https://j.example/1", "content_text": "plain", "tags": ["t"], "authors": [{"name": "Jo"}],
  "date_published": "2020-01-01T00:00:00+01:00"},
 {"id": 2, "content_html": "<p>two</p>", "title": "T\\ud800"}, 7]}"""


class Feeds:
    """A site with feeds, each with an ETag and a date."""

    def __init__(self) -> None:
        self.bodies: dict[str, str] = {"/rss": RSS2}

    def answer(self, asked: Asked) -> Reply:
        body = self.bodies.get(asked.path)
        if body is None:
            return Reply(b"gone", 404)
        etag = f'"{len(body)}"'
        if asked.headers.get("if-none-match") == etag:
            return Reply(b"", 304, {"ETag": etag})
        return Reply(body.encode(), 200, {"ETag": etag, "Last-Modified": "Tue, 03 Jun 2003 09:39:21 GMT"})


@pytest.fixture
def feeds() -> Feeds:
    return Feeds()


@pytest.fixture
def server(feeds: Feeds) -> Iterator[Server]:
    with serving(feeds.answer) as running:
        yield running


@pytest.fixture
def collected(tmp_path: Path, server: Server) -> Callable[..., Listing]:
    def run(*paths: str, **settings: Any) -> Listing:
        given = {"allow": [server.host], "rate": 1000.0, **settings}
        return feed(Listing.empty(tmp_path), url=[server.address + path for path in paths], **given)

    return run


def texts(found: Listing) -> list[str | None]:
    return [
        None if row["problem"] else read_bytes(found.root, row["media_place"]).decode()
        for row in found.table.to_pylist()
    ]


def test_entries_of_rss_come_oldest_first_with_what_is_known_of_them(
    collected: Callable[..., Listing], server: Server
) -> None:
    found = collected("/rss", label="category", group="author")
    owls, herons = found.table.to_pylist()

    assert herons["uri"] == f"{server.address}/herons"
    assert owls["uri"] == "https://notes.example/owls"
    assert (herons["author"], herons["group"], herons["license"]) == ("Ann", "Ann", "CC-BY-SA-4.0")
    assert [vote["value"] for vote in herons["votes"]] == ["birds", "water"]
    assert (herons["published"], owls["published"]) == ("2003-06-03T09:39:21+00:00", "2003-06-02T09:39:21+00:00")
    assert (herons["title"], herons["feed"], herons["language_given"]) == ("Herons & egrets", "Field notes", "en-GB")
    decoded = [modality("text").decode((text or "").encode()) for text in texts(found)]
    assert decoded[1].format == "html"
    assert "<p>Herons stand <b>still</b>.</p>" in decoded[1].content
    assert "Owls &amp; mice." in decoded[0].content


def test_the_summary_or_the_title_can_be_taken(collected: Callable[..., Listing]) -> None:
    assert texts(collected("/rss", text="summary"))[1] == "Short."
    assert texts(collected("/rss", text="title")) == ["Owls", "Herons & egrets"]


def test_a_feed_that_forgets_loses_nothing(collected: Callable[..., Listing], feeds: Feeds, server: Server) -> None:
    first = collected("/rss")
    start, end = RSS2.index("<item>"), RSS2.rindex("</item>") + len("</item>")
    new = "<item><title>New</title><guid>n3</guid><description>newest</description></item>"
    feeds.bodies["/rss"] = RSS2[:start] + new + RSS2[end:]
    found = collected("/rss")

    assert texts(found) == [*texts(first), "newest"]
    assert found.table["uri"].to_pylist()[:2] == first.table["uri"].to_pylist()
    assert found.table["stamp"].to_pylist()[:2] == first.table["stamp"].to_pylist()


def test_an_unchanged_feed_is_asked_with_a_condition_and_gives_the_same(
    collected: Callable[..., Listing], server: Server
) -> None:
    first = collected("/rss")
    again = collected("/rss")

    assert server.asked[1].headers["if-none-match"] == f'"{len(RSS2)}"'
    assert server.asked[1].headers["if-modified-since"] == "Tue, 03 Jun 2003 09:39:21 GMT"
    assert again.table.equals(first.table)
    collected("/rss", refresh="daily")
    collected("/rss", refresh="never")
    assert len(server.asked) == 2


def test_an_edited_entry_stays_as_it_was_and_is_counted(collected: Callable[..., Listing], feeds: Feeds) -> None:
    first = collected("/rss")
    feeds.bodies["/rss"] = RSS2.replace("still", "quite still")
    found = collected("/rss")

    assert found.table.equals(first.table)
    assert any("1 entries were edited" in note for note in found.notes)


def test_a_feed_that_is_away_keeps_its_entries_and_one_bad_feed_hides_no_other(
    collected: Callable[..., Listing], feeds: Feeds
) -> None:
    collected("/rss")
    feeds.bodies = {"/atom": ATOM, "/bad": "<html><body>no feed</body></html>"}
    found = collected("/rss", "/atom", "/bad")

    assert found.table.num_rows == 4
    assert any("answered 404; its 2 entries are from before" in note for note in found.notes)
    assert any("it is a web page, not a feed" in note for note in found.notes)


KILLED = """
import os, sys
from pathlib import Path
from datastork.collect.feed import feed
from datastork.store.listing import Listing
from datastork.store.spool import Spool
add = Spool.add
def dying(self, *given, **more):
    add(self, *given, **more)
    os.kill(os.getpid(), 9)
Spool.add = dying
feed(Listing.empty(Path(sys.argv[1])), url=sys.argv[2] + "/rss", allow=[sys.argv[2][7:]])
"""


def test_a_killed_build_is_made_up_for(collected: Callable[..., Listing], server: Server, tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), server.address], check=False)
    assert ran.returncode == -9
    found = collected("/rss")

    assert found.table["title"].to_pylist() == ["Owls", "Herons & egrets"]
    assert "if-none-match" not in server.asked[-1].headers


def test_a_server_that_says_unchanged_to_a_first_question_is_not_believed(
    collected: Callable[..., Listing], server: Server
) -> None:
    server.answer = lambda asked: Reply(b"", 304)
    with pytest.raises(SourceError, match="answered 304"):
        collected("/rss")


def test_no_feed_at_all_stops_the_build(collected: Callable[..., Listing]) -> None:
    with pytest.raises(SourceError, match="answered 404"):
        collected("/nowhere")
    with pytest.raises(RecipeError, match="is no address"):
        feed(Listing.empty(Path()), url="notes.example/rss")


def test_entries_with_one_link_are_all_kept(collected: Callable[..., Listing], feeds: Feeds) -> None:
    items = "".join(f"<item><guid>s{n}</guid><link>/status</link><title>t{n}</title></item>" for n in range(3))
    feeds.bodies["/rss"] = f"<rss><channel><title>S</title>{items}</channel></rss>"

    assert texts(collected("/rss")) == ["t2", "t1", "t0"]


def test_atom_keeps_markup_and_plain_text_apart(collected: Callable[..., Listing], feeds: Feeds) -> None:
    feeds.bodies["/atom"] = ATOM
    found = collected("/atom", label="category")
    plain, markup = texts(found)

    assert plain == "plain <not markup>"
    assert '<div>A &lt; B\n<img src="i.png" alt="x"><em>em</em></div>' in (markup or "")
    rows = found.table.to_pylist()
    assert [row["author"] for row in rows] == ["Cy", "Bea"]
    assert rows[1]["uri"] == "https://b.example/blog/one.html"
    assert rows[0]["uri"].endswith("/atom#urn:2")
    assert {row["license"] for row in rows} == {"CC0-1.0"}
    assert rows[1]["votes"][0]["value"] == "First"


def test_titles_of_atom_are_plain_and_base64_is_decoded() -> None:
    text = """<feed xmlns="http://purl.org/atom/ns#"><title mode="escaped" type="text/html">A &lt;b&gt;b&lt;/b&gt;
      &amp;amp; c</title><entry><id>http://a.example/1</id>
      <content type="text/html" mode="base64">PHA+b25lPC9wPg==</content></entry></feed>"""
    found = read_feed(text.encode(), "https://a.example/")

    assert found.title == "A b & c"
    assert (found.entries[0].content, found.entries[0].content_html) == ("<p>one</p>", True)
    assert found.entries[0].link == "http://a.example/1"


def test_json_feeds_and_old_rss_are_read(collected: Callable[..., Listing], feeds: Feeds) -> None:
    feeds.bodies |= {"/json": JSON, "/old": RSS091, "/rdf": RDF}
    found = collected("/json", "/old", "/rdf")
    rows = {row["uri"]: row for row in found.table.to_pylist()}

    assert rows["https://j.example/1"]["author"] == "Jo"
    assert rows["https://j.example/1"]["published"] == "2019-12-31T23:00:00+00:00"
    assert "<p>two</p>" in (texts(found)[0] or "")
    assert "Thé" in [text for text in texts(found) if text]
    one = next(row for row in found.table.to_pylist() if row["feed"] == "R")
    assert (one["license"], one["published"]) == ("CC-BY-2.0", "2002-09-01")


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><rss><channel><title>&lol9;</title></channel></rss>"
)
HOSTILE = {
    "a billion laughs": (LAUGHS, "document type of its own"),
    "a file of this machine": (
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
        "document type of its own",
    ),
    "a parameter entity": ('<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1/"> %x;]><rss/>', "document type"),
    "an entity of nobody": (RSS091.replace("&eacute;", "&nobody;"), "entity that nothing declares"),
    "an undeclared entity": ("<rss><channel><title>&nbsp;</title></channel></rss>", "undefined entity"),
    "depth": ("<rss>" * 200 + "</rss>" * 200, "nested deeper than 100"),
    "no end": ("<rss><channel>", "no well-formed XML: no element found, line 1"),
    "an encoding of nobody": ('<?xml version="1.0" encoding="utf-99"?><rss/>', "unknown encoding"),
    "another document": ("<opml/>", "no feed: <opml>"),
    "nothing": ("", "no element found"),
    "deep JSON": ("[" * 100_000, "it is no JSON"),
    "another JSON": ("{}", "no JSON Feed"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_or_no_feed_is_refused_in_one_line(name: str) -> None:
    body, why = HOSTILE[name]
    with pytest.raises(DataError, match=why) as caught:
        read_feed(body.encode(), "https://a.example/")
    assert "\n" not in caught.value.message


def test_a_feed_too_large_is_refused() -> None:
    with pytest.raises(DataError, match="the limit is"):
        read_xml(b" " * ((32 << 20) + 1))


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"<rss><channel>{text}".encode()))
def test_any_bytes_give_a_feed_or_a_data_error(data: bytes) -> None:
    with suppress(DataError):  # and nothing else is raised
        assert read_feed(data, "https://a.example/").entries is not None


@pytest.mark.parametrize("body", [RSS2, RSS091, RDF, ATOM, JSON], ids=["rss2", "rss091", "rdf", "atom", "json"])
def test_a_feed_cut_anywhere_is_refused_or_read(body: str) -> None:
    whole = read_feed(body.encode(), "https://a.example/")
    assert whole.entries
    for end in range(0, len(body), 37):
        with pytest.raises(DataError):
            read_feed(body[:end].encode(), "https://a.example/")
