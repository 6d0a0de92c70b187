"""Digits are never repaired by how texts look: a similar number is another number."""

import re

_DIGITS = re.compile(r"\d+")
_MIXED = re.compile(r"\w*\d\w*")


def digits_of(text: str) -> str:
    """Return the numbers in a text, with blanks between.

    Example:
        >>> digits_of("12 West 3rd")
        '12 3'
    """
    return " ".join(_DIGITS.findall(text))


def same_digits(old: str, new: str) -> bool:
    """Return whether a repair by spelling alone leaves all digits as they are.

    Letters may change beside a number ("95x" to "95%"), but none may go or come in a word with a digit, for the letter
    may stand where a digit was.

    Example:
        >>> same_digits("12 patiemts", "12 patients"), same_digits("3x patients", "3 patients"), same_digits("1O", "10")
        (True, False, False)
    """
    if digits_of(old) != digits_of(new):
        return False
    return len(old) == len(new) or _MIXED.findall(old) == _MIXED.findall(new)
