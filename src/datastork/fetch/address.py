"""Which addresses of the internet are public, and which others a recipe allows."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from datastork.core.errors import RecipeError

Address = IPv4Address | IPv6Address

# besides what `ipaddress` calls private: ranges whose traffic never belongs to a public web site
_NOT_PUBLIC_4 = [
    IPv4Network(net)
    for net in (
        "0.0.0.0/8",  # this network
        "100.64.0.0/10",  # carrier-grade NAT (RFC 6598)
        "168.63.129.16/32",  # the metadata service of a cloud
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "240.0.0.0/4",  # reserved
    )
]
_PUBLIC_6 = IPv6Network("2000::/3")  # all that is given out as global unicast
_NOT_PUBLIC_6 = [
    IPv6Network(net)
    for net in (
        "2001::/23",  # protocol assignments, Teredo, ORCHID
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation (RFC 9637)
        "5f00::/16",  # segment routing
    )
]
_6TO4, _NAT64, _COMPATIBLE = IPv6Network("2002::/16"), IPv6Network("64:ff9b::/96"), IPv6Network("::/96")


def why_not_public(address: Address) -> str | None:
    """Return what kind of address this is ("loopback", "private"), or None for a public one.

    >>> why_not_public(ipaddress.ip_address("::ffff:127.0.0.1")), why_not_public(ipaddress.ip_address("1.1.1.1"))
    ('loopback', None)
    """
    if isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return why_not_public(inner)
    for kind in ("unspecified", "loopback", "link_local", "multicast", "private", "reserved"):
        if getattr(address, f"is_{kind}"):
            return kind.replace("_", "-")
    if isinstance(address, IPv4Address):
        reserved = any(address in net for net in _NOT_PUBLIC_4)
    else:
        reserved = address not in _PUBLIC_6 or any(address in net for net in _NOT_PUBLIC_6)
    return "reserved" if reserved or not address.is_global else None


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that packets to this one end up at."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    number = int(address)
    if address in _6TO4:
        return IPv4Address(number >> 80 & 0xFFFFFFFF)
    if address in _NAT64:
        return IPv4Address(number & 0xFFFFFFFF)
    if address in _COMPATIBLE and number > 1:
        return IPv4Address(number & 0xFFFFFFFF)
    if number >> 32 & 0xFDFFFFFF == 0x5EFE:  # ISATAP
        inner = IPv4Address(number & 0xFFFFFFFF)
        return inner if why_not_public(inner) else None
    return None


@dataclass(frozen=True, slots=True)
class Allowed:
    """One entry of `allow`: a host or a network, on one port or on all."""

    host: str
    network: IPv4Network | IPv6Network | None
    port: int | None

    def covers(self, host: str, port: int, address: Address) -> bool:
        """Say whether this entry allows to reach `address`, called `host`, on `port`."""
        if self.port is not None and self.port != port:
            return False
        if self.network is None:
            return self.host == host
        plain = address
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            plain = address.ipv4_mapped
        return plain.version == self.network.version and plain in self.network


def read_allow(entries: Iterable[str]) -> list[Allowed]:
    """Return the entries of a setting `allow`. Raises RecipeError for what is neither a host nor an address."""
    found, problems = [], []
    for entry in entries:
        one = _entry(entry.strip().lower())
        if one is None:
            problems.append(
                f"allow: {entry!r} is no host or address; write 'host', 'host:8000', '10.0.0.0/8' or '[::1]:8000'"
            )
        else:
            found.append(one)
    if problems:
        raise RecipeError(problems)
    return found


def _entry(text: str) -> Allowed | None:
    host, port = text, None
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            return None
        port = rest[1:] if rest else None
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    number = None
    if port is not None:
        if not (port.isascii() and port.isdigit()) or not 0 < int(port) < 1 << 16:
            return None
        number = int(port)
    try:
        return Allowed(host, ipaddress.ip_network(host, strict=False), number)
    except ValueError:
        name = host.removesuffix(".")
        fine = name and name.replace("-", "").replace(".", "").replace("_", "").isalnum() and name.isascii()
        return Allowed(name, None, number) if fine else None
