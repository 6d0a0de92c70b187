"""Check digits, as published by those who give out the numbers. All take ASCII digits unless they say more."""

from collections.abc import Sequence

_D = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # multiplication in the dihedral group of order 10
_P = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn(digits: str) -> bool:
    """Return whether the last digit is right by Luhn (ISO/IEC 7812-1): cards, Swedish and Canadian numbers."""
    numbers = [int(one) for one in reversed(digits)]
    return (sum(numbers[::2]) + sum(_DOUBLED[one] for one in numbers[1::2])) % 10 == 0


def mod97(letters: str) -> bool:
    """Return whether letters and digits are right by ISO 7064 MOD 97-10, first four moved to the end (IBAN)."""
    moved = letters[4:] + letters[:4]
    return int("".join(str(int(one, 36)) for one in moved)) % 97 == 1


def verhoeff(digits: str) -> bool:
    """Return whether the last digit is right by Verhoeff (1969): Aadhaar."""
    state = 0
    for place, one in enumerate(reversed(digits)):
        state = _D[state][_P[place % 8][int(one)]]
    return state == 0


def mod11_10(digits: str) -> bool:
    """Return whether the last digit is right by ISO 7064 MOD 11,10: German tax numbers, Croatian OIB."""
    state = 10
    for one in digits[:-1]:
        state = (state + int(one)) % 10 or 10
        state = state * 2 % 11
    return (11 - state) % 10 == int(digits[-1])


def weighted(digits: str, weights: Sequence[int], modulus: int) -> int:
    """Return the sum of digit times weight, modulo `modulus`."""
    return sum(int(one) * weight for one, weight in zip(digits, weights, strict=False)) % modulus
