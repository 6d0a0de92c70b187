"""Rows are JSON objects, read strictly and written the same every time."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.core.errors import DataError, TooLargeError
from datastork.media.modality import modality, modality_of_type, recognise
from datastork.media.row import MAX_BYTES, MAX_DEPTH, MODALITY, Row, RowFacts

text = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text
values = st.dictionaries(
    text, st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(text, inner), max_leaves=8)
)


@given(values)
def test_what_is_written_is_read_back(given_values: dict[str, object]) -> None:
    encoded = MODALITY.encode(Row(given_values))
    assert encoded.format == MODALITY.sniff(encoded.data) == "json"
    again = MODALITY.decode(encoded.data)
    assert again == Row(given_values)
    assert MODALITY.encode(again) == encoded


def test_equal_values_give_equal_bytes() -> None:
    assert MODALITY.encode(Row({"b": 1, "a": "é"})).data == MODALITY.encode(Row({"a": "é", "b": 1})).data
    assert MODALITY.encode(Row({"b": 1, "a": "é"})).data == '{"a":"é","b":1}'.encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the row is empty"),
        (b"[1]", "no object but a list"),
        (b"null", "no object but null"),
        (b'{"a": 1', "the JSON is broken"),
        (b'{"a": 1} x', "the JSON is broken"),
        (b'{"a": 1, "a": 2}', "the name 'a' occurs twice"),
        (b'{"a": {"b": 1, "b": 1}}', "the name 'b' occurs twice"),
        (b'{"a": NaN}', "NaN is no JSON value"),
        (b'{"a": -Infinity}', "-Infinity is no JSON value"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "the JSON is broken"),
        (b'{"a": "\\ud800"}', "half a character"),
        (b'{"\\udc00": 1}', "half a character"),
        (b'{"a": "\xff"}', r"not UTF-8 \(byte 7\)"),
        (b'\xef\xbb\xbf{"a": 1}', "the JSON is broken"),
    ],
)
def test_what_is_no_row_says_why(data: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        MODALITY.decode(data)


def test_size_and_depth_are_bounded() -> None:
    for depth in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(TooLargeError, match="deeper than"):
            MODALITY.decode(b'{"a": ' + b"[" * depth + b"]" * depth + b"}")
    with pytest.raises(TooLargeError, match="the limit is"):
        MODALITY.decode(b'{"a": "' + b"x" * MAX_BYTES + b'"}')
    with pytest.raises(TooLargeError, match="the limit is"):
        MODALITY.encode(Row({"a": "x" * MAX_BYTES}))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"x", object(), {1: 2}, "\ud800", (1, 2)])
def test_what_json_cannot_say_is_not_written(value: object) -> None:
    with pytest.raises(DataError):
        MODALITY.encode(Row({"a": value}))


def test_facts_preview_and_what_rows_cannot_do() -> None:
    assert MODALITY.describe(Row({"a": 1, "b": None})) == RowFacts(fields=2)
    data = MODALITY.encode(Row({"a": "x" * 100})).data
    preview = MODALITY.preview(data, 20)
    assert (len(preview.data.decode()), preview.format) == (20, "text")
    shown = MODALITY.preview(MODALITY.encode(Row({"age": 39, "city": " Bend\n", "note": None})).data, 1000)
    assert shown.data.decode() == "age 39 · city Bend · note –"
    assert MODALITY.strip_private(data) == data
    with pytest.raises(DataError, match="rows have no fingerprint"):
        MODALITY.fingerprint(Row({}))
    with pytest.raises(DataError, match="rows have no fingerprint"):
        MODALITY.near_pairs([], threshold=0.5)


def test_rows_are_known_by_name_type_and_content() -> None:
    assert modality("row") is MODALITY is modality_of_type(Row)
    assert recognise(json.dumps({"a": 1}).encode(), ("row",)) is MODALITY
    assert MODALITY.sniff(b'  \n{"a": 1}') == "json"
    assert MODALITY.sniff(b"\xff\xd8\xff") is None
