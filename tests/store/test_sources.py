"""Bytes are read from files, archives and tables; what is wrong is said, and nothing blocks."""

import os
import pickle
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from datastork.core.errors import DataError, SourceError, TooLargeError
from datastork.store import sources
from datastork.store.sources import read_bytes, split_uri, stat_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    (tmp_path / "photos" / "cats").mkdir(parents=True)
    (tmp_path / "photos" / "cats" / "1.jpg").write_bytes(b"meow")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr("in/1.jpg", b"zipped")
        out.writestr("../out.jpg", b"danger")
    table = pa.table(
        {
            "image": pa.array([{"bytes": bytes([at]), "path": f"{at}.png"} for at in range(9)] + [None]),
            "raw": pa.array([b"x%d" % at for at in range(9)] + [None]),
            "a/b": pa.array([b"slash"] * 10),
            "text": pa.array(["t"] * 10),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=3)
    return tmp_path


def test_files_members_and_cells_are_read(root: Path) -> None:
    assert read_bytes(root, "photos/cats/1.jpg") == b"meow"
    assert read_bytes(root / "photos", "../photos/cats/1.jpg") == b"meow"
    assert read_bytes(root, str(root / "photos/cats/1.jpg")) == b"meow"
    assert read_bytes(root, "a.zip!/in/1.jpg") == b"zipped"
    assert [read_bytes(root, f"t.parquet!/image/{row}") for row in range(9)] == [bytes([at]) for at in range(9)]
    assert [read_bytes(root, f"t.parquet!/raw/{row}") for row in (8, 0, 5)] == [b"x8", b"x0", b"x5"]
    assert read_bytes(root, "t.parquet!/a/b/4") == b"slash"


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("photos/cats/2.jpg", "no such file"),
        ("photos/dogs/2.jpg", "no such file"),
        ("photos/cats/1.jpg/x", "no such file"),
        ("photos/cats", "a folder, not a file"),
        ("photos/\0.jpg", "it cannot be read"),
        ("photos/" + "x" * 300, "it cannot be read: File name too long"),
        ("a.zip!/in/2.jpg", r"a\.zip!/in/2\.jpg: no such member"),
        ("a.zip!/../out.jpg", "its name leads out of the archive"),
        ("t.parquet!/image/9", "row 9 of column 'image' is null"),
        ("t.parquet!/raw/9", "row 9 of column 'raw' is null"),
        ("t.parquet!/raw/10", "no row 10: it has 10"),
        ("t.parquet!/raw/-1", "no column/row"),
        ("t.parquet!/raw/²", "no column/row"),
        ("t.parquet!/raw", "no column/row"),
        ("t.parquet!/nothing/1", "no column 'nothing'"),
        ("t.parquet!/text/1", "column 'text' holds string, not bytes"),
    ],
)
def test_a_bad_sample_is_a_data_error(root: Path, uri: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_bytes(root, uri)


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("unplugged/cats/1.jpg", "no folder unplugged"),
        ("../unplugged/1.jpg", r"no folder \.\./unplugged"),
        ("/unplugged/disk/1.jpg", "no folder /unplugged"),
        ("gone.zip!/1.jpg", r"gone\.zip: no such file"),
        ("gone.parquet!/image/1", r"gone\.parquet: no such file"),
    ],
)
def test_a_source_that_is_gone_stops_the_build(root: Path, uri: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read_bytes(root, uri)


def test_a_missing_recipe_folder_is_a_missing_source(root: Path) -> None:
    with pytest.raises(SourceError, match="is the disk or share connected"):
        read_bytes(root / "away", "1.jpg")


def test_pipes_and_devices_never_block(root: Path) -> None:
    os.mkfifo(root / "pipe.jpg")
    with pytest.raises(DataError, match="a pipe, not a file"):
        read_bytes(root, "pipe.jpg")
    with pytest.raises(DataError, match="a device, not a file"):
        read_bytes(root, "/dev/zero")
    assert stat_of(root, "pipe.jpg").problem == "a pipe, not a file"


def test_no_permission_and_a_vanished_share_are_told_apart(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(code: int) -> None:
        def opened(*_: object) -> int:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(os, "open", opened)

    import errno

    refuse(errno.EACCES)
    with pytest.raises(DataError, match="no permission to read it"):
        read_bytes(root, "photos/cats/1.jpg")
    refuse(errno.EIO)
    with pytest.raises(DataError, match="the disk cannot read it"):
        read_bytes(root, "photos/cats/1.jpg")
    refuse(errno.ESTALE)
    with pytest.raises(SourceError, match="is gone"):
        read_bytes(root, "photos/cats/1.jpg")


@pytest.mark.parametrize("uri", ["photos/cats/1.jpg", "a.zip!/in/1.jpg", "t.parquet!/raw/1"])
def test_the_limit_holds_everywhere(root: Path, uri: str) -> None:
    size = len(read_bytes(root, uri))
    assert len(read_bytes(root, uri, limit=size)) == size
    with pytest.raises(TooLargeError, match="the limit is"):
        read_bytes(root, uri, limit=size - 1)


def test_an_error_survives_the_way_home_from_a_worker(root: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_bytes(root, "a.zip!/in/2.jpg")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), again.message) == (DataError, caught.value.message)


def test_a_folder_may_be_called_like_an_archive(root: Path) -> None:
    for folder in ("wow!", "b.zip!"):
        (root / folder).mkdir()
        (root / folder / "1.jpg").write_bytes(b"plain")
        assert read_bytes(root, f"{folder}/1.jpg") == b"plain"
    assert split_uri(root, "wow!/1.jpg") == ("wow!/1.jpg", "")
    assert split_uri(root, "wow!/a.zip!/b!/c.jpg") == ("wow!/a.zip", "b!/c.jpg")


def test_a_changed_archive_is_opened_again(root: Path) -> None:
    assert read_bytes(root, "a.zip!/in/1.jpg") == b"zipped"
    with zipfile.ZipFile(root / "a.zip", "w") as out:
        out.writestr("in/1.jpg", b"zipped anew")
    assert read_bytes(root, "a.zip!/in/1.jpg") == b"zipped anew"


def test_a_damaged_parquet_file_is_a_data_error(root: Path) -> None:
    (root / "bad.parquet").write_bytes(b"PAR1 this is none PAR1")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_bytes(root, "bad.parquet!/image/0")


def test_many_threads_read_the_same_bytes(root: Path) -> None:
    for at in range(sources.KEPT_OPEN + 4):
        with zipfile.ZipFile(root / f"{at}.zip", "w") as out:
            out.writestr("x", b"%d" % at)
    wrong: list[object] = []

    def read_all() -> None:
        for at in range(sources.KEPT_OPEN + 4):
            if read_bytes(root, f"{at}.zip!/x") != b"%d" % at:
                wrong.append(at)
        for row in range(9):
            if read_bytes(root, f"t.parquet!/raw/{row}") != b"x%d" % row:
                wrong.append(row)

    threads = [threading.Thread(target=read_all) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(sources._opened) <= sources.KEPT_OPEN


FORK = """
import os, sys
from pathlib import Path
from datastork.store.sources import read_bytes
root = Path(sys.argv[1])
read_bytes(root, "a.zip!/in/1.jpg")
child = os.fork()
if child == 0:
    os._exit(0 if read_bytes(root, "a.zip!/in/1.jpg") == b"zipped" else 1)
assert os.waitpid(child, 0)[1] == 0
assert read_bytes(root, "a.zip!/in/1.jpg") == b"zipped"
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_reads_the_same_bytes(root: Path) -> None:
    # in a process of its own: other tests leave threads behind, and those do not go with a fork
    subprocess.run([sys.executable, "-c", FORK, str(root)], check=True)


def test_what_can_be_known_without_reading(root: Path) -> None:
    seen = os.stat(root / "photos/cats/1.jpg")
    assert stat_of(root, "photos/cats/1.jpg") == (4, seen.st_mtime_ns, None)
    assert stat_of(root, "photos/cats/2.jpg") == (None, None, "no such file")
    assert stat_of(root, "a.zip!/in/1.jpg")[0] == 6
    assert stat_of(root, "a.zip!/in/2.jpg").problem == "no such member in a.zip"
