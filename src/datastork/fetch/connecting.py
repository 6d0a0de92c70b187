"""Connections: names looked up, every address checked, and the socket bound to what was checked."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable

from datastork.fetch.address import Address, Allowed, read_allow, why_not_public
from datastork.fetch.errors import FetchError, Refused
from datastork.fetch.policy import Policy
from datastork.fetch.target import DEFAULT_PORT, NOT_WEB, Target
from datastork.fetch.wire import Wire, connect

Resolver = Callable[[str, int], Iterable[str]]
IDLE_SECONDS, IDLE_MOST = 30.0, 16
FIRST_PORT = 1024  # below it, 80 and 443 only


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class Connections:
    """Idle and fresh connections of a fetcher. Safe to use from many threads."""

    def __init__(self, policy: Policy, resolver: Resolver) -> None:
        self._policy = policy
        self._allow: list[Allowed] = read_allow(policy.allow)
        self._resolver = resolver
        self._idle: dict[str, list[Wire]] = {}
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None

    def idle(self, target: Target) -> Wire | None:
        """Return a connection to this origin that was used before and still stands, or None."""
        while True:
            with self._lock:
                held = self._idle.get(target.origin)
                wire = held.pop() if held else None
            if wire is None:
                return None
            if time.monotonic() - wire.idle_since < IDLE_SECONDS and wire.quiet():
                return wire
            wire.abort()

    def give_back(self, target: Target, wire: Wire) -> None:
        """Keep a connection whose answer was read to its end."""
        wire.idle_since = time.monotonic()
        with self._lock:
            held = self._idle.setdefault(target.origin, [])
            if len(held) < IDLE_MOST:
                held.append(wire)
                return
        wire.abort()

    def fresh(self, target: Target, deadline: float) -> Wire:
        """Return a new connection. Raises Refused for an address that is not public nor allowed, else FetchError."""
        addresses = self.addresses(target)
        failed: OSError = OSError("no address")
        for address in addresses:
            left = min(self._policy.connect_timeout, deadline - time.monotonic())
            if left <= 0:
                break
            family = socket.AF_INET if address.version == 4 else socket.AF_INET6
            try:
                sock = connect(family, str(address), target.port, left)
            except OSError as error:
                failed = error
                continue
            if target.scheme == "https":
                sock = self._secured(sock, target, deadline)
            return Wire(sock, str(address))
        what = "it did not connect in time" if isinstance(failed, TimeoutError) else f"cannot connect ({said(failed)})"
        raise FetchError(target.url, what, again=True)

    def addresses(self, target: Target) -> list[Address]:
        """Return the addresses of the host; raises Refused where one of them may not be reached."""
        if target.literal is not None:
            found: list[Address] = [target.literal]
        else:
            try:
                found = [
                    ipaddress.ip_address(one.partition("%")[0]) for one in self._resolver(target.host, target.port)
                ]
            except (OSError, UnicodeError, ValueError) as error:
                raise FetchError(target.url, f"no such host ({said(error)})", again=_passing(error)) from error
        if not found:
            raise FetchError(target.url, "no such host")
        for address in found:
            self._check(target, address)
        return found

    def close(self) -> None:
        """Close what is idle."""
        with self._lock:
            wires = [wire for held in self._idle.values() for wire in held]
            self._idle.clear()
        for wire in wires:
            wire.abort()

    def _check(self, target: Target, address: Address) -> None:
        if any(entry.covers(target.host, target.port, address) for entry in self._allow):
            return
        port = target.port
        if port not in DEFAULT_PORT.values() and (port < FIRST_PORT or port in NOT_WEB):
            hint = f'name it if you mean it: allow = ["{target.host}:{port}"]'
            raise Refused(target.url, f"port {port} is not one of the web", hint=hint)
        kind = why_not_public(address)
        if kind is not None:
            is_it = "" if target.literal is not None else f", {address},"
            raise Refused(
                target.url,
                f"its address{is_it} is {kind}, not public",
                hint=f'name it if you mean it: allow = ["{target.host}:{port}"]',
            )

    def _secured(self, sock: socket.socket, target: Target, deadline: float) -> socket.socket:
        with self._lock:
            if self._context is None:
                self._context = ssl.create_default_context()
        try:
            sock.settimeout(max(0.001, deadline - time.monotonic()))
            return self._context.wrap_socket(sock, server_hostname=target.host)
        except ssl.SSLCertVerificationError as error:
            sock.close()
            hint = (
                "does this system have certificates (the package ca-certificates)?" if error.verify_code == 20 else ""
            )
            raise FetchError(
                target.url, f"its certificate does not hold ({error.verify_message})", hint=hint
            ) from error
        except OSError as error:
            sock.close()
            raise FetchError(target.url, f"no secure connection ({said(error)})", again=True) from error


def said(error: Exception) -> str:
    """Return what the system said of an error."""
    return str(getattr(error, "strerror", None) or error or type(error).__name__)[:160]


def _passing(error: Exception) -> bool:
    return isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
