"""Facts: what was measured about a sample, as typed columns.

A group of facts is a `NamedTuple` whose fields become columns. When it also has a static method `of`, a filter can
ask for the facts instead of the data; they are then measured once, kept, and judged again for free when a
threshold changes:

    class Sharpness(NamedTuple):
        sharpness: float

        @staticmethod
        def of(image: Image) -> "Sharpness": ...

    @step
    def blurry(facts: Sharpness, *, below: float = 60.0) -> Drop | None: ...
"""

import typing
from typing import Any, ClassVar, Protocol, runtime_checkable


@runtime_checkable
class Facts(Protocol):
    """What every group of facts looks like: a NamedTuple, seen from outside."""

    _fields: ClassVar[tuple[str, ...]]

    def _asdict(self) -> dict[str, Any]: ...


def is_facts(kind: object) -> bool:
    """Say whether `kind` is a NamedTuple class, the form in which facts are declared."""
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")


def facts_key(kind: type) -> str:
    """Return the identity of a group of facts: where it is defined, and its version (attribute `VERSION`, default 1).

    Raise VERSION when the way of measuring changes; stored values are then measured again.
    """
    version = getattr(kind, "VERSION", 1)
    return f"{kind.__module__}.{kind.__qualname__}@{version}"


def fact_types(group: type) -> dict[str, str]:
    """Return field -> type name ("float", "int", "str", "bool", "bytes", "floats") of a group of facts."""
    names: dict[Any, str] = {float: "float", int: "int", str: "str", bool: "bool", bytes: "bytes"}
    found = {}
    for name, hint in typing.get_type_hints(group).items():
        if name not in group._fields:  # type: ignore[attr-defined]
            continue
        options = [part for part in typing.get_args(hint) if part is not type(None)] or [hint]
        found[name] = names.get(options[0], "floats" if hint in (list[float], tuple[float, ...]) else "str")
    return found
