"""Where a URL leads, read strictly: what two programs could read in two ways is refused."""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from datastork.fetch.address import Address
from datastork.fetch.errors import Refused

LONGEST = 8192
DEFAULT_PORT = {"http": 80, "https": 443}
# listened to by databases, remote desktops and control planes; a page there is an accident or an attack
NOT_WEB = frozenset(
    {1025, 1080, 1099, 1433, 1434, 1521, 1719, 1720, 1723, 2049, 2181, 2375, 2376, 2379, 2380, 3128, 3306, 3389, 3659}
    | {4045, 4190, 4369, 5060, 5061, 5432, 5601, 5672, 5984, 6379, 6443, 6566, 6697, 7001, 7077, 9092, 9200, 9300}
    | {10080, 10250, 10255, 11211, 15672, 27017, 27018, 50070}
    | set(range(5900, 5911))
    | set(range(6000, 6064))
    | set(range(6665, 6670))
)
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\\u2028\u2029]")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*")
_SAFE = "!$%&'()*+,-./:;=?@_~[]|"


class Target(NamedTuple):
    """A URL in its normal form, in parts. `literal` is the address where the host is one."""

    url: str
    scheme: str
    host: str
    port: int
    path: str
    literal: Address | None

    @property
    def origin(self) -> str:
        """Scheme, host and port: what robots.txt is asked for."""
        return self.url[: self.url.index("/", len(self.scheme) + 3)]

    @property
    def authority(self) -> str:
        """What the header Host says."""
        return self.origin[len(self.scheme) + 3 :]


def target_of(url: str) -> Target:
    """Return where `url` leads. Raises Refused for what is no plain address of a web page.

    >>> target_of("HTTP://Example.ORG:80/a/../b?q=ä#part").url
    'http://example.org/b?q=%C3%A4'
    """
    shown = url[:200]
    if len(url) > LONGEST:
        raise Refused(shown, f"an address of {len(url):,} characters")
    url = url.strip(" \t\r\n\f")
    if _FORBIDDEN.search(url.partition("#")[0].replace(" ", "")):
        raise Refused(shown, "the address holds control characters or a backslash")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(shown, f"no address of a web page ({error})") from error
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORT:
        raise Refused(shown, f"only http and https are fetched, not {scheme[:20] or 'an address without a scheme'}")
    if "@" in parts.netloc:
        raise Refused(shown, "addresses with a user or password in them are not fetched")
    if port == 0:
        raise Refused(shown, "port 0")
    host, literal = _host(shown, parts.netloc)
    port = port or DEFAULT_PORT[scheme]
    shown_host = f"[{host}]" if ":" in host else host
    authority = shown_host if port == DEFAULT_PORT[scheme] else f"{shown_host}:{port}"
    path = _path(parts.path)
    if parts.query:
        path += "?" + quote(parts.query, safe=_SAFE)
    return Target(f"{scheme}://{authority}{path}", scheme, host, port, path, literal)


def _host(shown: str, netloc: str) -> tuple[str, Address | None]:
    if netloc.startswith("["):
        inner, _, rest = netloc[1:].partition("]")
        try:
            if "%" in inner:
                raise ValueError
            six = ipaddress.IPv6Address(inner)
        except ValueError as error:
            raise Refused(shown, "no IPv6 address") from error
        if rest and not rest.startswith(":"):
            raise Refused(shown, "no IPv6 address")
        return str(six), six
    host = netloc.partition(":")[0]
    if netloc.count(":") > 1:
        raise Refused(shown, "an IPv6 address stands in brackets")
    try:
        host = (host.encode("idna").decode() if not host.isascii() else host).lower()
    except UnicodeError as error:
        raise Refused(shown, "its host is no name of the internet") from error
    host = host.removesuffix(".")
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise Refused(shown, "its host is no name of the internet")
    last = host.rpartition(".")[2]
    if last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        try:
            return host, ipaddress.IPv4Address(host)
        except ValueError as error:
            raise Refused(shown, "write an IPv4 address as four numbers, 93.184.216.34") from error
    return host, None


def _path(path: str) -> str:
    path = quote(path, safe=_SAFE)
    if "/." in path or "/%2e" in path.lower():
        kept: list[str] = []
        pieces = path.split("/")[1:]
        for at, piece in enumerate(pieces):
            plain = piece.lower().replace("%2e", ".")
            if plain == "..":
                kept[-1:] = []
            elif plain != ".":
                kept.append(piece)
            if plain in {".", ".."} and at == len(pieces) - 1:
                kept.append("")
        path = "/" + "/".join(kept)
    return path or "/"
