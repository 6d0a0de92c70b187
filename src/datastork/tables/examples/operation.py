"""One step of a transform of text: what it does, in words, and how simple it is."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Operation:
    """A function of one text, the same as another where `key` is the same.

    `says`  what it does, as part of a sentence ("remove ' oz'")
    `cost`  how much must be said to tell it from others; what is simpler is more likely
    `run`   the new text, or None where it does not apply
    `stays` whether a text it applies to may be right as it is already, though it changes it (a date in two orders)
    `specific` it takes away content of its example, that is no unit and no mark
    """

    key: tuple[object, ...]
    says: str = field(compare=False)
    cost: float = field(compare=False)
    run: Callable[[str], str | None] = field(compare=False)
    stays: Callable[[str], bool] | None = field(default=None, compare=False)
    specific: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Transform:
    """Operations in order. Of none: the text as it is."""

    steps: tuple[Operation, ...]

    @property
    def says(self) -> str:
        """What it does in words."""
        return ", ".join(one.says for one in self.steps)

    @property
    def cost(self) -> float:
        """How much must be said to tell it from others."""
        return sum(one.cost for one in self.steps) + 0.5 * max(0, len(self.steps) - 1)

    @property
    def specific(self) -> bool:
        """Whether a step takes away content of its example."""
        return any(one.specific for one in self.steps)

    @property
    def invents(self) -> bool:
        """Whether a step changes what the text says, and not only how it is written."""
        return any(one.key[0] in ("add", "scale") for one in self.steps)

    def may_stay(self, text: str) -> bool:
        """Return whether a text may be right as it is already, as far as a step can tell."""
        return any(one.stays is not None and one.stays(text) for one in self.steps)

    def run(self, text: str) -> str | None:
        """Return the new text, None where a step does not apply."""
        now: str | None = text
        for one in self.steps:
            now = one.run(now) if now is not None else None
        return now
