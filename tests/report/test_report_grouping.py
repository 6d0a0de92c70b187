"""Grouping of reasons and causes, bounds on what is listed, and words for numbers."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.report.dropped import KINDS, dropped
from datastork.report.labels import LISTED as LABELS
from datastork.report.labels import labels
from datastork.report.page import percent, plain, render, short, shown, span
from datastork.report.pictures import Picture
from datastork.report.quarantined import LISTED, quarantined
from datastork.report.rows import spaced
from datastork.report.sheet import Chosen

ID = "0123456789abcdef01234567"


def drops(*reasons: str) -> pa.Table:
    count = len(reasons)
    return pa.table(
        {
            "id": [f"{n:024x}" for n in range(count)],
            "uri": [f"raw/{n}.png" for n in range(count)],
            "state": ["dropped"] * count,
            "drop_step": ["s"] * count,
            "reason": list(reasons),
            "evidence": pa.array([float(n) for n in range(count)]),
        }
    )


def kinds(*reasons: str) -> list[tuple[str, int]]:
    (step,) = dropped(drops(*reasons), ["s"])
    return [(reason["reason"], reason["count"]) for reason in step["reasons"]]


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        (["width 20 < 32", "width 31 < 32"], [("width … < 32", 2)]),
        (["width 20 < 32", "height 31 < 32"], [("height 31 < 32", 1), ("width 20 < 32", 1)]),
        (["sides 8.00 : 1 > 3", "sides 9.50 : 1 > 3"], [("sides … : 1 > 3", 2)]),
        (["a (b) [c] + 5 ^ x.", "a (b) [c] + 6 ^ x."], [("a (b) [c] + … ^ x.", 2)]),
        (
            [f"same bytes as {ID} (a (1).png)", f"same bytes as {ID}-c123 (b.png)"],
            [("same bytes as another sample", 2)],
        ),
        (["label 'x' is none", "label 'y' is none"], [("label '…' is none", 2)]),
        (["a\n\t\\b\x00 1 & 2", "a\n\t\\b\x00 1 & 3"], [("a\n\t\\b\x00 1 & …", 2)]),
        (["٣ of 4", "٣ of 5"], [("٣ of …", 2)]),
        (["1e-05 < 1,000", "2e-05 < 1,000"], [("… < 1,000", 2)]),
    ],
)
def test_reasons_that_differ_in_their_numbers_are_one_kind(reasons, expected):
    assert kinds(*reasons) == expected


@settings(deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=20))
def test_no_drop_is_lost_in_grouping(reasons):
    (step,) = dropped(drops(*reasons), ["s"])

    assert sum(reason["count"] for reason in step["reasons"]) + step["more"] == len(reasons)


def test_many_kinds_of_reasons_are_summed_up():
    words = [f"{'x' * n}!" for n in range(1, KINDS + 6)]

    (step,) = dropped(drops(*words), ["s"])

    assert len(step["reasons"]) == KINDS
    assert step["more"] == 5


def test_a_long_quarantine_is_listed_in_part_and_counted_whole():
    count = LISTED + 20
    rows = pa.table(
        {
            "id": [f"{n:024x}" for n in range(count)],
            "uri": [f"raw/{n:04}.png" for n in range(count)],
            "state": ["quarantined"] * count,
            "error_step": ["decode"] * count,
            "error_type": ["DataError"] * count,
            "error": [f"bad byte {n} in b'x{n}'" for n in range(count)],
        }
    )

    found = quarantined(rows)

    assert found["causes"] == [{"step": "decode", "message": "bad byte … in …", "count": count}]
    assert len(found["samples"]) == LISTED
    assert found["left_out"] == 20


def test_many_labels_are_summed_up():
    count = LABELS + 7
    rows = pa.table(
        {
            "id": [str(n) for n in range(count)],
            "state": ["kept"] * count,
            "label": [f"l{n}" for n in range(count)],
            "split": pa.nulls(count, pa.string()),
        }
    )

    found = labels(rows)

    assert len(found["labels"]) == LABELS
    assert found["more"] == {"labels": 7, "count": 7}


@settings(deadline=None)
@given(st.integers(1, 10_000), st.integers(1, 300))
def test_spaced_numbers_are_few_different_and_reach_both_ends(count, most):
    found = spaced(count, most).tolist()

    assert len(found) == min(count, most)
    assert found == sorted(set(found))
    assert found[0] == 0
    assert most == 1 or found[-1] == count - 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "–"),
        (True, "yes"),
        (1234567, "1,234,567"),
        (0.123456, "0.1235"),
        (123456.7, "123,457"),
        (float("nan"), "nan"),
        ("a\u202eb\x1b[0m\x00", "a\ufffdb\ufffd[0m\ufffd"),
        ([1, "x"], "1, x"),
    ],
)
def test_values_are_shown_as_people_read_them(value, expected):
    assert shown(value) == expected


@pytest.mark.parametrize(
    ("value", "total", "expected"),
    [
        (0, 9, "0 %"),
        (9, 9, "100 %"),
        (1, 9, "11.1 %"),
        (1, 10**6, "< 0.1 %"),
        (10**6 - 1, 10**6, "> 99.9 %"),
        (1, 0, "–"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_nothing(value, total, expected):
    assert percent(value, total) == expected


def test_words_for_ranges_and_long_texts():
    assert span(1.0, 1.00001) == "1"
    assert span(1.5, 20.0) == "1.5 to 20"
    assert span(None, None) == ""
    assert short("x" * 500, 10) == "xxxxx … xxxxx"
    assert plain("👩‍👧 a\nb") == "👩‍👧 a\nb"


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_escaped_wherever_it_stands(text):
    hostile = f"<i>\"'{text}"
    one = {"id": hostile, "state": "dropped", "label": hostile, "split": hostile, "uri": hostile, "step": hostile}
    chosen = Chosen(hostile, 1, pa.table({}), 1, 1)

    shown = [one | {"reason": hostile}]
    picture = {hostile: Picture(None, hostile, 3)}
    page = render("contact_sheet.html.j2", chosen=chosen, shown=shown, pictures=picture, title=hostile, of_texts=True)

    assert b"<i>" not in page
    assert page.count(b"&lt;i&gt;&#34;&#39;") >= 6
