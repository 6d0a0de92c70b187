"""`collect.table` lists what tables name or hold, joins what they say, and loses no row."""

import csv
import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datastork.collect.files import files
from datastork.collect.table import table
from datastork.core.errors import RecipeError, SourceError
from datastork.media.row import MODALITY
from datastork.store.listing import Listing
from datastork.store.sources import read_bytes


def collect(root: Path, path: str, **given_settings: Any) -> Listing:
    return table(Listing.empty(root), path=path, **given_settings)


def column(found: Listing, name: str) -> dict[str, Any]:
    return dict(zip(found.table.column("uri").to_pylist(), found.table.column(name).to_pylist(), strict=True))


def votes(found: Listing) -> dict[str, list[tuple[str, str]]]:
    return {
        uri: [(vote["annotator"], vote["value"]) for vote in given_votes]
        for uri, given_votes in column(found, "votes").items()
    }


def values(found: Listing) -> list[dict[str, Any] | None]:
    places = found.table.column("media_place").to_pylist()
    return [None if place is None else MODALITY.decode(read_bytes(found.root, place)).values for place in places]


def problems(found: Listing) -> list[str | None]:
    return found.table.column("problem").to_pylist()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("img/a/1.jpg", "img/b/1.jpg", "img/2.v2.jpg", "outside.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


class TestValues:
    def test_each_row_is_a_sample_whose_text_stays_text(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text('id,age,note\n007,3.0,"a ""b""\nc"\n8,,NA\n')
        found = collect(tmp_path, "t.csv", label="note")
        assert values(found) == [
            {"id": "007", "age": "3.0", "note": 'a "b"\nc'},
            {"id": "8", "age": "", "note": "NA"},
        ]
        assert votes(found) == {"t.csv#0": [("table:t.csv", 'a "b"\nc')], "t.csv#1": [("table:t.csv", "NA")]}
        assert column(found, "stamp")["t.csv#0"] == (tmp_path / "t.csv").stat().st_mtime_ns
        assert column(found, "size")["t.csv#1"] == len(b'{"age":"","id":"8","note":"NA"}')

    def test_bad_rows_stay_rows_with_the_reason(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text('a,b\n1,2\n1,2,3\n1\n\n"x"y,2\n3,4\n"open,5\n6,7\n')
        found = collect(tmp_path, "t.csv")
        assert problems(found) == [
            None,
            "line 3: 3 fields, not 2",
            "line 4: 1 field, not 2",
            "line 6: text follows a closing quote; where quotation marks are part of what is said: quotes = false",
            None,
            "line 8: a quote that opens here is never closed; where quotation marks are part of what is said: "
            "quotes = false",
            None,
        ]
        assert found.notes == ("t.csv has 4 bad rows: line 3: 3 fields, not 2",)

    def test_json_lines_are_read_strictly(self, tmp_path: Path) -> None:
        lines = [
            b'\xef\xbb\xbf{"a": 1}',
            b"",
            b'{"a": [1, {"b": null}]}',
            b"[1]",
            b'{"a": 1',
            b'{"a": NaN}',
            b'{"a": "\xff"}',
        ]
        (tmp_path / "t.jsonl").write_bytes(b"\r\n".join(lines))
        found = collect(tmp_path, "t.jsonl")
        assert values(found)[:2] == [{"a": 1}, {"a": [1, {"b": None}]}]
        assert [problem and problem.split(":")[0] for problem in problems(found)] == [
            None, None, "line 4", "line 5", "line 6", "line 7",
        ]  # fmt: skip

    def test_types_are_turned_only_where_asked_and_what_does_not_fit_is_a_bad_row(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text("n,x,b\n1,2.5,yes\n,,\n1_0,1,no\n1,x,no\n1,1,maybe\n99999999999999999999,1,1\n")
        found = collect(tmp_path, "t.csv", types={"n": "int", "x": "float", "b": "bool"}, columns=["n"])
        assert values(found)[:2] == [{"n": 1, "x": 2.5, "b": True}, {"n": None, "x": None, "b": None}]
        assert problems(found)[2:] == [
            "row 2: n '1_0' is no int",
            "row 3: x 'x' is no float",
            "row 4: b 'maybe' is no bool",
            "row 5: n '99999999999999999999' is no int",
        ]
        assert found.table.column("n").to_pylist()[:2] == [1, None]

    @pytest.mark.parametrize(
        ("data", "expected", "note"),
        [
            ("\ufeffa,b\né,2\n".encode(), {"a": "é", "b": "2"}, None),
            ("a,b\né,2\n".encode("latin-1"), {"a": "é", "b": "2"}, "is not UTF-8; it was read as cp1252"),
            ("a;b\né;2,5\n".encode(), {"a": "é", "b": "2,5"}, "is separated by semicolons"),
            ("a\tb\né\t2\n".encode("utf-16"), {"a": "é", "b": "2"}, "was read as UTF-16"),
            (b"a|b\r1|2\r", {"a": "1", "b": "2"}, "separated by bars"),
            (b"a,a,\n1,2,3\n", {"a": "1", "a_2": "2", "column_2": "3"}, "1 column without a name"),
        ],
    )
    def test_encoding_delimiter_and_odd_headers_are_found_and_told(
        self, tmp_path: Path, data: bytes, expected: dict[str, str], note: str | None
    ) -> None:
        (tmp_path / "t.csv").write_bytes(data)
        found = collect(tmp_path, "t.csv")
        assert values(found) == [expected]
        assert (note is None and found.notes == ()) or any(note in one for one in found.notes if note)

    def test_a_table_without_a_header_gets_names(self, tmp_path: Path) -> None:
        (tmp_path / "iris.csv").write_text("5.1,setosa\n4.9,virginica\n")
        found = collect(tmp_path, "iris.csv", names=["length", "kind"], label="kind")
        assert [row and row["length"] for row in values(found)] == ["5.1", "4.9"]
        assert votes(found)["iris.csv#1"] == [("table:iris.csv", "virginica")]

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(
        rows=st.lists(
            st.lists(
                st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
                min_size=2,
                max_size=2,
            ),
            min_size=1,
        )
    )
    def test_whatever_a_csv_writer_writes_is_read_back(self, tmp_path: Path, rows: list[list[str]]) -> None:
        out = io.StringIO(newline="")
        csv.writer(out).writerows([["a", "b"], *rows])
        (tmp_path / "t.csv").write_bytes(out.getvalue().encode())
        found = collect(tmp_path, "t.csv", delimiter=",")
        assert values(found) == [{"a": a, "b": b} for a, b in rows]

    def test_parquet_values_are_told_where_json_cannot_say_them(self, tmp_path: Path) -> None:
        import datetime

        import pyarrow as pa
        import pyarrow.parquet as pq

        day = datetime.date(2024, 5, 1)
        pq.write_table(
            pa.table({"x": [1.5, float("nan"), float("inf")], "day": [day, None, day], "n": [1, None, 3]}),
            tmp_path / "t.parquet",
        )
        found = collect(tmp_path, "t.parquet")
        assert values(found) == [
            {"x": 1.5, "day": "2024-05-01", "n": 1},
            {"x": None, "day": None, "n": None},
            None,
        ]
        assert problems(found) == [None, None, "row 2: a value is inf, which JSON cannot say"]
        assert "t.parquet: 1 values are NaN and became null" in found.notes

    @pytest.mark.parametrize(("name", "data"), [("t.csv", "a,b\n"), ("t.jsonl", ""), ("u.jsonl", "\n\n")])
    def test_a_table_without_rows_lists_nothing(self, tmp_path: Path, name: str, data: str) -> None:
        (tmp_path / name).write_text(data)
        found = collect(tmp_path, name)
        assert (found.table.num_rows, found.table.column_names) == (0, Listing.empty(tmp_path).table.column_names)
        (tmp_path / "more.jsonl").write_text('{"a": 1}\n')
        assert values(table(found, path="more.jsonl")) == [{"a": 1}]
        assert values(table(collect(tmp_path, "more.jsonl"), path=name)) == [{"a": 1}]

    def test_several_tables_by_one_pattern(self, tmp_path: Path) -> None:
        for shard in ("t-1.jsonl", "t-0.jsonl"):
            (tmp_path / shard).write_text(json.dumps({"label": shard}) + "\n")
        found = collect(tmp_path, "t-*.jsonl", label="label")
        assert votes(found) == {
            "t-0.jsonl#0": [("table:t-*.jsonl", "t-0.jsonl")],
            "t-1.jsonl#0": [("table:t-*.jsonl", "t-1.jsonl")],
        }


class TestCells:
    @pytest.fixture
    def shard(self, tmp_path: Path) -> Path:
        import pyarrow as pa
        import pyarrow.parquet as pq

        features = {"info": {"features": {"label": {"_type": "ClassLabel", "names": ["cat", "dog"]}}}}
        rows = pa.table(
            {
                "image": pa.array([{"bytes": b"one", "path": None}, {"bytes": b"two", "path": "2.png"}]),
                "label": pa.array([1, 0]),
                "size": pa.array(["s", "m"]),
            }
        ).replace_schema_metadata({"huggingface": json.dumps(features)})
        pq.write_table(rows, tmp_path / "train.parquet")
        return tmp_path

    def test_cells_are_samples_that_are_read_later(self, shard: Path) -> None:
        found = collect(shard, "train.parquet", bytes="image", label="label")
        assert votes(found) == {
            "train.parquet!/image/0": [("table:train.parquet", "dog")],
            "train.parquet!/image/1": [("table:train.parquet", "cat")],
        }
        assert list(column(found, "size_given").values()) == ["s", "m"]
        assert found.table.column("data").null_count == 2
        assert [read_bytes(shard, uri) for uri in column(found, "uri")] == [b"one", b"two"]
        assert found.notes == ("train.parquet: numbers of label became the class names in the file",)

    @pytest.mark.parametrize(
        ("given_settings", "message"),
        [
            ({"bytes": "imgae"}, "'imgae' of train.parquet is not there; did you mean 'image'"),
            ({"bytes": "label"}, "'label' of train.parquet does not hold bytes"),
            ({}, "bytes = 'image' makes samples of them"),
            ({"bytes": "image", "label": "lable", "group": "who"}, "2 problems"),
        ],
    )
    def test_wrong_columns_are_told(self, shard: Path, given_settings: dict[str, str], message: str) -> None:
        with pytest.raises(RecipeError, match=message):
            collect(shard, "train.parquet", **given_settings)


class TestFiles:
    def test_rows_name_files_relative_to_the_table(self, root: Path) -> None:
        (root / "img/t.csv").write_text(
            "file,label,who,age\na/1.jpg,cat,ann,3\n./b/../b/1.jpg,,ben,4\ngone.jpg,dog,,5\n,x,,\n"
        )
        found = collect(root, "img/t.csv", file="file", label="label", group="who")
        assert votes(found) == {
            "img/a/1.jpg": [("table:t.csv", "cat")],
            "img/b/1.jpg": [],
            "img/gone.jpg": [("table:t.csv", "dog")],
            "img/t.csv#3": [("table:t.csv", "x")],
        }
        assert problems(found) == [None, None, "no such file", "row 3: it names no file"]
        assert column(found, "stamp")["img/gone.jpg"] is None
        assert column(found, "group")["img/b/1.jpg"] == "ben"
        assert list(column(found, "age").values()) == ["3", "4", "5", ""]

    def test_several_answers_about_one_file_are_votes_of_one_sample(self, root: Path) -> None:
        (root / "t.jsonl").write_text(
            "".join(
                json.dumps({"f": "img/a/1.jpg", "label": label, "worker": worker}) + "\n"
                for label, worker in [("cat", "w1"), ("dog", "w2"), ("cat", 3), (["x", "y"], None)]
            )
        )
        found = collect(root, "t.jsonl", file="f", label="label", annotator="worker")
        assert votes(found) == {
            "img/a/1.jpg": [
                ("w1", "cat"),
                ("w2", "dog"),
                ("3", "cat"),
                ("table:t.jsonl", "x"),
                ("table:t.jsonl", "y"),
            ]
        }
        assert "3 rows of t.jsonl name a file again; the votes were gathered" in found.notes

    def test_a_file_listed_before_keeps_its_votes_and_gets_more(self, root: Path) -> None:
        (root / "t.csv").write_text("f,l,license\nimg/a/1.jpg,cat,MIT\n")
        before = files(Listing.empty(root), path="img/**/*.jpg", label="folder", license="CC0-1.0")
        found = table(before, path="t.csv", file="f", label="l", license="license")
        assert votes(found)["img/a/1.jpg"] == [("folder", "a"), ("table:t.csv", "cat")]
        assert column(found, "license") == {
            "img/2.v2.jpg": "CC0-1.0", "img/a/1.jpg": "MIT", "img/b/1.jpg": "CC0-1.0",
        }  # fmt: skip

    def test_paths_stay_in_the_folder_of_the_table_unless_allowed(self, root: Path) -> None:
        (root / "img/link.jpg").symlink_to(root / "outside.jpg")
        (root / "img/folder").symlink_to(root)
        out = [
            "../outside.jpg",
            "a/../../outside.jpg",
            str(root / "outside.jpg"),
            "link.jpg",
            "folder/outside.jpg",
        ]
        (root / "img/t.jsonl").write_text(
            "".join(json.dumps({"f": f}) + "\n" for f in ["a/1.jpg", "https://x.org/1.jpg", *out])
        )
        found = collect(root, "img/t.jsonl", file="f")
        assert problems(found)[0] is None
        assert problems(found)[1] == "row 1: it names an address on the web; files must be here: fetch them first"
        assert problems(found)[2:] == [
            f"row {row}: its path leads out of the folder of the table" for row in range(2, 7)
        ]
        allowed = collect(root, "img/t.jsonl", file="f", outside=True)
        assert column(allowed, "problem")["outside.jpg"] is None
        assert column(allowed, "problem")[str(root / "outside.jpg")] is None

    def test_a_table_of_addresses_or_of_files_elsewhere_is_refused_as_a_whole(self, root: Path) -> None:
        (root / "t.csv").write_text("f\nhttps://x.org/1.jpg\ns3://b/2.jpg\n")
        with pytest.raises(RecipeError, match="every row names an address on the web"):
            collect(root, "t.csv", file="f")
        (root / "img/t.csv").write_text("f\n../outside.jpg\n")
        with pytest.raises(RecipeError, match="`outside = true` allows it"):
            collect(root, "img/t.csv", file="f")

    def test_members_of_archives_may_be_named_and_a_broken_archive_is_a_reason(self, root: Path) -> None:
        with zipfile.ZipFile(root / "good.zip", "w") as out:
            out.writestr("1.jpg", b"one")
        (root / "bad.zip").write_bytes(b"PK\x03\x04")
        (root / "t.csv").write_text("f\ngood.zip!/1.jpg\ngood.zip!/2.jpg\nbad.zip!/1.jpg\ngone.zip!/1.jpg\n")
        found = collect(root, "t.csv", file="f")
        assert problems(found)[:2] == [None, "no such member in good.zip"]
        assert "bad.zip is cut short" in (problems(found)[2] or "")
        assert problems(found)[3] == "gone.zip: no such file"
        assert column(found, "size")["good.zip!/1.jpg"] == 3


class TestJoin:
    @pytest.fixture
    def found(self, root: Path) -> Listing:
        return files(Listing.empty(root), path="img/**/*.jpg")

    def test_by_name_stem_and_uri(self, root: Path, found: Listing) -> None:
        (root / "t.csv").write_text("k,l\nimg/a/1.jpg,cat\n")
        by_name = table(found, path="t.csv", join="name", key="k", label="l")
        assert [len(one) for one in votes(by_name).values()] == [0, 1, 1]
        assert any("1 key means several files" in note for note in by_name.notes)
        by_uri = table(found, path="t.csv", join="uri", key="k", label="l")
        assert votes(by_uri) == {
            "img/2.v2.jpg": [],
            "img/a/1.jpg": [("table:t.csv", "cat")],
            "img/b/1.jpg": [],
        }
        assert by_uri.notes == ("2 files are in no row of t.csv: img/2.v2.jpg, img/b/1.jpg",)
        (root / "img/t.csv").write_text("k,l\n2.v2,two\nb/1.jpg,one\n")
        by_stem = table(found, path="img/t.csv", join="stem", key="k", label="l")
        assert [[value for _, value in one] for one in votes(by_stem).values()] == [["two"], ["one"], ["one"]]
        relative = table(found, path="img/t.csv", join="uri", key="k", label="l")
        assert votes(relative)["img/b/1.jpg"] == [("table:t.csv", "one")]

    def test_several_annotators_in_columns_and_in_rows(self, root: Path, found: Listing) -> None:
        (root / "t.csv").write_text("k,ann,ben\nimg/a/1.jpg,cat,dog\nimg/b/1.jpg,,dog\nimg/b/1.jpg,cow,\n")
        wide = table(found, path="t.csv", join="uri", key="k", votes=["ann", "ben"])
        assert votes(wide) == {
            "img/2.v2.jpg": [],
            "img/a/1.jpg": [("ann", "cat"), ("ben", "dog")],
            "img/b/1.jpg": [("ben", "dog"), ("ann", "cow")],
        }

    def test_columns_of_every_kind_are_brought_in(self, root: Path, found: Listing) -> None:
        rows = [
            {"k": "img/a/1.jpg", "tags": ["x", "y"], "mixed": 1, "deep": {"a": 1}, "group": "g", "uri": "u"},
            {"k": "img/b/1.jpg", "tags": None, "mixed": "one", "deep": None},
        ]
        (root / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        joined = table(found, path="t.jsonl", join="uri", key="k", group="group")
        assert column(joined, "tags")["img/a/1.jpg"] == ["x", "y"]
        assert column(joined, "mixed") == {"img/2.v2.jpg": None, "img/a/1.jpg": "1", "img/b/1.jpg": "one"}
        assert column(joined, "deep")["img/a/1.jpg"] == '{"a":1}'
        assert column(joined, "group")["img/a/1.jpg"] == "g"
        assert column(joined, "uri_given")["img/a/1.jpg"] == "u"

    def test_unmatched_and_bad_rows_are_told_and_bad_ones_kept(self, root: Path, found: Listing) -> None:
        (root / "t.csv").write_text("k,l\nimg/a/1.jpg,cat\nnowhere.jpg,dog\n,cow\nbroken\n")
        joined = table(found, path="t.csv", join="uri", key="k", label="l")
        assert problems(joined) == [None, None, None, "line 5: 1 field, not 2"]
        assert any("2 rows of t.csv match no file: nowhere.jpg, None" in note for note in joined.notes)

    def test_a_join_that_matches_nothing_shows_both_sides(self, root: Path, found: Listing) -> None:
        (root / "t.csv").write_text("k,l\nx9,cat\n")
        with pytest.raises(RecipeError, match=r"the keys look like x9, the files like img/2\.v2\.jpg"):
            table(found, path="t.csv", join="name", key="k", label="l")
        with pytest.raises(RecipeError, match="nothing is listed yet"):
            collect(root, "t.csv", join="name", key="k")

    def test_columns_of_two_types_are_refused(self, root: Path, found: Listing) -> None:
        (root / "t.csv").write_text("k,age\nimg/a/1.jpg,3\n")
        once = table(found, path="t.csv", join="uri", key="k")
        with pytest.raises(RecipeError, match="column 'age' is string from one step and int64 from another"):
            table(once, path="t.csv", join="uri", key="k", types={"age": "int"})

    @settings(max_examples=50, deadline=None)
    @given(
        names=st.lists(st.sampled_from("abcd") | st.none()),
        keys=st.lists(st.sampled_from("abcde") | st.none()),
    )
    def test_pairs_are_those_of_a_plain_loop(self, names: list[str | None], keys: list[str | None]) -> None:
        import pyarrow as pa

        from datastork.collect._merge import pairs

        samples, rows = pairs(pa.array(names, pa.string()), pa.array(keys, pa.string()))
        expected = [
            (sample, row)
            for sample, name in enumerate(names)
            for row, key in enumerate(keys)
            if name is not None and name == key
        ]
        assert list(zip(samples.tolist(), rows.tolist(), strict=True)) == expected


class TestWrong:
    @pytest.mark.parametrize(
        ("given_settings", "message"),
        [
            ({"file": "a", "join": "name", "key": "a"}, "file and join: give one of them"),
            ({"join": "name"}, "needs key"),
            ({"key": "a"}, "needs join"),
            ({"annotator": "a"}, "annotator needs label"),
            ({"label": "bb"}, "label: t.csv has no column 'bb'; there are a, b|did you mean"),
            ({"label": "x1", "types": {"x2": "int"}, "columns": ["x3"]}, "3 problems"),
            ({"delimiter": ";;"}, "is not one character"),
            ({"names": ["a", "a"]}, "different names"),
            ({"bytes": "a"}, "t.csv is no Parquet file"),
        ],
    )
    def test_settings_that_cannot_be(self, tmp_path: Path, given_settings: dict[str, Any], message: str) -> None:
        (tmp_path / "t.csv").write_text("a,b\n1,2\n")
        with pytest.raises(RecipeError, match=message):
            collect(tmp_path, "t.csv", **given_settings)

    @pytest.mark.parametrize(
        ("name", "data", "message"),
        [
            ("t.csv", b"", "t.csv is empty"),
            ("t.csv", b"\n", "has no header line"),
            ("t.csv", b"a,b\n" + b"\0" * 20, "NUL bytes"),
            ("t.csv", b'"a', "its first line cannot be read"),
            ("t.parquet", b"PAR1nonsensePAR1", "cannot be read as Parquet"),
        ],
    )
    def test_a_table_that_cannot_be_read(self, tmp_path: Path, name: str, data: bytes, message: str) -> None:
        (tmp_path / name).write_bytes(data)
        with pytest.raises(SourceError, match=message):
            collect(tmp_path, name)

    def test_a_missing_table_and_one_of_no_kind(self, tmp_path: Path) -> None:
        (tmp_path / "labels.csv").write_text("a\n1\n")
        with pytest.raises(SourceError, match=r"did you mean 'labels\.csv'"):
            collect(tmp_path, "lables.csv")
        (tmp_path / "labels.docx").write_bytes(b"PK")
        with pytest.raises(RecipeError, match="is no table; tables end in"):
            collect(tmp_path, "labels.docx")

    def test_lines_and_fields_without_end_do_not_fill_the_memory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from datastork.collect._tables import text_tables as _text_tables
        from datastork.tables.reading import careful, records

        monkeypatch.setattr(_text_tables, "LONGEST", 1000)
        monkeypatch.setattr(careful, "LONGEST", 1000)
        monkeypatch.setattr(records, "BLOCK", 400)
        monkeypatch.setattr(records, "IRREGULAR", 100)
        (tmp_path / "t.csv").write_text("a,b\n" + "x" * 5000)
        with pytest.raises(SourceError, match="a line of more than 1,000 characters"):
            collect(tmp_path, "t.csv")
        (tmp_path / "u.csv").write_text('a,b\n1,2\n"' + "x,y\n" * 900 + '",4\n')
        told = problems(collect(tmp_path, "u.csv"))
        assert "line 3: a value of more than 1,000 characters" in (told[1] or "")
        assert told[2:901] == [None] * 899
        (tmp_path / "t.jsonl").write_text('{"a": 1}\n{"a": "' + "x" * 5000 + '"}\n{"a": 2}\n')
        assert problems(collect(tmp_path, "t.jsonl")) == [None, "line 2: more than 1,000 bytes", None]


def test_memory_follows_the_result_and_not_the_text(tmp_path: Path) -> None:
    """A wide table from which little is taken needs little memory."""
    with (tmp_path / "t.csv").open("w") as out:
        out.write("f,l,junk\n")
        for at in range(60_000):
            out.write(f"{at}.jpg,{at % 7},{'x' * 500}\n")
    (tmp_path / "0.jpg").write_bytes(b"x")
    before = files(Listing.empty(tmp_path), path="0.jpg")
    tracemalloc.start()
    table(before, path="t.csv", join="name", key="f", label="l", columns=[])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000 < (tmp_path / "t.csv").stat().st_size


@pytest.mark.real
def test_real_captions_are_joined_to_images(real_data: Path) -> None:
    images = files(Listing.empty(real_data), path="detection/coco/images/*.jpg")
    for join in ("name", "stem", "uri"):
        joined = table(images, path="imagetext/captions.jsonl", join=join, key="image")  # type: ignore[arg-type]
        captions = [one for one in joined.table.column("captions").to_pylist() if one]
        assert (joined.table.num_rows, len(captions)) == (48, 15)
        assert captions[0][0] == "A woman stands in the dining area at the table."
    with pytest.raises(RecipeError, match="outside = true"):
        collect(real_data, "imagetext/captions.jsonl", file="image")
    listed = collect(real_data, "imagetext/captions.jsonl", file="image", outside=True)
    assert problems(listed) == [None] * 15


@pytest.mark.real
def test_real_tables_lose_no_row(real_data: Path) -> None:
    import pandas as pd

    for name in ("tables/compas/compas-scores-two-years.csv", "repair/hospital/dirty.csv"):
        found = collect(real_data, name)
        reference = pd.read_csv(real_data / name, dtype=str, keep_default_na=False)
        assert problems(found) == [None] * len(reference)
        rows = [sorted((row or {}).values()) for row in values(found)]
        assert rows == [sorted(row) for row in reference.to_numpy().tolist()]
