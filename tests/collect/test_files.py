"""`collect.files` lists what is there, in one order, with labels from names and from what lies beside."""

import json
import os
import tarfile
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.collect._walks.pattern import Levels, expand_braces
from datastork.collect.files import files
from datastork.core.errors import RecipeError, SourceError
from datastork.store.listing import Listing
from datastork.store.sources import read_bytes


def make(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return root


def collect(root: Path, path: str | list[str], **given_settings: Any) -> Listing:
    return files(Listing.empty(root), path=path, **given_settings)


def uris(found: Listing) -> list[str]:
    return found.table.column("uri").to_pylist()


def votes(found: Listing) -> dict[str, list[tuple[str, str]]]:
    rows = found.table.select(["uri", "votes"]).to_pylist()
    return {row["uri"]: [(vote["annotator"], vote["value"]) for vote in row["votes"]] for row in rows}


def column(found: Listing, name: str) -> dict[str, Any]:
    return dict(zip(uris(found), found.table.column(name).to_pylist(), strict=True))


TREE = ("p/a/1.jpg", "p/a/2.png", "p/b/c/3.jpg", "p/4.jpg", "p/5.txt", "q/6.jpg")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("p", ["p/4.jpg", "p/5.txt", "p/a/1.jpg", "p/a/2.png", "p/b/c/3.jpg"]),
        ("p/", ["p/4.jpg", "p/5.txt", "p/a/1.jpg", "p/a/2.png", "p/b/c/3.jpg"]),
        ("p/**", ["p/4.jpg", "p/5.txt", "p/a/1.jpg", "p/a/2.png", "p/b/c/3.jpg"]),
        ("./p/**/*.jpg", ["p/4.jpg", "p/a/1.jpg", "p/b/c/3.jpg"]),
        ("p/*.jpg", ["p/4.jpg"]),
        ("p/*/*.jpg", ["p/a/1.jpg"]),
        ("p/**/c/*.jpg", ["p/b/c/3.jpg"]),
        ("*/**/*.{jpg,png}", ["p/4.jpg", "p/a/1.jpg", "p/a/2.png", "p/b/c/3.jpg", "q/6.jpg"]),
        ("{p,q}/[46].jpg", ["p/4.jpg", "q/6.jpg"]),
        ("p/a/1.jpg", ["p/a/1.jpg"]),
        ("p/?/?.???", ["p/a/1.jpg", "p/a/2.png"]),
        (["q/*.jpg", "p/a"], ["p/a/1.jpg", "p/a/2.png", "q/6.jpg"]),
    ],
)
def test_patterns_find_what_they_say_in_the_order_of_uris(
    tmp_path: Path, path: str | list[str], expected: list[str]
) -> None:
    found = collect(make(tmp_path, *TREE), path)
    assert uris(found) == expected
    assert found.table.column("problem").null_count == len(expected)
    for uri in expected:
        assert read_bytes(tmp_path, uri) == uri.encode()


def test_patterns_outside_the_recipe_folder_and_absolute_ones(tmp_path: Path) -> None:
    make(tmp_path, "data/1.jpg", "recipe/x")
    assert uris(collect(tmp_path / "recipe", "../data/*.jpg")) == ["../data/1.jpg"]
    absolute = collect(tmp_path / "recipe", f"{tmp_path}/data/*.jpg")
    assert uris(absolute) == [f"{tmp_path}/data/1.jpg"]
    both = files(absolute, path="../data/*.jpg")
    assert uris(both) == [f"{tmp_path}/data/1.jpg"]
    assert "1 files were found more than once" in both.notes[-1]


def test_size_and_stamp_are_those_of_the_file(tmp_path: Path) -> None:
    make(tmp_path, "a/1.jpg")
    os.utime(tmp_path / "a/1.jpg", ns=(5, 1_700_000_000_123_456_789))
    (row,) = collect(tmp_path, "a").table.to_pylist()
    assert (row["size"], row["stamp"]) == (7, 1_700_000_000_123_456_789)


