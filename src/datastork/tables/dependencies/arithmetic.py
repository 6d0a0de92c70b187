"""Columns of numbers that others make up: plus or times a constant, sums, differences, products."""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from datastork.tables.dependencies.derivation import LEAST_ROWS, Derivation, How, drawn
from datastork.tables.grid import Grid
from datastork.tables.kinds import Kind, numbers_of

if TYPE_CHECKING:
    import numpy as np

MOST_NUMBERS = 40  # columns whose sums and products are tried


def computed_numbers(
    grid: Grid,
    kinds: Mapping[str, Kind],
    names: list[str],
    values: "Mapping[str, np.ndarray] | None",
    least: float,
    seed: int,
) -> Iterator[Derivation]:
    """Yield columns that are another one plus or times a constant, or sums, differences and products."""
    import numpy as np

    chosen = [name for name in names if kinds[name].is_number][:MOST_NUMBERS]
    if len(chosen) < 2:
        return
    known = values or {name: numbers_of(grid[name], kinds[name]) for name in chosen}
    cells = {name: np.append(known[name], np.nan) for name in chosen}
    rows = drawn(grid.rows, seed)
    some = np.stack([cells[name][grid[name].codes[rows]] for name in chosen])

    def checked(
        column: str, parts: tuple[str, ...], how: How, text: str, make: "Callable[..., np.ndarray]"
    ) -> Derivation:
        whole = [cells[name][grid[name].codes] for name in (*parts, column)]
        there = np.isfinite(np.stack(whole)).all(axis=0)
        made = make(*(one[there] for one in whole[:-1]))
        fits = _same(whole[-1][there], made)
        values, counts = np.unique(whole[-1][there], return_counts=True)
        unusual = whole[-1][there] != values[counts.argmax()] if len(values) else fits
        told = float(fits[unusual].mean()) if unusual.any() else 0.0
        return Derivation(column, parts, how, text, int(there.sum()), int((~fits).sum()), told)

    place = {name: at for at, name in enumerate(chosen)}
    varied = {name: len(np.unique(some[at][np.isfinite(some[at])])) for name, at in place.items()}
    for a, b in combinations(chosen, 2):
        if min(varied[a], varied[b]) < 5:
            continue
        x, y = some[place[a]], some[place[b]]
        there = np.isfinite(x) & np.isfinite(y)
        if there.sum() < LEAST_ROWS:
            continue
        x, y = x[there], y[there]
        shift = _usual(y - x)
        if _same(y, x + shift).mean() >= least:
            text = a if shift == 0 else f"{a} {'+' if shift > 0 else '-'} {abs(shift):g}"
            yield checked(b, (a,), "scaled" if shift else "equal", text, lambda x, s=shift: x + s)
            continue
        away = (x != 0) & (y != 0)
        factor = _usual(y[away] / x[away]) if away.sum() >= LEAST_ROWS else 0.0
        if factor and _same(y, x * factor).mean() >= least:
            text = f"{a} * {factor:g}" if abs(factor) >= 1 else f"{a} / {1 / factor:g}"
            yield checked(b, (a,), "scaled", text, lambda x, f=factor: x * f)
    for a, b in combinations(chosen, 2):
        x, y = some[place[a]], some[place[b]]
        if min(varied[a], varied[b]) < 3:
            continue
        tried: tuple[tuple[How, str, np.ndarray], ...] = (("sum", "+", x + y), ("product", "*", x * y))
        for how, sign, made in tried:
            close = _same(some, made[None, :])
            given = np.isfinite(some) & np.isfinite(made)[None, :]
            share = (close & given).sum(axis=1) / np.maximum(given.sum(axis=1), 1)
            for at in np.flatnonzero((share >= least) & (given.sum(axis=1) >= LEAST_ROWS)).tolist():
                if chosen[at] not in (a, b) and varied[chosen[at]] >= 5 and _told(made, x, y):
                    both: Callable[..., np.ndarray] = np.add if how == "sum" else np.multiply
                    yield checked(chosen[at], (a, b), how, f"{a} {sign} {b}", both)
    yield from _sums(chosen, some, varied, checked)


def _told(made: "np.ndarray", x: "np.ndarray", y: "np.ndarray") -> bool:
    """Whether a sum or product differs from its parts in most rows: x + 0 says nothing."""
    import numpy as np

    there = np.isfinite(made)
    return bool(((made != x) & (made != y))[there].mean() > 0.2)


def _sums(
    chosen: list[str], some: "np.ndarray", varied: Mapping[str, int], checked: "Callable[..., Derivation]"
) -> Iterator[Derivation]:
    """Yield columns that are the sum of three or more others: least squares whose weights are 0 and 1."""
    import numpy as np

    full = np.isfinite(some).all(axis=0)
    if full.sum() < max(LEAST_ROWS, 2 * len(chosen)):
        return
    for at, name in enumerate(chosen):
        if varied[name] < 5:
            continue
        others = [one for one in range(len(chosen)) if one != at]
        weights = np.linalg.lstsq(some[others][:, full].T, some[at][full], rcond=None)[0]
        ones = np.abs(weights - 1) < 0.05
        if 3 <= ones.sum() <= 20 and np.abs(weights[~ones]).max(initial=0) < 0.05:
            parts = tuple(chosen[others[one]] for one in np.flatnonzero(ones).tolist())
            yield checked(name, parts, "sum", " + ".join(parts), lambda *x: np.sum(x, axis=0))


def _usual(values: "np.ndarray") -> float:
    """Return the commonest of nearly equal numbers: the median, to nine digits."""
    import numpy as np

    return float(f"{float(np.median(values)):.9g}") if len(values) else 0.0


def _same(a: "np.ndarray", b: "np.ndarray") -> "np.ndarray":
    """Return which numbers are equal but for rounding."""
    import numpy as np

    near: np.ndarray = np.abs(a - b) <= 1e-6 * np.maximum(np.abs(a), np.abs(b)) + 1e-9
    return near
