"""The spool keeps what it was given, whatever stops the process that writes it."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.core.errors import DataError, SourceError, StoreError, TooLargeError
from datastork.core.hashing import content_id
from datastork.store.sources import read_bytes
from datastork.store.spool import FOLDER, Spool, read_value, value_place, write_spool

KEY = "k"


def values(root: Path, table: pa.Table) -> list[bytes | None]:
    return [None if place is None else read_bytes(root, place) for place in table["media_place"].to_pylist()]


def fill(spool: Spool) -> None:
    """Add one by one, a note, many at once with a note, one without data, an empty one."""
    spool.add(b"first", uri="a", author="Ann", label="news", stamp=1)
    spool.note(page=2)
    rows = pa.table({"uri": ["b", "c", "d"], "score": [1, None, 3], "problem": [None, "line 7 is broken", None]})
    spool.add_many(pa.array([b"second", None, b""]), rows, state={"page": 3})
    spool.add(None, uri="e", problem="gone", stamp=1)
    spool.add("größer".encode(), uri="f", score=2.5, stamp=1)


def test_values_and_rows_come_back_in_their_order(tmp_path: Path) -> None:
    with Spool(tmp_path, KEY) as spool:
        fill(spool)
        table = spool.table()

    assert spool.count == table.num_rows == 6
    assert spool.state == {"page": 3}
    assert table["uri"].to_pylist() == list("abcdef")
    assert values(tmp_path, table) == [b"first", b"second", None, b"", None, "größer".encode()]
    known = [None if data is None else content_id(data) for data in values(tmp_path, table)]
    assert table["media_content"].to_pylist() == known
    assert table["size"].to_pylist() == [5, 6, None, 0, None, 8]
    assert table["score"].to_pylist() == [None, 1.0, None, 3.0, None, 2.5]
    assert table["problem"].to_pylist() == [None, None, "line 7 is broken", None, "gone", None]
    assert table["votes"].to_pylist()[0] == [{"annotator": "source", "value": "news", "confidence": None}]
    assert None not in table["stamp"].to_pylist()


def test_finishing_changes_nothing_and_can_be_done_twice(tmp_path: Path) -> None:
    with Spool(tmp_path, KEY) as spool:
        fill(spool)
        before = spool.table()
        spool.finish()
        spool.finish()

    again = Spool(tmp_path, KEY)
    assert again.finished
    assert again.state == {"page": 3}
    assert again.table().equals(before)
    again.finish()
    assert again.table().equals(before)
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == ["k.arrow", "k.values"]
    with pytest.raises(StoreError, match="is finished: nothing can be added"):
        again.add(b"late", uri="z")


def test_a_damaged_table_is_said(tmp_path: Path) -> None:
    Spool(tmp_path, KEY).finish()
    (tmp_path / FOLDER / "k.arrow").write_bytes(b"ARROW1 and no more")

    with pytest.raises(StoreError, match=r"k.arrow is damaged: .*\n.*collected again"):
        Spool(tmp_path, KEY)


def test_an_empty_spool_can_be_finished(tmp_path: Path) -> None:
    Spool(tmp_path, KEY).finish()

    assert Spool(tmp_path, KEY).table().num_rows == 0


def test_what_a_killed_finish_left_behind_is_removed(tmp_path: Path) -> None:
    with Spool(tmp_path, KEY) as spool:
        fill(spool)
    rows = (tmp_path / FOLDER / "k.rows").read_bytes()
    spool.finish()
    (tmp_path / FOLDER / "k.rows").write_bytes(rows)

    assert Spool(tmp_path, KEY).table().num_rows == 6
    assert not (tmp_path / FOLDER / "k.rows").exists()


@pytest.mark.parametrize(("torn", "counts"), [(".rows", {0, 1, 4, 5}), (".values", {0, 1, 5}), (".parts", {1})])
def test_cut_at_any_byte_the_whole_beginning_is_left_and_can_be_gone_on_with(
    tmp_path: Path, torn: str, counts: set[int]
) -> None:
    with Spool(tmp_path / "whole", KEY) as whole:
        fill(whole)
    kept = values(tmp_path / "whole", whole.table())
    files = {path.name: path.read_bytes() for path in (tmp_path / "whole" / FOLDER).iterdir()}
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    seen = set()
    for at in range(0, len(files[f"k{torn}"]), 29 if torn == ".parts" else 1):  # a part is all or nothing
        for name, data in files.items():
            (folder / name).write_bytes(data[:at] if name == f"k{torn}" else data)
        with Spool(tmp_path, KEY) as spool:
            count = spool.count
            assert spool.state == ({"page": 3} if count >= 4 else {"page": 2} if spool.state else {})
            ends = [len(b"".join(data or b"" for data in kept[:count])), (folder / "k.values").stat().st_size]
            assert ends[0] == ends[1]
            if count not in seen or at % 50 == 0:  # the whole way is slow
                spool.add(b"more", uri="z")
                spool.finish()
                table = spool.table()
                assert table["uri"].to_pylist() == [*list("abcdef")[:count], "z"]
                assert values(tmp_path, table) == [*kept[:count], b"more"]
                (folder / "k.arrow").unlink()
        seen.add(count)

    assert seen == counts  # many at once are there together or not at all


@pytest.mark.parametrize("tail", [b"\xff\xfe garbage\n", b'{"row": {}}\n', b"[1]\n", b"3\n", b'{"end": "x"}\n'])
def test_a_damaged_line_ends_what_counts(tmp_path: Path, tail: bytes) -> None:
    with Spool(tmp_path, KEY) as spool:
        fill(spool)
    with (tmp_path / FOLDER / "k.rows").open("ab") as file:
        file.write(tail)

    with Spool(tmp_path, KEY) as spool:
        assert spool.count == 6
        spool.add(b"more", uri="g")
        assert values(tmp_path, spool.table())[-1] == b"more"


KILLED = """
import sys
from pathlib import Path
import pyarrow as pa
from datastork.store.spool import Spool

