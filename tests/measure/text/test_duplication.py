from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.measure.text import _hashes, duplication
from datastork.measure.text._hashes import Seen, chunk_of, chunks

MANY = " ".join(f"word{at}" for at in range(40))


def test_copies_are_counted(texts):
    found = duplication.duplication(texts([MANY, f"  {MANY}\n", "another text", ""]))
    assert found.numbers["copies"] == 1
    assert "clean.exact_dup" in found.warnings[0]


def test_lines_that_stand_in_several_texts(texts):
    footer = "All rights reserved by nobody"
    found = duplication.duplication(texts([f"the text number {at} says this\n{footer}" for at in range(10)]))
    assert found.numbers["repeated_lines"] == 0.5
    [table] = found.tables
    assert list(table.rows) == [(footer, 10, 10)]


def test_a_line_repeated_in_one_text_only_is_not_shared(texts):
    found = duplication.duplication(texts(["the same line again\n" * 10, "something else is said here"]))
    assert found.numbers["repeated_lines"] == 0.0
    assert found.tables == []


def test_runs_of_thirteen_words(texts):
    words = MANY.split()
    found = duplication.duplication(texts([MANY, " ".join(words[:26]), " ".join(reversed(words))]))
    # 28 + 14 + 28 runs; the 14 of the second stand in the first
    assert found.numbers["repeated_runs"] == pytest.approx(28 / 70)
    assert found.numbers["mostly_repeated"] == pytest.approx(1 / 3, abs=1e-4)


def test_near_duplicates_that_were_kept_are_told(texts):
    found = duplication.duplication(texts(["a b c", "d e f"], cluster=["x", None]))
    assert found.numbers["texts_with_near_duplicates"] == 1
    assert "1 kept text has near-duplicates, dropped or kept." in found.sentences


def test_no_texts(texts):
    assert duplication.duplication(texts([])).numbers == {"texts": 0}


def test_of_very_many_every_nth_is_counted(texts, monkeypatch):
    contents = [f"line {at} of the first half\nline {at // 2} of both" for at in range(2000)]
    whole = duplication.duplication(texts(contents)).numbers
    monkeypatch.setattr(duplication, "NOTED", 1000)
    some = duplication.duplication(texts(contents)).numbers
    assert some["one_counted_of"] > 5
    assert some["repeated_lines"] == pytest.approx(whole["repeated_lines"], abs=0.1)


@settings(deadline=None)
@given(st.lists(st.text("aé \n\tb", max_size=20), min_size=1, max_size=8))
def test_words_and_lines_are_those_of_the_text(contents):
    """Every word and line is found, and equal ones, only, have equal hashes."""
    media = pa.chunked_array([pa.array([one.encode() for one in contents], pa.large_binary())])
    words, lines, hashes = [], [], {}
    for first, chunk in chunks(media):
        for at, (low, high) in enumerate(pairwise(chunk.words.tolist())):
            own = [
                chunk.data[start:end].tobytes().decode()
                for start, end in zip(chunk.starts[low:high], chunk.ends[low:high], strict=True)
            ]
            words.append((first + at, own))
        ends = chunk.line_ends()
        for low, high, value in zip(chunk.lines, ends, chunk.hashes(chunk.lines, ends), strict=True):
            said = chunk.data[chunk.starts[low] : chunk.ends[high]].tobytes().decode()
            lines.append(said)
            assert hashes.setdefault(said, value) == value
    split = [(at, one.split()) for at, one in enumerate(contents)]
    assert [pair for pair in words if pair[1]] == [pair for pair in split if pair[1]]
    assert lines == [line.strip() for one in contents for line in one.split("\n") if line.strip()]
    assert len(set(hashes.values())) == len(hashes)


def test_a_long_text_is_looked_at_in_parts(monkeypatch):
    monkeypatch.setattr(_hashes, "CHUNK", 64)
    contents = [b"short one", b"word " * 50, b"", b"the last"]
    rows = [first for first, _ in chunks(pa.chunked_array([pa.array(contents, pa.large_binary())]))]
    assert rows == [0, 1, 1, 1, 1, 2]


def test_text_without_spaces_or_with_nothing_else():
    assert len(chunk_of(np.frombuffer(b"x" * 1000, np.uint8), np.zeros(1, np.int64)).starts) == 1
    assert len(chunk_of(np.frombuffer(b" " * 1000, np.uint8), np.zeros(1, np.int64)).starts) == 0


def test_what_was_seen_in_several_texts():
    seen = Seen()
    seen.add(np.array([5, 5, 7], np.uint64), np.array([0, 0, 1]))
    seen.add(np.array([7, 9], np.uint64), np.array([2, 2]))
    found = seen.repeated()
    assert found.hashes.tolist() == [5, 7, 9]
    assert found.times.tolist() == [2, 2, 1]
    assert found.texts.tolist() == [1, 2, 1]
    assert found.where[found.again].tolist() == [1, 2]
