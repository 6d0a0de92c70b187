"""Addresses of machines: IP and MAC."""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from datastork.media.text.private import context
from datastork.media.text.private.finding import Finding
from datastork.media.text.private.recogniser import Hints

_FOUR = re.compile(r"[0-9](?<![0-9A-Za-z_.-].)[0-9]{0,2}(?:\.[0-9]{1,3}){3}(?![0-9A-Za-z_]|[.-][0-9])")
_SIX = re.compile(
    r"(?<![0-9A-Za-z_:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:[0-9]{0,3}(?:\.[0-9]{1,3}){3})?(?![0-9A-Za-z_:])"
)
_DOTTED = re.compile(rb"0\.0{1,3}\.0{1,3}\.0")  # in the shape of a text
_COLONS = re.compile(r":(?::|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){5})")  # what every IPv6 address holds
_VERSION = re.compile(r"(?:\bv|version|release|build|section|chapter|firmware|§) ?\Z")
_MAC = re.compile(
    r"(?<![0-9A-Za-z:.-])(?:[0-9A-Fa-f]{2}(?P<sign>[:-])(?:[0-9A-Fa-f]{2}(?P=sign)){4}[0-9A-Fa-f]{2}"
    r"|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![0-9A-Za-z:]|[.-][0-9A-Fa-f])"
)
_BY_COLONS = re.compile(r":(?:[0-9A-Fa-f]{2}:){4}")
_BY_DASHES = re.compile(r"-(?:[0-9A-Fa-f]{2}-){4}")
_BY_DOTS = re.compile(r"\.[0-9A-Fa-f]{4}\.")


class Ip:
    """IP_ADDRESS: IPv4 with four right octets, IPv6 in every form; not the unspecified or loopback addresses."""

    kinds = ("IP_ADDRESS",)

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Check every candidate with the standard library."""
        if _DOTTED.search(hints.shape):
            yield from _four(text, hints)
        if _COLONS.search(text):
            yield from _six(text)


def _four(text: str, hints: Hints) -> Iterator[Finding]:
    numbers = hints.numbers
    for (start, _), (_, end) in zip(numbers, numbers[3:], strict=False):
        match = _FOUR.match(text, start) if end - start < 16 else None
        if not match:
            continue
        try:
            address = IPv4Address(match.group())
        except AddressValueError:
            continue
        if address.is_unspecified or address.is_loopback or _VERSION.search(context.before(text, match.start())):
            continue
        numbering = all(len(one) == 1 for one in match.group().split("."))  # "1.2.3.4" is rather a version or a section
        yield Finding("IP_ADDRESS", match.start(), match.end(), 0.4 if numbering else 0.95)


def _six(text: str) -> Iterator[Finding]:
    for match in _SIX.finditer(text):
        raw = match.group()
        if len(raw) < 6 or not any(one.isdigit() for one in raw):
            continue
        try:
            address = IPv6Address(raw)
        except AddressValueError:
            continue
        if not address.is_unspecified and not address.is_loopback:
            yield Finding("IP_ADDRESS", match.start(), match.end(), 0.95 if raw.count(":") > 2 else 0.7)


class Mac:
    """MAC_ADDRESS: six octets in hexadecimal, with colons, dashes, or dots after every fourth digit."""

    kinds = ("MAC_ADDRESS",)

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Find octets; six that are all alike are a placeholder."""
        for start in _octets(text, hints):
            match = _MAC.match(text, start) if start >= 0 else None
            if not match:
                continue
            letters = re.sub(r"[^0-9A-Fa-f]", "", match.group())
            if len(set(letters)) > 1:
                dated = letters.isdigit() and match["sign"] == "-"
                yield Finding("MAC_ADDRESS", match.start(), match.end(), 0.5 if dated else 0.9)


def _octets(text: str, hints: Hints) -> Iterator[int]:
    """Yield where groups of equal length between equal signs may begin."""
    yield from (match.start() - 2 for match in _BY_COLONS.finditer(text))
    yield from (match.start() - 2 for match in _BY_DASHES.finditer(text))
    if hints.mixed:
        yield from (match.start() - 4 for match in _BY_DOTS.finditer(text))
