"""Numbers in another unit: converted where a cluster lies apart at a known factor, and never in a skewed table."""

import numpy as np
import pytest

from datastork.tables.grid import Grid
from datastork.tables.rules import certain, parse
from datastork.tables.units.find import find_units
from datastork.tables.units.groups import groups_of
from datastork.tables.units.mixups import KNOWN, TEMPERATURES, find_mixup

SKEWED = {
    "log-normal": lambda rng, n: rng.lognormal(10, 1, n),
    "wide log-normal": lambda rng, n: rng.lognormal(5, 2, n),
    "Pareto": lambda rng, n: rng.pareto(1.2, n) + 1,
    "incomes": lambda rng, n: (rng.pareto(2.5, n) + 1) * 20_000,
    "exponential": lambda rng, n: rng.exponential(50, n),
    "gamma": lambda rng, n: rng.gamma(0.5, 100, n),
    "prices": lambda rng, n: np.round(rng.lognormal(3, 1.2, n)) - 0.01,
    "uniform": lambda rng, n: rng.uniform(1, 10_000, n),
    "counts": lambda rng, n: rng.poisson(3, n).astype(float),
    "Zipf": lambda rng, n: rng.zipf(1.8, n).astype(float),
    "normal": lambda rng, n: rng.normal(50, 10, n),
}


def rents(rows: int, share: float, spread: float, seed: int) -> tuple[Grid, list[str], np.ndarray]:
    rng = np.random.default_rng(seed)
    county, rooms = rng.integers(0, 60, rows), rng.integers(0, 5, rows)
    middle = np.exp(rng.normal(7, 0.35, 60))[county] * (0.6 + 0.35 * rooms)
    rent = np.round(middle * np.exp(rng.normal(0, spread, rows))).astype(int)
    off = rng.random(rows) < share
    grid = Grid.of(
        {
            "county": [f"county {one}" for one in county],
            "rooms": [f"{one} br" for one in rooms],
            "rent": [f"{value / 1000:g}" if wrong else str(value) for value, wrong in zip(rent, off, strict=True)],
        }
    )
    return grid, [str(value) for value in rent], off


@pytest.mark.parametrize(("share", "spread"), [(0.01, 0.3), (0.1, 0.4), (0.01, 0.6)])
def test_rents_in_thousands_become_rents(share: float, spread: float) -> None:
    grid, truth, off = rents(8000, share, spread, seed=1)

    found = certain(parse("rent: dollars (maybe thousands)", grid.names), grid)
    made = found.where(found.confidence == 1.0)
    right = sum(truth[row] == new for row, new in zip(made.row.tolist(), made.new.tolist(), strict=True))

    assert right >= 0.99 * len(made)
    assert right >= 0.99 * off.sum()


def test_nothing_is_converted_where_nothing_is_mixed() -> None:
    grid, _, _ = rents(8000, 0.0, 0.6, seed=2)

    assert len(certain(parse("rent: dollars (maybe thousands)", grid.names), grid)) == 0
    assert len(find_units(grid)) == 0


def test_many_in_another_unit_are_found_without_a_word_from_the_user() -> None:
    grid, truth, off = rents(8000, 0.02, 0.3, seed=3)

    found = find_units(grid)
    made = found.where(found.confidence == 1.0)

    assert all(truth[row] == new for row, new in zip(made.row.tolist(), made.new.tolist(), strict=True))
    assert len(made) >= 0.99 * off.sum()
    assert set(found.why) == {"in thousands: far from its group as it is, within it when converted"}


def test_hours_among_minutes() -> None:
    rng = np.random.default_rng(4)
    task, off = rng.integers(0, 12, 3000), rng.random(3000) < 0.04
    took = np.round(np.exp(np.log(30 + 12 * task) + rng.normal(0, 0.35, 3000)))
    grid = Grid.of(
        {
            "task": [f"t{one}" for one in task],
            "took": [f"{x / 60:.4g}" if o else f"{x:g}" for x, o in zip(took, off, strict=True)],
        }
    )

    found = certain(parse("took: minutes (maybe hours)", grid.names), grid)
    made = found.where(found.confidence == 1.0)

    assert off[made.row].all()
    assert len(made) >= 0.99 * off.sum()
    assert np.allclose([float(new) for new in made.new], took[made.row], rtol=0.02)


