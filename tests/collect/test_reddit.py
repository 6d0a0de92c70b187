"""`collect.archive.reddit` reads dumps of any size once, and lists no author by name."""

import bz2
import gzip
import io
import json
import lzma
import shutil
import subprocess
import tracemalloc
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.collect._archive import streams
from datastork.collect._archive.authors import KEY
from datastork.collect.archive import reddit as step
from datastork.collect.archive.reddit import reddit
from datastork.core.errors import RecipeError, SourceError, StoreError
from datastork.store.listing import Listing
from datastork.store.sources import read_bytes
from datastork.store.spool import FOLDER, Spool


def submission(**more: Any) -> dict[str, Any]:
    known = {"id": "s1", "author": "Ann", "subreddit": "birds", "created_utc": 1580472000, "score": 7, "over_18": False}
    return known | {"title": "A robin", "selftext": "It sang &amp; flew.", "num_comments": 3} | more


def comment(**more: Any) -> dict[str, Any]:
    known = {"id": "c1", "author": "Bob", "subreddit": "Birds", "created_utc": "1580472060", "score": 2}
    return known | {"body": "2 &gt; 1", "link_id": "t3_s1"} | more


def dump(path: Path, *records: Any, ends: str = "\n") -> Path:
    lines = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in records]
    path.write_bytes(b"\n".join(lines) + ends.encode())
    return path


def collect(root: Path, path: str | list[str] = "d.ndjson", **settings: Any) -> Listing:
    return reddit(Listing.empty(root), path=path, **settings)


def texts(found: Listing) -> list[str | None]:
    places = found.table["media_place"].to_pylist()
    return [None if place is None else read_bytes(found.root, place).decode() for place in places]


def test_submissions_and_comments_become_samples(tmp_path: Path) -> None:
    dump(tmp_path / "d.ndjson", submission(), comment(), submission(selftext="", title="Only a title", author="Bob"))

    found = collect(tmp_path)

    assert texts(found) == ["A robin\n\nIt sang & flew.", "2 > 1", "Only a title"]
    rows = found.table.to_pylist()
    assert [row["uri"] for row in rows] == ["d.ndjson#1", "d.ndjson#2", "d.ndjson#3"]
    assert [row["kind"] for row in rows] == ["submission", "comment", "submission"]
    assert [row["posted"] for row in rows] == ["2020-01-31T12:00:00Z", "2020-01-31T12:01:00Z", "2020-01-31T12:00:00Z"]
    assert [row["score"] for row in rows] == [7, 2, 7]
    assert [row["over_18"] for row in rows] == [False, None, False]
    assert rows[0]["votes"] == [{"annotator": "subreddit", "value": "birds", "confidence": 1.0}]
    assert rows[0]["group"] != rows[1]["group"] == rows[2]["group"]


def test_no_name_is_written_anywhere_and_the_key_makes_the_stand_ins(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        dump(tmp_path / name / "d.ndjson", submission(author="Zaphod_B"), comment(author="Zaphod_B"))
    groups = [collect(tmp_path / name).table["group"].to_pylist() for name in ("one", "two")]

    assert groups[0][0] == groups[0][1] != groups[1][0]
    assert (tmp_path / "one" / KEY).stat().st_mode & 0o777 == 0o600
    for path in (tmp_path / "one" / ".stork").rglob("*"):
        assert path.is_dir() or b"Zaphod" not in path.read_bytes()
    (tmp_path / "one" / KEY).unlink()
    assert collect(tmp_path / "one").table["group"].to_pylist()[0] != groups[0][0]
    (tmp_path / "one" / KEY).write_bytes(b"short")
    with pytest.raises(StoreError, match=r"authors.key is damaged"):
        collect(tmp_path / "one")


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (comment(body="[deleted]"), "taken back"),
        (comment(body="[Removed]", author="[deleted]"), "taken back"),
        (submission(selftext="[removed]"), "taken back"),
        (submission(title="[deleted by user]"), "taken back"),
        (submission(removed_by_category="moderator"), "taken back"),
        (comment(author="AutoModerator"), "by authors passed over"),
        (submission(over_18=True), "marked over 18"),
        (comment(body="  \n"), "without text"),
        (comment(body=3), "without text"),
    ],
)
def test_what_is_passed_over_is_counted_and_told_in_later_builds_too(tmp_path: Path, record: Any, why: str) -> None:
    dump(tmp_path / "d.ndjson", submission(), record)

    for _ in range(2):
        found = collect(tmp_path)
        assert len(texts(found)) == 1
        assert found.notes == (f"d.ndjson: posts passed over: 1 {found.notes[0].split(' 1 ')[1]}",)
        assert why in found.notes[0]