def test_a_name_with_brackets_that_exists_is_taken_literally(tmp_path: Path) -> None:
    make(tmp_path, "p [2020] {a,b}/1*.jpg", "p [2020] {a,b}/12.jpg")
    assert uris(collect(tmp_path, "p [2020] {a,b}/1*.jpg")) == ["p [2020] {a,b}/1*.jpg"]
    assert len(uris(collect(tmp_path, "p [2020] {a,b}"))) == 2


class TestLabels:
    def test_the_nearest_folder_is_the_label(self, tmp_path: Path) -> None:
        found = collect(make(tmp_path, "t/x/cat/1.jpg", "t/dog/2.jpg", "t/3.jpg"), "t/**/*.jpg", label="folder")
        assert votes(found) == {
            "t/3.jpg": [],
            "t/dog/2.jpg": [("folder", "dog")],
            "t/x/cat/1.jpg": [("folder", "cat")],
        }
        assert found.notes == ("1 files lie in no folder of their own and got no label: t/3.jpg",)

    def test_a_folder_named_in_the_pattern_is_a_label_too(self, tmp_path: Path) -> None:
        found = collect(make(tmp_path, "t/cat/1.jpg", "t/dog/2.jpg"), ["t/cat/*.jpg", "t/dog/2.jpg"], label="folder")
        assert votes(found) == {"t/cat/1.jpg": [("folder", "cat")], "t/dog/2.jpg": [("folder", "dog")]}

    def test_a_pattern_over_file_names_gives_labels_and_columns(self, tmp_path: Path) -> None:
        found = collect(
            make(tmp_path, "w/7_jackson_0.wav", "w/odd.wav"),
            "w/*.wav",
            label_pattern=r"^(?P<label>\d)_(?P<speaker>[a-z]+)_(?P<take>\d+)",
        )
        assert votes(found) == {"w/7_jackson_0.wav": [("file name", "7")], "w/odd.wav": []}
        assert column(found, "speaker") == {"w/7_jackson_0.wav": "jackson", "w/odd.wav": None}
        assert found.notes == ("1 names do not match the pattern: w/odd.wav",)

    def test_a_pattern_over_folders_cleans_their_names(self, tmp_path: Path) -> None:
        found = collect(
            make(tmp_path, "e/001 - Dog bark/1.ogg", "e/001 - Dog bark/2.ogg", "e/misc/3.ogg"),
            "e/**/*.ogg",
            label="folder",
            label_pattern=r"^\d+ - (?P<label>.+)$",
        )
        assert list(votes(found).values()) == [[("folder", "Dog bark")], [("folder", "Dog bark")], []]

    def test_groups_come_from_folders_or_patterns(self, tmp_path: Path) -> None:
        make(tmp_path, "d/anna/1_x.wav", "d/ben/2_y.wav")
        assert list(column(collect(tmp_path, "d", group="folder"), "group").values()) == ["anna", "ben"]
        found = collect(tmp_path, "d/**", group_pattern=r"^(?P<person>\w+)/\d_(?P<group>\w)")
        assert list(column(found, "group").values()) == ["x", "y"]
        assert list(column(found, "person").values()) == ["anna", "ben"]

    def test_licence_author_and_query_hold_for_all(self, tmp_path: Path) -> None:
        found = collect(make(tmp_path, "a/1.jpg"), "a", license="CC0-1.0", author="me", query="birds")
        (row,) = found.table.to_pylist()
        assert (row["license"], row["author"], row["query"]) == ("CC0-1.0", "me", "birds")

    @pytest.mark.parametrize(
        ("given_settings", "message"),
        [
            ({"label": "file"}, "needs label_pattern"),
            ({"label_pattern": "(?P<label>"}, "is no regular expression"),
            ({"label_pattern": r"(\d)"}, r"name the group: \(\?P<label>"),
            ({"label_pattern": r"(?P<lable>\d)"}, "no group called 'label'; did you mean 'lable'"),
            ({"label_pattern": r"(?P<label>\d)(?P<split>x)"}, "cannot be called 'split'"),
            ({"group_pattern": r"\d"}, "no group called 'group'"),
            ({"group_pattern": r"(?P<group>\d)", "group": "folder"}, "give one of them"),
            ({"label": "file", "group_pattern": "["}, "2 problems"),
        ],
    )
    def test_settings_that_cannot_be_are_told_at_once(
        self, tmp_path: Path, given_settings: dict[str, str], message: str
    ) -> None:
        with pytest.raises(RecipeError, match=message):
            collect(make(tmp_path, "a/1.jpg"), "a", **given_settings)


