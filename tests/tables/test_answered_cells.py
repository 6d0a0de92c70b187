"""Cells a person vouched for."""

import pytest

from datastork.tables.answers import Answers
from datastork.tables.grid import Grid

DIRTY = Grid.of({"name": ["ann", "bib", "cy"], "age": ["4", None, "6 y"]})
TRUE = Grid.of({"age": ["4", "5", "6"], "name": ["ann", "bob", "cy"]})


def test_labelled_rows_answer_every_cell_by_column_name() -> None:
    answers = Answers.of_rows(DIRTY, [2, 1], TRUE)
    told = zip(answers.row.tolist(), answers.column.tolist(), answers.value.tolist(), strict=True)
    assert set(told) == {(2, 0, "cy"), (2, 1, "6"), (1, 0, "bob"), (1, 1, "5")}
    assert answers.rows.tolist() == [1, 2]
    assert answers.of_column(1).value.tolist() == ["6", "5"]


def test_a_grid_of_truth_needs_the_columns() -> None:
    with pytest.raises(KeyError, match="age"):
        Answers.of_rows(DIRTY, [0], Grid.of({"name": ["ann", "bob", "cy"]}))


def test_answers_that_confirm_a_cell_are_changes_too() -> None:
    changes = Answers.of_rows(DIRTY, [2], TRUE).changes(DIRTY)
    assert changes.why.tolist() == ["a person said that this is right", "a person corrected it"]
    assert changes.confidence.tolist() == [1.0, 1.0]
    assert changes.real(DIRTY).new.tolist() == ["6"]


def test_no_answers_change_nothing() -> None:
    answers = Answers.of([], [], [])
    assert len(answers) == 0
    assert len(answers.changes(DIRTY)) == 0
    assert answers.rows.tolist() == []
