"""The directories of a TIFF file, which are also what EXIF is made of.

TIFF 6.0 (Adobe, 1992), BigTIFF, and Exif 3.0 (CIPA DC-008).
"""

import struct
from typing import NamedTuple

from datastork.core.errors import DataError

WIDTH, HEIGHT, ORIENTATION, ICC = 256, 257, 274, 34675
_STARTS, _SIZES = (273, 324), (279, 325)  # of strips, of tiles
_BYTES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_CODES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
MAX_PAGES = 4096
MAX_VALUES = 1 << 22
CUT = "the TIFF is cut short: its directory points behind the end of the file"


class Entry(NamedTuple):
    """One tag: where the entry and its value lie in the data."""

    tag: int
    kind: int
    number: int
    at: int
    value_at: int
    size: int


class Directory(NamedTuple):
    """One page: its entries, where it begins and ends, and where the next one is (0 where there is none)."""

    entries: tuple[Entry, ...]
    start: int
    end: int
    next: int


class Layout(NamedTuple):
    """Byte order ("<" or ">") and whether the file is a BigTIFF."""

    order: str
    big: bool

    @property
    def entry_size(self) -> int:
        """Bytes of one entry."""
        return 20 if self.big else 12


def layout_of(data: bytes) -> tuple[Layout, int]:
    """Return the layout and the place of the first directory. DataError where `data` is no TIFF structure."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        raise DataError("the TIFF is damaged: no header")
    version = struct.unpack_from(order + "H", data, 2)[0]
    if version == 42:
        return Layout(order, big=False), struct.unpack_from(order + "I", data, 4)[0]
    if version == 43 and len(data) >= 16:
        return Layout(order, big=True), struct.unpack_from(order + "Q", data, 8)[0]
    raise DataError("the TIFF is damaged: no header")


def directory_at(data: bytes, layout: Layout, start: int) -> Directory:
    """Return the directory at `start`. DataError where it, or a value it points to, lies outside the data."""
    count_code, offset_code = ("Q", "Q") if layout.big else ("H", "I")
    head, inline = (8, 8) if layout.big else (2, 4)
    if start < 8 or start + head > len(data):
        raise DataError(CUT)
    count = struct.unpack_from(layout.order + count_code, data, start)[0]
    end = start + head + count * layout.entry_size + inline
    if count > 65535 or end > len(data):
        raise DataError(CUT)
    entries = []
    for at in range(start + head, end - inline, layout.entry_size):
        tag, kind, number = struct.unpack_from(layout.order + "HH" + offset_code, data, at)
        size = number * _BYTES.get(kind, 0)
        value_at = at + layout.entry_size - inline
        if size > inline:
            value_at = struct.unpack_from(layout.order + offset_code, data, value_at)[0]
            if value_at + size > len(data):
                raise DataError(CUT)
        entries.append(Entry(tag, kind, number, at, value_at, size))
    following = struct.unpack_from(layout.order + offset_code, data, end - inline)[0]
    return Directory(tuple(entries), start, end, following)


def directories(data: bytes) -> tuple[Layout, list[Directory]]:
    """Return every page of a TIFF file, checked to lie inside the data with all its strips or tiles."""
    layout, start = layout_of(data)
    pages: list[Directory] = []
    seen = set()
    while start and start not in seen and len(pages) < MAX_PAGES:
        seen.add(start)
        page = directory_at(data, layout, start)
        starts = next((v for tag in _STARTS if (v := numbers(data, layout, page, tag))), ())
        sizes = next((v for tag in _SIZES if (v := numbers(data, layout, page, tag))), ())
        if any(first + size > len(data) for first, size in zip(starts, sizes, strict=False)):
            raise DataError("the TIFF is cut short: pixels are missing")
        pages.append(page)
        start = page.next
    if not pages:
        raise DataError("the TIFF is damaged: no image in it")
    return layout, pages


def numbers(data: bytes, layout: Layout, page: Directory, tag: int) -> tuple[int, ...]:
    """Return the whole numbers of a tag, or none where it is absent or of another type."""
    return next((numbers_of(data, layout, entry) for entry in page.entries if entry.tag == tag), ())


def numbers_of(data: bytes, layout: Layout, entry: Entry) -> tuple[int, ...]:
    """Return the whole numbers of an entry, or none where it is of another type."""
    if entry.kind not in _CODES:
        return ()
    if entry.number > MAX_VALUES:
        raise DataError(f"the TIFF is damaged: tag {entry.tag} has {entry.number} values")
    return struct.unpack_from(f"{layout.order}{entry.number}{_CODES[entry.kind]}", data, entry.value_at)


def value(data: bytes, page: Directory, tag: int) -> bytes | None:
    """Return the bytes of a tag, or None."""
    return next((data[e.value_at : e.value_at + e.size] for e in page.entries if e.tag == tag), None)


def orientation_of(exif: bytes) -> int:
    """Return the orientation (1 to 8) EXIF data tells; 1 where it tells none or cannot be read."""
    exif = exif.removeprefix(b"Exif\0\0")
    try:
        layout, start = layout_of(exif)
        found = numbers(exif, layout, _first_entries(exif, layout, start), ORIENTATION)
    except (DataError, struct.error):
        return 1
    return found[0] if found and 1 <= found[0] <= 8 else 1


def _first_entries(data: bytes, layout: Layout, start: int) -> Directory:
    """Return the orientation entry alone: EXIF whose other values are lost still says which way is up."""
    count = struct.unpack_from(layout.order + ("Q" if layout.big else "H"), data, start)[0]
    head, inline = (8, 8) if layout.big else (2, 4)
    code = layout.order + "HH" + ("Q" if layout.big else "I")
    for number in range(min(count, 512)):
        at = start + head + number * layout.entry_size
        tag, kind, values = struct.unpack_from(code, data, at)
        if tag == ORIENTATION and values == 1:
            entry = Entry(tag, kind, 1, at, at + layout.entry_size - inline, _BYTES.get(kind, 0))
            return Directory((entry,), start, at, 0)
    return Directory((), start, start, 0)


def exif_with(orientation: int) -> bytes:
    """Return the smallest EXIF data that says which way is up, and nothing else."""
    return b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)
