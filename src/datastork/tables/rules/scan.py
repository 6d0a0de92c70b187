"""Lines taken apart at signs that stand outside quotes and brackets."""

from collections.abc import Iterator

QUOTES = '"`'


def outside(text: str, signs: str) -> Iterator[int]:
    """Give the places of any of `signs` outside quotes (" and `).

    >>> list(outside('a, "b, c", d', ","))
    [1, 9]
    """
    quote = ""
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in signs:
            yield place
        elif character in QUOTES and text.find(character, place + 1) > 0:  # a quote that is never closed is a mark
            quote = character


def first_of(text: str, signs: str) -> int:
    """Return the place of the first of `signs` outside quotes, -1 where there is none."""
    return next(outside(text, signs), -1)


def listed(text: str) -> list[str]:
    """Return the parts between commas outside quotes and round brackets, without blanks around and without empty ones.

    >>> listed('number, strip "a, b", (c, d)')
    ['number', 'strip "a, b"', '(c, d)']
    """
    parts, start, depth = [], 0, 0
    for place in outside(text, ",()"):
        if text[place] == "(":
            depth += 1
        elif text[place] == ")":
            depth -= 1
        elif depth <= 0:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def unquoted(text: str) -> str:
    """Return a text without the quotes around it.

    >>> unquoted(' "beer name" '), unquoted("plain")
    ('beer name', 'plain')
    """
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in QUOTES:
        return text[1:-1]
    return text
