"""Invented numbers with right check digits, reckoned here anew: what finds them must not vouch for itself."""

import string
from random import Random


def digits(rng: Random, count: int) -> str:
    """Return so many digits, the first not 0."""
    return str(rng.randrange(10 ** (count - 1), 10**count))


def card(rng: Random) -> str:
    """Return a card number: four issuers, plain or in groups."""
    start, size = rng.choice((("4", 16), ("5" + str(rng.randrange(1, 6)), 16), ("37", 15), ("6011", 16)))
    body = start + digits(rng, size - 1 - len(start))
    number = body + str(_luhn_digit(body))
    if size == 15:
        return rng.choice((number, f"{number[:4]} {number[4:10]} {number[10:]}"))
    return rng.choice(
        (
            number,
            " ".join(number[at : at + 4] for at in range(0, 16, 4)),
            "-".join(number[at : at + 4] for at in range(0, 16, 4)),
        )
    )


def _luhn_digit(body: str) -> int:
    total = 0
    for place, sign in enumerate(body[::-1]):
        value = int(sign) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return -total % 10


def iban(rng: Random) -> str:
    """Return an IBAN of one of seven countries, plain or in fours."""
    country, bban = rng.choice(
        (
            ("DE", digits(rng, 18)),
            ("GB", "".join(rng.choices(string.ascii_uppercase, k=4)) + digits(rng, 14)),
            ("FR", digits(rng, 20) + rng.choice("ABCDEFGH") + digits(rng, 2)),
            ("ES", digits(rng, 20)),
            ("NL", rng.choice(("ABNA", "INGB", "RABO")) + digits(rng, 10)),
            ("IT", rng.choice(string.ascii_uppercase) + digits(rng, 22)),
            ("PL", digits(rng, 24)),
        )
    )
    number = "".join(one if one.isdigit() else str(ord(one) - 55) for one in bban + country + "00")
    whole = f"{country}{98 - int(number) % 97:02}{bban}"
    return rng.choice((whole, " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))))


def ssn(rng: Random) -> str:
    """Return a United States number: area, group and serial within what is given out."""
    area = rng.choice([one for one in (rng.randrange(1, 899),) if one != 666] or [123])
    return f"{area:03}-{rng.randrange(1, 100):02}-{rng.randrange(1, 10000):04}"


def nhs(rng: Random) -> str:
    """Return a British health number."""
    while True:
        body = digits(rng, 9)
        check = 11 - sum((10 - at) * int(one) for at, one in enumerate(body)) % 11
        if check != 10:
            return f"{body[:3]} {body[3:6]} {body[6:]}{check % 11}"


def nino(rng: Random) -> str:
    """Return a British national insurance number."""
    letters = rng.choice("ABCEHJLMPRSTWXY") + rng.choice("ABCEHJLMPRSWXYZ")
    number = digits(rng, 6)
    end = rng.choice("ABCD")
    return rng.choice((f"{letters}{number}{end}", f"{letters} {number[:2]} {number[2:4]} {number[4:]} {end}"))


def nir(rng: Random) -> str:
    """Return a French social security number."""
    body = f"{rng.choice('12')}{rng.randrange(100):02}{rng.randrange(1, 13):02}{rng.randrange(1, 96):02}"
    body += f"{rng.randrange(1, 990):03}{rng.randrange(1, 999):03}"
    key = f"{97 - int(body) % 97:02}"
    parts = (body[0], body[1:3], body[3:5], body[5:7], body[7:10], body[10:13], key)
    return rng.choice(("", " ")).join(parts)


def steuer_id(rng: Random) -> str:
    """Return a German tax number: ten digits, one of them twice, and a check digit."""
    while True:
        signs = rng.sample("0123456789", 9)
        signs.insert(rng.randrange(10), rng.choice(signs))
        if signs[0] != "0":
            break
    product = 10
    for one in signs:
        total = (int(one) + product) % 10
        product = (total or 10) * 2 % 11
    number = "".join(signs) + str((11 - product) % 10)
    return rng.choice((number, f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"))


def dni(rng: Random) -> str:
    """Return a Spanish number, of a citizen or a foreigner."""
    letters = "TRWAGMYFPDXBNJZSQVHLCKE"
    if rng.random() < 0.7:
        number = rng.randrange(10**7, 10**8)
        return f"{number}{rng.choice(('', '-'))}{letters[number % 23]}"
    first, number = rng.randrange(3), rng.randrange(10**7)
    return f"{'XYZ'[first]}{number:07}{letters[(first * 10**7 + number) % 23]}"


def bsn(rng: Random) -> str:
    """Return a Dutch number that passes the proof by eleven."""
    while True:
        body = digits(rng, 8)
        check = sum((9 - at) * int(one) for at, one in enumerate(body)) % 11
        if check < 10:
            return body + str(check)


def personnummer(rng: Random) -> str:
    """Return a Swedish number with or without the century."""
    year, month, day = rng.randrange(1930, 2010), rng.randrange(1, 13), rng.randrange(1, 29)
    body = f"{year % 100:02}{month:02}{day:02}{rng.randrange(1000):03}"
    whole = f"{body[:6]}-{body[6:]}{_luhn_digit(body)}"
    return rng.choice((whole, f"{year // 100}{whole}"))


def pesel(rng: Random) -> str:
    """Return a Polish number."""
    year, month, day = rng.randrange(1930, 2015), rng.randrange(1, 13), rng.randrange(1, 29)
    body = f"{year % 100:02}{month + (20 if year > 1999 else 0):02}{day:02}{rng.randrange(10000):04}"
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
    return body + str(-sum(weight * int(one) for weight, one in zip(weights, body, strict=True)) % 10)


def cpf(rng: Random) -> str:
    """Return a Brazilian number in its usual form."""
    body = digits(rng, 9)
    for _ in range(2):
        total = sum((len(body) + 1 - at) * int(one) for at, one in enumerate(body)) * 10 % 11
        body += str(total % 10)
    return f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}"


def sin(rng: Random) -> str:
    """Return a Canadian number."""
    body = rng.choice("1234567") + digits(rng, 7)
    number = body + str(_luhn_digit(body))
    return rng.choice((number, f"{number[:3]} {number[3:6]} {number[6:]}", f"{number[:3]}-{number[3:6]}-{number[6:]}"))


def aadhaar(rng: Random) -> str:
    """Return an Indian number: the last digit is the one that turns the dihedral group back to where it began."""
    body = rng.choice("23456789") + digits(rng, 10)
    for check in "0123456789":
        state = (0, False)  # a turn, and whether mirrored
        for place, one in enumerate((body + check)[::-1]):
            state = _compose(state, _permuted(int(one), place))
        if state == (0, False):
            number = body + check
            return f"{number[:4]} {number[4:8]} {number[8:]}"
    raise AssertionError("one of ten digits is right")


def _permuted(value: int, times: int) -> tuple[int, bool]:
    for _ in range(times % 8):
        value = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[value]
    return value % 5, value > 4


def _compose(one: tuple[int, bool], other: tuple[int, bool]) -> tuple[int, bool]:
    turn = one[0] - other[0] if one[1] else one[0] + other[0]
    return turn % 5, one[1] != other[1]


def codice_fiscale(rng: Random) -> str:
    """Return an Italian tax code."""
    consonants = "BCDFGLMNPRSTVZ"
    body = (
        "".join(rng.choices(consonants, k=6))
        + f"{rng.randrange(100):02}{rng.choice('ABCDEHLMPRST')}{rng.randrange(1, 29):02}"
    )
    body += f"{rng.choice('ABCDEFGHIL')}{rng.randrange(100, 1000)}"
    odd = dict(zip("0123456789ABCDEFGHIJ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21) * 2, strict=True))
    odd |= dict(zip("KLMNOPQRSTUVWXYZ", (2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23), strict=True))
    total = sum(odd[one] for one in body[0::2])
    total += sum(int(one) if one.isdigit() else ord(one) - ord("A") for one in body[1::2])
    return body + string.ascii_uppercase[total % 26]
