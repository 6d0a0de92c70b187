"""`collect.watch` takes finished files only, and says which are not."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from datastork.collect._watch import finished
from datastork.collect._watch.finished import Finished
from datastork.collect._watch.sight import sight
from datastork.collect.files import files
from datastork.collect.watch import watch
from datastork.core.errors import SourceError
from datastork.store.listing import Listing

LATER = 100.0


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file have been untouched for 100 seconds."""
    real = time.time
    monkeypatch.setattr(finished.time, "time", lambda: real() + LATER)


def write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def uris(found: Listing) -> list[str]:
    return found.table["uri"].to_pylist()


def collect(root: Path, **settings: Any) -> Listing:
    return watch(Listing.empty(root), **{"path": "inbox", **settings})


def test_what_was_touched_lately_comes_later(tmp_path: Path) -> None:
    write(tmp_path, "inbox/cat/1.wav", "inbox/dog/2.wav")

    assert uris(collect(tmp_path, settle=99.0)) == ["inbox/cat/1.wav", "inbox/dog/2.wav"]
    assert collect(tmp_path, label="folder").table["votes"].to_pylist()[0][0]["value"] == "cat"
    found = collect(tmp_path, settle=200.0)
    assert uris(found) == []
    assert found.notes == (
        "2 files are not finished yet and come later (2 was touched less than 200 s ago): "
        "inbox/cat/1.wav, inbox/dog/2.wav",
    )


def test_copying_with_an_old_time_counts_as_touching(tmp_path: Path) -> None:
    write(tmp_path, "inbox/1.wav")
    os.utime(tmp_path / "inbox/1.wav", (1, 1))
    assert uris(collect(tmp_path, settle=200.0)) == []
    os.utime(tmp_path / "inbox/1.wav", (2**33, 2**33))  # a sensor whose clock is wrong
    assert uris(collect(tmp_path, settle=50.0)) == ["inbox/1.wav"]


@pytest.mark.parametrize("name", ["a.wav.part", "a.TMP", "a.wav.crdownload", "a.wav~", "b.partial", ".a.wav.x7Yt"])
@pytest.mark.parametrize("how", ["settled", "renamed"])
def test_a_temporary_name_is_never_finished(tmp_path: Path, name: str, how: str) -> None:
    write(tmp_path, f"inbox/{name}", "inbox/fine.wav")

    assert uris(collect(tmp_path, finished=how)) == ["inbox/fine.wav"]
    (tmp_path / "inbox" / name).rename(tmp_path / "inbox" / "a.wav")
    assert uris(collect(tmp_path, finished=how)) == ["inbox/a.wav", "inbox/fine.wav"]


def test_renamed_files_need_no_waiting(tmp_path: Path) -> None:
    write(tmp_path, "inbox/a.wav")

    assert uris(collect(tmp_path, finished="renamed", settle=1e9)) == ["inbox/a.wav"]


def test_a_marker_makes_a_file_finished_and_is_no_sample(tmp_path: Path) -> None:
    write(tmp_path, "inbox/a.wav", "inbox/a.wav.done", "inbox/b.wav", "inbox/b.done", "inbox/c.wav", "inbox/.done")

    assert uris(collect(tmp_path, finished="marked")) == ["inbox/a.wav", "inbox/b.wav"]
    assert uris(collect(tmp_path, finished="settled", settle=1e9)) == ["inbox/a.wav", "inbox/b.wav"]
    found = collect(tmp_path, finished="marked")
    assert "1 files are not finished yet and come later (1 has no .done beside it): inbox/c.wav" in found.notes


