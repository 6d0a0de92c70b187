"""A change inside a sample's media, as the ledger keeps it: what was found and where, never the value itself."""

from typing import NamedTuple


class Change(NamedTuple):
    """One place a step changed, such as a telephone number it redacted.

    `kind` is what was found ("EMAIL"), `start` and `end` where, in characters of the text as it came to the step;
    `action` what was done ("redacted"), `confidence` how sure the step is (0 to 1), where it can say.
    """

    kind: str
    start: int
    end: int
    action: str
    confidence: float | None = None
