"""The ARFF reader: against scikit-learn's own on recorded files of OpenML, and against what is broken or hostile."""

import gzip
import math
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.externals import _arff as oracle  # type: ignore[import-untyped]
from tests.collect.hub_server import RECORDED

from datastork.collect._hub.arff import read_arff, split_values
from datastork.core.errors import SourceError

FILES = sorted(RECORDED.glob("id_*/data-v1-dl-*.arff.gz"))


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, float):
        return ours is None if math.isnan(theirs) else isinstance(ours, int | float) and ours == theirs
    return bool(ours == theirs)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_recorded_files_read_as_scikit_learn_reads_them(file: Path, tmp_path: Path) -> None:
    text = gzip.decompress(file.read_bytes())
    (tmp_path / "x.arff").write_bytes(text)
    found = read_arff(tmp_path / "x.arff", "x")
    rows = list(found.rows())
    sparse = b"{" in text[text.lower().index(b"@data") :]
    expected = oracle.loads(text.decode(), return_type=oracle.LOD if sparse else oracle.DENSE)

    assert [problem for _, problem in rows if problem] == []
    assert [one.name for one in found.attributes] == [name for name, _ in expected["attributes"]]
    assert len(rows) == len(expected["data"])
    for (row, _), other in zip(rows, expected["data"], strict=True):
        assert row is not None
        values = list(row.values())
        given = {at: other[at] for at in other} if sparse else dict(enumerate(other))
        assert all(same(values[at], value) for at, value in given.items())


HEAD = "@relation r\n@attribute 'a b' numeric\n@attribute c {x, 'y z', \"it\\'s\"}\n@attribute s string\n@data\n"


def rows_of(text: str, tmp_path: Path) -> list[tuple[dict[str, Any] | None, str | None]]:
    (tmp_path / "x.arff").write_text(text)
    return list(read_arff(tmp_path / "x.arff", "x").rows())


def test_quotes_escapes_comments_and_missing_values(tmp_path: Path) -> None:
    body = "% a comment\n 1 , 'y z', 'a, \\'b\\' \\n'\n?,?,?\n\n1e3,\"it's\",'?'\n{0 5, 2 'x, y'}\n{}\n"

    assert [row for row, _ in rows_of(HEAD + body, tmp_path)] == [
        {"a b": 1, "c": "y z", "s": "a, 'b' \n"},
        {"a b": None, "c": None, "s": None},
        {"a b": 1000.0, "c": "it's", "s": "?"},
        {"a b": 5, "c": "x", "s": "x, y"},
        {"a b": 0, "c": "x", "s": None},
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1,x", "line 6: 2 values, not 3"),
        ("1,w,s", "line 6: c cannot be 'w'"),
        ("1_000,x,s", "line 6: a b: '1_000' is no number"),
        ("inf,x,s", "line 6: a b: 'inf' is too large"),
        ("1,x,'open", "line 6: value 3: a quote is never closed"),
        ("{7 1}", "line 6: no attribute '7'"),
        ("{0 1, 0 2}", "line 6: attribute 0 is given twice"),
        ("{0 1", "line 6: a sparse row is never closed"),
    ],
)
def test_a_bad_row_says_its_line_and_what_is_wrong(line: str, why: str, tmp_path: Path) -> None:
    assert rows_of(HEAD + line + "\n1,x,s\n", tmp_path) == [(None, why), ({"a b": 1, "c": "x", "s": "s"}, None)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it has no @data"),
        ("@data\n1", "no @attribute before it"),
        ("@attribute a relational\n@data\n", "line 1: the type 'relational' of 'a' is not known"),
        ("@attribute a {x\n@data\n", "are never closed"),
        ("<html>", "line 1: '<html>' is neither"),
        ("@attribute a real\n@attribute a real\n@data\n", "two attributes have one name"),
    ],
)
def test_what_is_no_arff_file_is_refused_with_its_line(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=why):
        rows_of(text, tmp_path)


@pytest.mark.parametrize(
    "line",
    ["'" * 10**6, "'" + "\\" * 10**6, "," * 10**6 + "'", " " * 10**6 + "'x", "'a' " * 10**5, "'" + "a'" * 10**5],
    ids=["quotes", "backslashes", "commas", "spaces", "pieces", "halves"],
)
def test_a_hostile_line_costs_little(line: str) -> None:
    began = time.process_time()
    with pytest.raises(ValueError, match="quote"):
        split_values(line)
    assert time.process_time() - began < 10


@given(st.lists(st.text(max_size=20), min_size=1))
def test_values_that_are_quoted_come_back(values: list[str]) -> None:
    written = ",".join("'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'" for value in values)

    assert split_values(written) == values
