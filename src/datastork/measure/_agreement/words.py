"""Numbers, tables and sentences that all forms of agreement share."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.core.findings import Cell, Table, plural
from datastork.measure.balance import wilson

if TYPE_CHECKING:
    from datastork.consensus.agreement.bootstrap import Estimate

SHOWN = 50  # rows of a table
USABLE, RELIABLE = 0.667, 0.8  # alpha, Krippendorff 2004, Content Analysis, chapter 11


def neat(value: float) -> float | None:
    """Return a number with four decimals, None where it is not defined."""
    return round(value, 4) if math.isfinite(value) else None


def three(estimate: "Estimate") -> tuple[float | None, float | None, float | None]:
    """Return an estimate with its interval."""
    return neat(estimate.value), neat(estimate.low), neat(estimate.high)


def with_interval(name: str, estimate: "Estimate") -> dict[str, Cell]:
    """Return an estimate as numbers: `name`, `name_low`, `name_high`."""
    return dict(zip((name, f"{name}_low", f"{name}_high"), three(estimate), strict=True))


def measures(estimates: dict[str, "Estimate"]) -> Table:
    """Return estimates as a table, one line each."""
    rows = [(name, *three(estimate)) for name, estimate in estimates.items()]
    caption = "How far annotators agree, with 95 % intervals"
    return Table(caption, ("measure", "value", "low", "high"), rows, "value")


def said(estimate: "Estimate", share: bool = True) -> str:
    """Return an estimate in words: "71.2 % (95 % interval 69.0 to 73.1 %)"."""
    value, low, high = estimate.value, estimate.low, estimate.high
    if not math.isfinite(value):
        return "unknown"
    if share:
        inside = f" (95 % interval {100 * low:.1f} to {100 * high:.1f} %)" if math.isfinite(low) else ""
        return f"{100 * value:.1f} %{inside}"
    inside = f" (95 % interval {low:.2f} to {high:.2f})" if math.isfinite(low) else ""
    return f"{value:.2f}{inside}"


def reach(numbers: dict[str, Cell]) -> str:
    """Return who voted on how much, in words."""
    votes, people = int(numbers["votes"] or 0), int(numbers["annotators"] or 0)
    samples, several = int(numbers["samples_voted"] or 0), int(numbers["samples_compared"] or 0)
    return (
        f"{plural(votes, 'vote')} by {plural(people, 'annotator')} on {plural(samples, 'sample')}; "
        f"{several:,} of them {'has' if several == 1 else 'have'} two votes or more."
    )


def beyond_chance(alpha: "Estimate") -> str:
    """Return what Krippendorff's alpha says, in words."""
    if not math.isfinite(alpha.value):
        return "All votes are for one and the same value, so nothing can be said of agreement beyond chance."
    return (
        f"Beyond chance that is a Krippendorff's alpha of {said(alpha, share=False)}: 0 is what guessing gives, 1 is "
        f"full agreement; {RELIABLE:g} is held to be reliable, {USABLE:g} the least that can be used."
    )


def alpha_warnings(alpha: "Estimate") -> list[str]:
    """Return a warning where alpha is too low."""
    if math.isfinite(alpha.value) and alpha.value < USABLE:
        return [
            f"Krippendorff's alpha is {alpha.value:.2f}, below {USABLE:g}: revise the guideline for what is confused "
            "most, or ask more annotators of each sample."
        ]
    return []


def ceiling_said(ceiling: "Estimate", what: str, against: str) -> list[str]:
    """Return the ceiling in words; empty where it is not known."""
    if not math.isfinite(ceiling.value):
        return []
    return [
        f"Human ceiling: {what} of one annotator against {against} is {said(ceiling)}. "
        "A model that reaches this does the task as well as one of the annotators."
    ]


def by_annotator(rows: Sequence[tuple[str, int, float]], heading: str, *, shares: bool = True) -> Table:
    """Return (annotator, samples, value) as a table, the busiest first; shares with Wilson intervals."""
    order = sorted(rows, key=lambda row: (-row[1], row[0]))[:SHOWN]
    caption = f"Each annotator against the others: {heading}"
    if len(rows) > SHOWN:
        caption += f" (the {SHOWN} with the most samples of {len(rows):,})"
    if not shares:
        lines = [(name, count, neat(value)) for name, count, value in order]
        return Table(caption, ("annotator", "samples", heading), lines, heading)
    found: list[tuple[Cell, ...]] = []
    for name, count, value in order:
        low, high = wilson(round(value * count), count) if math.isfinite(value) else (math.nan, math.nan)
        found.append((name, count, neat(value), neat(low), neat(high)))
    return Table(caption, ("annotator", "samples", heading, "low", "high"), found, heading)
