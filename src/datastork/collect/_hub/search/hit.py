"""A dataset that was found, and how well it fits the words."""

import math
import re
from dataclasses import dataclass, field

_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A public dataset.

    `name` is how a recipe says it ("hf:owner/name"), or how its catalogue does where collecting it is not ours to do;
    `line` the line for the recipe, or nothing then. What a catalogue does not say is None, or empty.
    """

    source: str
    name: str
    title: str
    link: str
    line: str = ""
    license: str | None = None
    size: int | None = None
    rows: int | None = None
    downloads: int | None = None
    updated: str | None = None
    tasks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    about: str = field(default="", repr=False)

    def score(self, words: list[str]) -> float:
        """Return how well it fits: words in its name count most, then in its title, then elsewhere; then downloads."""
        name, title = (set(_WORD.findall(text.lower())) for text in (self.name, self.title))
        rest = set(_WORD.findall(" ".join((self.about, *self.tasks)).lower()))
        fits = 0.0
        for word in words:
            near = any(one.startswith(word) or word.startswith(one) for one in name | title if len(one) > 3)
            fits += 3.0 if word in name else 2.0 if word in title else 1.0 if near or word in rest else 0.0
        return fits / max(len(words), 1) + 0.1 * math.log10(1 + (self.downloads or 0))


def words_of(text: str) -> list[str]:
    """Return the words of a question.

    Example:
        >>> words_of("Garden birds, UK")
        ['garden', 'birds', 'uk']
    """
    return list(dict.fromkeys(_WORD.findall(text.lower())))
