"""Spaces and empty lines."""

import re
from typing import Annotated

from datastork.core import Range, step
from datastork.media.text import Text

# Spaces of other widths, and what ends a line or page elsewhere. U+200B has none: clean.text.fix_unicode takes it.
_SPACES = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_LINES = "\r\v\f\x1c-\x1e\x85\u2028\u2029"
_ODD = re.compile(f"[{_SPACES}{_LINES}]")
_LINE_ENDS = re.compile(f"\r\n|[{_LINES}]")
_ODD_SPACE = re.compile(f"[{_SPACES}]")


@step
def whitespace(
    text: Text,
    *,
    blank_lines: Annotated[int, Range(0)] = 1,
    odd_spaces: bool = True,
    indent: bool = False,
    one_line: bool = False,
) -> Text:
    """Bring spaces, tabs and empty lines to order.

    Within a line every run of spaces and tabs becomes one space; ends of lines, and the beginning and end of the text,
    lose theirs.

    Settings:
        blank_lines: how many empty lines at most stay between two lines (lines)
        odd_spaces: whether no-break, thin, wide and other Unicode spaces become plain ones, and vertical tabs, form
            feeds and U+2028 end a line
        indent: whether spaces and tabs at the beginning of a line stay as they are, as code and verse need
        one_line: whether the whole text becomes one line

    Example:
        >>> whitespace(Text("  A   robin \\t sang.  \\n\\n\\n\\nIt flew. ")).content
        'A robin sang.\\n\\nIt flew.'
    """
    content = text.content
    if odd_spaces and not content.replace("\n", " ").isprintable() and _ODD.search(content):
        content = _ODD_SPACE.sub(" ", _LINE_ENDS.sub("\n", content))
    if one_line:
        return text.replaced(_line(content.replace("\n", " ")))
    if indent:
        content = "\n".join([_indented(line) for line in content.split("\n")])
    elif _unordered(content):
        content = "\n".join([_line(line) for line in content.split("\n")])
    too_many = "\n" * (blank_lines + 2)
    if too_many in content:
        content = re.sub(too_many + "+", too_many[1:], content)
    return text.replaced(content.strip("\n"))


def _unordered(content: str) -> bool:
    """Say whether there is anything in the lines to bring to order."""
    return (
        "  " in content
        or "\t" in content
        or " \n" in content
        or "\n " in content
        or content[:1] == " "
        or content[-1:] == " "
    )


def _line(line: str) -> str:
    """Return a line with every run of spaces and tabs as one space, and none at its ends."""
    return " ".join([word for word in line.replace("\t", " ").split(" ") if word]) if _unordered(line) else line


def _indented(line: str) -> str:
    """Return a line brought to order but for the spaces and tabs at its beginning."""
    rest = _line(line)
    return line[: len(line) - len(line.lstrip(" \t"))] + rest if rest else ""
