"""Rows that are one thing: how many of made-up copies are found, and that nothing is found where there are none."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.tables.entities.clusters import clusters, cross_pairs
from datastork.tables.entities.compared import compared
from datastork.tables.entities.find import find_entities
from datastork.tables.entities.levels import DIFFERENT, NEARLY, SAME, SOMEWHAT, UNKNOWN, levels
from datastork.tables.entities.merging import keepers, merged
from datastork.tables.entities.ties import components
from datastork.tables.grid import Grid
from datastork.tables.kinds import kinds_of

FIRST = [
    "Ada",
    "Bert",
    "Cora",
    "Dirk",
    "Edda",
    "Finn",
    "Gesa",
    "Hans",
    "Inga",
    "Jost",
    "Karla",
    "Lutz",
    "Mara",
    "Nils",
    "Olga",
    "Paul",
    "Rita",
    "Sven",
    "Tina",
    "Uwe",
]
PARTS = [
    "ba",
    "be",
    "bi",
    "bo",
    "da",
    "de",
    "do",
    "ga",
    "go",
    "ka",
    "ko",
    "la",
    "lo",
    "ma",
    "mo",
    "na",
    "no",
    "ra",
    "ro",
    "sa",
    "so",
    "ta",
    "to",
    "va",
    "wo",
]
Record = dict[str, str | None]


def records(count: int, chance: random.Random) -> list[Record]:
    families = ["".join(chance.choices(PARTS, k=3)).title() for _ in range(count // 8)]
    towns = [("".join(chance.choices(PARTS, k=3)).title(), f"{chance.randrange(10000, 99999)}") for _ in range(30)]
    found: list[Record] = []
    for _ in range(count):
        town, code = chance.choice(towns)
        found.append(
            {
                "first": chance.choice(FIRST),
                "family": chance.choice(families),
                "street": f"{''.join(chance.choices(PARTS, k=2)).title()} street {chance.randrange(1, 200)}",
                "town": town,
                "zip": code,
                "born": f"{chance.randrange(1930, 2005)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
            }
        )
    return found


def slip(record: Record, chance: random.Random) -> Record:
    copy = dict(record)
    what, name = chance.randrange(6), chance.choice(["family", "street", "town", "born"])
    text = str(copy[name])
    at = chance.randrange(len(text) - 1)
    if what < 3:
        copy[name] = [text[:at] + text[at + 1 :], text[:at] + text[at + 1] + text[at] + text[at + 2 :], text + "e"][
            what
        ]
    elif what == 3:
        copy[name] = None
    elif what == 4:
        copy["first"], copy["family"] = copy["family"], copy["first"]
    else:
        copy["first"] = f"{str(copy['first'])[0]}."
    return copy


def table(count: int, copied: int, seed: int) -> tuple[Grid, np.ndarray]:
    chance = random.Random(seed)
    things = list(enumerate(records(count, chance)))
    things += [(number, slip(slip(record, chance), chance)) for number, record in chance.sample(things, copied)]
    chance.shuffle(things)
    return Grid.of({name: [one[name] for _, one in things] for name in things[0][1]}), np.array([n for n, _ in things])


def pairs(groups: np.ndarray) -> int:
    sizes = np.unique(groups, return_counts=True)[1]
    return int((sizes * (sizes - 1) // 2).sum())


@pytest.mark.parametrize("seed", [1, 2])
def test_copies_with_two_slips_are_found_and_nothing_else(seed: int) -> None:
    grid, truth = table(1200, 200, seed)

    found = find_entities(grid).cluster

    both = pairs(found * 10_000 + truth)
    assert both / pairs(found) > 0.99, "precision of pairs"
    assert both / pairs(truth) > 0.85, "recall of pairs"


def test_a_table_without_copies_has_none() -> None:
    grid, _ = table(1200, 0, 3)

    assert np.array_equal(find_entities(grid).cluster, np.arange(1200))


def test_several_rows_about_one_thing_are_no_copies() -> None:
    chance = random.Random(4)
    places = records(40, chance)
    rows = [
        {**place, "test": f"test {kind}", "score": str(chance.randrange(100))} for place in places for kind in range(25)
    ]
    grid = Grid.of({name: [one[name] for one in rows] for name in rows[0]})

    assert np.array_equal(find_entities(grid).cluster, np.arange(1000))


def test_rows_that_say_too_little_are_left_alone_though_they_are_equal() -> None:
    grid = Grid.of({"class": ["a", "b", "c"] * 100, "sex": ["f", "m"] * 150})

    assert find_entities(grid).probability.max() == 0


def test_the_result_hardly_depends_on_the_order_of_rows() -> None:
    grid, truth = table(600, 100, 5)
    order = np.random.default_rng(1).permutation(grid.rows)

    one, other = find_entities(grid).cluster, find_entities(grid.take(order)).cluster

    there = np.empty_like(other)
    there[order] = order[other]
    assert pairs(one * 1000 + there) / max(pairs(one), pairs(there)) > 0.97, (
        "random pairs differ, hardly any thing does"
    )
    assert len(truth) == grid.rows


def test_levels_say_how_cells_are_alike() -> None:
    grid = Grid.of(
        {
            "name": ["Katharina", "Katarina", "K.", "Xaver", None],
            "born": ["1990-04-03", "1990-03-04", "1990-04-13", "1951-11-30", "1990-04-03"],
            "paid": ["1000", "1000.0", "1001", "10000", "7421"],
        }
    )
    used, _ = compared(grid)
    first = np.zeros(4, np.int64)

    found = levels(used, first, np.arange(1, 5))

    assert found[:, 0].tolist() == [NEARLY, SOMEWHAT, DIFFERENT, UNKNOWN]
    assert found[:, 1].tolist() == [NEARLY, SOMEWHAT, DIFFERENT, SAME]
    assert found[:, 2].tolist() == [SAME, NEARLY, SOMEWHAT, DIFFERENT]


def test_a_chain_does_not_make_its_ends_one() -> None:
    first, second = np.array([0, 1, 0]), np.array([1, 2, 2])

    chain = clusters(3, first, second, np.array([0.99, 0.98, 0.01]), 0.9)
    whole = clusters(3, first, second, np.array([0.99, 0.98, 0.6]), 0.9)

    assert chain.tolist() == [0, 0, 2]
    assert whole.tolist() == [0, 0, 0]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.floats(0, 1)), max_size=40))
def test_clusters_lie_within_components_and_are_named_by_their_smallest_row(
    edges: list[tuple[int, int, float]],
) -> None:
    each = {(min(a, b), max(a, b)): p for a, b, p in edges if a != b}
    first, second = (np.array([pair[at] for pair in each], np.int64) for at in (0, 1))
    sure = np.array(list(each.values()))
    tied = sure >= 0.5

    found = clusters(12, first, second, sure, 0.5)

    root = components(12, first[tied], second[tied])
    assert (root[found] == root).all()
    assert (found <= np.arange(12)).all()
    assert (found[found] == found).all()
    known = np.sort(first * 12 + second)
    more = cross_pairs(root, known, 12)
    assert (root[more // 12] == root[more % 12]).all()
    assert not np.isin(more, known).any()


def test_the_best_row_takes_what_most_rows_say() -> None:
    grid = Grid.of(
        {
            "name": ["Ann Lee", "Ann Lee", "An Lee", "Bo"],
            "town": [None, "Ulm", "Ulm", "Bonn"],
            "paid": ["1", "2", "3", "4"],
        }
    )
    cluster = np.array([0, 0, 0, 3])
    keeper = keepers(grid, cluster, np.array([False, False, True, False]), kinds_of(grid))
    changes = merged(grid, cluster, keeper, kinds_of(grid), ignore=["paid"])

    assert keeper.tolist() == [2, 2, 2, 3]
    assert changes.to_arrow(grid).select(["row", "column", "old", "new"]).to_pylist() == [
        {"row": 2, "column": "name", "old": "An Lee", "new": "Ann Lee"}
    ]
    assert changes.confidence.tolist() == [pytest.approx(2 / 3)]
