"""The mark of a step. It marks and returns the same function, so a step runs in a REPL with no dataset at all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, overload

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Mark:
    """What the signature of a step cannot say.

    `version`: raise it when the result for the same input changes; finished work is then done again.
    `needs`: groups of facts (see `core.facts`) a whole-table step wants measured on every sample's media.
    `remembers`: columns whose value in the last version the step wants to see, as `<column>_before`; how a split
    stays the same while data grows. A step that `corrects` sees them (but for `state`) only of samples on which people
    answered a question other than the main one: it is what they were shown.
    `records`: the media it returns carries `changes` (`core.change.Change`). They go to the ledger, and every sample
    gets the columns `<step>_found` (how many) and `<step>_kinds` ("EMAIL:2 PHONE:1", sorted by kind).
    `corrects`: the frame it returns has a column `corrections` (`media.row_table.corrections_of`): cells of rows that
    are to change. The engine changes the rows and keeps what was there in the ledger; the user can undo it.
    """

    version: int = 1
    needs: tuple[type, ...] = ()
    remembers: tuple[str, ...] = ()
    records: bool = False
    corrects: bool = False


@overload
def step(function: Function, /) -> Function: ...
@overload
def step(
    *,
    version: int = 1,
    needs: tuple[type, ...] = (),
    remembers: tuple[str, ...] = (),
    records: bool = False,
    corrects: bool = False,
) -> Callable[[Function], Function]: ...
def step(
    function: Function | None = None,
    /,
    *,
    version: int = 1,
    needs: tuple[type, ...] = (),
    remembers: tuple[str, ...] = (),
    records: bool = False,
    corrects: bool = False,
) -> Function | Callable[[Function], Function]:
    """Mark a function as a step. Its module path is its name, its signature is its schema.

    Raises TypeError when used on anything but a function.
    """
    mark = Mark(version=version, needs=needs, remembers=remembers, records=records, corrects=corrects)

    def put(target: Function) -> Function:
        if not callable(target) or isinstance(target, type):
            msg = f"@step marks functions, not {target!r}"
            raise TypeError(msg)
        target.__step__ = mark  # type: ignore[attr-defined]
        return target

    return put if function is None else put(function)


def mark_of(function: object) -> Mark | None:
    """Return the mark of a step, or None where `function` is no step."""
    mark = getattr(function, "__step__", None)
    return mark if isinstance(mark, Mark) else None
