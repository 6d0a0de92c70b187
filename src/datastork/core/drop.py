"""The verdict of a filter: set this sample aside, and say why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drop:
    """A sample is set aside; it stays in the table with this reason.

    `reason` is a sentence fragment a person can read ("sharpness 12.3 < 60").
    `evidence` is the measured value behind it, so that a threshold can be changed later without measuring again.
    """

    reason: str
    evidence: float | None = None

    def __post_init__(self) -> None:
        if not self.reason:
            msg = "a Drop needs a reason"
            raise ValueError(msg)