@pytest.mark.skipif(not finished.PROCESSES.is_dir(), reason="the system shows no open files")
def test_what_another_process_is_writing_is_not_finished(tmp_path: Path) -> None:
    write(tmp_path, "inbox/read.wav", "inbox/written.wav", "inbox/free.wav")
    code = "import sys; a = open(sys.argv[1]); b = open(sys.argv[2], 'a'); print('ready', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(tmp_path / "inbox/read.wav"), str(tmp_path / "inbox/written.wav")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        during = collect(tmp_path, finished="renamed")
        process.communicate("")

    assert uris(during) == ["inbox/free.wav", "inbox/read.wav"]
    assert "1 is being written by another process" in during.notes[0]
    assert len(uris(collect(tmp_path, finished="renamed"))) == 3


def test_without_proc_the_rest_still_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finished, "PROCESSES", tmp_path / "none")
    write(tmp_path, "inbox/a.wav")

    assert uris(collect(tmp_path)) == ["inbox/a.wav"]


def test_a_half_written_archive_comes_later_and_its_members_with_it(tmp_path: Path) -> None:
    import zipfile

    (tmp_path / "inbox").mkdir()
    with zipfile.ZipFile(tmp_path / "inbox/a.zip", "w") as archive:
        archive.writestr("x.wav", "x")
        archive.writestr("y.wav", "y")
    assert uris(collect(tmp_path)) == ["inbox/a.zip!/x.wav", "inbox/a.zip!/y.wav"]
    assert uris(collect(tmp_path, settle=1e9)) == []
    whole = (tmp_path / "inbox/a.zip").read_bytes()
    (tmp_path / "inbox/a.zip").write_bytes(whole[:-20])
    assert uris(collect(tmp_path, settle=1e9)) == []


def test_what_was_listed_before_stays(tmp_path: Path) -> None:
    write(tmp_path, "old/1.wav", "inbox/2.wav")

    before = files(Listing.empty(tmp_path), path="old")
    found = watch(before, path=["inbox", "old"], settle=1e9)

    assert uris(found) == ["old/1.wav"]


def test_an_empty_folder_is_no_error_and_a_missing_one_is(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()

    assert collect(tmp_path).notes == ("collect.watch: nothing there yet",)
    with pytest.raises(SourceError, match="no folder"):
        collect(tmp_path, path="inbux/**/*.wav")


def test_a_file_that_grew_is_another_one(tmp_path: Path) -> None:
    write(tmp_path, "inbox/a.txt")
    before = collect(tmp_path).table.select(["size", "stamp"]).to_pylist()
    with (tmp_path / "inbox/a.txt").open("a") as file:
        file.write("more")

    assert collect(tmp_path).table.select(["size", "stamp"]).to_pylist() != before


def test_a_file_that_is_gone_meanwhile_is_left_to_the_reader(tmp_path: Path) -> None:
    assert Finished("settled", 10).problem(str(tmp_path / "gone.wav")) is None


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a", {"a/1.txt", "a/b/2.txt", "a/x.json", "a/z.zip"}),
        ("a/*.txt", {"a/1.txt", "a/x.json"}),
        ("a/**/*.txt", {"a/1.txt", "a/b/2.txt", "a/x.json"}),
        ("a/1.txt", {"a/1.txt"}),
        ("a/z.zip!/*.txt", {"a/z.zip"}),
        ("{a,c}/[12].txt", {"a/1.txt", "a/x.json", "c/1.txt"}),
        ("none/*.txt", set()),
        ("a/.*", {"a/.h.txt", "a/x.json"}),
    ],
)
def test_a_sight_is_what_the_pattern_takes_and_what_tells_about_it(
    tmp_path: Path, pattern: str, expected: set[str]
) -> None:
    write(tmp_path, "a/1.txt", "a/b/2.txt", "a/x.json", "a/z.zip", "c/1.txt", "a/.h.txt", ".stork/1.txt")
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a")

    found = list(sight(tmp_path, pattern))

    assert {os.path.relpath(path, tmp_path) for path, _, _ in found} == expected
    assert len(found) == len(expected)
    assert all(size == os.stat(path).st_size and stamp == os.stat(path).st_mtime_ns for path, size, stamp in found)
