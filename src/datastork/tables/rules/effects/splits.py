"""Two values that slipped into one column, taken apart again."""

import re

from datastork.tables.rules.effects.book import Book
from datastork.tables.rules.lines import Split

ALIKE = 0.95  # so many of the second column's values have the shape of the example's, or only known ones count


def take_apart(book: Book, rule: Split) -> None:
    """Take the second value off the first where the second column has none, or has the same.

    What is taken off is a value of the second column, or has the shape of the example's end where nearly all of the
    second column has.
    """
    import numpy as np

    first, second = book.grid[rule.first], book.grid[rule.second]
    sign, tail = _sign_and_tail(rule.example, second.values)
    known = {value for value in second.values if value.strip()}
    counts = second.counts.tolist()
    total = sum(n for value, n in zip(second.values, counts, strict=True) if value.strip())
    alike = sum(n for value, n in zip(second.values, counts, strict=True) if _shape(value) == _shape(tail))
    shape = _shape(tail) if total and alike >= ALIKE * total else None
    parts = [_apart(value, sign, known, shape) for value in first.values]
    split = np.array([part is not None for part in parts] + [False], bool)
    rows = np.flatnonzero(split[first.codes])
    heads, tails, kept = [], [], []
    for row, code in zip(rows.tolist(), first.codes[rows].tolist(), strict=True):
        part, there = parts[code], second.text(row)
        if part is not None and (there is None or not there.strip() or there == part[1]):
            kept.append(row)
            heads.append(part[0])
            tails.append(part[1])
    chosen = np.array(kept, np.int64)
    book.cells(rule, "rule", rule.first, chosen, heads)
    book.cells(rule, "rule", rule.second, chosen, tails)


def _sign_and_tail(example: str, known: tuple[str, ...]) -> tuple[str, str]:
    """Return what stands between the two values in the example, and the second."""
    ends = sorted((value for value in known if value.strip() and example.endswith(value)), key=len, reverse=True)
    tail = ends[0] if ends else example.split()[-1]
    head = example[: len(example) - len(tail)]
    return head[len(head.rstrip(" ,;/|-")) :] or " ", tail


def _apart(value: str, sign: str, known: set[str], shape: str | None) -> tuple[str, str] | None:
    place = value.find(sign)
    while place > 0:
        head, tail = value[:place].rstrip(" ,;"), value[place + len(sign) :].strip()
        if head and tail and (tail in known or (shape is not None and _shape(tail) == shape)):
            return head, tail
        place = value.find(sign, place + 1)
    return None


def _shape(text: str) -> str:
    """Return a text with A for its capitals, a for its small letters and 0 for its digits."""
    text = re.sub(r"[^\W\d_]", lambda found: "A" if found[0].isupper() else "a", text.strip())
    return re.sub(r"\d", "0", text)