def test_an_author_who_left_is_in_no_group(tmp_path: Path) -> None:
    dump(tmp_path / "d.ndjson", comment(author="[deleted]"), comment(author=None), comment(author="[deleted]"))

    assert collect(tmp_path).table["group"].to_pylist() == [None] * 3


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ({}, "abcdef"),
        ({"kind": "submissions"}, "abc"),
        ({"kind": "comments"}, "def"),
        ({"subreddits": ["r/BIRDS"]}, "abde"),
        ({"min_score": 5}, "be"),
        ({"after": "2020-02-01"}, "cf"),
        ({"before": "2020-02-01T00:00:00+00:00"}, "abde"),
        ({"after": "2019-01-01", "before": "2020-01-01"}, "d"),
        ({"skip_authors": ["bob"]}, "abc"),
        ({"skip_authors": []}, "abcdef"),
        ({"over_18": True}, "abcdefx"),
    ],
)
def test_settings_choose(tmp_path: Path, settings: dict[str, Any], kept: str) -> None:
    new = {"created_utc": 1580600000}
    dump(
        tmp_path / "d.ndjson",
        submission(title="a", selftext="", score=1),
        submission(title="b", selftext="", score=5),
        submission(title="c", selftext="", subreddit="cats", score=None, **new),
        comment(body="d", created_utc=1560000000, score=-3),
        comment(body="e", score=9),
        comment(body="f", subreddit="cats", score=4.5, **new),
        submission(title="x", selftext="", over_18=True, score=1),
    )

    assert "".join(text or "?" for text in texts(collect(tmp_path, **settings))) == kept


def test_the_group_may_be_the_thread(tmp_path: Path) -> None:
    dump(tmp_path / "d.ndjson", submission(), comment(), comment(link_id="t3_other"), submission(id="other"))

    one, two, three, four = collect(tmp_path, group="thread").table["group"].to_pylist()

    assert (one, three) == (two, four)
    assert one != three
    assert "s1" not in one
    assert collect(tmp_path, group="none", label="none").table["group"].null_count == 4


BAD = [
    b"{broken",
    b"[1, 2]",
    b"12",
    b'{"id": "no text at all"}',
    b'{"body": "\xff\xfe"}',
    b'{"body": "half a character \\ud83d"}',
    b'{"body": ' + b"[" * 100_000,
]


def test_bad_lines_go_to_quarantine_with_their_number(tmp_path: Path) -> None:
    dump(tmp_path / "d.ndjson", submission(), *BAD, b"", comment())

    found = collect(tmp_path)

    assert texts(found) == ["A robin\n\nIt sang & flew.", *[None] * len(BAD), "2 > 1"]
    problems = found.table["problem"].to_pylist()
    assert [problem.split(":")[0] for problem in problems[1:-1]] == [
        f"line {at} cannot be read" for at in range(2, 2 + len(BAD))
    ]
    assert found.table["uri"].to_pylist()[-1] == f"d.ndjson#{len(BAD) + 3}"
    assert found.notes == (f"d.ndjson: {len(BAD)} lines cannot be read",)


