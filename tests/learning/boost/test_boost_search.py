"""BoostClean: the repair a model learns most from, or none; chosen on rows for validation alone."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from datastork.core.errors import DataError
from datastork.learning.boost.beside import trees_beside
from datastork.learning.boost.deliver import deliver
from datastork.learning.boost.search import search
from datastork.learning.boost.trained import Way
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid

PARTS = (np.arange(500), np.arange(500, 1000), np.arange(1000, 1500))


def two_clouds(lost: float = 0.85, seed: int = 0) -> Grid:
    """Return two classes around the corners of a square; for training, most of what is on the right lacks its place."""
    draw = np.random.default_rng(seed)
    corner = draw.integers(0, 2, (1500, 2))
    place = 4 * corner + draw.normal(size=(1500, 2)) / 2
    gone = (draw.random(1500) < lost * corner[:, 0]) & (np.arange(1500) < 500)
    return Grid.of(
        {
            "x": [None if hole else f"{one:.3f}" for one, hole in zip(place[:, 0], gone, strict=True)],
            "y": [f"{one:.3f}" for one in place[:, 1]],
            "side": ["ab"[one] for one in corner[:, 0] ^ corner[:, 1]],
        }
    )


def accuracy(grid: Grid, predicted: np.ndarray, rows: np.ndarray) -> float:
    return float(np.mean(predicted == np.array(grid["side"].texts(), object)[rows]))


def test_a_repair_that_helps_is_chosen_and_holds_on_rows_for_testing() -> None:
    grid = two_clouds()
    train, validation, test = PARTS
    found = search(grid, "side", train, validation, model=KNeighborsClassifier(3))
    assert found.best.detector == "missing"
    assert found.best.train != "none"
    before = found.results[0].accuracy
    assert accuracy(grid, found.predict(grid.take(test)), test) > before + 0.02
    assert found.results[found.choice.best].gain > 2 * found.results[found.choice.best].gain_error


def test_trees_need_no_repair_and_say_so() -> None:
    grid = two_clouds(lost=0.15)
    found = search(grid, "side", *PARTS[:2], model="knn")
    bare = trees_beside(found, grid.take(found.asked))[0]
    assert bare.way.train == "none"
    assert bare.accuracy > 0.97


def test_a_table_without_faults_is_left_alone() -> None:
    found = search(two_clouds(lost=0.0), "side", *PARTS[:2], model="knn")
    assert (str(found.best), found.among(("missing",))) == ("missing: none", 0)


def test_rows_for_testing_are_never_looked_at() -> None:
    grid = two_clouds()
    train, validation, test = PARTS
    spoilt = Changes.of("model", test, 0, ["1e6"] * len(test), 1.0, "").applied(grid)
    spoilt = Changes.of("model", test, 2, ["c"] * len(test), 1.0, "").applied(spoilt)
    one, other = (search(table, "side", train, validation, model="knn") for table in (grid, spoilt))
    assert one.results == other.results
    assert one.choice == other.choice


def test_the_same_seed_gives_the_same_and_no_label_means_no_label() -> None:
    grid = two_clouds()
    found = [search(grid, "side", *PARTS[:2], model="knn", by_class=False, seed=3) for _ in range(2)]
    assert found[0].results == found[1].results
    assert not any(one.way.train.startswith("class") for one in found[0].results)


def test_holes_in_rows_to_be_foretold_try_repairs_of_their_own() -> None:
    grid = two_clouds()
    rows = np.arange(500, 700)
    holed = Changes.of("model", rows, 0, [None] * 200, 1.0, "").applied(grid)
    found = search(holed, "side", *PARTS[:2], model="knn")
    assert {"draw", "expected", "default class", "none"} <= {one.way.test for one in found.results}


def test_wrong_input_is_refused() -> None:
    grid = two_clouds()
    with pytest.raises(DataError, match="both for training and for validation"):
        search(grid, "side", PARTS[0], PARTS[0])
    with pytest.raises(DataError, match="did you mean 'side'"):
        search(grid, "sid", *PARTS[:2])
    with pytest.raises(DataError, match="'y' has 474 values"):
        search(grid, "y", *PARTS[:2])
    with pytest.raises(DataError, match="no row for validation has a label"):
        search(grid, "side", PARTS[0], np.zeros(0, np.int64))


def test_delivered_changes_fill_holes_and_use_labels_of_rows_for_training_only() -> None:
    grid = two_clouds()
    rows = np.arange(500, 800)
    holed = Changes.of("model", rows, 0, [None] * 300, 1.0, "").applied(grid)
    changes, discarded = deliver(holed, "side", PARTS[0], [Way("missing", "class draw", "draw")])
    assert not discarded.any()
    assert changes.applied(holed)["x"].missing == 0
    late = changes.row >= 500
    assert all("same label" in why for why in changes.why[~late])
    assert not any("label" in why for why in changes.why[late])
    other = Changes.of("model", rows, 2, ["a"] * 300, 1.0, "").applied(holed)
    again = deliver(other, "side", PARTS[0], [Way("missing", "class draw", "draw")])[0]
    assert again.new[again.row >= 500].tolist() == changes.new[late].tolist()


def test_rows_left_out_are_named_and_nothing_is_changed() -> None:
    grid = two_clouds()
    changes, discarded = deliver(grid, "side", PARTS[0], [Way("missing", "discard", "none")])
    assert len(changes) == 0
    assert discarded[:500].sum() > 100
    assert not discarded[500:].any()


@pytest.mark.real
def test_on_a_real_table_with_lost_cells_the_choice_closes_the_gap(real_data: Path) -> None:
    import csv
    import itertools

    folder = real_data / "repair" / "cpclean" / "Supreme_random"

    def read(name: str) -> list[list[str]]:
        with (folder / name).open(newline="") as file:
            return list(csv.reader(file))

    rows, labels, ends = [], [], [0]
    for part in ("train_dirty", "val", "test"):
        names, *some = read(f"X_{part}.csv")
        rows += [[f"{float(cell):g}" if cell else None for cell in row] for row in some]
        labels += [row[0] for row in read(f"y_{part.split('_')[0]}.csv")[1:]]
        ends.append(len(rows))
    grid = Grid.of({**{name: [row[at] for row in rows] for at, name in enumerate(names)}, "side": labels})
    train, validation, test = (np.arange(a, b) for a, b in itertools.pairwise(ends))
    found = search(grid, "side", train, validation, model="knn")
    asked = grid.take(test)
    before = np.array(found.labels)[found.models[0].foretell(asked, found.models[0].setting.reader.read(asked), "none")]
    assert accuracy(grid, found.predict(asked), test) > accuracy(grid, before, test) + 0.005
