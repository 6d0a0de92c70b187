"""Planting invented personal data into texts, in sentences and lines such as people write."""

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from datastork.media.text.private.synthetic import numbers, people

MAKERS: dict[str, Callable[[Random], str]] = {
    "EMAIL": people.email,
    "PHONE": people.phone,
    "ADDRESS": people.address,
    "DATE_OF_BIRTH": people.birth,
    "PERSON": people.name,
    "COORDINATES": people.place,
    "IP_ADDRESS": people.ip,
    "MAC_ADDRESS": people.mac,
    "URL_TOKEN": people.url_token,
    "SECRET": people.secret,
    "CREDIT_CARD": numbers.card,
    "IBAN": numbers.iban,
    "US_SSN": numbers.ssn,
    "GB_NHS": numbers.nhs,
    "GB_NINO": numbers.nino,
    "FR_NIR": numbers.nir,
    "DE_TAX_ID": numbers.steuer_id,
    "ES_DNI": numbers.dni,
    "NL_BSN": numbers.bsn,
    "SE_PERSONNUMMER": numbers.personnummer,
    "PL_PESEL": numbers.pesel,
    "BR_CPF": numbers.cpf,
    "CA_SIN": numbers.sin,
    "IN_AADHAAR": numbers.aadhaar,
    "IT_CODICE_FISCALE": numbers.codice_fiscale,
}
_NUMBER = (
    "My {what} is {value}.",
    "{what}: {value}",
    "They asked for the {what}, so I sent {value} yesterday.",
    "{value} ({what})",
    "Please check {what} {value} again.",
)
_CARRIERS: dict[str, tuple[str, ...]] = {
    "EMAIL": (
        "You can write to {value} at any time.",
        "E-mail: {value}",
        "<{value}>",
        "{value} has not answered yet.",
        "cc {value}, please",
    ),
    "PHONE": (
        "Call me on {value} after six.",
        "Phone: {value}",
        "Tel. {value}",
        "My mobile is {value}.",
        "I tried {value} twice and nobody picked up.",
    ),
    "ADDRESS": (
        "We have moved to {value}.",
        "Send it to {value}.",
        "Address: {value}",
        "She lives at {value}, I think.",
        "\n{value}\n",
    ),
    "DATE_OF_BIRTH": (
        "I was born on {value}.",
        "Date of birth: {value}",
        "DOB: {value}",
        "Born {value} and still going strong.",
        "His birthday is {value}.",
    ),
    "PERSON": (
        *(
            "My name is {value}.",
            "Yesterday {value} called about the invoice.",
            "Dear {value},\n",
            "Best regards,\n{value}\n",
            "Please ask {value} about it.",
        ),
        *(
            "It was written by {value}.",
            "{value} said that it would rain.",
            "Name: {value}",
            "I met {value} at the station.",
        ),
    ),
    "COORDINATES": ("The photo was taken at {value}.", "GPS: {value}", "We met at {value}."),
    "IP_ADDRESS": ("The login came from {value}.", "IP: {value}", "{value} was blocked."),
    "MAC_ADDRESS": ("The device is {value}.", "MAC {value}", "{value} joined the network."),
    "URL_TOKEN": ("Here is the link: {value}", "Open {value} to confirm.", "{value}"),
    "SECRET": ("The key is {value}", "token={value}", "export KEY={value}", "I pasted {value} into the chat."),
    "CREDIT_CARD": (
        "My card is {value}.",
        "Charge {value}, please.",
        "Card number: {value}",
        "I lost {value} last week.",
    ),
    "IBAN": ("Please pay to {value}.", "IBAN: {value}", "The account is {value}.", "{value} is where the money went."),
}
_BARE = "\n{value}\n"  # nothing around it says what it is
_CALLED = {
    "US_SSN": ("SSN", "social security number"),
    "GB_NHS": ("NHS number",),
    "GB_NINO": ("NI number", "national insurance number"),
    "FR_NIR": ("numéro de sécurité sociale", "NIR"),
    "DE_TAX_ID": ("Steuer-ID", "Steueridentifikationsnummer"),
    "ES_DNI": ("DNI", "NIE"),
    "NL_BSN": ("BSN", "burgerservicenummer"),
    "SE_PERSONNUMMER": ("personnummer",),
    "PL_PESEL": ("PESEL",),
    "BR_CPF": ("CPF",),
    "CA_SIN": ("SIN", "social insurance number"),
    "IN_AADHAAR": ("Aadhaar number", "Aadhaar"),
    "IT_CODICE_FISCALE": ("codice fiscale",),
}


class Planted(NamedTuple):
    """An invented value between two characters of the text it was planted into."""

    kind: str
    start: int
    end: int


def sentence(kind: str, rng: Random) -> tuple[str, int, int]:
    """Return a sentence or line with a value of a kind, and where in it the value is."""
    value = MAKERS[kind](rng)
    carrier = _BARE if rng.random() < 0.1 else rng.choice(_CARRIERS.get(kind, _NUMBER))
    if kind in _CALLED:
        carrier = carrier.replace("{what}", rng.choice(_CALLED[kind]))
    before, _, after = carrier.partition("{value}")
    return f"{before}{value}{after}", len(before), len(before) + len(value)


def plant(text: str, kinds: Sequence[str], rng: Random) -> tuple[str, list[Planted]]:
    """Return a text with one sentence for each of `kinds` put between its own, and where the values are."""
    places = _between(text)
    chosen = sorted(rng.choice(places) for _ in kinds)
    parts: list[str] = []
    planted: list[Planted] = []
    length = end = 0
    for at, kind in zip(chosen, kinds, strict=True):
        said, start, stop = sentence(kind, rng)
        piece = text[end:at]
        lead = "" if not at or text[at - 1].isspace() else " "
        parts += [piece, lead, said, "\n" if rng.random() < 0.4 else " "]
        length += len(piece) + len(lead)
        planted.append(Planted(kind, length + start, length + stop))
        length += len(said) + 1
        end = at
    parts.append(text[end:])
    return "".join(parts), planted


def _between(text: str) -> list[int]:
    """Return the places between sentences and lines, the beginning and end included."""
    places = [0, len(text)]
    for sign in (". ", "\n", "! ", "? "):
        at = text.find(sign)
        while at >= 0:
            places.append(at + len(sign))
            at = text.find(sign, at + len(sign))
    return sorted(set(places))
