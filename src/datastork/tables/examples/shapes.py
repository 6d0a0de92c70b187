"""How a text is written: its marks, and where numbers and words stand."""

import re
import unicodedata

MANY = 9  # digits that a run has at most to be like others
LONGEST = 200  # characters of a text that count for its shape
_RUN = re.compile(r"[^\W\d_]+|\d+|\s+|.", re.DOTALL)


def shape_of(text: str | None) -> str:
    """Return the shape of a text: 9 for digits (# for many), a, A, Aa for words, a blank for blanks, marks as they are.

    "" stands for what is empty.

    >>> shape_of("12.50 oz"), shape_of("(503) 555-0101"), shape_of("Los Angeles CA")
    ('9.9 a', '(9) 9-9', 'Aa Aa A')
    """
    if text is None:
        return ""
    shape = "".join(_run(one) for one in _RUN.findall(unicodedata.normalize("NFKC", text[:LONGEST])))
    return shape.strip()


def _run(run: str) -> str:
    """Return the sign of one run of digits, letters, blanks, or of one mark."""
    if run[0].isdigit():
        return "9" if len(run) <= MANY else "#"
    if run.isspace():
        return " "
    if not run[0].isalpha():
        return run
    return "a" if run.islower() else "A" if run.isupper() else "Aa"
