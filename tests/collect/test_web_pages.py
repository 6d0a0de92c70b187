"""What pages, sitemaps and hosts say, read by the parts of collect.web."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.collect._web.entry import Entry
from datastork.collect._web.hosts import matches
from datastork.collect._web.pages.look import look
from datastork.collect._web.pages.optouts import wish_of
from datastork.collect._web.pages.page import read_page
from datastork.collect._web.pages.sitemap import read_sitemap
from datastork.collect._web.plan import Plan
from datastork.core.errors import DataError
from datastork.fetch import Answer

BASE = "http://example.org/a/b.html"


CC = "https://creativecommons.org/licenses/by/4.0/"
SA = "https://creativecommons.org/licenses/by-sa/4.0/"
LD = '<script type="application/ld+json">{}</script>'


@pytest.mark.parametrize(
    ("html", "spdx", "how"),
    [
        (f'<a rel="license" href="{CC}">CC</a>', "CC-BY-4.0", "rel=license"),
        (f'<link rel="license" href="{CC}">', "CC-BY-4.0", "link rel=license"),
        (f'<meta name="dcterms.license" content="{CC}">', "CC-BY-4.0", "dcterms.license"),
        (f'<meta name="DC.rights" content="{CC}">', "CC-BY-4.0", "dc.rights"),
        ('<meta name="DC.rights" content="CC BY 4.0">', "CC-BY-4.0", "dc.rights"),
        ('<meta name="DC.rights" content="all rights reserved">', None, None),
        (LD.format(f'{{"@type": "Article", "license": "{CC}"}}'), "CC-BY-4.0", "schema.org"),
        (
            LD.format(f'[{{"@graph": [{{"@type": "WebPage", "license": {{"@id": "{CC}"}}}}]}}]'),
            "CC-BY-4.0",
            "schema.org",
        ),
        (LD.format(f'{{"@type": "ImageObject", "license": "{CC}"}}'), None, None),
        (f'<a href="{CC}">a picture is CC</a>', None, None),
        (f'<a rel=license href="{CC}">a</a><a rel=license href="{CC}deed.fr">b</a>', "CC-BY-4.0", "rel=license"),
        (f'<a rel=license href="{CC}">a</a><a rel=license href="{SA}">b</a>', None, None),
        (f'<a rel=license href="{CC}">a</a><a rel=license href="/terms">b</a>', None, None),
        (LD.format("{broken"), None, None),
        (LD.format("[" * 100_000), None, None),
        ("<p>hello</p>", None, None),
    ],
)
def test_the_licence_of_a_page_is_what_it_declares(html: str, spdx: str | None, how: str | None) -> None:
    entry = Entry(BASE)
    look(entry, Answer(BASE, 200, {"content-type": "text/html"}, html.encode()), Plan(), "datastork")

    assert (entry.license, entry.license_from) == (spdx, how)
    assert (entry.licences is None) == (how is None and "<a" not in html)


def test_a_licence_may_stand_in_a_header() -> None:
    entry = Entry(BASE)
    headers = {"content-type": "text/plain", "link": f'<{CC}>; rel="license", </next>; rel=next'}
    look(entry, Answer(BASE, 200, headers, b"hello"), Plan(), "datastork")

    assert (entry.license, entry.license_from) == ("CC-BY-4.0", "header Link")


def test_links_are_found_as_a_browser_would() -> None:
    html = b"""<base href="/x/"><a href=one.html>1</a> <A HREF="  /two?a=1#part ">2</A> <area href="//other.org/3">
    <a href="mailto:a@b">m</a><a href="javascript:alert(1)">j</a><a href="#top">t</a><a href="">e</a><a>n</a>
    <a rel="nofollow noopener" href="/four">4</a><a href="http://[bad/">b</a><a href="a:b">c</a>"""

    page = read_page(BASE, html)
    assert page.links[:3] == ["http://example.org/x/one.html", "http://example.org/two?a=1", "http://other.org/3"]
    assert "http://example.org/four" not in page.links
    assert page.nofollow_links == 1


@pytest.mark.parametrize(
    "html",
    [
        b"<div>" * 200_000,
        b"".join(b"<b id=%d><p>" % number for number in range(50_000)),
        b"<!--" * 250_000,
        b"<script>" * 120_000,
        b'<a href="' * 100_000,
        b"<a x='" * 100_000,
        b"<a =" + b" " * 1_000_000,
        b"<a href='/x'>" * 100_000,
        b"<a " + b"x='y' " * 100_000 + b">",
        b"<meta name=robots content='" + b"a," * 400_000 + b"'>",
        b"<" * 1_000_000,
        b"<a href='" + b"/.." * 300_000 + b"'>",
        b"\0" * 1_000_000,
    ],
)
def test_a_hostile_page_takes_little_time(html: bytes) -> None:
    started = time.process_time()
    page = read_page(BASE, html)
    wish_of({"x-robots-tag": "a:" * 100_000, "content-usage": "train-ai " * 50_000}, page.metas, "datastork")

    assert len(page.links) <= 20_000
    assert time.process_time() - started < 3


def test_what_a_browser_does_not_show_is_no_link() -> None:
    html = b"""<!-- <a href="/1">1</a> --><script>"<a href='/2'>"</script><STYLE><a href=/3></style><textarea>
    <a href=/4>
    </textarea><title><a href=/5></title><a title="a > b" href='/6'>6</a><a
    href=/7 alt=it's>7</a><abbr href=/8><A/href=/9>9</a><!----><a href="/10>10</a><a href=/11>"""

    found = [link.rpartition("/")[2] for link in read_page(BASE, html).links]
    assert found[:3] == ["6", "7", "9"]


