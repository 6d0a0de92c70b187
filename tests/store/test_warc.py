"""WARC records: what is written is read again, by us and by others; what is broken is an error."""

import gzip
import os
import time
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from datastork.core.errors import DataError, SourceError, TooLargeError
from datastork.store.sources import read_bytes
from datastork.store.web.charsets import as_utf8
from datastork.store.web.warc import information, nanoseconds, read_stored, records

CHUNKED = "Transfer-Encoding: chunked"
PAGE = b"<html><p>hello</p></html>"


def written(path: Path, response: bytes, url: str = "http://example.org/") -> int:
    """Write a WARC file with one answer; return where its record begins."""
    first = information(path.name, "datastork")
    answer, asked = records(url, b"GET / HTTP/1.1\r\n\r\n", response, when=1_700_000_000_123_456_789, address="1.1.1.1")
    path.write_bytes(first + answer + asked)
    return len(first)


def http(body: bytes, headers: str = "Content-Type: text/html") -> bytes:
    """Return an answer as it is on the wire."""
    return f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n".encode() + body


@given(body=st.binary(max_size=5000), path=st.text(max_size=20))
def test_another_reader_reads_what_we_write(tmp_path_factory: pytest.TempPathFactory, body: bytes, path: str) -> None:
    file = tmp_path_factory.mktemp("warc") / "a.warc.gz"
    url = "http://example.org/" + "".join(path.split()).replace("\0", "")
    offset = written(file, http(body), url)
    with file.open("rb") as opened:
        read = ArchiveIterator(opened, check_digests="raise")
        kinds = []
        for record in read:
            kinds.append(record.rec_type)
            if record.rec_type == "response":
                assert record.content_stream().read() == body
                assert read.get_record_offset() == offset
    ours = read_stored(str(file), offset, 1 << 20)

    assert kinds == ["warcinfo", "response", "request"]
    assert (ours.status, ours.body, ours.when) == (200, body, 1_700_000_000_123_456_789)
    assert ours.headers["content-type"] == "text/html"


@pytest.mark.parametrize("compressed", [True, False])
def test_we_read_what_another_writes(tmp_path: Path, compressed: bool) -> None:
    out = BytesIO()
    writer = WARCWriter(out, gzip=compressed)
    offsets = []
    for number in range(3):
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=latin1")], protocol="HTTP/1.1")
        url = f"http://example.org/{number}"
        offsets.append(out.tell())
        body = BytesIO(b"caf\xe9 %d" % number)
        record = writer.create_warc_record(url, "response", payload=body, length=6, http_headers=headers)
        writer.write_record(record)
    name = "a.warc.gz" if compressed else "a.warc"
    (tmp_path / name).write_bytes(out.getvalue())

    for number, offset in enumerate(offsets):
        assert read_bytes(tmp_path, f"{name}!/{offset}").decode("utf-8-sig") == f"café {number}"
        assert read_stored(str(tmp_path / name), offset, 1000).url == f"http://example.org/{number}"


@pytest.mark.parametrize(
    "response",
    [
        http(
            b"7\r\n<html><\r\nA;x=y\r\np>hello</p\r\n8\r\n></html>\r\n0\r\nA: b\r\n\r\n", "Transfer-Encoding: chunked"
        ),
        http(gzip.compress(PAGE, mtime=0), "Content-Encoding: gzip"),
        http(PAGE, "Content-Encoding: gzip"),  # stored decompressed, as some crawlers do
        http(PAGE, CHUNKED),  # stored joined
        http(PAGE, "A: b").replace(b"\r\n", b"\n"),
    ],
)
def test_a_page_is_read_as_it_was_meant(tmp_path: Path, response: bytes) -> None:
    offset = written(tmp_path / "a.warc.gz", response)

    assert read_bytes(tmp_path, f"a.warc.gz!/{offset}") == PAGE


