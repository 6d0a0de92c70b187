"""What a fetcher may do: where to, how fast, how much, and under which name."""

from dataclasses import dataclass, field

from datastork import __version__

AGENT = f"datastork/{__version__} (+https://pypi.org/project/datastork)"


@dataclass(frozen=True, slots=True)
class Policy:
    """The bounds of fetching. Frozen; the defaults suit pages of strangers.

    `allow`            hosts and addresses that may be reached although they are not public, or on a port that is not
                       for the web: "intranet.local", "127.0.0.1:8000", "10.0.0.0/8", "[::1]:8000"
    `rate`             requests per second and host; None for no bound
    `timeout`          seconds for one whole answer, connecting included
    `connect_timeout`  seconds for one attempt to connect
    `max_bytes`        of a body, decompressed
    `max_redirects`    hops from the address asked for to the one that answers
    `retries`          further tries where the answer is 429, 502, 503 or 504, or the connection fails
    `longest_wait`     seconds; where `Retry-After` says more, the answer is given back as it is
    `robots`           ask robots.txt of every host first, and refuse what it does not allow
    `agent`            the User-Agent; its first word is the name robots.txt is asked about

    Cookies are not kept, proxies of the environment are not used, and what a caller's headers say beyond `Accept…`
    and `If-…` does not go to another host when redirected.
    """

    allow: tuple[str, ...] = ()
    rate: float | None = None
    timeout: float = 20.0
    connect_timeout: float = 5.0
    max_bytes: int = 64 << 20
    max_redirects: int = 10
    retries: int = 2
    longest_wait: float = 60.0
    robots: bool = False
    agent: str = field(default=AGENT)

    @property
    def name(self) -> str:
        """The name by which robots.txt knows us: "datastork"."""
        return product(self.agent)


def product(agent: str) -> str:
    """Return the product token of a User-Agent.

    >>> product("datastork/0.1 (+https://example.org)")
    'datastork'
    """
    words = agent.split()
    return words[0].partition("/")[0] if words else ""
