"""What came back from an address."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from datastork.fetch.errors import FetchError


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    `url`      the address that answered, in its normal form; `hops` those that led here, the first one first
    `status`   200 and so on; every status is an answer (see `ok`, `checked`)
    `headers`  by name, in any case
    `body`     decompressed
    `seconds`  from the first byte sent to the last one received; `address` is the IP that answered
    `raw`      the answer as it was on the wire, where it was asked for; `request` what was sent
    `cut`      whether the body was left where it was, or in part, because that is what was asked for
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    hops: tuple[str, ...] = ()
    seconds: float = 0.0
    address: str = ""
    raw: bytes = field(default=b"", repr=False)
    cut: bool = False
    request: bytes = field(default=b"", repr=False)

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def checked(self) -> "Answer":
        """Return this answer; raises FetchError where the status is not 2xx."""
        if not self.ok:
            raise FetchError(self.url, f"the server answered {self.status}", again=self.status in {429, 502, 503, 504})
        return self

    def json(self) -> Any:
        """Return the body read as JSON. Raises FetchError where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise FetchError(self.url, f"the answer is no JSON ({what[:120]})") from error