def test_a_flood_of_bad_lines_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "TOLD", 3)
    dump(tmp_path / "d.ndjson", *[b"broken"] * 10, comment())

    found = collect(tmp_path)

    assert found.table.num_rows == 4
    assert found.notes == ("d.ndjson: 10 lines cannot be read; 7 of them have no row of their own",)


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LONGEST", 1 << 20)
    monkeypatch.setattr(streams, "BLOCK", 1 << 16)
    path = dump(
        tmp_path / "d.ndjson", comment(), b'{"body": "' + b"x" * (30 << 20), comment(), b"y" * (2 << 20), ends=""
    )
    tracemalloc.start()
    numbers = [(number, line is None) for number, line in streams.lines(streams.blocks(str(path)))]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert numbers == [(1, False), (2, True), (3, False), (4, True)]
    assert peak < 8 << 20


@given(
    data=st.lists(st.binary(max_size=12).map(lambda one: one.replace(b"\n", b"")), max_size=9), size=st.integers(1, 7)
)
def test_lines_are_the_same_however_the_blocks_fall(data: list[bytes], size: int) -> None:
    whole = b"\n".join(data)
    parts = [whole[at : at + size] for at in range(0, len(whole), size)]
    expected = whole.split(b"\n")
    if expected[-1] == b"":
        expected.pop()

    assert list(streams.lines(iter(parts))) == list(enumerate(expected, 1))


def zst(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as out:
        out.write(data)
    return bytes(sink.getvalue())


PACKED = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zst}


@pytest.mark.parametrize("end", PACKED)
def test_compressed_dumps_are_read_and_damaged_ones_refused(tmp_path: Path, end: str) -> None:
    data = b"".join(json.dumps(comment(body=f"text {at} {at**3}")).encode() + b"\n" for at in range(500))
    packed = PACKED[end](data[:30_000]) + PACKED[end](data[30_000:])  # two streams in one file
    (tmp_path / f"d{end}").write_bytes(packed)
    found = collect(tmp_path, f"d{end}")
    assert texts(found) == [f"text {at} {at**3}" for at in range(500)]

    (tmp_path / f"d{end}").write_bytes(packed[:-40])
    with pytest.raises(SourceError, match=r"damaged or cut short, .* bytes into its text"):
        collect(tmp_path, f"d{end}")
    (tmp_path / f"d{end}").write_bytes(b"no archive at all")
    with pytest.raises(SourceError, match="damaged or cut short"):
        collect(tmp_path, f"d{end}")


def test_a_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datastork.store.archives import Limits

    monkeypatch.setattr(streams, "Limits", lambda: Limits(ratio_from=1 << 20))
    (tmp_path / "d.zst").write_bytes(zst(b"\n" * (64 << 20)))

    with pytest.raises(SourceError, match="would expand to more than 200 times its size"):
        collect(tmp_path, "d.zst")


@pytest.fixture
def far(tmp_path: Path) -> Path:
    """Return a dump that needs a window of 2 GiB, as those of Pushshift do."""
    program = shutil.which("zstd")
    if program is None:
        pytest.skip("no program zstd")
    data = "".join(json.dumps(comment(body=f"text {at}")) + "\n" for at in range(50)).encode()
    ran = subprocess.run([program, "-qc", "--long=31"], input=data, capture_output=True, check=True)
    (tmp_path / "RC.zst").write_bytes(ran.stdout)
    return tmp_path / "RC.zst"


def test_a_large_window_is_seen_and_read_by_the_program(far: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "import_module", lambda name: (_ for _ in ()).throw(ImportError(name)))
    assert streams.window(str(far)) == 2 << 30
    assert texts(collect(far.parent, "RC.zst")) == [f"text {at}" for at in range(50)]

    far.write_bytes(far.read_bytes()[:-9])
    with pytest.raises(SourceError, match="damaged or cut short"):
        collect(far.parent, "RC.zst")


def test_a_large_window_is_read_by_the_package(far: Path) -> None:
    pytest.importorskip("zstandard", reason="zstandard is not installed")
    assert texts(collect(far.parent, "RC.zst")) == [f"text {at}" for at in range(50)]


def test_a_large_window_that_nothing_can_read_is_said(far: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "import_module", lambda name: (_ for _ in ()).throw(ImportError(name)))
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(SourceError, match=r"needs a window of 2,048 MiB .* the 128 MiB of pyarrow\n.*archives"):
        collect(far.parent, "RC.zst")


