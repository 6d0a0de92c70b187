"""Which names the app answers to. A page elsewhere that lets its own name point here (DNS rebinding) gets nothing."""

import re
import socket
from collections.abc import Iterable

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]{2,45})\]|(?P<name>[A-Za-z0-9._-]{1,253}))(?::(?P<port>[0-9]{1,5}))?")


def parse_host(header: str) -> tuple[str, str] | None:
    """Return (name in small letters, port or "") of a Host header, or None where it is none."""
    found = _HOST.fullmatch(header)
    if found is None:
        return None
    name = (found["six"] or found["name"]).lower().rstrip(".")
    return (name, found["port"] or "") if name else None


class Hosts:
    """The names that a request may be addressed to.

    Loopback names always; the address that the connection came in on; the names and addresses of this machine where
    the app is open to the network; and what the user adds (`*.example.org` adds every name below it).
    """

    def __init__(self, extra: Iterable[str] = (), *, lan: bool = False) -> None:
        own = set(machine_names()) | set(machine_addresses()) if lan else set()
        added = {name.strip().lower().rstrip(".") for name in extra}
        self.below = tuple(name[1:] for name in added if name.startswith("*."))
        self.names = LOOPBACK | own | {name for name in added if not name.startswith("*.")}

    def allow(self, name: str, local: str | None) -> bool:
        """Return whether a request to `name` is for us; `local` is the address its connection came in on."""
        if name in self.names:
            return True
        if local is not None and name == local.removeprefix("::ffff:").lower():
            return True
        return bool(self.below) and name.endswith(self.below)


def machine_names() -> list[str]:
    """Return the names of this machine in its network."""
    name = socket.gethostname().lower().rstrip(".")
    short = name.split(".", 1)[0]
    return [one for one in dict.fromkeys((name, short, f"{short}.local")) if one]


def machine_addresses() -> list[str]:
    """Return the addresses of this machine that others can reach, the one towards the network first.

    Nothing is sent: connecting a UDP socket only asks the system which way it would go.
    """
    found: dict[str, None] = {}
    for family, far in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far, 9))
                found[probe.getsockname()[0]] = None
        except OSError:  # no way out in this family
            continue
    try:
        for *_, address in socket.getaddrinfo(socket.gethostname(), None):
            found[str(address[0])] = None
    except OSError:  # the machine does not know its own name
        pass
    return [address for address in found if not address.startswith(("127.", "0.", "::1", "fe80:"))]