class TestNothingFound:
    @pytest.mark.parametrize(
        ("path", "message"),
        [
            ("recordngs/**/*.wav", r"no folder 'recordngs'.*did you mean 'recordings'"),
            ("recordings/robbin/1.wav", r"no folder 'recordings/robbin'.*did you mean 'robin'"),
            ("recordings/robin/2.wav", r"no file 'recordings/robin/2.wav'.*did you mean '1.wav'"),
            ("recordings/**/*.mp3", r"matches no file in recordings; there are 2 \.wav"),
            ("recordings/robin/1.wav/*.wav", "no folder 'recordings/robin/1.wav'|is a file, not a folder"),
            ("empty", "matches no file in empty"),
            ("hid/*", "2 hidden, which `hidden = true` takes"),
        ],
    )
    def test_the_error_gives_the_nearest_right_answer(self, tmp_path: Path, path: str, message: str) -> None:
        make(tmp_path, "recordings/robin/1.wav", "recordings/wren/2.wav", "hid/.a", "hid/.b")
        (tmp_path / "empty").mkdir()
        with pytest.raises(SourceError, match=message):
            collect(tmp_path, path)

    def test_every_pattern_must_find_something_but_not_every_brace(self, tmp_path: Path) -> None:
        make(tmp_path, "a/1.jpg")
        assert uris(collect(tmp_path, "a/*.{jpg,png}")) == ["a/1.jpg"]
        with pytest.raises(SourceError, match=r"'a/\*\.png' matches no file"):
            collect(tmp_path, ["a/*.jpg", "a/*.png"])

    @pytest.mark.parametrize("path", ["", "  ", [], "a/*/../b", "a\0b", "a/" + "{a,b}" * 12])
    def test_a_path_that_cannot_be_is_a_problem_of_the_recipe(self, tmp_path: Path, path: str | list[str]) -> None:
        with pytest.raises(RecipeError, match="path"):
            collect(make(tmp_path, "a/1.jpg"), path)

    def test_a_folder_that_cannot_be_read_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        make(tmp_path, "a/open/1.jpg", "a/shut/2.jpg")
        scandir = os.scandir

        def refuse(path: str) -> Any:
            if "shut" in str(path):
                raise PermissionError(13, "Permission denied")
            return scandir(path)

        monkeypatch.setattr(os, "scandir", refuse)
        with pytest.raises(SourceError, match="the folder a/shut/ cannot be read: Permission denied"):
            collect(tmp_path, "a")


