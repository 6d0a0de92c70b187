"""Sums, products and joined texts: cells are filled, and put right where only one of them can be wrong."""

import random

from datastork.tables.dependencies import find_derived
from datastork.tables.grid import Grid
from datastork.tables.model.computed import LEAST, by_relation
from datastork.tables.repair import repair

ROWS = 300


def orders(seed: int = 0) -> dict[str, list[str]]:
    draw = random.Random(seed)
    street = [f"{draw.randrange(1, 900)} {draw.choice(['Mill', 'Oak', 'Elm', 'High'])} Street" for _ in range(ROWS)]
    town = [draw.choice(["Ulm", "Bonn", "Trier", "Mainz"]) for _ in range(ROWS)]
    price = [draw.choice([1.37, 2.59, 7.43, 12.11]) for _ in range(ROWS)]
    pieces = [draw.randrange(1, 20) for _ in range(ROWS)]
    return {
        "street": street,
        "town": town,
        "address": [f"{a}, {b}" for a, b in zip(street, town, strict=True)],
        "price": [f"{one:.2f}" for one in price],
        "pieces": [str(one) for one in pieces],
        "total": [f"{a * b:.2f}" for a, b in zip(price, pieces, strict=True)],
    }


def changed(table: dict[str, list[str]]) -> dict[tuple[str, int], tuple[str | None, float]]:
    grid = Grid.of(table)
    found = by_relation(grid, find_derived(grid, least=LEAST), ())
    cells = zip(found.column.tolist(), found.row.tolist(), strict=True)
    values = zip(found.new.tolist(), found.confidence.tolist(), strict=True)
    return {(grid.names[c], r): one for (c, r), one in zip(cells, values, strict=True)}


def test_any_of_three_cells_is_filled_by_the_other_two() -> None:
    true = orders()
    table = {name: list(cells) for name, cells in true.items()}
    for row, name in enumerate(true):
        table[name][row] = ""
    found = changed(table)
    assert {cell: new for cell, (new, _) in found.items()} == {(n, r): true[n][r] for r, n in enumerate(true)}
    assert min(sure for _, sure in found.values()) >= 0.95


def test_a_slip_in_a_number_or_a_text_is_undone() -> None:
    true = orders()
    table = {name: list(cells) for name, cells in true.items()}
    table["total"][3] = true["total"][3].replace(".", "x")
    table["pieces"][4] += "q"
    table["address"][5] = true["address"][5].replace(", ", ",")
    assert {cell: new for cell, (new, sure) in changed(table).items() if sure >= 0.95} == {
        ("total", 3): true["total"][3],
        ("pieces", 4): true["pieces"][4],
        ("address", 5): true["address"][5],
    }


def test_of_three_numbers_that_do_not_fit_the_one_is_wrong_without_which_the_others_are_possible() -> None:
    true = orders()
    table = {name: list(cells) for name, cells in true.items()}
    table["total"][7] = "999.99"
    row = next(at for at in range(8, ROWS) if true["pieces"][at] == "7")
    table["pieces"][row] = "90"
    found = {cell: new for cell, (new, sure) in changed(table).items() if sure >= 0.95}
    assert found == {("total", 7): true["total"][7], ("pieces", row): "7"}


def test_of_a_sum_that_does_not_fit_nothing_is_said_where_any_of_the_three_may_be_wrong() -> None:
    draw = random.Random(1)
    a = [draw.randrange(10, 90) for _ in range(ROWS)]
    b = [draw.randrange(10, 90) for _ in range(ROWS)]
    table = {"a": list(map(str, a)), "b": list(map(str, b)), "both": [str(x + y) for x, y in zip(a, b, strict=True)]}
    row = next(at for at in range(ROWS) if 30 < a[at] < 60 and 30 < b[at] < 60)
    table["a"][row] = str(a[row] + 11)
    assert not changed(table)


def test_texts_that_are_wrong_at_two_ends_are_left_to_people() -> None:
    true = orders()
    table = {name: list(cells) for name, cells in true.items()}
    for row in range(0, 90, 3):
        table["street"][row], table["town"][row] = "1 Lost Lane", "Worms"
    assert all(sure < 0.95 for (name, _), (_, sure) in changed(table).items() if name == "address")


def test_repair_uses_relations_nobody_wrote_down_and_leaves_the_label_and_clean_tables_alone() -> None:
    true = orders()
    assert not len(repair(Grid.of(true)).changes)
    table = {name: list(cells) for name, cells in true.items()}
    table["total"][3] = ""
    assert repair(Grid.of(table)).grid["total"].text(3) == true["total"][3]
    assert repair(Grid.of(table), label="total").grid["total"].text(3) == ""
    assert repair(Grid.of(table), label="price").grid["total"].text(3) == ""
    assert repair(Grid.of(table), ignore=("total",)).grid["total"].text(3) == ""
