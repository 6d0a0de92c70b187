"""The word for what a column is."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import numpy as np

Name = Literal[
    "empty", "boolean", "integer", "number", "date", "time", "datetime", "identifier", "code", "category", "text"
]
NAMES: tuple[Name, ...] = get_args(Name)


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What a column of k distinct values is.

    `name`            "code": digits that are names (leading zeros or fixed width); "identifier": each row its own
    `share`           of the given values (weighted by rows, without those that say missing) that fit it
    `missing_tokens`  values that say missing and are found here, the most frequent first
    `sentinels`       numbers that stand apart and repeat, which may say missing or "more than": (value, why)
    `decimal`         "." or ",": what separates the fraction of numbers
    `unit`            the most common sign before or suffix after numbers ("kg", "%", "$"); None where rare
    `units`           every such suffix (lower case, no full stop) with its share of the numbers
    `width`           how many digits a code has; None where that is not fixed
    `formats`         forms of dates ("D/M/YYYY"), or patterns of codes and identifiers ("AA-9999"), with their shares
    `odd`             bool[k]: distinct values that say something but do not fit
    """

    name: Name
    share: float
    odd: "np.ndarray"
    missing_tokens: tuple[str, ...] = ()
    sentinels: tuple[tuple[str, str], ...] = ()
    decimal: Literal[".", ","] = "."
    unit: str | None = None
    units: tuple[tuple[str, float], ...] = ()
    width: int | None = None
    formats: tuple[tuple[str, float], ...] = field(default=())

    @property
    def is_number(self) -> bool:
        """Whether the values are quantities."""
        return self.name in ("integer", "number")

    @property
    def is_moment(self) -> bool:
        """Whether the values are dates, times or both."""
        return self.name in ("date", "time", "datetime")