class TestOddThings:
    def test_loops_of_links_end_and_a_real_folder_goes_before_a_link(self, tmp_path: Path) -> None:
        make(tmp_path, "a/z/1.jpg", "away/2.jpg")
        (tmp_path / "a/b").symlink_to(tmp_path / "a/z")
        (tmp_path / "a/z/loop").symlink_to(tmp_path / "a")
        (tmp_path / "a/self").symlink_to("self")
        (tmp_path / "a/c").symlink_to(tmp_path / "away")
        (tmp_path / "a/d").symlink_to(tmp_path / "away")
        found = collect(tmp_path, "a/**/*.jpg")
        assert uris(found) == ["a/c/2.jpg", "a/z/1.jpg"]

    def test_what_is_no_file_is_listed_with_the_reason(self, tmp_path: Path) -> None:
        make(tmp_path, "a/1.jpg")
        (tmp_path / "a/2.jpg").symlink_to("nowhere")
        os.mkfifo(tmp_path / "a/3.jpg")
        (tmp_path / "a/4.jpg").symlink_to("1.jpg")
        found = collect(tmp_path, "a/*.jpg")
        assert list(column(found, "problem").values()) == [
            None,
            "a link that leads nowhere",
            "a pipe, not a file",
            None,
        ]
        assert column(found, "size") == {"a/1.jpg": 7, "a/2.jpg": None, "a/3.jpg": None, "a/4.jpg": 7}

    def test_hidden_files_are_passed_over_unless_asked_for(self, tmp_path: Path) -> None:
        make(
            tmp_path,
            "a/1.jpg",
            "a/.2.jpg",
            "a/.h/3.jpg",
            "a/.DS_Store",
            "a/__MACOSX/4.jpg",
            "a/.stork/cache/5.jpg",
        )
        found = collect(tmp_path, "a/**/*.jpg")
        assert uris(found) == ["a/1.jpg"]
        assert any("2 hidden" in note for note in found.notes)
        assert any("2 files of the operating system" in note for note in found.notes)
        assert uris(collect(tmp_path, "a", hidden=True)) == ["a/.2.jpg", "a/.h/3.jpg", "a/1.jpg"]
        assert uris(collect(tmp_path, "a/.*")) == ["a/.2.jpg"]

    def test_names_that_are_not_utf8_are_listed_with_the_reason(self, tmp_path: Path) -> None:
        make(tmp_path, "a/é 1.jpg")
        with open(os.fsencode(tmp_path) + b"/a/caf\xe9.jpg", "wb") as out:
            out.write(b"x")
        os.mkdir(os.fsencode(tmp_path) + b"/a/d\xff")
        with open(os.fsencode(tmp_path) + b"/a/d\xff/1.jpg", "wb") as out:
            out.write(b"x")
        found = collect(tmp_path, "a/**/*.jpg", label="folder", label_pattern="(?P<label>.*)")
        assert column(found, "problem") == {
            "a/caf\\udce9.jpg": "its name is not UTF-8: rename it",
            "a/d\\udcff/1.jpg": "its name is not UTF-8: rename it",
            "a/é 1.jpg": None,
        }

    def test_readmes_and_checksums_are_no_samples_where_no_kind_is_named(self, tmp_path: Path) -> None:
        make(tmp_path, "a/1.jpg", "a/README.md", "a/LICENSE", "a/notes.txt", "a/SHA256SUMS")
        found = collect(tmp_path, "a/**")
        assert uris(found) == ["a/1.jpg", "a/notes.txt"]
        assert found.notes == ("3 files are no samples: LICENSE, README.md, SHA256SUMS",)
        assert uris(collect(tmp_path, "a/*.md")) == ["a/README.md"]

    def test_an_extension_in_other_case_is_told(self, tmp_path: Path) -> None:
        found = collect(make(tmp_path, "a/1.jpg", "a/2.JPG"), "a/*.jpg")
        assert found.notes == ("path 'a/*.jpg' left out 1 files whose extension differs in case",)

    def test_a_file_found_twice_is_listed_once_with_all_votes(self, tmp_path: Path) -> None:
        make(tmp_path, "a/cat/1.jpg", "a/cat/2.jpg")
        once = collect(tmp_path, ["a/**/*.jpg", "a/cat/1.jpg"], label="folder")
        assert uris(once) == ["a/cat/1.jpg", "a/cat/2.jpg"]
        assert once.notes[-1] == "1 files were found more than once and are listed once: a/cat/1.jpg"
        twice = files(once, path="a/cat/*.jpg", label_pattern=r"(?P<label>\d)", group_pattern="(?P<group>.)")
        assert votes(twice)["a/cat/1.jpg"] == [("folder", "cat"), ("file name", "1")]
        assert column(twice, "group") == {"a/cat/1.jpg": "1", "a/cat/2.jpg": "2"}
        again = files(twice, path="a/cat/*.jpg", label_pattern=r"(?P<label>\d)")
        assert votes(again) == votes(twice)


