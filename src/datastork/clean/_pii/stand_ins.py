"""Stand-ins: for one value and one key always the same, and plainly invented.

Where a standard keeps a range for examples, a stand-in is from it: RFC 2606 (example.org), RFC 5737 and 3849 (IP), RFC
7042 (MAC), 555-01xx in North America, 07700 900xxx in the United Kingdom (Ofcom). These ranges are small, so two values
may share a stand-in. Numbers with check digits get ones that are wrong, so that nobody's number can come out.
"""

import hmac
import ipaddress
import re
import unicodedata
from collections.abc import Callable

from datastork.clean._pii.words import FIRST, LAST, PARTICLES
from datastork.media.text.private.checksums import luhn, mod97
from datastork.media.text.private.national.recogniser import National, is_valid


class Draws:
    """Numbers drawn from the keyed hash of a value: HMAC-SHA256, which tells nothing of the value without the key."""

    def __init__(self, key: bytes, family: str, value: str) -> None:
        self._key, self._message = key, f"{family}\0{value}".encode(errors="replace")
        self._number, self._round = 1, 0

    def below(self, count: int) -> int:
        """Return the next number, 0 to `count` - 1."""
        if self._number < count << 64:
            self._round += 1
            message = self._round.to_bytes(4) + self._message
            self._number = (1 << 512) + int.from_bytes(hmac.digest(self._key, message, "sha512"))
        self._number, drawn = divmod(self._number, count)
        return drawn


def stand_in(kind: str, value: str, key: bytes) -> str:
    """Return what stands in for a value of a kind. Differences of case, accents and separators do not count."""
    make = _MAKERS.get(kind)
    if make is not None:
        return make(value, key)
    if kind.partition("_")[0] in _COUNTRIES or kind in _PAPERS:
        return _number(kind, value, key)
    draws = Draws(key, kind, _plain(value))
    return f"[{kind}-{draws.below(16**8):08x}]"


