"""Separated values are read as they are written, whatever the block a record lies in; what is bad is told by line."""

import codecs
import csv
import gzip
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.core.errors import RecipeError, SourceError
from datastork.tables.reading import opening, records
from datastork.tables.reading.blocks import Regular, regular
from datastork.tables.reading.separated import read_separated

NEVER = "a quote that opens here is never closed; where quotation marks are part of what is said: quotes = false"


def read(data, name="t.csv", **given_settings):
    reading = read_separated(name, lambda: io.BytesIO(data), **given_settings)
    rows, problems = [], []
    for chunk in reading.chunks:
        assert chunk.start == len(rows)
        rows += [tuple(row.values()) for row in chunk.table.to_pylist()]
        problems += chunk.problems.to_pylist()
    return reading, rows, problems


PIECES = [b"a", b",", b'"', b"\n", b"\r\n", b"\r", "é".encode(), b"\xff", b"\0", b"b,c\n", b'"x","y"\n', b'"x\ny",z\n']


@pytest.mark.parametrize("quotes", [True, False])
@pytest.mark.parametrize("width", [1, 2, 3])
def test_a_file_reads_the_same_whatever_the_size_of_the_blocks(monkeypatch, quotes, width):
    source = random.Random(width)
    told = {"names": list("abc"[:width]), "delimiter": ",", "encoding": "utf-8", "quotes": quotes}
    for _ in range(60):
        data = b"".join(source.choice(PIECES) for _ in range(source.randrange(1, 30)))
        monkeypatch.undo()
        whole = read(data, **told)[1:]
        for block, look in ((3, 2), (7, 5), (16, 1 << 18)):
            monkeypatch.setattr(records, "BLOCK", block)
            monkeypatch.setattr(records, "IRREGULAR", look)
            assert read(data, **told)[1:] == whole, data
        monkeypatch.setattr(records, "regular", lambda *_, **__: Regular(0, "careful"))
        assert read(data, **told)[1:] == whole, data


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2,
                         max_size=2), min_size=1), st.sampled_from(["\n", "\r\n", "\r"]))  # fmt: skip
def test_what_python_writes_is_read_back(rows, end):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])
    _, found, problems = read(out.getvalue().encode(), delimiter=",", encoding="utf-8", header=True, quotes=True)
    assert (found, set(problems)) == ([tuple(row) for row in rows], {None})


def test_a_single_column_keeps_its_empty_values():
    assert read(b'a\n""\nx\n\n""\n', header=True)[1] == [("",), ("x",), ("",)]


def test_bad_rows_are_told_by_line_and_width_and_the_others_stay():
    _, rows, problems = read(b'a,b\n1,2\n1,2,3\n1\n\n"x"y,2\n"q\nr",4\n5\n6,7\n')
    assert rows[0] == ("1", "2")
    assert rows[-1] == ("6", "7")
    assert [problem and problem.split(";")[0] for problem in problems] == [
        None, "line 3: 3 fields, not 2", "line 4: 1 field, not 2", "line 6: text follows a closing quote", None,
        "line 9: 1 field, not 2", None,
    ]  # fmt: skip


def test_a_lone_quote_spoils_its_own_line_alone():
    lines = "".join(f"{number},x\n" for number in range(50_000))
    _, rows, problems = read(f'a,b\n1,2\n"open,5\n{lines}'.encode())
    assert problems[1] == f"line 3: {NEVER}"
    assert (len(rows), sum(problem is not None for problem in problems), rows[-1]) == (50_002, 1, ("49999", "x"))


def test_a_lone_quote_before_quoted_values_spoils_its_own_line_alone():
    _, rows, problems = read(b'a,b\n"open,5\n6,7\n"x",8\n9,"y\nz"\n')
    assert [problem is None for problem in problems] == [False, True, True, True]
    assert rows[1:] == [("6", "7"), ("x", "8"), ("9", "y\nz")]


def test_a_broken_value_of_several_lines_gives_no_made_up_rows():
    _, _, problems = read(b'a,b\n"he said\nand "no" again\nsince",2\n3,4\n')
    assert [problem and problem.split(":")[0] for problem in problems] == ["lines 2 to 4", None]


@pytest.mark.parametrize(
    ("data", "rows", "note"),
    [
        (codecs.BOM_UTF8 + "a,b\né,2\n".encode(), [("é", "2")], None),
        ("a,b\né,2\n".encode("cp1252"), [("é", "2")], "is not UTF-8; it was read as cp1252"),
        (b"a,b\n" + b"x,y\n" * 400_000 + b"\xe9,2\n", None, "is not UTF-8; it was read as cp1252"),
        ("a\tb\né\t2\n".encode("utf-16"), [("é", "2")], "was read as UTF-16"),
        ("a;b\né;2\n".encode("utf-16-be"), [("é", "2")], "was read as UTF-16-BE, which it does not say"),
        ("a,b\né,2\n".encode("utf-32"), [("é", "2")], "was read as UTF-32"),
        (b"a|b\r1|2\r3|4", [("1", "2"), ("3", "4")], "is separated by bars"),
        (b"sep=|\r\na|b\r\n1|2\r\n", [("1", "2")], "is separated by bars"),
        (b"a;b\n1,5;2\n2,25;3\n", [("1,5", "2"), ("2,25", "3")], "numbers have a decimal comma"),
        (b'a,b\n"1,234.50",x\n"12,000.00",y\n', [("1,234.50", "x"), ("12,000.00", "y")], "thousands separators"),
        (b'a,b\n"say \\"hi, you\\"",1\n', [('say "hi, you"', "1")], 'are written \\"'),
        (b"a,b\n" + b"'x, y','z'\n" * 20, [("x, y", "z")] * 20, "values are quoted by '"),
    ],
)  # fmt: skip
def test_encoding_and_form_are_found_and_told(data, rows, note):
    reading, found, problems = read(data)
    assert set(problems) == {None}
    assert rows is None or found == rows
    assert (note is None and not reading.notes) or any(note in one for one in reading.notes)