@pytest.mark.parametrize(
    ("response", "what"),
    [
        (http(gzip.compress(bytes(3 << 20), mtime=0), "Content-Encoding: gzip"), "more than 1,048,576 bytes once"),
        (http(gzip.compress(PAGE, mtime=0)[:-4], "Content-Encoding: gzip"), "cut short"),
        (http(b"5\r\nhello\r\nzz\r\n", CHUNKED), "chunks are broken"),
        (http(b"50\r\nhello", CHUNKED), "cut short"),
        (b"hello", "no answer of the web"),
        (http(b"caf\xe9", "Content-Type: text/html; charset=utf-8"), "says that it is utf-8, and is not"),
        (http(b"caf\xe9", "Content-Type: text/html; charset=klingon"), "'klingon' is not known"),
        (http(b"caf\xe9", "Content-Type: text/html; charset=zlib"), "'zlib' is not known"),
        (http(bytes(3 << 20)), "the limit is|more than"),
    ],
)
def test_a_page_that_is_broken_is_an_error(tmp_path: Path, response: bytes, what: str) -> None:
    offset = written(tmp_path / "a.warc.gz", response)
    with pytest.raises(DataError, match=what):
        read_bytes(tmp_path, f"a.warc.gz!/{offset}", limit=1 << 20)


def test_a_place_that_is_none_is_an_error(tmp_path: Path) -> None:
    offset = written(tmp_path / "a.warc.gz", http(PAGE))
    for inside in ("", "x", "-1", str(offset + 1), str(offset + 10**9), "9" * 30, "1/2"):
        with pytest.raises((DataError, SourceError)):
            read_bytes(tmp_path, f"a.warc.gz!/{inside}")
    with pytest.raises(DataError, match="no answer of the web"):
        read_bytes(tmp_path, "a.warc.gz!/0")
    with pytest.raises(SourceError, match="what was collected is gone"):
        read_bytes(tmp_path, "b.warc.gz!/0")


def test_a_record_that_is_cut_short_is_an_error_wherever(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    offset = written(path, http(os.urandom(300)))
    whole = path.read_bytes()
    request = whole.rindex(b"\x1f\x8b")
    for end in range(offset, request - 12, 7):
        path.write_bytes(whole[:end])
        with pytest.raises(DataError):
            read_stored(str(path), offset, 1 << 20)


def test_a_bomb_of_a_record_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(bytes(200 << 20), 1, mtime=0))
    started = time.process_time()
    with pytest.raises(DataError, match="no WARC record begins here"):
        read_stored(str(path), 0, 1 << 20)
    path.write_bytes(gzip.compress(b"WARC/1.1\r\nContent-Length: 99999999999\r\n\r\n" + bytes(1 << 20), mtime=0))
    with pytest.raises(TooLargeError, match="99,999,999,999 bytes"):
        read_stored(str(path), 0, 1 << 20)
    assert time.process_time() - started < 3


@given(st.binary(max_size=200))
def test_anything_else_is_an_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("warc") / "a.warc"
    path.write_bytes(data)
    with pytest.raises(DataError):
        read_stored(str(path), 0, 1000)


@pytest.mark.parametrize(
    ("body", "named", "text"),
    [
        (b"caf\xe9", "text/html; charset=ISO-8859-1", "café"),
        (b"\x93a\x94", "text/html;charset=latin1", "“a”"),  # latin1 means windows-1252 on the web
        (b"\x81", "text/html;charset=latin1", "\x81"),
        ("日本".encode("shift_jis"), "text/html; charset='Shift_JIS'", "日本"),
        ("中文".encode("gbk"), 'text/html; charset="GB2312"', "中文"),
        ("привет".encode("koi8-r"), "text/plain; charset=KOI8-R; x=y", "привет"),
        ("é".encode("utf-16"), "text/html", "é"),
        ("é".encode("utf-8-sig"), "text/html; charset=latin1", "é"),
        ("é".encode(), "text/html; charset=klingon", "é"),
        ("é".encode(), "text/html", "é"),
    ],
)
def test_a_page_is_in_the_charset_its_server_names(body: bytes, named: str, text: str) -> None:
    assert as_utf8(body, named).decode("utf-8-sig") == text


def test_dates_are_nanoseconds() -> None:
    assert nanoseconds("2023-11-14T22:13:20.123456789Z") == 1_700_000_000_123_456_789
    assert nanoseconds("2023-11-14T22:13:20Z") == 1_700_000_000 * 10**9
    assert nanoseconds("yesterday") is None
