"""Lines that stand in many texts."""

from typing import Annotated

from datastork.core import Column, Drop, step
from datastork.core.errors import DataError
from datastork.media.text import Text
from datastork.media.text.measures.folded import stripped_lines
from datastork.media.text.measures.line_hashes import line_hash


@step
def cut_lines(text: Text, *, lines: Annotated[str | None, Column("boilerplate_lines")] = None) -> Text | Drop:
    r"""Cut the lines that `clean.text.boilerplate` found.

    Put it directly behind `clean.text.boilerplate`, which says which lines of a text stand in many others. A text of
    which nothing is left is dropped. The blank lines around what is cut stay, one of them where there are several.

    A line that is no longer the one that was found is an error of that sample: another step has changed the lines.
    """
    if not lines:
        return text
    kept: list[str | None] = list(text.lines)
    for entry in lines.split(","):
        number, _, mark = entry.partition(":")
        place = int(number) - 1
        if not (0 <= place < len(kept) and line_hash(stripped_lines(text)[place]).hex().startswith(mark)):
            hint = "put clean.text.cut_lines directly behind clean.text.boilerplate"
            raise DataError(f"line {number} is not the one that clean.text.boilerplate found", hint=hint)
        kept[place] = None
    rest = "\n".join(_closed(kept))
    if not rest or rest.isspace():
        return Drop("nothing but lines that many texts have")
    return text.replaced(rest)


def _closed(lines: list[str | None]) -> list[str]:
    """Return the lines that are not cut (None); of the blank ones around a cut, the first."""
    found: list[str] = []
    cut = False
    for line in lines:
        if line is None:
            cut = True
        elif line.strip():
            found.append(line)
            cut = False
        elif not cut or (found and found[-1].strip()):
            found.append(line)
    return found