@given(st.binary(max_size=300))
def test_any_page_can_be_read(html: bytes) -> None:
    read_page(BASE, html)


XML = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'


def test_a_sitemap_lists_pages_and_sitemaps() -> None:
    text = XML.format(
        "<url><loc> http://a/1?x=1&amp;y=2 </loc></url><url><loc>http://a/2</loc><lastmod>x</lastmod></url>"
    )
    assert read_sitemap(text.encode()).pages == ["http://a/1?x=1&y=2", "http://a/2"]
    index = "<sitemapindex><sitemap><loc>http://a/s.xml</loc></sitemap></sitemapindex>"
    assert read_sitemap(index.encode()).sitemaps == ["http://a/s.xml"]
    assert read_sitemap(b"\xef\xbb\xbfhttp://a/1\r\nhttp://a/2\r\n").pages == ["http://a/1", "http://a/2"]
    assert read_sitemap(b"User-agent: *\nSITEMAP: http://a/s.xml # the one").sitemaps == ["http://a/s.xml"]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><urlset>&a;</urlset>', "declares entities"),
        (b"<urlset><url>", "XML is broken"),
        (b"<a>" * 100, "nested too deeply"),
        (b"hello\nworld", "neither XML nor a list"),
        (b"\x1f\x8bbroken", "gzip data is"),
    ],
)
def test_what_is_no_sitemap_is_an_error(data: bytes, what: str) -> None:
    with pytest.raises(DataError, match=what):
        read_sitemap(data)


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/", "/a", True),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("*.pdf$", "/x.pdf", True),
        ("/a*b*c", "/a1b2c3", True),
        ("/a*b$", "/ab", True),
        ("/a*a$", "/a", False),
        ("/b", "/a", False),
    ],
)
def test_patterns_of_tdmrep_are_those_of_robots(pattern: str, path: str, fits: bool) -> None:
    assert matches(pattern, path) is fits


def test_hostile_patterns_take_no_time() -> None:
    assert not matches("/" + "*a" * 5000 + "$", "/" + "a" * 8000 + "b")
    plan = Plan(include=("*" + "a*" * 30 + "$",))
    started = time.process_time()
    assert not plan.wants("http://a/" + "a" * 8000)
    assert time.process_time() - started < 1
