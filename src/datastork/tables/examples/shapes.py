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


def width_of(text: str) -> str:
    """Return a text with its digits as d, so that numbers of one length are alike.

    >>> width_of("06574-1")
    'ddddd-d'
    """
    return re.sub(r"\d", "d", text[:LONGEST])


def zeros_of(text: str) -> str:
    """Return the shape of the numbers of a text: 0 for one that begins with a needless zero, 9 for others.

    >>> zeros_of("4/05/1998"), zeros_of("0.5")
    ('9/0/9', '9.9')
    """
    marks = re.sub(r"[^\W\d]+", "a", text[:LONGEST])
    return re.sub(r"\d+", lambda run: "0" if run[0].startswith("0") and len(run[0]) > 1 else "9", marks)


def _run(run: str) -> str:
    """Return the sign of one run of digits, letters, blanks, or of one mark."""
    if run[0].isdigit():
        return "9" if len(run) <= MANY else "#"
    if run.isspace():
        return " "
    if not run[0].isalpha():
        return run
    return "a" if run.islower() else "A" if run.isupper() else "Aa"