def test_bytes_of_another_encoding_in_a_utf8_file_are_bad_rows():
    data = "a,b\né,1\nü,2\n".encode() + b"\xe9,2\n" + "ö,3\n".encode()
    _, rows, problems = read(data)
    assert problems == [None, None, "line 4: it holds a byte (0xE9) that cannot be decoded", None]
    assert rows[3] == ("ö", "3")


def test_an_encoding_that_is_given_is_used_and_one_that_is_not_there_is_refused():
    assert read("a,b\nпривет,1\n".encode("koi8-r"), encoding="koi8-r")[1] == [("привет", "1")]
    assert read("a,b\nпривет,1\n".encode("koi8-r"), guess=lambda data: "koi8-r")[1] == [("привет", "1")]
    assert (
        read(b"a,b\n\x81,1\n2,3\n", encoding="cp1252")[2][0] == "line 2: it holds a byte (0xFF) that cannot be decoded"
    )
    for wrong in ("latin-99", "rot13", "base64"):
        with pytest.raises(RecipeError, match="there is no encoding"):
            read(b"a,b\n", encoding=wrong)


def test_a_few_zero_bytes_are_bad_rows_and_many_are_no_text():
    assert read(b"a,b\n1,\0\n2,3\n")[2] == ["line 2: it holds a NUL byte", None]
    with pytest.raises(SourceError, match="no text"):
        read(b"\x7fELF" + b"\0\1\2" * 100)


def test_ten_thousand_columns(monkeypatch):
    header = ",".join(f"c{number}" for number in range(10_000))
    row = ",".join(str(number) for number in range(10_000))
    reading, rows, problems = read(f"{header}\n{row}\n{row},1\n{row}\n".encode())
    assert (len(reading.columns), len(rows), rows[2][-1]) == (10_000, 3, "9999")
    assert problems == [None, "line 3: 10,001 fields, not 10,000", None]


def test_a_large_file_is_read_in_memory_that_does_not_grow():
    import pyarrow as pa

    class Endless(io.RawIOBase):
        left = 48

        def readable(self):
            return True

        def readinto(self, buffer):
            data = b"12345,some text,3.25\n" * 50_000
            if not self.left or len(buffer) < len(data):
                return 0
            self.left -= 1
            buffer[: len(data)] = data
            return len(data)

        def read(self, size=-1):
            data = bytearray(2 << 20)
            return bytes(data[: self.readinto(memoryview(data))])

    before, rows, held = pa.total_allocated_bytes(), 0, 0
    reading = read_separated("t.csv", Endless, names=["a", "b", "c"], encoding="utf-8", delimiter=",")
    for chunk in reading.chunks:
        rows += chunk.table.num_rows
        held = max(held, pa.total_allocated_bytes() - before)
    assert rows == 48 * 50_000
    assert held < 24 << 20 < 48 * 50_000 * 21


def test_a_packed_file_is_unpacked_and_one_that_expands_without_end_is_refused(monkeypatch):
    assert read(gzip.compress(b"a,b\n1,2\n", mtime=0), "t.csv.gz")[1] == [("1", "2")]
    with pytest.raises(SourceError, match="damaged or cut short"):
        read(gzip.compress(b"a,b\n1,2\n" * 1000)[:-20], "t.csv.gz")
    with pytest.raises(SourceError, match="damaged or cut short"):
        read(b"no gzip", "t.csv.gz")
    monkeypatch.setattr(opening, "FREE", 1000)
    with pytest.raises(SourceError, match="more than 200 times its size"):
        read(gzip.compress(b"a,b\n" + b"1,2\n" * 100_000), "t.csv.gz")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "no header line"),
        (b"\xef\xbb\xbf", "is empty"),
        (b'"x"y,z\n1,2\n', "its first line cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told(data, said):
    with pytest.raises(SourceError, match=said):
        read(data)


def test_a_header_alone_is_a_table_without_rows():
    assert read(b"a,b\n")[1:] == ([], [])
    assert read(b"a,b")[0].columns == ["a", "b"]


@pytest.mark.parametrize(
    ("block", "final", "expected"),
    [
        (b"a,b\nc", False, (4, "more")),
        (b"a,b\nc", True, (5, "end")),
        (b"a,b\r", False, (0, "more")),  # a line feed may follow
        (b'a,"b\nc"\nd,"e\n', False, (8, "more")),
        (b'a,"b\nc"\nd,"e\n', True, (8, "careful")),
        (b'a,b\nc"d,e\nf,g\n', False, (4, "careful")),
        (b'a,"b""c"\n', False, (9, "more")),
        (b'a,b\n"c"d\n', True, (4, "careful")),
    ],
)
def test_what_of_a_block_is_regular(block, final, expected):
    assert tuple(regular(block, ",", '"', final=final)) == expected
