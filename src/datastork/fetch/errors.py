"""What can go wrong while fetching, in words for the person who named the address."""

from datastork.core.errors import DataError


class FetchError(DataError):
    """An address gave no usable answer. `url` is the address, `again` whether another try may go better."""

    def __init__(self, url: str, what: str, *, again: bool = False, hint: str = "") -> None:
        super().__init__(f"{url}: {what}", hint=hint)
        self.url = url
        self.what = what
        self.again = again


class Refused(FetchError):
    """We do not go there: a private address, another scheme, a port that is not for the web, or robots.txt."""
