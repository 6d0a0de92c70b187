"""Keys, derived columns and associations."""

import numpy as np
import pytest

from datastork.tables.dependencies import associations, find_derived, find_keys
from datastork.tables.grid import Grid


def numbers(rows: int = 300) -> dict[str, list[str]]:
    draw = np.random.default_rng(0)
    price, count, tax = draw.integers(5, 400, rows) / 4, draw.integers(1, 9, rows), draw.integers(1, 90, rows)
    return {
        "price": [f"{one:.2f}" for one in price],
        "count": [str(one) for one in count],
        "tax": [str(one) for one in tax],
        "total": [f"{one:.2f}" for one in price * count],
        "cents": [f"{100 * one:.0f}" for one in price],
        "due": [f"{one:.2f}" for one in price + tax],
        "later": [str(one + 30) for one in tax],
    }


def test_sums_products_and_multiples_are_found() -> None:
    found = {one.column: one.text for one in find_derived(Grid.of(numbers()))}
    assert found == {
        "total": "price * count",
        "cents": "price * 100",
        "later": "tax + 30",
        "due": "price + tax",
    }


def test_a_sum_of_several_is_found() -> None:
    draw = np.random.default_rng(1)
    parts = draw.integers(1, 50, (4, 200))
    table = {f"p{at}": map(str, part) for at, part in enumerate(parts)} | {"whole": map(str, parts.sum(axis=0))}
    assert [one.text for one in find_derived(Grid.of(table)) if one.column == "whole"] == ["p0 + p1 + p2 + p3"]


def test_joined_texts_and_parts_are_found_with_their_exceptions() -> None:
    draw = np.random.default_rng(2)
    state = [("al", "ak", "az", "ny", "wy")[one] for one in draw.integers(0, 5, 200)]
    code = [f"m-{one}" for one in draw.integers(0, 30, 200)]
    whole = [f"{a}_{b}" for a, b in zip(state, code, strict=True)]
    whole[7] = "al_m-x"
    found = find_derived(Grid.of({"state": state, "code": code, "whole": whole}))
    assert [(one.column, one.text, one.violations, one.support) for one in found] == [
        ("whole", "state + '_' + code", 1, 200)
    ]
    flight = [f"{carrier}-{number}" for carrier, number in zip(state, range(200), strict=True)]
    part = find_derived(Grid.of({"flight": flight, "carrier": state}))
    assert [one.text for one in part] == ["the first 2 characters of flight"]


def test_columns_that_share_their_commonest_value_are_not_equal() -> None:
    draw = np.random.default_rng(3)
    mostly = [["0"] * 188 + [str(one) for one in draw.integers(1, 9, 12)] for _ in range(2)]
    assert find_derived(Grid.of({"a": mostly[0], "b": mostly[1]})) == []


def test_keys_are_single_or_of_two_columns_that_chance_would_not_make_one() -> None:
    rows = range(900)
    table = {
        "id": [f"r{one}" for one in rows],
        "day": [f"2024-01-{one % 30 + 1:02d}" for one in rows],
        "place": [f"p{one // 30}" for one in rows],
        "amount": [f"{one * 1.37:.2f}" for one in rows],
    }
    found = find_keys(Grid.of(table))
    assert [(key.columns, key.repeats) for key in found] == [(("id",), 0), (("day", "place"), 0)]
    draw = np.random.default_rng(4)
    chance = {"a": map(str, draw.integers(0, 5000, 900)), "b": map(str, draw.integers(0, 5000, 900))}
    assert find_keys(Grid.of(chance)) == []


def test_associations_are_strong_where_columns_hang_together_and_near_nothing_where_not() -> None:
    draw = np.random.default_rng(5)
    x, group = draw.normal(size=2000), draw.integers(0, 4, 2000)
    table = {
        "x": [f"{one:.3f}" for one in x],
        "down": [f"{-one:.3f}" for one in np.exp(x)],
        "group": [f"g{one}" for one in group],
        "other": [f"o{one}" for one in draw.integers(0, 5, 2000)],
        "level": [f"{one + 0.1 * noise:.3f}" for one, noise in zip(group, draw.normal(size=2000), strict=True)],
        "same": [f"s{one % 2}" for one in group],
    }
    found = {(one.first, one.second): (one.measure, one.value) for one in associations(Grid.of(table))}
    assert found["x", "down"] == ("spearman", pytest.approx(-1, abs=1e-3))
    assert found["level", "group"][1] > 0.95
    assert found["group", "same"][1] > 0.95
    assert found["group", "other"][1] < 0.05
    assert found["x", "other"][1] < 0.1
    assert all(-1 <= value <= 1 for _, value in found.values())
