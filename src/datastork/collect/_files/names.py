"""Labels, groups and columns of their own that lie in names: regular expressions with named groups."""

import re
from dataclasses import dataclass

from datastork.collect._merge import TAKEN
from datastork.core.errors import RecipeError
from datastork.core.nearest import did_you_mean

MEANING = ("label", "group")


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A compiled pattern; `columns` are its named groups but for `label` and `group`."""

    expression: re.Pattern[str]
    columns: tuple[str, ...]

    def search(self, text: str) -> dict[str, str | None] | None:
        """Return the named groups, or None where `text` does not match."""
        found = self.expression.search(text)
        return None if found is None else found.groupdict()


def compile_pattern(setting: str, text: str, needs: str) -> NamePattern:
    """Return the pattern of `setting`; it must have the named group `needs`.

    Raises RecipeError for a broken expression, a missing group, and a group called like a column that is
    taken.
    """
    try:
        expression = re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise RecipeError([f"{setting}: {text!r} is no regular expression: {error}"]) from error
    names = list(expression.groupindex)
    problems = []
    if needs not in names:
        if not names and expression.groups == 1:
            hint = f"; name the group: (?P<{needs}>…)"
        else:
            hint = did_you_mean(needs, names) or f"; write (?P<{needs}>…) around it"
        problems.append(f"{setting}: {text!r} has no group called {needs!r}{hint}")
    problems += [
        f"{setting}: a group cannot be called {name!r}: datastork has a column of that name"
        for name in names
        if name in TAKEN and name not in MEANING
    ]
    if problems:
        raise RecipeError(problems)
    return NamePattern(expression, tuple(name for name in names if name not in MEANING))
