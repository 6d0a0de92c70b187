"""Asking about rows at the terminal, with scripted answers."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from rich.console import Console

from datastork.cli.asking import ask
from datastork.core.errors import DatastorkError
from datastork.tables.answers import Answers
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid

GRID = Grid.of({"name": ["ann", "bob"], "home town": ["Bend", "[red]Slem"], "age": ["4", None]})


@dataclass
class Proposed:
    changes: Changes
    suspects: Changes


PROPOSED = Proposed(
    Changes.of("format", [1], 1, ["Salem"], 0.97, "as in the list"), Changes.of("model", [1], 2, ["7"], 0.6, "a guess")
)


class Scripted(Console):
    """A console at which the answers are known beforehand."""

    def __init__(self, *answers: str) -> None:
        super().__init__(file=io.StringIO(), width=120)
        self.answers: Iterator[str] = iter(answers)

    def input(self, *args: object, **kwargs: object) -> str:
        try:
            return next(self.answers)
        except StopIteration:
            raise EOFError from None

    @property
    def shown(self) -> str:
        assert isinstance(self.file, io.StringIO)
        return self.file.getvalue()


def asked(console: Console, count: int = 1) -> Answers:
    return ask(GRID, PROPOSED, count, console)


def test_enter_takes_all_proposals_and_vouches_for_the_whole_row() -> None:
    console = Scripted("")
    answers = asked(console)
    assert (answers.row.tolist(), answers.column.tolist()) == ([1, 1, 1], [0, 1, 2])
    assert answers.value.tolist() == ["bob", "Salem", "7"]
    assert "a guess (60%)" in console.shown
    assert "[red]Slem" in console.shown
    assert "Row 1 (" in console.shown  # as in the table of changes and in ids: from 0


def test_where_nothing_is_proposed_the_keys_do_not_speak_of_proposals() -> None:
    console = Scripted("")
    nothing = Proposed(Changes.none(), Changes.none())
    assert len(ask(GRID, nothing, 1, console)) == 3
    assert "Enter nothing is wrong in this row" in console.shown


def test_n_keeps_the_row_as_it_was() -> None:
    assert asked(Scripted("n")).value.tolist() == ["bob", "[red]Slem", None]


@pytest.mark.parametrize("said", ["2 Sale M", "home town Sale M", "HOME TOWN  Sale M"])
def test_a_column_and_a_value_set_a_cell(said: str) -> None:
    assert asked(Scripted(said, "")).value.tolist() == ["bob", "Sale M", "7"]


def test_a_dash_empties_a_cell_and_quotes_keep_a_value_as_it_stands() -> None:
    assert asked(Scripted("3 -", '1 "-"', "")).value.tolist() == ["-", "Salem", None]


def test_a_skipped_row_is_replaced_by_another() -> None:
    assert asked(Scripted("s", "")).row.tolist() == [0, 0, 0]


@pytest.mark.parametrize("answers", [("q",), (), ("3 1",)])
def test_q_and_the_end_of_input_stop_and_forget_the_open_row(answers: tuple[str, ...]) -> None:
    assert len(asked(Scripted(*answers), 2)) == 0
    assert asked(Scripted("", *answers), 2).rows.tolist() == [1]


@pytest.mark.parametrize(
    ("said", "told"), [("9 x", "no column 9: 1 to 3"), ("hm", "not understood"), ("2", "2 - empties it")]
)
def test_what_is_not_understood_is_asked_again(said: str, told: str) -> None:
    console = Scripted(said, "")
    assert len(asked(console)) == 3
    assert told in console.shown


def test_without_a_terminal_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(DatastorkError, match=r"no terminal(?s:.*)kind cells"):
        ask(GRID, PROPOSED, 1)


def test_ctrl_c_stops_and_what_was_answered_counts() -> None:
    class Stopped(Scripted):
        def input(self, *args: object, **kwargs: object) -> str:
            if said := next(self.answers, None):
                return said
            raise KeyboardInterrupt

    assert asked(Stopped("n"), 2).rows.tolist() == [1]
