"""Type hints in words, and values held against them."""

import re
from typing import Annotated, Literal

import pytest

from datastork.core import Range
from datastork.recipe.bind import check_value, type_words


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (int, "a whole number"),
        (Annotated[float, Range(0, 1)], "a number ≥ 0 and ≤ 1"),
        (Annotated[float, Range(0, open_low=True)], "a number > 0"),
        (Literal["a", "b"], "one of 'a', 'b'"),
        (list[str], "a list of texts"),
        (str | list[str], "a text or a list of texts"),
        (str | None, "a text"),
        (tuple[Annotated[int, Range(0, 255)], int, int], "a list of 3 whole numbers ≥ 0 and ≤ 255"),
        (bool, "true or false"),
    ],
)
def test_types_in_words(hint, words):
    assert type_words(hint) == words


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (3, int),
        (3, float),
        (0.5, Annotated[float, Range(0, 1)]),
        ("a", Literal["a"]),
        (["x"], str | list[str]),
        (True, bool),
    ],
)
def test_right_values(value, hint):
    assert check_value(value, hint) == ""


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        *(("3", int), (3.5, int), (True, int), (1, bool)),
        *((0, Annotated[float, Range(0, open_low=True)]), (2, Annotated[int, Range(0, 1)])),
    ],
)
def test_wrong_values_are_told_with_the_value(value, hint):
    assert repr(value) in check_value(value, hint)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (["gofer"], r"got \['gofer'\]; did you mean 'gopher'\?"),
        (["c4", "fine"], r"did you mean 'fineweb'\?"),
        (["c4", 3], r"got \['c4', 3\]$"),
        ([], ""),
    ],
)
def test_a_wrong_choice_in_a_list_gets_the_nearest(value, said):
    assert re.search(said, check_value(value, list[Literal["gopher", "c4", "fineweb"]]))
