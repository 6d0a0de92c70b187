"""Fetching: bytes from the web, politely and without being led where a recipe did not mean to go.

    with Fetcher(Policy(rate=2.0)) as fetcher:
        answer = fetcher.get("https://example.org/page")
        value = fetcher.json("https://example.org/items.json")

Every host is looked up once for each connection, every address it has must be public (or named in `allow`), and the
connection goes to the address that was checked; so for each hop of a redirect.
"""

from datastork.fetch.answer import Answer
from datastork.fetch.errors import FetchError, Refused
from datastork.fetch.fetcher import Fetcher
from datastork.fetch.policy import AGENT, Policy

__all__ = ["AGENT", "Answer", "FetchError", "Fetcher", "Policy", "Refused"]
