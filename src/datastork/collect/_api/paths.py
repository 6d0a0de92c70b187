"""Paths into JSON: `results`, `data.items[0].name`, `tags[*].name`, `["a.b"].c`, and `$` for the whole."""

import re
from typing import Any

_PART = re.compile(r"""(?P<dot>\.?)(?P<name>[^\s.\[\]"']+)|\[(?P<index>\d{1,9}|\*)\]|\[(?P<quoted>"[^"]+"|'[^']+')\]""")
LONGEST = 500  # characters
Step = str | int | None  # a name, an index, or every element

MISSING = object()


class Path:
    """A path that was read. Raises ValueError where it is none.

    Example:
        >>> Path("data.items[0].tags[*]").of({"data": {"items": [{"tags": ["a", "b"]}]}})
        ['a', 'b']
        >>> Path("$").of(3), Path("a.b").of({"a": []}) is MISSING
        (3, True)
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps = _read(text)

    def of(self, value: Any) -> Any:
        """Return what lies there, or MISSING. Behind `[*]` it is the list of all that is there."""
        return _look(value, self.steps)

    def text_of(self, value: Any) -> str | None:
        """Return what lies there as text, or None for null and what is missing; a number becomes its digits."""
        found = self.of(value)
        if found is None or found is MISSING or isinstance(found, list | dict):
            return None
        if isinstance(found, bool):
            return "true" if found else "false"
        return str(found).encode("utf-8", "replace").decode()  # no half characters


def _read(text: str) -> tuple[Step, ...]:
    if text == "$":
        return ()
    if not text or len(text) > LONGEST:
        raise ValueError(f"{text[:40]!r} is no path; write it like 'data.items[0].name', or '$' for the whole")
    steps: list[Step] = []
    at = 1 if text.startswith(("$.", "$[")) else 0
    while at < len(text):
        found = _PART.match(text, at)
        dotted = bool(found and found["dot"])
        if found is None or (found["name"] is not None and dotted == (not steps and at == 0)):
            raise ValueError(f"{text!r} is no path: {text[at : at + 20]!r} cannot be read")
        if found["name"] is not None:
            steps.append(found["name"])
        elif found["quoted"] is not None:
            steps.append(found["quoted"][1:-1])
        else:
            steps.append(None if found["index"] == "*" else int(found["index"]))
        at = found.end()
    return tuple(steps)


def _look(value: Any, steps: tuple[Step, ...]) -> Any:
    for number, step in enumerate(steps):
        if step is None:
            if not isinstance(value, list):
                return MISSING
            inner = (_look(one, steps[number + 1 :]) for one in value)
            return [one for one in inner if one is not MISSING and one is not None]
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return MISSING
            value = value[step]
        else:
            if not isinstance(value, dict) or step not in value:
                return MISSING
            value = value[step]
    return value
