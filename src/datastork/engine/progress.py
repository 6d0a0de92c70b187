"""How a build tells what it is doing. The command line draws it; a library user may listen too."""

from typing import Protocol


class Progress(Protocol):
    """Called by the engine while it works, always from the thread that builds."""

    def begin(self, what: str, total: int | None) -> None:
        """A piece of work begins: `total` inputs, or None where there is nothing to count."""
        ...

    def advance(self, inputs: int, dropped: int = 0, quarantined: int = 0) -> None:
        """So many more inputs are finished and committed."""
        ...

    def end(self) -> None:
        """The piece of work is done."""
        ...

    def note(self, text: str) -> None:
        """Something the user should know."""
        ...


class Silent:
    """Says nothing."""

    def begin(self, what: str, total: int | None) -> None:
        """Say nothing."""

    def advance(self, inputs: int, dropped: int = 0, quarantined: int = 0) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""
