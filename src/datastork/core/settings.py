"""Bounds on settings, written in the signature: `threshold: Annotated[float, Range(0, 1)] = 0.9`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """A number must lie between `low` and `high`, both included unless `open_low`/`open_high`."""

    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False

    def __str__(self) -> str:
        parts = []
        if self.low is not None:
            parts.append(f"{'>' if self.open_low else '≥'} {self.low:g}")
        if self.high is not None:
            parts.append(f"{'<' if self.open_high else '≤'} {self.high:g}")
        return " and ".join(parts)