def test_fahrenheit_among_celsius_and_the_doubtful_are_left() -> None:
    rng = np.random.default_rng(5)
    city, month = rng.integers(0, 10, 4000), rng.integers(0, 12, 4000)
    celsius = np.round(15 + 8 * np.sin(month / 12 * 6.28) + city - 5 + rng.normal(0, 4, 4000), 1)
    off = rng.random(4000) < 0.05
    texts = [f"{x * 1.8 + 32:.1f}" if o else f"{x:.1f}" for x, o in zip(celsius, off, strict=True)]
    grid = Grid.of({"city": [f"c{x}" for x in city], "month": [f"m{x}" for x in month], "t": texts})

    found = certain(parse("t: celsius (maybe fahrenheit)", grid.names), grid)
    made = found.where(found.confidence == 1.0)

    assert off[made.row].all()
    assert len(made) >= 0.9 * off.sum()
    assert np.allclose([float(new) for new in made.new], celsius[made.row], atol=0.06)


@pytest.mark.parametrize("name", SKEWED)
@pytest.mark.parametrize("rows", [200, 3000])
def test_no_tail_is_taken_for_another_unit(name: str, rows: int) -> None:
    for seed in range(4):
        rng = np.random.default_rng(seed)
        values = SKEWED[name](rng, rows)
        groups = rng.integers(0, 8, rows)
        for alike in (np.zeros(rows, np.int64), groups):
            assert find_mixup(values, alike, (*KNOWN, *TEMPERATURES)) is None
            declared = find_mixup(values, alike, KNOWN[:4], declared=True)
            assert declared is None or (declared.sure < 1).all()


def test_overlapping_clusters_are_suspects_only() -> None:
    rng = np.random.default_rng(6)
    values = rng.lognormal(4, 0.9, 3000)
    values[:150] /= 60

    found = find_mixup(values, np.zeros(3000, np.int64), [KNOWN[6]], declared=True)

    assert found is not None
    assert found.conversion.factor == 60
    assert (found.sure < 0.95).all()


def test_of_two_halves_neither_is_right() -> None:
    values = np.random.default_rng(7).lognormal(4, 0.2, 1000)
    values[::2] *= 1000

    assert find_mixup(values, np.zeros(1000, np.int64), KNOWN, declared=True) is None


def test_numbers_are_compared_within_the_columns_that_tell_most() -> None:
    grid, _, _ = rents(4000, 0.0, 0.2, seed=8)
    values = np.array([float(text or "nan") for text in grid["rent"].texts()])

    both = groups_of(grid, "rent", values)
    one = groups_of(grid, "rent", values, ["rooms"])

    assert len(np.unique(both)) == 300
    assert len(np.unique(one)) == 5


def test_numbers_far_from_a_narrow_group_in_either_unit_are_judged_by_the_nearer_where_declared() -> None:
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(40), 50)
    true = np.round(np.exp(6.7 + groups / 80 + rng.standard_t(3, 2000) * 0.08))
    off = rng.random(2000) < 0.02
    off[np.argsort(np.abs(np.log(true) - 6.7 - groups / 80))[-15:]] = True  # those that its group holds least
    found = find_mixup(np.where(off, true / 1000, true), groups, KNOWN[:1], declared=True)
    assert found is not None
    assert found.rows.tolist() == np.flatnonzero(off).tolist()
    assert (found.sure == 1.0).mean() > 0.95  # the others are suspects


@pytest.mark.parametrize("name", sorted(SKEWED))
def test_declared_units_convert_nothing_where_nothing_is_mixed(name: str) -> None:
    rng = np.random.default_rng(5)
    values = np.abs(SKEWED[name](rng, 3000)) + 1e-9
    found = find_mixup(values, rng.integers(0, 30, 3000), KNOWN[:1], declared=True)
    assert found is None or (found.sure < 1.0).all()
