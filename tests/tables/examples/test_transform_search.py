"""The transforms that make one text another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.tables.examples.search import transforms


@pytest.mark.parametrize(
    ("text", "goal", "other", "then"),
    [
        ("12.0 oz.", "12", "19.20 OZ", "19.2"),
        ("0.052000000000000005%", "0.052", "0.07%", "0.07"),
        ("4.5 %", "0.045", "7 %", "0.07"),
        ("1.234,50", "1234.50", "7,25", "7.25"),
        ("1,234", "1234", "1,000,000", "1000000"),
        ("2801", "02801", "501", "00501"),
        ("PORTLAND", "Portland", "BEND", "Bend"),
        ("  a   b ", "a b", "c  d", "c d"),
        ("2015-04-23", "Apr 23, 2015", "2016-12-01", "Dec 1, 2016"),
        ("February 20, 1959", "20 February 1959 (USA)", "June 1, 1996", "1 June 1996 (USA)"),
        ("2012-10-04T00:00:00", "10/04/2012", "2010-03-27T09:30:00", "03/27/2010"),
        ("2 hr. 3 min.", "123 min", "1h 30m", "90 min"),
        ("3 hrs", "180", "1 hour 5 minutes", "65"),
        ("04/23/2015", "23/04/2015", "12/31/1999", "31/12/1999"),
        ("(503) 555-1234", "503-555-1234", "(971) 555-0000", "971-555-0000"),
        ("Smith, John", "John Smith", "Doe, Jane", "Jane Doe"),
        ("Mr. John Smith", "John Smith", "Mr. Ann Lee Poe", "Ann Lee Poe"),
        ("café", "cafe", "crème", "creme"),
        ("3.5 km", "3500", "0.25 km", "250"),
    ],
)
def test_a_simple_transform_holds_for_another_text(text: str, goal: str, other: str, then: str) -> None:
    simple = [one.run(other) for one in transforms(text, goal) if one.cost <= transforms(text, goal)[0].cost + 1.2]
    assert then in simple


def test_what_no_transform_makes_gets_none() -> None:
    assert transforms("birmingxam", "birmingham") == ()
    assert transforms("", "x") == transforms("x", "") == transforms("x", "x") == ()


@given(st.text(max_size=12), st.text(max_size=12))
def test_every_transform_makes_the_goal(text: str, goal: str) -> None:
    found = transforms(text, goal)
    assert all(one.run(text) == goal for one in found)
    assert [one.cost for one in found] == sorted(one.cost for one in found)
    assert all(len(one.steps) <= 3 and one.says for one in found)


@given(st.text(max_size=20))
def test_a_transform_never_fails_on_other_texts(text: str) -> None:
    for one in transforms("1.234,50 kg", "1234.5") + transforms("3/4/15", "04/03/2015") + transforms("Ann, B", "B Ann"):
        assert one.run(text) is None or isinstance(one.run(text), str)
