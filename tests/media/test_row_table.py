"""Rows as a grid and back."""

import json

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.core.errors import DataError
from datastork.media.row_table import corrected, corrections_of, corrections_type, grid_of, likes, text_of
from datastork.tables.changes import Changes

VALUES = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(-9, 9), st.text(max_size=3))
ROWS = st.lists(st.dictionaries(st.sampled_from("abc"), VALUES), min_size=1, max_size=8)


@given(ROWS)
def test_a_grid_has_the_texts_of_all_values_whatever_their_type(rows: list[dict[str, object]]) -> None:
    grid = grid_of([json.dumps(row).encode() for row in rows])

    for name in {name for row in rows for name in row}:
        assert grid[name].texts() == [text_of(row.get(name)) for row in rows]


@given(st.lists(st.fixed_dictionaries({"zip": st.text(max_size=4), "a b": st.none() | st.text()}), min_size=1))
def test_texts_stay_exactly_as_they_are(rows: list[dict[str, str]]) -> None:
    grid = grid_of(pa.array([json.dumps(row).encode() for row in rows], pa.large_binary()))

    assert grid["zip"].texts() == [row["zip"] for row in rows]
    assert grid["a b"].texts() == [row["a b"] for row in rows]


def test_dates_and_numbers_in_texts_are_texts() -> None:
    rows = [b'{"day": "2024-01-02", "n": "0012", "t": "2024-01-02T10:00:00Z"}'] * 3

    assert grid_of(rows)["day"].values == ("2024-01-02",)
    assert grid_of(rows)["t"].values == ("2024-01-02T10:00:00Z",)
    assert grid_of(rows)["n"].values == ("0012",)


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(DataError, match="no object"):
        grid_of([b"[1]"])
    assert grid_of([]).rows == 0


def test_changes_become_one_list_for_each_row() -> None:
    grid = grid_of([b'{"a": "x", "b": "1"}', b'{"a": "y", "b": "2"}'])
    changes = Changes.of("model", [1, 1, 0], [0, 1, 1], ["z", None, "1"], [0.96, 0.97, 0.99], "why")

    found = corrections_of(changes, grid)

    assert found.type == corrections_type()
    assert found.to_pylist() == [
        [],
        [
            {"column": "a", "old": "y", "new": "z", "why": "why", "confidence": 0.96},
            {"column": "b", "old": "2", "new": None, "why": "why", "confidence": 0.97},
        ],
    ]


def test_a_corrected_value_has_the_type_that_the_value_had_or_that_others_have() -> None:
    media = [b'{"n":3,"s":"3","t":true}', b'{"n":4,"s":"4","t":null}', b'{"n":null,"s":null,"t":false}']
    like = likes(media)

    def change(data: bytes, **new: str | None) -> dict[str, object]:
        before = json.loads(data)
        told = [{"column": name, "old": text_of(before.get(name)), "new": text} for name, text in new.items()]
        found: dict[str, object] = json.loads(corrected(data, told, like))
        return found

    assert change(media[0], n="5.5", s="5", t="false") == {"n": 5.5, "s": "5", "t": False}
    assert change(media[2], n="7", s="7") == {"n": 7, "s": "7", "t": False}
    assert change(media[0], n="many", t=None, new="x") == {"n": "many", "s": "3", "t": None, "new": "x"}
    with pytest.raises(DataError, match="holds '3', not '4'"):
        corrected(media[0], [{"column": "n", "old": "4", "new": "5"}], like)
