"""Files of video without what tells about whom, where or by what they were recorded. Pictures and sound stay."""

import io

from datastork.core.errors import DataError
from datastork.media.containers import Part, ebml, iso, riff
from datastork.media.video.header import DEMUXERS, sniff, title
from datastork.media.video.reading import check

_AVI_GONE = (b"IDIT", b"ISMP", b"strd", b"strn", b"JUNK", b"id3 ", b"_PMX", b"LIST")


def strip_private(data: bytes) -> bytes:
    """Return `data` without titles, places, dates, names of devices, and tracks of telemetry (GPS).

    What goes is overwritten where it lies; pictures, sound and their times stay byte for byte. Raises DataError for
    formats in which that cannot be done: FLV, WMV and Ogg.
    """
    name = sniff(data[:512])
    if name is None:
        raise DataError("the file is empty" if not data else "the content is no video we know")
    check(data, name)
    if name in ("mp4", "mov"):
        return iso.without_private(data, title(name), _telemetry(data, name))
    if name in ("webm", "mkv"):
        return ebml.without_private(data, title(name))
    if name == "avi":
        return _avi(data)
    if name in ("ts", "mpeg"):
        return data  # MPEG-2 systems carry no such thing
    raise DataError(
        f"private metadata cannot be taken out of a {title(name)}", hint="convert it to MP4, or publish with gps = true"
    )


def _telemetry(data: bytes, name: str) -> list[tuple[int, int]]:
    """Return where the packets of tracks lie that are neither pictures nor sound nor subtitles."""
    if not any(mark in data for mark in (b"gpmd", b"camm", b"mebx", b"tmcd", b"rtmd", b"djmd", b"metx", b"mett")):
        return []
    import av

    spans = []
    try:
        with av.open(io.BytesIO(data), format=DEMUXERS[name]) as file:
            others = [one for one in file.streams if one.type in ("data", "attachment", "unknown")]
            if not others:
                return []
            for packet in file.demux(others):
                if packet.size and packet.pos is not None and packet.pos >= 0:
                    spans.append((packet.pos, packet.size))
    except (av.FFmpegError, ValueError) as error:
        raise DataError(f"the {title(name)} is damaged: its tracks cannot be read") from error
    return spans


def _avi(data: bytes) -> bytes:
    """Turn what describes the file into JUNK of the same size, filled with zeros."""
    out = bytearray(data)
    for part in riff.chunks(data, "AVI", order="little"):
        if part.kind == b"LIST" and data[part.body : part.body + 4] in (b"hdrl", b"strl", b"odml"):
            _avi_lists(out, data, part)
        elif part.kind in _AVI_GONE and data[part.body : part.body + 4] not in (b"movi",):
            _junk(out, part)
    return bytes(out)


def _avi_lists(out: bytearray, data: bytes, parent: Part) -> None:
    at = parent.body + 4
    while at + 8 <= parent.end:
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        part = Part(kind, at, at + 8, min(at + 8 + size, parent.end))
        if kind == b"LIST" and data[at + 8 : at + 12] in (b"strl", b"odml"):
            _avi_lists(out, data, part)
        elif kind in _AVI_GONE:
            _junk(out, part)
        at = part.end + size % 2


def _junk(out: bytearray, part: Part) -> None:
    out[part.start : part.start + 4] = b"JUNK"
    out[part.body : part.end] = bytes(part.end - part.body)
