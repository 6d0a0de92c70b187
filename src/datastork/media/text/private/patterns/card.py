"""Payment cards and international bank account numbers."""

import re
from collections.abc import Iterator

from datastork.media.text.private import context
from datastork.media.text.private.checksums import luhn, mod97
from datastork.media.text.private.finding import Finding
from datastork.media.text.private.recogniser import Hints

_CARD = re.compile(r"[0-9](?<![0-9A-Za-z_.+].)(?:[ \u00a0-]?[0-9]){11,18}(?![0-9A-Za-z_]|[.,-][0-9])")
_EVEN = re.compile(
    r"[0-9]+|[0-9]{4}(?:[ \u00a0-][0-9]{4}){2}(?:[ \u00a0-][0-9]{1,7})?|[0-9]{4}[ \u00a0-][0-9]{6}[ \u00a0-][0-9]{4,5}"
)
_CARD_WORDS = re.compile(
    r"(?i)\b(?:card|cards|cc|credit|debit|visa|mastercard|amex|american express|discover|diners|maestro|jcb|"
    r"karte|kreditkarte|carte|tarjeta|carta|cartão|kort|cvv|cvc)\b"
)
# first digits and lengths, as the networks publish them (ISO/IEC 7812)
_ISSUERS = (
    (re.compile(r"4"), {13, 16, 19}),  # Visa
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),  # Mastercard
    (re.compile(r"3[47]"), {15}),  # American Express
    (re.compile(r"6011|64[4-9]|65"), {16, 17, 18, 19}),  # Discover
    (re.compile(r"35(?:2[89]|[3-8])"), {16, 17, 18, 19}),  # JCB
    (re.compile(r"2131|1800"), {15}),  # JCB, older
    (re.compile(r"30[0-5]|309|36|38|39"), {14, 15, 16, 17, 18, 19}),  # Diners Club
    (re.compile(r"62|81|82"), {16, 17, 18, 19}),  # UnionPay, RuPay
    (re.compile(r"50|5[6-9]|6[0-9]"), {12, 13, 14, 15, 16, 17, 18, 19}),  # Maestro and other debit cards
    (re.compile(r"220[0-4]|9792"), {16}),  # Mir, Troy
)


class Card:
    """CREDIT_CARD: a number of a known issuer and length that is right by Luhn; near a word for card, even if not."""

    kinds = ("CREDIT_CARD",)

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Try every number of 12 to 19 digits."""
        long = [group for group in hints.groups if group.end - group.start >= 12]
        for match in (match for group in long for match in _CARD.finditer(text, group.start, group.end + 2)):
            digits = re.sub(r"[^0-9]", "", match.group())
            if len(set(digits)) < 2 or not _EVEN.fullmatch(match.group()):
                continue
            known = any(first.match(digits) and len(digits) in lengths for first, lengths in _ISSUERS)
            right = luhn(digits)
            if not right and not (known and len(digits) > 14):
                continue
            near = context.said(_CARD_WORDS, text, match.start(), match.end(), 64)
            if right and known:
                sure = 0.97 if near else 0.85 if len(digits) > 13 else 0.4
            else:  # of an issuer we do not know, or mistyped
                sure = 0.7 if right and near and len(digits) > 13 else 0.6 if near and known else 0.0
            if sure:
                yield Finding("CREDIT_CARD", match.start(), match.end(), sure)


# characters in all, from the SWIFT IBAN registry
_LENGTHS = {
    int(length): set(countries.split())
    for length, countries in (
        ("15", "NO"),
        ("16", "BE"),
        ("18", "DK FK FI FO GL NL SD"),
        ("19", "MK SI"),
        ("20", "AT BA EE KZ LT LU MN XK"),
        ("21", "CH HR LI LV"),
        ("22", "BG BH CR DE GB GE IE ME RS VA"),
        ("23", "AE GI IL IQ OM SO TL"),
        ("24", "AD CZ DZ ES MD PK RO SA SE SK TN VG"),
        ("25", "LY PT ST"),
        ("26", "IS TR"),
        ("27", "BI DJ FR GR IT MC MR SM"),
        ("28", "AL AZ BY CY DO GT HN HU LB NI PL SV"),
        ("29", "BR EG PS QA UA"),
        ("30", "JO KW MU YE"),
        ("31", "MT SC"),
        ("32", "LC"),
        ("33", "RU"),
    )
}
_COUNTRY = {country: length for length, countries in _LENGTHS.items() for country in countries}
_IBAN = re.compile(r"[0-9](?<=[A-Za-z]{2}.)(?<![0-9A-Za-z]..[0-9])[0-9](?:[ \u00a0-]?[0-9A-Za-z]){11,29}")
_IBAN_WORDS = re.compile(r"(?i)\b(?:iban|account|konto|compte|cuenta|conto|transfer|bank)")


class Iban:
    """IBAN: of the length its country has, and right by MOD 97-10; near the word IBAN, even if not right."""

    kinds = ("IBAN",)

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Try every place that begins with a country and two digits."""
        if not hints.mixed or b"aa00" not in hints.shape:
            return
        for group in hints.groups:
            yield from self._in(text, max(group.start - 12, 0), group.end + 40)

    @staticmethod
    def _in(text: str, at: int, stop: int) -> Iterator[Finding]:
        while match := _IBAN.search(text, at, stop):
            start = match.start() - 2
            at = match.start() + 2
            length = _COUNTRY.get(text[start : start + 2].upper())
            if length is None:
                continue
            end = start
            letters = []
            for one in text[start : match.end()]:
                end += 1
                if one.isalnum():
                    letters.append(one)
                    if len(letters) == length:
                        break
            if len(letters) != length or text[end : end + 1].isalnum():
                continue
            right = mod97("".join(letters))
            if right or _IBAN_WORDS.search(context.before(text, start)):
                yield Finding("IBAN", start, end, 0.98 if right else 0.65)
                at = end
