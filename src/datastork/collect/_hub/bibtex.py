"""The citation in a dataset's README: its first BibTeX entry."""

import re
from itertools import islice

LONGEST, MOST = 4000, 20  # characters of an entry, entries looked at
_KINDS = (
    *("article", "book", "booklet", "conference", "dataset", "inbook", "incollection", "inproceedings", "manual"),
    *("mastersthesis", "misc", "online", "phdthesis", "proceedings", "software", "techreport", "unpublished"),
)
_ENTRY = re.compile(rf"@(?:{'|'.join(_KINDS)})\s{{0,9}}\{{", re.IGNORECASE)


def bibtex_of(text: str) -> str:
    """Return the first whole BibTeX entry of a text, or nothing.

    Example:
        >>> bibtex_of("Cite as: @misc{a, title={The {Best} Set}} and thank us.")
        '@misc{a, title={The {Best} Set}}'
    """
    for begin in islice(_ENTRY.finditer(text), MOST):
        depth = 0
        for at in range(begin.end() - 1, min(len(text), begin.start() + LONGEST)):
            depth += (text[at] == "{") - (text[at] == "}")
            if depth == 0:
                return text[begin.start() : at + 1]
    return ""
