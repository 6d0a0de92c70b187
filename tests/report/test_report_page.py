"""The page stands alone, lets nothing in, and can be read by everyone."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest
from troubled import HOSTILE

VOID = {"meta", "img", "br", "rect", "input", "hr", "link"}


class Tags(HTMLParser):
    """Collects tags with their attributes, the text, and tags that are not closed as they were opened."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_data(self, data):
        self.words.append(data)

    def of(self, name: str) -> list[dict[str, str | None]]:
        """Return the attributes of every tag of one name."""
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.fixture(scope="module")
def tags(page: str) -> Tags:
    return Tags(page)


def test_the_page_names_no_address_outside_itself(page, tags):
    addresses = [value for _, given in tags.tags for key, value in given.items() if key in ("src", "href", "action")]

    assert addresses
    assert [one for one in addresses if not re.match(r"data:image/(jpeg|png);base64,|#", one or "")] == []
    assert re.findall(r"url\s*\(|@import", page) == []


def test_the_page_runs_no_script(page, tags):
    names = {tag for tag, _ in tags.tags}

    assert names.isdisjoint({"script", "iframe", "object", "embed", "link", "form", "base", "foreignobject"})
    assert [key for _, given in tags.tags for key in given if key.startswith("on") or key == "style"] == []


def test_the_page_forbids_all_but_its_own_style_and_pictures(page, tags):
    policy = next(given["content"] for given in tags.of("meta") if given.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_what_comes_from_data_is_escaped(page, tags):
    shown = "".join(tags.words)

    assert HOSTILE not in page
    assert "<b>bag</b>" not in page
    assert "<script>" not in page
    assert f"flat {HOSTILE}.png" in shown  # in the drops
    assert f"broken {HOSTILE}.png" in shown  # in the quarantine
    assert "mixed <b>bag</b>" in shown
    assert "\x1b" not in page


def test_every_tag_is_closed(tags):
    assert tags.wrong == []
    assert tags.open == []


def test_the_page_speaks_to_screen_readers(page, tags):
    assert tags.of("html") == [{"lang": "en"}]
    assert page.count("<caption>") == page.count("<table")
    assert {given.get("scope") for given in tags.of("th")} == {"col", "row"}
    assert all(given.get("alt") for given in tags.of("img"))
    drawings = tags.of("svg")
    assert all(one.get("aria-hidden") == "true" or one.get("aria-label") for one in drawings)
    skip = next(given["href"] for given in tags.of("a"))
    ids = [given["id"] for _, given in tags.tags if "id" in given]
    assert len(ids) == len(set(ids))
    assert skip == "#content"
    assert {given["href"][1:] for given in tags.of("a")} <= set(ids)


def test_headings_go_down_one_level_at_a_time(tags):
    levels = [int(tag[1]) for tag, _ in tags.tags if re.fullmatch(r"h[1-6]", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_page_is_small_without_its_pictures(page):
    bare = re.sub(r"data:image/\w+;base64,[A-Za-z0-9+/=]+", "", page)

    assert len(bare.encode()) < 200_000
    assert page.count("data:image/") > 30


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_the_contrast_of_wcag_aa(scheme):
    style = files("datastork.report").joinpath("templates/style.css").read_text(encoding="utf-8")
    before, dark, after = style.partition("@media (prefers-color-scheme: dark)")
    text = before if scheme == "light" else after[: after.index("*")]
    colour = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", text))

    assert dark
    for surface in ("paper", "card"):
        for name in ("ink", "muted", "accent"):
            assert contrast(colour[name], colour[surface]) >= 4.5, f"{name} on {surface}"
        for name in ("kept", "dropped", "quarantined"):
            assert contrast(colour[name], colour[surface]) >= 3, f"{name} on {surface}"
