"""Archives are listed and read safely: nothing they say is trusted."""

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datastork.core.errors import DataError, SourceError, StoreError, TooLargeError
from datastork.store.archives import Archive, Limits, Member, is_archive, open_archive
from datastork.store.archives.members import problem_of_name, tidy

BIG = 1 << 30


def make_zip(path: Path, members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as out:
        for name, data in members:
            out.writestr(zipfile.ZipInfo(name), data, method)
    return path


def make_tar(path: Path, members: list[tuple[str, bytes]], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as out:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    return path


def opened(path: Path, limits: Limits | None = None) -> Archive:
    return open_archive(str(path), path.parent / "cache", limits)


def problems(archive: Archive) -> dict[str, str | None]:
    return {member.name: member.problem for member in archive.members}


FILES = [("cats/1.jpg", b"one" * 100), ("dogs/2.jpg", b"two"), ("empty.jpg", b"")]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_every_member_of_a_zip_is_listed_and_read(tmp_path: Path, method: int) -> None:
    archive = opened(make_zip(tmp_path / "a.zip", FILES, method))
    assert [(one.name, one.size, one.problem) for one in archive.members] == [(n, len(d), None) for n, d in FILES]
    assert [archive.read(name, BIG) for name, _ in FILES] == [data for _, data in FILES]


@pytest.mark.parametrize("end", ["tar", "tar.gz", "tgz", "tar.bz2", "tar.xz"])
def test_every_member_of_a_tar_is_listed_and_read_in_any_order(tmp_path: Path, end: str) -> None:
    packing = {"tar": "w", "tar.gz": "w:gz", "tgz": "w:gz", "tar.bz2": "w:bz2", "tar.xz": "w:xz"}[end]
    archive = opened(make_tar(tmp_path / f"a.{end}", FILES, packing))
    assert [(one.name, one.size, one.problem) for one in archive.members] == [(n, len(d), None) for n, d in FILES]
    assert [archive.read(name, BIG) for name, _ in reversed(FILES)] == [data for _, data in reversed(FILES)]


def test_a_tar_packed_by_zstandard_is_read(tmp_path: Path) -> None:
    import pyarrow as pa

    plain = make_tar(tmp_path / "a.tar", FILES).read_bytes()
    with pa.CompressedOutputStream(str(tmp_path / "b.tar.zst"), "zstd") as out:
        out.write(plain)
    assert opened(tmp_path / "b.tar.zst").read("dogs/2.jpg", BIG) == b"two"


DANGEROUS = {
    "../../etc/passwd": "leads out",
    "a/../../b.jpg": "leads out",
    "/etc/passwd": "absolute",
    "C:/windows/x.jpg": "absolute",
    "c:x.jpg": "absolute",
    "a\\..\\b.jpg": "backslash",
    "inner.zip": "inside an archive",
    "inner.tar.gz": "inside an archive",
    "/".join(["d"] * 200): "100 folders",
    "x" * 5000: "4096",
}


@pytest.mark.parametrize("name", DANGEROUS, ids=lambda name: name[:20])
@pytest.mark.parametrize("make", [make_zip, make_tar])
def test_a_dangerous_name_is_listed_and_never_read(tmp_path: Path, name: str, make: object) -> None:
    path = tmp_path / ("a.zip" if make is make_zip else "a.tar")
    archive = opened(make(path, [("good.jpg", b"1"), (name, b"2")]))  # type: ignore[operator]
    assert archive.members[0] == Member("good.jpg", 1, archive.members[0].stamp, None)
    assert DANGEROUS[name] in (archive.members[1].problem or "")
    with pytest.raises(DataError, match=DANGEROUS[name]):
        archive.read(archive.members[1].name, BIG)
    assert sorted(one.name for one in tmp_path.iterdir()) == [path.name]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(names=st.lists(st.text(st.sampled_from("ab./\\\0: é\n"), min_size=1, max_size=12), max_size=6))
def test_whatever_the_names_every_file_is_one_row_and_readable_or_explained(tmp_path: Path, names: list[str]) -> None:
    """No name is lost, none is listed twice, and what can be read lies inside the archive."""
    path = tmp_path / "names.tar"
    members = [(name, str(at).encode()) for at, name in enumerate(names)]
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as out:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    with tarfile.open(path) as reference:
        expected = sum(not info.isdir() for info in reference)
    archive = opened(path)
    listed = [one.name for one in archive.members]
    assert len(listed) == expected
    assert len(set(listed)) == len(listed)
    for one in archive.members:
        if one.problem is None:
            assert ".." not in one.name.split("/")
            assert not one.name.startswith("/")
            assert archive.read(one.name, BIG).isdigit()
        else:
            with pytest.raises(DataError):
                archive.read(one.name, BIG)


@given(st.text(max_size=40))
def test_a_name_without_a_problem_stays_inside_any_folder(name: str) -> None:
    import ntpath
    import posixpath

    plain = tidy(name)
    if problem_of_name(plain) is None:
        for path in (posixpath, ntpath):
            whole = path.normpath(path.join("base", plain))
            assert whole.startswith("base"), plain


def test_links_and_devices_are_listed_and_never_read(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as out:
        kinds = {
            "sym": tarfile.SYMTYPE,
            "hard": tarfile.LNKTYPE,
            "dev": tarfile.CHRTYPE,
            "pipe": tarfile.FIFOTYPE,
        }
        for name, kind in kinds.items():
            info = tarfile.TarInfo(name)
            info.type = kind
            info.linkname = "/etc/passwd"
            out.addfile(info)
    found = problems(opened(tmp_path / "a.tar"))
    assert found["sym"] == found["hard"] == "it is a link"
    assert found["dev"] == found["pipe"] == "it is a device or a pipe"

    link = zipfile.ZipInfo("sym")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out_zip:
        out_zip.writestr(link, "/etc/passwd")
    assert problems(opened(tmp_path / "a.zip")) == {"sym": "it is a link"}


def test_an_encrypted_member_is_listed_and_never_read(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", [("a.jpg", b"1234")])
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert problems(opened(path)) == {"a.jpg": "it is encrypted"}


def test_a_member_packed_in_a_way_that_is_not_read_says_so(tmp_path: Path) -> None:
    archive = opened(make_zip(tmp_path / "a.zip", [("a.jpg", b"1234")], zipfile.ZIP_LZMA))
    assert "method 14" in (archive.members[0].problem or "")


def test_the_last_of_two_members_of_one_name_counts(tmp_path: Path) -> None:
    archive = opened(make_tar(tmp_path / "a.tar", [("a", b"old"), ("a#1", b"own"), ("./a", b"new")]))
    assert [one.name for one in archive.members] == ["a#2", "a#1", "a"]
    assert "occurs again" in (archive.members[0].problem or "")
    assert archive.read("a", BIG) == b"new"


def test_names_that_are_not_utf8_are_read_and_noted(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.GNU_FORMAT, encoding="latin-1") as out:
        info = tarfile.TarInfo("café.jpg")
        info.size = 1
        out.addfile(info, io.BytesIO(b"x"))
    archive = opened(tmp_path / "a.tar")
    assert archive.read("café.jpg", BIG) == b"x"
    assert archive.notes == ["1 names in a.tar are not UTF-8; they were read as Latin-1"]

    path = make_zip(tmp_path / "a.zip", [("caf_.jpg", b"x")])
    path.write_bytes(path.read_bytes().replace(b"caf_", b"caf\x82"))
    archive = opened(path)
    assert archive.read("café.jpg", BIG) == b"x"
    assert "code page 437" in archive.notes[0]


def test_utf8_names_of_a_zip_that_does_not_say_so_are_read_as_utf8(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", [("caf__.jpg", b"x")])
    path.write_bytes(path.read_bytes().replace(b"caf__", "café".encode()))
    archive = opened(path)
    assert [one.name for one in archive.members] == ["café.jpg"]
    assert archive.notes == []


class TestBombs:
    limits = Limits(member=1 << 20, total=4 << 20, count=10, ratio=20, ratio_from=1 << 16, header=4096)

    def test_a_member_that_would_expand_too_far_is_listed_and_never_read(self, tmp_path: Path) -> None:
        archive = opened(
            make_zip(tmp_path / "a.zip", [("zeros", bytes(1 << 19)), ("big", bytes((1 << 20) + 1))]),
            self.limits,
        )
        found = problems(archive)
        assert found["zeros"] == "it would expand to more than 20 times its size"
        assert found["big"] is not None
        with pytest.raises(DataError, match="20 times"):
            archive.read("zeros", BIG)

    def test_a_member_that_is_larger_than_declared_is_refused_without_expanding_it(self, tmp_path: Path) -> None:
        path = make_zip(tmp_path / "a.zip", [("zeros", bytes(1 << 19))])
        data = bytearray(path.read_bytes())
        at = data.index(b"PK\x01\x02")
        data[at + 24 : at + 28] = struct.pack("<I", 1000)
        path.write_bytes(data)
        with pytest.raises(DataError, match="1,000 bytes are declared, not 1,001"):
            opened(path, self.limits).read("zeros", BIG)

    def test_members_that_share_bytes_are_refused(self, tmp_path: Path) -> None:
        path = make_zip(tmp_path / "a.zip", [("aa", b"12345678" * 8), ("bb", b"12345678" * 9)], zipfile.ZIP_STORED)
        data = bytearray(path.read_bytes())
        first = data.index(b"PK\x01\x02")
        data[first + 20 : first + 28] = struct.pack("<II", 160, 160)
        path.write_bytes(data)
        found = problems(opened(path, self.limits))
        assert found == {"aa": "its bytes overlap those of another member", "bb": None}

    def test_too_many_members_are_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="more than 10 members"):
            opened(make_zip(tmp_path / "a.zip", [(str(at), b"") for at in range(11)]), self.limits)

    def test_a_total_beyond_the_limit_is_an_error(self, tmp_path: Path) -> None:
        path = make_tar(tmp_path / "a.tar", [(str(at), bytes(1 << 20)) for at in range(5)])
        with pytest.raises(DataError, match="more than 4,194,304 bytes"):
            opened(path, self.limits)

    @pytest.mark.parametrize("packing", ["gz", "bz2", "xz"])
    def test_a_compressed_tar_stops_expanding_at_the_limit_and_leaves_nothing(
        self, tmp_path: Path, packing: str
    ) -> None:
        path = make_tar(tmp_path / f"a.tar.{packing}", [("zeros", bytes(8 << 20))], f"w:{packing}")
        with pytest.raises(TooLargeError, match="would expand to more than"):
            opened(path, self.limits)
        assert list((tmp_path / "cache").iterdir()) == []

    def test_an_absurdly_long_header_of_a_tar_is_refused(self, tmp_path: Path) -> None:
        with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT, pax_headers={"x": "y" * 9000}) as out:
            out.addfile(tarfile.TarInfo("a"))
        with pytest.raises(TooLargeError, match="a header of "):
            opened(tmp_path / "a.tar", self.limits)


class TestDamage:
    def test_a_zip_that_is_cut_short_says_so(self, tmp_path: Path) -> None:
        path = make_zip(tmp_path / "a.zip", FILES)
        path.write_bytes(path.read_bytes()[:-30])
        with pytest.raises(DataError, match=r"a\.zip is cut short: the directory at its end is missing"):
            opened(path)

    def test_what_is_no_zip_says_so(self, tmp_path: Path) -> None:
        (tmp_path / "a.zip").write_bytes(b"\xff\xd8\xff\xe0 a jpeg")
        with pytest.raises(DataError, match="cannot be read as a zip"):
            opened(tmp_path / "a.zip")
        (tmp_path / "b.zip").write_bytes(b"")
        with pytest.raises(DataError, match=r"b\.zip is empty"):
            opened(tmp_path / "b.zip")

    @pytest.mark.parametrize("keep", [100, 512, 600, 1024, 1536])
    def test_a_tar_that_is_cut_anywhere_says_so(self, tmp_path: Path, keep: int) -> None:
        path = make_tar(tmp_path / "a.tar", [("a", b"1" * 400), ("b", b"2" * 400)])
        path.write_bytes(path.read_bytes()[:keep])
        with pytest.raises(DataError, match=r"a\.tar (is cut short|cannot be read as a tar)"):
            opened(path)

    def test_a_tar_that_is_damaged_in_the_middle_says_where(self, tmp_path: Path) -> None:
        path = make_tar(tmp_path / "a.tar", [("a", b"1" * 400), ("b", b"2" * 400)])
        data = bytearray(path.read_bytes())
        data[1024:1536] = b"\x55" * 512
        path.write_bytes(data)
        with pytest.raises(DataError, match=r"a\.tar is damaged at byte 1,024"):
            opened(path)

    @pytest.mark.parametrize("packing", ["gz", "bz2", "xz"])
    def test_a_compressed_tar_that_is_cut_short_says_so(self, tmp_path: Path, packing: str) -> None:
        path = make_tar(tmp_path / f"a.tar.{packing}", [("a", bytes(range(256)) * 400)], f"w:{packing}")
        path.write_bytes(path.read_bytes()[:-20])
        with pytest.raises(DataError, match="is cut short"):
            opened(path)

    @pytest.mark.parametrize("end", ["tar", "tar.gz", "tar.bz2", "tar.xz", "tar.zst"])
    def test_what_is_no_tar_says_so(self, tmp_path: Path, end: str) -> None:
        (tmp_path / f"a.{end}").write_bytes(b"this is no archive at all" * 100)
        with pytest.raises(DataError, match=r"is damaged|cannot be read as a tar"):
            opened(tmp_path / f"a.{end}")

    @pytest.mark.parametrize(("end", "packer"), [("gz", gzip), ("bz2", bz2), ("xz", lzma)], ids=["gz", "bz2", "xz"])
    def test_a_compressed_file_that_holds_no_tar_says_so(self, tmp_path: Path, end: str, packer: Any) -> None:
        (tmp_path / f"a.tar.{end}").write_bytes(packer.compress(b"no tar" * 500))
        with pytest.raises(DataError, match="cannot be read as a tar"):
            opened(tmp_path / f"a.tar.{end}")

    def test_a_flipped_bit_in_a_zip_is_found(self, tmp_path: Path) -> None:
        path = make_zip(tmp_path / "a.zip", [("a.jpg", b"abcdefgh")], zipfile.ZIP_STORED)
        path.write_bytes(path.read_bytes().replace(b"abcdefgh", b"abcdefgi"))
        with pytest.raises(DataError, match="the checksum does not fit"):
            opened(path).read("a.jpg", BIG)

    @settings(
        max_examples=80,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(at=st.integers(0, 400), value=st.integers(0, 255), make=st.sampled_from(["zip", "tar"]))
    def test_any_changed_byte_gives_data_or_a_clear_error(self, tmp_path: Path, at: int, value: int, make: str) -> None:
        path = tmp_path / f"fuzz.{make}"
        (make_zip if make == "zip" else make_tar)(path, [("a.jpg", b"1" * 300), ("b/c.jpg", b"2" * 30)])
        data = bytearray(path.read_bytes())
        data[at % len(data)] = value
        path.write_bytes(data)
        try:
            archive = opened(path)
        except DataError:
            return
        for member in archive.members:
            try:
                archive.read(member.name, BIG)
            except DataError:
                continue


def test_a_compressed_tar_is_expanded_once_and_again_when_it_changed(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "a.tar.gz", FILES, "w:gz")
    opened(path)
    (first,) = (tmp_path / "cache").iterdir()
    before = first.stat().st_mtime_ns
    assert "a zip needs no copy" in opened(path).notes[0]
    assert first.stat().st_mtime_ns == before
    make_tar(path, [("other.jpg", b"other" * 1000)], "w:gz")
    assert [one.name for one in opened(path).members] == ["other.jpg"]
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_cache_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "a.tar.gz", FILES, "w:gz")
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(StoreError, match=r"a\.tar\.gz cannot be expanded into"):
        opened(path)


def test_a_missing_archive_is_a_missing_source(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such archive"):
        opened(tmp_path / "a.zip")


def test_a_member_beyond_the_limit_of_the_reader_is_refused(tmp_path: Path) -> None:
    for path in (make_zip(tmp_path / "a.zip", FILES), make_tar(tmp_path / "a.tar", FILES)):
        with pytest.raises(TooLargeError, match="300 bytes; the limit is 299"):
            opened(path).read("cats/1.jpg", 299)


def test_adding_a_member_to_a_zip_keeps_the_stamps_of_the_others(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", FILES)
    before = {one.name: one.stamp for one in opened(path).members}
    with zipfile.ZipFile(path, "a") as out:
        out.writestr("new.jpg", b"new")
    after = {one.name: one.stamp for one in opened(path).members}
    assert before.items() < after.items()
    make_zip(path, [("dogs/2.jpg", b"TWO")])
    assert opened(path).members[0].stamp != before["dogs/2.jpg"]


def test_many_threads_read_the_same_bytes(tmp_path: Path) -> None:
    members = [(f"{at}.bin", bytes([at]) * 5000) for at in range(50)]
    for path in (make_zip(tmp_path / "a.zip", members), make_tar(tmp_path / "a.tar", members)):
        archive = opened(path)
        wrong: list[str] = []

        def read_all(archive: Archive = archive, wrong: list[str] = wrong) -> None:
            wrong.extend(name for name, data in members if archive.read(name, BIG) != data)

        threads = [threading.Thread(target=read_all) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []


def test_only_names_of_archives_are_archives() -> None:
    assert all(map(is_archive, ["a.zip", "A.ZIP", "b.tar", "c.tgz", "d.tar.zst", "x/e.tar.bz2"]))
    assert not any(map(is_archive, ["a.jpg", ".zip", "zip", "a.gz", "a.docx"]))
