"""Functional dependencies: those that hold, those that only seem to, and rows against them."""

import numpy as np

from datastork.tables.dependencies import equivalent_columns, find_dependencies
from datastork.tables.grid import Grid


def places(rows: int = 600, seed: int = 0) -> dict[str, list[str | None]]:
    draw = np.random.default_rng(seed)
    code = draw.integers(0, 40, rows)
    return {
        "id": [str(one) for one in range(rows)],
        "code": [f"{one + 10000}" for one in code],
        "city": [f"City {one}" for one in code],
        "region": [f"Region {one % 6}" for one in code],
        "noise": [str(one) for one in draw.integers(0, 9, rows)],
        "flag": ["yes" if one > 0.02 else "no" for one in draw.random(rows)],
    }


def lines(grid: Grid) -> list[str]:
    return [str(one) for one in find_dependencies(grid)]


def test_what_tells_what_is_found_and_nothing_else() -> None:
    found = find_dependencies(Grid.of(places()))
    assert {str(one) for one in found} == {"code -> city", "city -> code", "code -> region", "city -> region"}
    assert all(one.violations == 0 and one.agreement == 1 and one.examples == () for one in found)
    assert equivalent_columns(found) in ([("city", "code")], [("code", "city")])


def test_a_column_that_nearly_always_has_one_value_is_told_by_nothing() -> None:
    grid = Grid.of(places())
    assert not any(line.endswith("-> flag") for line in lines(grid))


def test_rows_against_a_dependency_are_counted_and_shown() -> None:
    table = places()
    for row in (3, 77, 140):
        table["region"][row] = "Regoin"
    one = next(one for one in find_dependencies(Grid.of(table)) if str(one) == "code -> region")
    assert one.violations == 3
    assert {example.row for example in one.examples} == {3, 77, 140}
    example = one.examples[0]
    assert example.other == "Regoin"
    assert example.usual == f"Region {(int(example.given[0]) - 10000) % 6}"
    assert example.rows > example.others == 1


def test_two_columns_are_given_only_where_neither_alone_tells() -> None:
    draw = np.random.default_rng(1)
    a, b = draw.integers(0, 12, 900), draw.integers(0, 12, 900)
    grid = Grid.of({"a": map(str, a), "b": map(str, b), "c": map(str, (a * 5 + b * 7) % 12)})
    assert "a, b -> c" in lines(grid)
    assert all("," in line for line in lines(grid))
    assert not any("," in line for line in lines(Grid.of(places())))


def test_a_measure_that_goes_with_a_class_does_not_tell_it() -> None:
    draw = np.random.default_rng(2)
    size = draw.integers(1, 11, 800)
    kind = np.where(size + draw.normal(0, 1.2, 800) > 5.5, "large", "small")
    assert lines(Grid.of({"size": map(str, size), "kind": kind.tolist()})) == []


def test_sources_that_contradict_each_other_are_a_dependency_of_less_agreement() -> None:
    draw = np.random.default_rng(3)
    thing = np.repeat(np.arange(60), 20)
    told = np.where(draw.random(1200) < 0.7, thing * 3, draw.integers(0, 400, 1200))
    found = find_dependencies(Grid.of({"thing": [f"T{one}" for one in thing], "weight": map(str, told)}))
    assert [str(one) for one in found] == ["thing -> weight"]
    assert 0.65 < found[0].agreement < 0.8


def test_missing_values_speak_neither_for_nor_against() -> None:
    table = places()
    for row in range(0, 600, 5):
        table["city"][row] = "N/A"
        table["region"][row + 1] = None
    found = {str(one): one for one in find_dependencies(Grid.of(table))}
    assert found["code -> city"].violations == 0
    assert found["code -> city"].support == 480
    assert found["code -> region"].support == 480


def test_the_search_in_a_sample_finds_what_holds_in_a_large_table() -> None:
    found = {str(one) for one in find_dependencies(Grid.of(places(40_000)), seed=5)}
    assert found == {"code -> city", "city -> code", "code -> region", "city -> region"}


def test_tables_without_rows_or_columns_have_no_dependencies() -> None:
    assert find_dependencies(Grid(())) == []
    assert find_dependencies(Grid.of({"a": [], "b": []})) == []
    assert find_dependencies(Grid.of({"a": [None], "b": ["x"]})) == []
