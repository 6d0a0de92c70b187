"""Which part of a block of separated values is regular: where every reader agrees on what its quotation marks mean."""

from typing import Literal, NamedTuple

NEW_LINE, RETURN = 10, 13


class Regular(NamedTuple):
    """The first `end` bytes of a block are whole records and regular; `after` says what comes behind them.

    "more": a record that may be regular when more of it is read; "careful": one that is not; "end": nothing.
    """

    end: int
    after: Literal["more", "careful", "end"]


def regular(block: bytes, delimiter: str, quote: str | None, *, final: bool) -> Regular:
    """Return the regular part of a block that begins with a record; `final` says that nothing comes behind it.

    Quotation marks are regular where each stands at the beginning of a field, at its end, or is doubled inside a
    quoted one.
    """
    if b"\0" in block:
        return Regular(0, "careful")
    if quote is None or quote.encode() not in block:
        end = len(block) if final else _line_end(block, len(block) - 1)
        return Regular(end, "end" if final and end == len(block) else "more")
    return _with_quotes(block, delimiter, quote, final)


def _with_quotes(block: bytes, delimiter: str, quote: str, final: bool) -> Regular:
    import numpy as np

    view = np.frombuffer(block, np.uint8)
    stops = np.zeros(256, bool)
    stops[[ord(delimiter), NEW_LINE, RETURN]] = True
    seen = view if final else view[:-1]  # what comes behind the last byte is not known
    marks = np.flatnonzero(seen == ord(quote))
    if not len(marks):
        return Regular(_line_end(block, len(block) - 1), "more")
    before = np.where(marks > 0, stops[view[marks - 1]], True)
    after = np.ones(len(marks), bool)
    inner = marks + 1 < len(view)
    after[inner] = stops[view[marks[inner] + 1]]
    twin = np.diff(marks) == 1
    opens = np.arange(len(marks)) % 2 == 0
    before[1:] |= twin
    after[:-1] |= twin
    wrong = np.flatnonzero(~np.where(opens, before, after))
    if len(wrong):
        limit, state = int(marks[wrong[0]]), "careful"
    elif final and len(marks) % 2:
        limit, state = int(marks[-1]), "careful"
    else:
        limit, state = len(block), "end" if final else "more"
        if final:
            return Regular(limit, "end")
    end = _line_end(block, limit if limit < len(block) else limit - 1)
    while end:  # a line may end inside a quoted value
        inside = int(np.searchsorted(marks, end))
        if not inside % 2:
            break
        end = _line_end(block, int(marks[inside - 1]))
    return Regular(end, "careful" if state == "careful" else "more")


def _line_end(block: bytes, before: int) -> int:
    """Return where the line behind the last line end that lies before place `before` begins; 0 where there is none."""
    return max(block.rfind(b"\n", 0, before + 1), block.rfind(b"\r", 0, before)) + 1


def lines_in(data: bytes) -> int:
    """Return how many lines end in `data`: by a line feed, a return, or both."""
    ends = data.count(b"\n")
    returns = data.count(b"\r")
    return ends + returns - data.count(b"\r\n") if returns else ends