def _plain(value: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", value).casefold() if not unicodedata.combining(one))


def _letters(value: str) -> str:
    return "".join(one for one in _plain(value) if one.isalnum())


def word(draws: Draws) -> str:
    """Return an invented word."""
    return (FIRST[draws.below(len(FIRST))] + LAST[draws.below(len(LAST))]).capitalize()


def _person(value: str, key: bytes) -> str:
    """Every word of a name has its own stand-in, so that "Anna Smith", "Anna" and "SMITH, Anna" go together."""
    return re.sub(r"[^\W\d_]+", lambda match: _name(match.group(), key), value)


def _name(part: str, key: bytes) -> str:
    if part in PARTICLES:
        return part
    draws = Draws(key, "name", _plain(part))
    made = word(draws)
    if len(part) == 1:
        return made[0]
    return made.upper() if part.isupper() else made.lower() if part.islower() else made


def _email(value: str, key: bytes) -> str:
    draws = Draws(key, "EMAIL", _plain(value))
    made = f"{word(draws)}.{word(draws)}{draws.below(1000)}"
    return f"{made.lower()}@example.{('org', 'com', 'net')[draws.below(3)]}"


def _phone(value: str, key: bytes) -> str:
    digits = re.sub(r"[^0-9]", "", value)
    draws = Draws(key, "PHONE", digits[-9:])  # with or without the code of the country
    if digits.startswith(("44", "0044")) and len(digits) > 10:
        return f"+44 7700 900{draws.below(1000):03}"
    if value.startswith("0") and not value.startswith("00"):
        return f"07700 900{draws.below(1000):03}"
    area = f"{2 + draws.below(8)}{draws.below(10)}{draws.below(10)}"
    return f"{'+1-' if value.startswith(('+', '00')) else ''}{area}-555-01{draws.below(100):02}"


def _digits(value: str, draws: Draws, first: str) -> str:
    """Return a value with other digits and letters in its own form; the first digits are given."""
    given = iter(first)
    made = []
    for one in value:
        if one.isdigit():
            made.append(next(given, None) or str(draws.below(10)))
        elif one.isalpha():
            letter = "ABCDEFGHJKLMNPQRSTUVWXYZ"[draws.below(24)]
            made.append(letter if one.isupper() else letter.lower())
        else:
            made.append(one)
    return "".join(made)


def _number(kind: str, value: str, key: bytes) -> str:
    draws = Draws(key, kind, _letters(value))
    made = _digits(value, draws, "000")
    while is_valid(kind, made):
        made = _digits(value, draws, "000")
    return made


def _card(value: str, key: bytes) -> str:
    draws = Draws(key, "CREDIT_CARD", _letters(value))
    made = _digits(value, draws, "000000")  # no issuer has these digits
    while luhn(re.sub(r"[^0-9]", "", made)):
        made = _digits(value, draws, "000000")
    return made


def _iban(value: str, key: bytes) -> str:
    draws = Draws(key, "IBAN", _letters(value))
    made = "XX00" + _digits(value[4:], draws, "")  # XX is no country
    while mod97(_letters(made).upper()):
        made = "XX00" + _digits(value[4:], draws, "")
    return made


def _ip(value: str, key: bytes) -> str:
    address = ipaddress.ip_address(value)
    draws = Draws(key, "IP_ADDRESS", str(address))
    if address.version == 4:
        return f"{('192.0.2', '198.51.100', '203.0.113')[draws.below(3)]}.{1 + draws.below(254)}"
    return str(ipaddress.IPv6Address((0x20010DB8 << 96) + draws.below(1 << 64)))


def _mac(value: str, key: bytes) -> str:
    draws = Draws(key, "MAC_ADDRESS", _letters(value))
    made = f"00005e0053{draws.below(256):02x}"
    made = made.upper() if value.upper() == value else made
    given = iter(made)
    return "".join(next(given) if one.isalnum() else one for one in value)


def _url(value: str, key: bytes) -> str:
    return f"https://example.org/{Draws(key, 'URL', value).below(16**10):010x}"


def _secret(value: str, key: bytes) -> str:
    return f"example-secret-{Draws(key, 'SECRET', value).below(16**10):010x}"


def _coordinates(value: str, key: bytes) -> str:
    draws = Draws(key, "COORDINATES", _letters(value))
    return f"0.0{draws.below(10**4):04}, 0.0{draws.below(10**4):04}"  # in the sea, where the equator meets Greenwich


def _address(value: str, key: bytes) -> str:
    draws = Draws(key, "ADDRESS", _letters(value))
    return f"{1 + draws.below(199)} {word(draws)} Street, Example Town 00000"


def _birth(value: str, key: bytes) -> str:
    """Keep the form and the name of the month; the year becomes 1900, day and month 1 to 12."""
    draws = Draws(key, "DATE_OF_BIRTH", _letters(value))

    def other(match: re.Match[str]) -> str:
        size = len(match.group())
        return "1900" if size == 4 else f"{1 + draws.below(12):0{size}}"

    return re.sub(r"[0-9]+", other, value)


def _age(value: str, key: bytes) -> str:
    return str(18 + Draws(key, "AGE", value).below(70))


def _place(value: str, key: bytes) -> str:
    return word(Draws(key, "LOCATION", _letters(value))) + "ville"


def _firm(value: str, key: bytes) -> str:
    return word(Draws(key, "ORGANISATION", _letters(value))) + " Example Ltd"


def _nation(value: str, key: bytes) -> str:
    return word(Draws(key, "NATIONALITY", _letters(value))) + "ian"


_MAKERS: dict[str, Callable[[str, bytes], str]] = {
    "PERSON": _person,
    "EMAIL": _email,
    "PHONE": _phone,
    "CREDIT_CARD": _card,
    "IBAN": _iban,
    "IP_ADDRESS": _ip,
    "MAC_ADDRESS": _mac,
    "URL": _url,
    "URL_TOKEN": _url,
    "URL_PROFILE": _url,
    "SECRET": _secret,
    "AGE": _age,
    "COORDINATES": _coordinates,
    "ADDRESS": _address,
    "DATE_OF_BIRTH": _birth,
    "LOCATION": _place,
    "ORGANISATION": _firm,
    "NATIONALITY": _nation,
}
_COUNTRIES = frozenset(kind.partition("_")[0] for kind in National.kinds)
_PAPERS = frozenset(("DRIVING_LICENCE", "PASSPORT", "BANK_ACCOUNT", "MEDICAL_RECORD"))