class TestSidecars:
    def test_a_metadata_file_gives_votes_fields_and_columns(self, tmp_path: Path) -> None:
        make(tmp_path, "a/1.jpg", "a/sub/2.jpg")
        (tmp_path / "a/metadata.csv").write_text(
            "file_name,label,license,author,age,split\n1.jpg,cat,CC0-1.0,ann,3,train\nsub/2.jpg,dog,,ben,4,test\n"
            "gone.jpg,x,,,,\n../../etc/passwd,x,,,,\n"
        )
        found = collect(tmp_path, "a")
        assert votes(found) == {
            "a/1.jpg": [("table:metadata.csv", "cat")],
            "a/sub/2.jpg": [("table:metadata.csv", "dog")],
        }
        assert column(found, "license") == {"a/1.jpg": "CC0-1.0", "a/sub/2.jpg": None}
        assert column(found, "age") == {"a/1.jpg": "3", "a/sub/2.jpg": "4"}
        assert column(found, "split_given") == {"a/1.jpg": "train", "a/sub/2.jpg": "test"}
        assert "1 files named by metadata were not found: a/gone.jpg" in found.notes
        without = collect(tmp_path, "a/**", sidecar="none")
        assert uris(without) == ["a/1.jpg", "a/metadata.csv", "a/sub/2.jpg"]

    def test_json_beside_a_file_is_about_it(self, tmp_path: Path) -> None:
        make(tmp_path, "a/1.jpg", "a/2.jpg", "a/3.jpg", "a/3.png", "a/4.jpg")
        (tmp_path / "a/1.jpg.json").write_text(json.dumps({"label": ["cat", "pet"], "iso": 100}))
        (tmp_path / "a/2.json").write_text(json.dumps({"license": "MIT", "iso": 200, "deep": {"x": 1}}))
        (tmp_path / "a/3.json").write_text("{}")
        (tmp_path / "a/4.json").write_text("{broken")
        found = collect(tmp_path, "a/*")
        assert votes(found)["a/1.jpg"] == [("table:sidecar", "cat"), ("table:sidecar", "pet")]
        iso = {uri: value for uri, value in column(found, "iso").items() if value is not None}
        assert iso == {"a/1.jpg": 100, "a/2.jpg": 200}
        assert "a/3.json" in column(found, "iso")
        assert column(found, "deep")["a/2.jpg"] == '{"x":1}'
        assert any("a/4.json was not used: the JSON is broken" in note for note in found.notes)

    def test_a_metadata_file_without_file_names_is_told_and_kept(self, tmp_path: Path) -> None:
        make(tmp_path, "a/1.jpg")
        (tmp_path / "a/metadata.csv").write_text("name,label\n1.jpg,cat\n")
        found = collect(tmp_path, "a")
        assert uris(found) == ["a/1.jpg", "a/metadata.csv"]
        assert found.notes == ("a/metadata.csv has no column 'file_name'; it was not used",)

    def test_two_patterns_into_one_folder_read_its_metadata_once(self, tmp_path: Path) -> None:
        make(tmp_path, "a/1.jpg", "a/2.png")
        (tmp_path / "a/metadata.jsonl").write_text('{"file_name": "1.jpg", "label": "cat"}\n')
        found = collect(tmp_path, "a/*.{jpg,png}")
        assert votes(found) == {"a/1.jpg": [("table:metadata.jsonl", "cat")], "a/2.png": []}


