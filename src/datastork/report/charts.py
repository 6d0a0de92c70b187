"""Curves as inline SVG: points for what was measured, lines for the laws beside them. The numbers stand in a table."""

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup

WIDE, HIGH = 360, 250  # of the picture; about the pixels it has on a telephone
LEFT, RIGHT, TOP, BOTTOM = 46, 10, 8, 38  # of the field within
TICKS = 5  # on an axis, about


def chart(table: dict[str, Any]) -> "Markup":
    """Return the picture of a table whose chart is "curve" or "loglog"; empty where nothing can be drawn.

    What was measured gives the axes; a law is drawn as far as it stays between them.
    """
    from markupsafe import Markup, escape

    logarithmic = table["chart"] == "loglog"
    names = [str(name) for name in table["columns"]]
    series = [_points(table["rows"], column, logarithmic) for column in range(1, len(names))]
    points = series[0] if series else []
    if len(points) < 2:
        return Markup("")
    across = _axis([x for x, _ in points], logarithmic)
    up = _axis([y for _, y in points], logarithmic)

    def place(x: float, y: float) -> tuple[float, float]:
        return LEFT + (WIDE - LEFT - RIGHT) * across(x), TOP + (HIGH - TOP - BOTTOM) * (1 - up(y))

    parts = [*_grid(across.ticks, up.ticks, place)]
    for law in series[1:]:
        ends = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*p) for p in law if 0 <= up(p[1]) <= 1))
        parts.append(f'<polyline class="law" points="{ends}"/>')
    parts += [f'<circle class="kept" cx="{x:.1f}" cy="{y:.1f}" r="2.2"/>' for x, y in (place(*p) for p in points)]
    parts.append(f'<text class="name" x="{(LEFT + WIDE) // 2}" y="{HIGH - 4}">{escape(names[0])}</text>')
    words = f"{table['caption']}: from {_neat(points[0][0])} to {_neat(points[-1][0])} {names[0]}"
    return Markup(
        f'<svg class="plot" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(words)}">{"".join(parts)}</svg>'
    )


class _Axis:
    """Numbers to places between 0 and 1, with the ticks."""

    def __init__(self, low: float, high: float, ticks: list[float], *, logarithmic: bool) -> None:
        self.turn: Callable[[float], float] = math.log10 if logarithmic else float
        self.low, self.high = self.turn(low), self.turn(high)
        self.ticks = ticks

    def __call__(self, value: float) -> float:
        return (self.turn(value) - self.low) / (self.high - self.low)


def _axis(values: list[float], logarithmic: bool) -> _Axis:
    low, high = min(values), max(values)
    if logarithmic:
        first, last = math.floor(math.log10(low)), max(math.ceil(math.log10(high)), math.floor(math.log10(low)) + 1)
        step = max(1, -(-(last - first) // (TICKS + 1)))
        return _Axis(10.0**first, 10.0**last, [10.0**at for at in range(first, last + 1, step)], logarithmic=True)
    high = max(high, 1e-12)
    rough = high / TICKS
    unit = 10.0 ** math.floor(math.log10(rough))
    step_size = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    count = math.ceil(high / step_size - 1e-9)
    return _Axis(0.0, step_size * count, [step_size * at for at in range(count + 1)], logarithmic=False)


def _points(rows: list[list[Any]], column: int, logarithmic: bool) -> list[tuple[float, float]]:
    """Return the points of one column over the first, in their order; what cannot be drawn is left out."""
    found = []
    for row in rows:
        x, y = (_number(row[0]), _number(row[column])) if len(row) > column else (None, None)
        if x is not None and y is not None and (min(x, y) > 0 or (not logarithmic and min(x, y) == 0)):
            found.append((x, y))
    return found


def _number(cell: Any) -> float | None:
    """Return a cell as a number that can be drawn, or None."""
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not math.isfinite(cell):
        return None
    return float(cell)


def _grid(across: list[float], up: list[float], place: "Callable[[float, float], tuple[float, float]]") -> list[str]:
    parts = []
    for value in up:
        y = place(across[0], value)[1]
        parts.append(f'<line class="rule" x1="{LEFT}" x2="{WIDE - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="up" x="{LEFT - 6}" y="{y + 4:.1f}">{_neat(value)}</text>')
    ends = [place(value, up[0])[0] for value in across]
    room = min((right - left for left, right in pairwise(ends)), default=99.0)
    for at, (value, x) in enumerate(zip(across, ends, strict=True)):
        if room >= 34 or at % 2 == 0:
            middle, low = min(x, WIDE - RIGHT - 8), HIGH - BOTTOM + 16
            parts.append(f'<text class="across" x="{middle:.1f}" y="{low}">{_neat(value)}</text>')
    return parts


def _neat(value: float) -> str:
    """Return a number in few characters: 20k, 1.5M, 0.01.

    >>> [_neat(one) for one in (0, 0.01, 500, 20_000, 1_500_000, 3e9)]
    ['0', '0.01', '500', '20k', '1.5M', '3G']
    """
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"