def test_the_window_of_any_frame_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.zst"
    skip = b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"12345"
    for head, expected in [
        (b"\x28\xb5\x2f\xfd\x00\xa8" + b"\0" * 12, 2 << 30),
        (b"\x28\xb5\x2f\xfd\x00\x89" + b"\0" * 12, (128 << 20) + (16 << 20)),
        (b"\x28\xb5\x2f\xfd\x20\x07" + b"\0" * 12, 7),
        (b"\x28\xb5\x2f\xfd\x60\x07\x01" + b"\0" * 12, 0x107 + 256),
        (b"\x28\xb5\x2f\xfd\xa0" + (3 << 30).to_bytes(4, "little") + b"\0" * 12, 3 << 30),
        (b"\x28\xb5\x2f\xfd", 0),
        (b"", 0),
        (b"{}", 0),
    ]:
        for prefix in (b"", skip, skip * 3):
            path.write_bytes(prefix + head)
            assert streams.window(str(path)) == expected


def test_an_interrupted_reading_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "ROWS", 3)
    dump(tmp_path / "d.ndjson", *[comment(body=f"{at}") for at in range(10)], b"bad", comment(body="[deleted]"))
    write = Spool.add_many
    done = []

    def stop_after_two(self: Spool, *args: Any, **settings: Any) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(write(self, *args, **settings))

    monkeypatch.setattr(Spool, "add_many", stop_after_two)
    with pytest.raises(KeyboardInterrupt):
        collect(tmp_path)
    monkeypatch.setattr(Spool, "add_many", write)
    read_lines = []
    monkeypatch.setattr(step, "read", lambda line, wanted: read_lines.append(line) or step_read(line, wanted))

    found = collect(tmp_path)

    assert texts(found) == [*[f"{at}" for at in range(10)], None]
    assert len(read_lines) == 6
    assert found.notes[0] == "d.ndjson: posts passed over: 1 taken back ([deleted], [removed])"


step_read = step.read


def test_a_new_dump_leaves_the_others_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dump(tmp_path / "RC_1.ndjson", comment(body="one"))
    first = collect(tmp_path, "RC_*.ndjson")
    dump(tmp_path / "RC_0.ndjson", comment(body="two"))
    monkeypatch.setattr(step, "blocks", lambda path: streams.blocks(path) if path.endswith("RC_0.ndjson") else 1 / 0)

    found = collect(tmp_path, "RC_*.ndjson", license="CC0-1.0")

    assert texts(found) == ["two", "one"]
    assert found.table["license"].to_pylist() == ["CC0-1.0"] * 2
    assert found.table["group"].to_pylist()[1] == first.table["group"].to_pylist()[0]
    assert sorted(path.suffix for path in (tmp_path / FOLDER).iterdir()) == [".arrow", ".arrow", ".values", ".values"]


@pytest.mark.parametrize(
    ("settings", "error", "match"),
    [
        ({"path": "none/*.zst"}, SourceError, "no folder"),
        ({"path": "*.zst"}, SourceError, "matches no file"),
        ({"path": []}, RecipeError, "path: the list is empty"),
        ({"subreddits": []}, RecipeError, "subreddits: the list is empty"),
        ({"after": "yesterday"}, RecipeError, "after: 'yesterday' is no date such as 2020-01-31"),
    ],
)
def test_settings_that_cannot_be_are_said(tmp_path: Path, settings: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        collect(tmp_path, **settings)


def test_memory_does_not_grow_with_the_dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "ROWS", 500)
    monkeypatch.setattr(streams, "BLOCK", 1 << 18)
    peaks = []
    for count in (4_000, 16_000):
        data = io.BytesIO()
        for at in range(count):
            data.write(json.dumps(comment(body=f"{at} " * 300, author=f"a{at % 50}")).encode() + b"\n")
        (tmp_path / f"{count}.gz").write_bytes(gzip.compress(data.getvalue(), 1))
        del data
        tracemalloc.start()
        collect(tmp_path, f"{count}.gz")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < 1.2 * peaks[0] + (2 << 20)
