"""clean.text.strip_html makes plain text of pages."""

import contextlib
import timeit
from time import thread_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.clean.text.strip_html import strip_html
from datastork.core import Drop
from datastork.core.errors import DataError, TooLargeError
from datastork.media.text import Text, markup

STORY = "A robin sat on the garden wall and sang. It was early, and nobody else was awake but the cat. " * 3
PAGE = f"""<!doctype html><html><head><title>Birds</title><style>p {{ color: red }}</style></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/about">About us</a></li></ul></nav>
<article><h1>Birds</h1>
<p>{STORY}</p>
<p>Caf&eacute; &amp; <b>bold</b>
words<script>alert("no")</script>.</p><table><tr><td>one</td><td>two</td></tr></table></article>
<div hidden>secret</div><!-- a remark --><footer>All rights reserved</footer></body></html>"""


def stripped(page: str, **given: Any) -> str:
    found = strip_html(Text(page, "html" if page.lstrip().startswith("<") else "txt"), **given)
    assert isinstance(found, Text)
    assert found.format == "txt"
    return found.content


def test_the_main_content_stays() -> None:
    lines = stripped(PAGE).split("\n")

    assert lines[:3] == ["Birds", STORY.strip(), "Café & bold words."]
    assert not any(word in "".join(lines) for word in ("Home", "reserved", "alert", "color", "secret", "remark"))
    assert "one" in lines[3]
    assert "one" not in stripped(PAGE, tables=False)


def test_all_that_is_seen_stays() -> None:
    assert stripped(PAGE, content="all").split("\n") == [
        *("Home", "About us", "Birds", STORY.strip(), "Café & bold words.", "one\ttwo", "All rights reserved"),
    ]


@pytest.mark.parametrize("favour", ["balance", "precision", "recall"])
def test_main_content_of_a_short_page(favour: Any) -> None:
    assert stripped("<html><body><p>Hello, robin.</p></body></html>", favour=favour) == "Hello, robin."


@pytest.mark.parametrize("content", ["main", "all"])
@pytest.mark.parametrize("page", ["<html></html>", "<!doctype html>", "<html><script>x</script>", "<p> \n </p>"])
def test_a_page_without_text_is_dropped(page: str, content: Any) -> None:
    found = strip_html(Text(page, "html"), content=content)

    assert found == Drop("no text in the page" if content == "all" else "no main content in the page", 0)


@pytest.mark.parametrize(
    "content",
    ["", "Plain words.\n\n  As they are.", "a < b and c > d", "if a <b and c> d", "List<String> x", "<3 <- <-- -->"],
)
def test_plain_text_is_returned_itself(content: str) -> None:
    text = Text(content)

    assert strip_html(text) is text


def test_tags_go_from_plain_text_and_lines_stay() -> None:
    content = 'One <i>fine</i> day<br>at\nthe <a href="x">sea</a> &amp; so on <!-- x -->\n\nend'

    assert stripped(content) == "One fine day\nat\nthe sea & so on\nend"
    assert strip_html(Text(content), fragments=False).content == content  # type: ignore[union-attr]


def test_preformatted_lines_stay() -> None:
    assert stripped("<p>a\nb</p><pre>c\nd</pre>e", content="all") == "a b\nc\nd\ne"


def test_pages_beyond_the_limits_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="nested too deeply"):
        strip_html(Text("<div>" * 5000 + "x", "html"))
    monkeypatch.setattr(markup, "MOST_CHARACTERS", 20)
    with pytest.raises(TooLargeError, match="21 characters of HTML; the limit is 20"):
        strip_html(Text("<p>" + "x" * 18, "html"))
    monkeypatch.setattr(markup, "MOST_TAGS", 2)
    with pytest.raises(TooLargeError, match="3 tags; the limit is 2"):
        strip_html(Text("<p><b><i>", "html"))


@pytest.mark.parametrize("content", ["main", "all"])
@pytest.mark.parametrize(
    "page",
    [
        *(
            "<b><p>x" * 5_000,
            "<a>" * 20_000,
            "<p " + "a=b " * 200_000,
            "<" * 190_000,
            "<!--" * 100_000,
            "&" * 1_000_000,
        ),
        *(
            '<p a="' * 100_000,
            "<p" + " " * 1_000_000,
            "<!-- -->" * 20_000 + "x",
            "<pre>" + "x\n" * 300_000,
            "<br>" * 20_000,
        ),
    ],
)
def test_hostile_pages_cost_little(page: str, content: Any) -> None:
    def attempt() -> None:
        for kind in ("html", "txt"):
            with contextlib.suppress(DataError):
                strip_html(Text(page, kind), content=content)  # type: ignore[arg-type]

    assert timeit.timeit(attempt, timer=thread_time, number=1) < 20


TAGS = st.sampled_from(
    ["<p>", "</p>", "<b a='1'>", "<br/>", "<!--", "-->", "<script>", "</", "<td", "&lt;", "&#0;", "&#13;", "\n"]
)


@given(
    st.lists(st.one_of(st.text(), TAGS)).map("".join),
    st.sampled_from(["html", "txt"]),
    st.sampled_from(["main", "all"]),
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_text_makes_it_fail(content: str, kind: Any, wanted: Any) -> None:
    found = strip_html(Text(content, kind), content=wanted)

    if isinstance(found, Text) and found.content != content:
        assert "\r" not in found.content
        assert found.content == found.content.strip() != ""
