"""robots.txt of a host, and a fetcher that asks it first."""

from collections.abc import Iterator

import pytest
from tests.fetch.server import Server, ok, to

from datastork.fetch import Fetcher, Policy, Refused
from datastork.fetch.robots import LARGEST, rules_of


@pytest.fixture
def polite(server: Server) -> Iterator[Fetcher]:
    """Return a fetcher that asks robots.txt first."""
    with Fetcher(Policy(allow=("127.0.0.1",), robots=True, timeout=60, retries=0), sleep=lambda _: None) as made:
        yield made


def test_a_page_that_is_not_allowed_is_not_asked_for(server: Server, polite: Fetcher) -> None:
    server.on("/robots.txt", ok(b"User-agent: *\nDisallow: /private"))
    server.on("/a", ok())
    assert polite.get(server.base + "/a").ok
    with pytest.raises(Refused, match=r"robots\.txt does not allow it"):
        polite.get(server.base + "/private/x")
    assert server.asked == ["/robots.txt", "/a"]


def test_a_redirect_is_held_against_robots_too(server: Server, polite: Fetcher) -> None:
    server.on("/robots.txt", ok(b"User-agent: *\nDisallow: /private"))
    with pytest.raises(Refused, match=r"private/x: robots\.txt"):
        polite.get(server.on("/a", to("/private/x")))


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (ok(b"", status="404 No"), True),
        (ok(b"", status="401 No"), True),
        (ok(b"", status="429 No"), False),
        (ok(b"", status="500 No"), False),
        (b"nonsense\r\n\r\n", False),
        (to("/robots.txt"), True),
        (to("http://10.0.0.1/robots.txt"), False),
        (ok(b"User-agent: *\nAllow: /\n" + b"#" * (LARGEST + 10) + b"\nDisallow: /"), True),
    ],
)
def test_what_the_answer_of_robots_means(server: Server, polite: Fetcher, answer: bytes, allowed: bool) -> None:
    server.on("/robots.txt", answer)
    url = server.on("/a", ok())
    if allowed:
        assert polite.get(url).ok
    else:
        with pytest.raises(Refused):
            polite.get(url)
        assert "/a" not in server.asked


def test_an_agent_has_the_rules_of_its_group_and_its_delay() -> None:
    text = (
        b"User-agent: datastork\nCrawl-delay: 2.5\nDisallow: /x\n\nUser-agent: *\nDisallow: /\nSitemap: http://a/s.xml"
    )
    ours, others = rules_of(text, "datastork"), rules_of(text, "otherbot")

    assert (ours.allows("http://a/y"), ours.allows("http://a/x"), ours.delay) == (True, False, 2.5)
    assert (others.allows("http://a/y"), others.delay) == (False, None)
    assert others.allows("http://a/robots.txt")
    assert ours.sitemaps == ("http://a/s.xml",)


def test_hostile_patterns_take_no_time() -> None:
    rules = rules_of(b"User-agent: *\nDisallow: /" + b"*a" * 2000 + b"$\n" + b"Disallow: /*b*c*d*e\n" * 2000, "x")

    assert rules.allows("http://a/" + "a" * 8000 + "b")
