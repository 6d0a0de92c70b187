"""Names of columns that call for care, by general usage: what the law protects, and what names a person."""

import re

SENSITIVE = frozenset(
    {"sex", "gender", "race", "racial", "ethnicity", "ethnic", "age", "birth", "birthdate", "birthday", "dob", "born"}
    | {"religion", "religious", "faith", "nationality", "citizenship", "immigration", "disability", "disabled"}
    | {"pregnancy", "pregnant", "orientation", "sexuality", "political", "caste", "tribe", "skin", "veteran"}
    | {"marital", "diagnosis", "genetic", "union"}
)
"""Grounds of discrimination (EU Charter of Fundamental Rights, Article 21; GDPR, Article 9)."""
PERSONAL = frozenset(
    {"email", "mail", "phone", "telephone", "mobile", "fax", "surname", "lastname", "firstname", "ssn", "passport"}
    | {"iban", "nino", "username", "forename"}
)
EMAIL = r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}$"


def words_of(name: str) -> list[str]:
    """Return the words of a column's name in small letters.

    >>> words_of("dateOfBirth_2"), words_of("Marital-Status")
    (['date', 'of', 'birth', '2'], ['marital', 'status'])
    """
    return re.findall(r"[a-z]+|[0-9]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())


def is_sensitive(name: str) -> bool:
    """Whether the name of a column says that the law may protect what it holds."""
    return not SENSITIVE.isdisjoint(words_of(name))


def is_personal(name: str) -> bool:
    """Whether the name of a column says that it names or reaches persons."""
    return not PERSONAL.isdisjoint(words_of(name))
