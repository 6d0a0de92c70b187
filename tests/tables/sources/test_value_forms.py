"""One key for all ways to write a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.tables.grid import Column
from datastork.tables.sources.forms import forms_of, shape_of, written


@pytest.mark.parametrize(
    ("kind", "same", "other"),
    [
        ("time", ["7:10 a.m.", "07:10", "7:10aDec 1", "12/02 7:10 a.m.", "7:10 AM", "7:10A 12-01-11"], "7:10 p.m."),
        ("number", ["1,200", "1200.0", "1200", "+1200"], "1201"),
        ("text", ["Los Angeles", "LOS  ANGELES", "los-angeles", "Los Angeles."], "Los Angelos"),
    ],
)
def test_values_that_say_the_same_have_one_key(kind: str, same: list[str], other: str) -> None:
    forms = forms_of(Column.of("x", [*same, other]))
    assert forms.kind == kind
    assert len(set(forms.key[:-1].tolist())) == 1
    assert forms.key[-1] != forms.key[0]
    assert forms.key_of(same[0]) == forms.key[0]


def test_what_is_no_time_among_times_says_nothing() -> None:
    forms = forms_of(Column.of("x", ["7:10", "8:20", "9:30", "10:40", "11:50", "Contact Airline", " "]))
    assert forms.key.tolist() == [0, 1, 2, 3, 4, -1, -1]
    assert forms.key_of("Contact Airline") == forms.key_of(None) == -1


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(["7:10 a.m.", "07:10", "7:10", "7:10 AM", "7:10pm"]))
def test_a_time_is_written_in_the_form_of_another(hour: int, minute: int, like: str) -> None:
    text = written(f"{hour:02d}:{minute:02d}", shape_of(like, "time"), "time")
    assert text is not None
    assert shape_of(text, "time").lstrip("0") == shape_of(like, "time").lstrip("0")
    assert forms_of(Column.of("x", [text])).names == (f"{hour:02d}:{minute:02d}",)


@given(st.lists(st.text(max_size=20), max_size=8))
def test_any_text_has_a_form(texts: list[str]) -> None:
    column = Column.of("x", texts)
    forms = forms_of(column)
    assert len(forms.key) == len(forms.shape) == len(column.values)
    assert all(forms.key_of(text) == key for text, key in zip(column.values, forms.key.tolist(), strict=True))
