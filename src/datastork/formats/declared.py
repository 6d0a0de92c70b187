"""The classes of a file: those it declares, or those its answers use."""

from collections.abc import Iterable
from typing import Any

from datastork.core.questions import LabelClass
from datastork.formats.format import Refused
from datastork.formats.record import Annotated


def to_classes(names: Iterable[str]) -> list[LabelClass]:
    """Return classes of these names, each once, in their order."""
    return [LabelClass(name, name) for name in dict.fromkeys(names)]


def used_classes(samples: Iterable[Annotated | Refused]) -> list[LabelClass]:
    """Return the labels of regions, the tags and the plain answers that stand in votes, in order of appearance.

    Answers that are free text count as classes too: a file that declares none does not say which is which.
    """
    seen: dict[str, None] = {}
    for sample in samples:
        if isinstance(sample, Annotated):
            for vote in sample.votes:
                seen.update(dict.fromkeys(_labels(vote.value)))
    return to_classes(seen)


def _labels(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        found = [one.get("label") if isinstance(one, dict) else one for one in value]
        return [one for one in found if isinstance(one, str)]
    return []
