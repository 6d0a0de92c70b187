"""What the app answers when it does not do what was asked: a status, what is wrong, and the nearest right answer."""

from typing import Any


class Refused(Exception):
    """An answer to a request that cannot be done as asked. It is shown to the client as it stands."""

    def __init__(
        self, status: int, error: str, hint: str = "", *, headers: dict[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(error)
        self.status = status
        self.headers = headers or {}
        self.body: dict[str, Any] = {"error": error, "hint": hint, **more}


def not_found(what: str = "there is nothing here", hint: str = "") -> Refused:
    """Return the answer for what does not exist."""
    return Refused(404, what, hint)


def wrong(problems: list[str], hint: str = "") -> Refused:
    """Return the answer for values that cannot be: every problem at once."""
    return Refused(
        422, problems[0] if len(problems) == 1 else f"{len(problems)} things are wrong", hint, problems=problems
    )