class TestArchives:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        with zipfile.ZipFile(tmp_path / "p.zip", "w") as out:
            for name in (
                "t/cat/1.jpg",
                "t/dog/2.jpg",
                "t/dog/.h.jpg",
                "__MACOSX/t/._1.jpg",
                "README.md",
                "../x.jpg",
            ):
                out.writestr(name, name)
            out.writestr("t/cat/metadata.csv", "file_name,label\n1.jpg,kitten\n")
        with tarfile.open(tmp_path / "q.tar.gz", "w:gz") as packed:
            packed.add(tmp_path / "p.zip", "inner.zip")
            packed.add(tmp_path / "p.zip", "deep/er/3.jpg")
        return tmp_path

    def test_members_are_listed_with_their_folders_as_labels(self, root: Path) -> None:
        found = collect(root, "p.zip", label="folder")
        assert votes(found) == {
            "p.zip!/../x.jpg": [],
            "p.zip!/t/cat/1.jpg": [("folder", "cat"), ("table:metadata.csv", "kitten")],
            "p.zip!/t/dog/2.jpg": [("folder", "dog")],
        }
        assert column(found, "problem")["p.zip!/../x.jpg"] == "its name leads out of the archive ('..')"
        assert read_bytes(root, "p.zip!/t/dog/2.jpg") == b"t/dog/2.jpg"

    def test_a_pattern_may_go_into_an_archive(self, root: Path) -> None:
        found = collect(root, "*.zip!/t/*/*.jpg")
        assert [uri for uri, why in column(found, "problem").items() if why is None] == [
            "p.zip!/t/cat/1.jpg",
            "p.zip!/t/dog/2.jpg",
        ]

    def test_archives_among_files_are_opened_but_not_those_inside(self, root: Path) -> None:
        make(root, "z.jpg")
        found = collect(root, "*")
        problems = column(found, "problem")
        assert problems["q.tar.gz!/inner.zip"] == "an archive inside an archive is not opened: unpack it first"
        assert problems["q.tar.gz!/deep/er/3.jpg"] is None
        assert "z.jpg" in problems
        assert read_bytes(root, "q.tar.gz!/deep/er/3.jpg") == (root / "p.zip").read_bytes()

    def test_a_broken_archive_among_others_is_a_row_and_alone_an_error(self, root: Path) -> None:
        (root / "bad.zip").write_bytes((root / "p.zip").read_bytes()[:200])
        found = collect(root, "*.zip")
        assert "bad.zip is cut short" in (column(found, "problem")["bad.zip"] or "")
        assert any(note.startswith("bad.zip was not opened") for note in found.notes)
        with pytest.raises(SourceError, match=r"bad\.zip is cut short"):
            collect(root, "bad.zip")


@given(
    st.lists(st.sampled_from(["**", "*", "a", "b*", "?"]), min_size=1, max_size=5),
    st.lists(st.sampled_from("ab"), max_size=4),
)
def test_levels_agree_with_a_plain_reading_of_the_pattern(segments: list[str], folders: list[str]) -> None:
    """Walking level by level finds what a direct recursive definition of globs finds."""
    from fnmatch import fnmatchcase

    segments = [*segments, "*"]

    def matches(pattern: list[str], path: list[str]) -> bool:
        if not pattern or not path:
            return not pattern and not path
        if pattern[0] == "**":
            return matches(pattern[1:], path) or matches(pattern, path[1:])
        return fnmatchcase(path[0], pattern[0]) and matches(pattern[1:], path[1:])

    levels = Levels(tuple(segments))
    state = levels.start
    for folder in folders:
        state = levels.enter(state, folder, False)
    assert (levels.files(state) is not None) == matches(segments, [*folders, "file"])


def test_braces() -> None:
    assert expand_braces("{a,b}/{c,d}") == ["a/c", "a/d", "b/c", "b/d"]
    assert expand_braces("{a,{b,c}}") == ["a", "b", "c"]
    assert expand_braces("a{") == ["a{"]


def test_six_thousand_files_are_listed_quickly(tmp_path: Path) -> None:
    for folder in range(10):
        (tmp_path / f"p/{folder}").mkdir(parents=True)
        for at in range(600):
            (tmp_path / f"p/{folder}/{at}.jpg").touch()
    collect(tmp_path, "p/0", label="folder")
    start = time.process_time()
    found = collect(tmp_path, "p/**/*.jpg", label="folder")
    spent = time.process_time() - start
    assert found.table.num_rows == 6000
    assert spent < 1.0  # ten times what it takes


@pytest.mark.real
def test_real_folders_and_file_names(real_data: Path) -> None:
    sounds = collect(real_data, "audio/esc10/*/*.ogg", label="folder", label_pattern=r"^\d+ - (?P<label>.+)")
    found = [vote[0][1] for vote in votes(sounds).values()]
    assert len(found) == 120
    assert len(set(found)) == 10
    assert "Dog bark" in found
    digits = collect(
        real_data,
        "audio/fsdd/recordings/*.wav",
        label_pattern=r"^(?P<label>\d)_(?P<speaker>\w+)_(?P<take>\d+)\.",
    )
    assert {vote[0][1] for vote in votes(digits).values()} == set("0123456789")
    assert len(set(column(digits, "speaker").values())) > 1
    assert digits.notes == ()
    images = collect(real_data, "images/cifar10/train", label="folder")
    assert images.table.num_rows == 600
    assert len({vote[0][1] for vote in votes(images).values()}) == 10
