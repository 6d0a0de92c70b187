"""The nearest right answer to a wrong word."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, or None where nothing is like it.

    The last part of a dotted name is compared too, so that "neardup" finds "clean.near_dup".
    """
    words = list(known)
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return close[0]
    tails = {name.rsplit(".", 1)[-1]: name for name in reversed(words)}
    close = get_close_matches(word.rsplit(".", 1)[-1], list(tails), n=1, cutoff=0.6)
    return tails[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" or an empty text."""
    found = nearest(word, known)
    return f"; did you mean '{found}'?" if found else ""