spool = Spool(Path(sys.argv[1]), "k")
while True:
    n = spool.count
    if n % 5:
        spool.add(b"%d" % n * 50, uri=str(n))
    else:
        four = range(n, n + 4)
        rows = pa.table({"uri": [str(m) for m in four]})
        spool.add_many(pa.array([b"%d" % m * 50 for m in four]), rows, state={"next": n + 4})
    if spool.count > 60:
        print("ready", flush=True)
"""


def test_killed_while_adding_it_goes_on_where_it_was(tmp_path: Path) -> None:
    counts = [0]
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        with Spool(tmp_path, KEY) as spool:
            table = spool.table()
            counts.append(spool.count)
        assert table["uri"].to_pylist() == [str(n) for n in range(spool.count)]
        assert values(tmp_path, table) == [b"%d" % n * 50 for n in range(spool.count)]
    assert counts == sorted(set(counts))


Operation = st.one_of(
    st.tuples(st.just("add"), st.binary(max_size=9), st.integers(-9, 9) | st.text(max_size=3) | st.none()),
    st.tuples(st.just("many"), st.lists(st.none() | st.binary(max_size=9), max_size=4), st.booleans()),
    st.tuples(st.just("note"), st.integers(0, 9), st.none()),
    st.tuples(st.just("open"), st.none(), st.none()),
)


@settings(max_examples=60, deadline=None)
@given(operations=st.lists(Operation, max_size=12))
def test_any_history_gives_what_was_added(tmp_path_factory: pytest.TempPathFactory, operations: list[Any]) -> None:
    root = tmp_path_factory.mktemp("spool")
    spool, added, state = Spool(root, KEY), [], {}
    for what, data, extra in operations:
        if what == "add":
            spool.add(data, uri=str(len(added)), own=extra)
            added.append(data)
        elif what == "many":
            rows = {"uri": pa.array([str(len(added) + at) for at in range(len(data))], pa.string())}
            state = {"at": len(added)} if extra else state
            spool.add_many(pa.array(data, pa.binary()), pa.table(rows), state=state if extra else None)
            added += data
        elif what == "note":
            spool.note(n=data)
            state = {"n": data}
        else:
            spool.close()
            spool = Spool(root, KEY)
        assert (spool.count, spool.state) == (len(added), state)
    before = spool.table()
    spool.finish()

    assert spool.table().equals(before)
    assert before["uri"].to_pylist() == [str(n) for n in range(len(added))]
    assert values(root, before) == added


def test_types_that_do_not_fit_together_become_text(tmp_path: Path) -> None:
    with Spool(tmp_path, KEY) as spool:
        spool.add(b"x", uri="a", own=1)
        spool.add(b"x", uri="b", own="one", tags=["x"])
        spool.add_many(pa.array([b"x"]), pa.table({"uri": ["c"], "own": [2], "tags": [None]}))
        spool.add_many(pa.array(["text"]), pa.table({"uri": ["d"], "tags": [{"a": 1}]}))

        assert spool.table()["own"].to_pylist() == ["1", "one", "2", None]
        assert spool.table()["tags"].to_pylist() == [None, '["x"]', None, '{"a":1}']


def test_a_full_disk_loses_nothing_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path, KEY)
    spool.add(b"first", uri="a")

    class Full:
        def __init__(self, file: Any) -> None:
            self.file = file

        def write(self, data: memoryview) -> int:
            self.file.write(data[:2])
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            self.file.close()

    spool._files[".values"] = Full(spool._files[".values"])  # type: ignore[assignment]
    with pytest.raises(StoreError, match="No space left on device"):
        spool.add(b"second", uri="b")
    spool.add(b"third", uri="c")
    spool.close()

    assert values(tmp_path, spool.table()) == [b"first", b"third"]
    assert Spool(tmp_path, KEY).count == 2


def test_many_are_written_at_once_and_read_back(tmp_path: Path) -> None:
    given_values = pa.chunked_array([pa.array([b"a", None]), pa.array([b"", b"long" * 1000])])
    rows = pa.table({"uri": ["1", "2", "3", "4"], "n": [1, 2, 3, 4]})

    table = write_spool(tmp_path, KEY, given_values, rows)

    assert values(tmp_path, table) == given_values.to_pylist()
    assert table["n"].to_pylist() == [1, 2, 3, 4]
    other = pa.chunked_array([pa.array([b"other"])])
    assert write_spool(tmp_path, KEY, other, rows.slice(0, 1)).equals(table)


@pytest.mark.parametrize("slice_", [slice(0, 3), slice(1, 4), slice(2, 2), slice(3, 5)])
def test_a_slice_of_an_array_gives_its_own_values(tmp_path: Path, slice_: slice) -> None:
    array = pa.array([b"aa", b"b", None, b"cccc", b"d"])[slice_]
    with Spool(tmp_path, KEY) as spool:
        spool.add_many(array, pa.table({"uri": pa.array([str(n) for n in range(len(array))], pa.string())}))

        assert values(tmp_path, spool.table()) == array.to_pylist()


def test_a_place_that_is_not_there_is_said(tmp_path: Path) -> None:
    with Spool(tmp_path, KEY) as spool:
        spool.add(b"value", uri="a")
    path = str(tmp_path / FOLDER / "k.values")

    assert read_value(path, "1+3", 10) == b"alu"
    for inside in ("", "1", "-1+2", "1+", "1+-1", "٣+1", f"1+{'9' * 30}"):
        with pytest.raises((DataError, TooLargeError)):
            read_value(path, inside, 10)
    with pytest.raises(DataError, match="cut short"):
        read_value(path, "3+9", 10)
    with pytest.raises(TooLargeError, match="the limit is 4"):
        read_value(path, "0+5", 4)
    with pytest.raises(SourceError, match="no such file"):
        read_bytes(tmp_path, value_place("other", 0, 1))
