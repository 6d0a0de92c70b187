"""Personal data in texts: take it out, put something else in its place, or leave such texts out."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from datastork.core import Drop, InputFile, Range, step
from datastork.core.change import Change
from datastork.core.errors import DataError, DatastorkError
from datastork.media.text import Text

if TYPE_CHECKING:
    from datastork.media.text.private.finding import Finding

DONE = {"redact": "redacted", "mask": "masked", "replace": "replaced"}


@step(records=True)
def pii(
    text: Text,
    *,
    action: Literal["redact", "mask", "replace", "drop"] = "redact",
    kinds: list[str] | None = None,
    model: Literal["none", "names"] = "none",
    confidence: Annotated[float, Range(0, 1)] = 0.5,
    key: Annotated[str | None, InputFile()] = None,
) -> Text | Drop:
    r"""Find personal data, and redact, mask or replace it, or drop the text.

    By pattern and checksum, in every language: EMAIL, PHONE, CREDIT_CARD (Luhn), IBAN (MOD 97-10), IP_ADDRESS,
    MAC_ADDRESS, COORDINATES, URL_TOKEN and URL_PROFILE (addresses with a login, key or somebody's page), SECRET
    (keys by their published prefixes, passwords behind such a word), ADDRESS (postal; some thirty countries),
    DATE_OF_BIRTH, DRIVING_LICENCE, PASSPORT, BANK_ACCOUNT, MEDICAL_RECORD, and the numbers of 20 states
    (US_SSN, GB_NHS, FR_NIR, …; "NATIONAL_ID" stands for all). With `model = "names"` (English; needs
    `pip install 'datastork[pii]'`) also PERSON and LOCATION. Found only when named in `kinds`: URL, AGE,
    ORGANISATION, NATIONALITY. A finding is a judgement, not a proof, and no setting finds everything:
    `measure.pii` says how much is found in texts like yours.

    The ledger gets kind, place, confidence and what was done for every finding, never the value; every sample
    gets the columns `pii_found` and `pii_kinds`. Errors and reasons hold no part of the text.

    Stand-ins (`replace`) are invented and the same for the same value throughout the dataset and every other one
    made with the same key: HMAC-SHA512 under the key chooses them. Of a name, every word has its own stand-in.
    Who has the key can try values and see whose stand-in comes out, so keep it outside the dataset. There is no
    default key, as a known one would protect nobody: without one the build stops and says so.

    Settings:
        action: "redact" writes [EMAIL] in its place; "mask" * for every letter and digit; "replace" a stand-in;
            "drop" drops the sample, with the number of findings as evidence
        kinds: what to look for (none: all but those four)
        model: "names" adds the model for names and places (about 10 ms a page; "none" takes 0.1 ms)
        confidence: findings less sure than this are left alone (0 to 1; below 0.5 bare numbers that merely pass a
            checksum count too)
        key: the file with the key for "replace" (16 bytes or more; a changed key makes the work due again); without
            it the environment variable DATASTORK_PII_KEY (a change there goes unnoticed)

    Example:
        >>> pii(Text("Write to anna.berg@posteo.de or 10.0.0.7!")).content
        'Write to [EMAIL] or [IP_ADDRESS]!'
        >>> pii(Text("Call +44 20 7946 0018"), action="drop")
        Drop(reason='personal data: PHONE:1', evidence=1)
    """
    from datastork.clean._pii.key import read_key
    from datastork.clean._pii.stand_ins import stand_in
    from datastork.media.text.private.registry import finder

    secret = read_key(key) if action == "replace" else b""
    chosen = finder(None if kinds is None else tuple(kinds), model=model, confidence=confidence)
    content = text.content
    try:
        found = chosen.find(content)
        if not found:
            return text
        if action == "drop":
            return Drop(f"personal data: {_counts(found)}", len(found))
        parts, end = [], 0
        for one in found:
            value = content[one.start : one.end]
            parts.append(content[end : one.start])
            if action == "redact":
                parts.append(f"[{one.kind}]")
            else:
                parts.append(_masked(value) if action == "mask" else stand_in(one.kind, value, secret))
            end = one.end
        parts.append(content[end:])
    except DatastorkError:
        raise
    except Exception as error:  # its message may hold the very data that must not go anywhere
        raise DataError(f"looking for personal data failed with {type(error).__name__}") from None
    changes = tuple(Change(one.kind, one.start, one.end, DONE[action], round(one.confidence, 2)) for one in found)
    return text.replaced("".join(parts), changes=changes)


def _counts(found: "Sequence[Finding]") -> str:
    return " ".join(f"{kind}:{count}" for kind, count in sorted(Counter(one.kind for one in found).items()))


def _masked(value: str) -> str:
    return "".join("*" if one.isalnum() else one for one in value)
