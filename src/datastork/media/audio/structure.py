"""Whether a file of sound is whole, seen by its structure: decoders play what is left and say nothing."""

from datastork.core.errors import DataError
from datastork.media.audio.header import mpeg_frame, title
from datastork.media.containers import ebml, iso, ogg, riff

_JUNK = 1 << 16  # bytes that may lie before the first MPEG frame
_TAILS = (b"TAG", b"APETAGEX", b"LYRICS", b"ID3", b"3DI")


def check(data: bytes, name: str) -> None:
    """Raise DataError where `data`, a file of format `name`, ends too early or is visibly damaged."""
    if name == "wav":
        kinds = [part.kind for part in riff.chunks(data, "WAV", order="big" if data[:4] == b"RIFX" else "little")]
        _has(kinds, b"data", "WAV")
    elif name == "aiff":
        _has([part.kind for part in riff.chunks(data, "AIFF", order="big")], b"SSND", "AIFF")
    elif name == "ogg":
        for _ in ogg.pages(data):
            pass
    elif name == "mp3":
        mp3_sound(data)
    elif name == "au":
        said = int.from_bytes(data[8:12], "big")  # Sun's and NeXT's head: where the sound begins, its size
        if said != 0xFFFFFFFF and int.from_bytes(data[4:8], "big") + said > len(data):
            raise DataError(f"the AU is cut short: its sound should have {said:,} bytes")
    elif name == "m4a":
        iso.check(data, title(name))
    elif name in ("webm", "mka"):
        ebml.check(data, title(name))


def _has(kinds: list[bytes], wanted: bytes, name: str) -> None:
    if wanted not in kinds:
        raise DataError(f"the {name} is cut short: there is no sound in it")


def mp3_span(data: bytes) -> tuple[int, int]:
    """Return where the frames of an MP3 begin and end: between the tags before and after.

    Raises DataError where there are none, or where something else lies between two of them.
    """
    at = _after_id3(data)
    junk = at
    while mpeg_frame(data[at : at + 4]) is None or not _follows(data, at):
        at = data.find(b"\xff", at + 1)
        if at < 0 or at - junk > _JUNK:
            raise DataError("the MP3 is damaged: no frame of sound begins where one should")
    first = at
    while at < len(data):
        frame = mpeg_frame(data[at : at + 4])
        if frame is not None:
            if at + frame[0] > len(data):
                raise DataError("the MP3 is cut short: its last frame is incomplete")
            at += frame[0]
            continue
        rest = data[at : at + 16]
        if rest.startswith(_TAILS) or not data[at:].strip(b"\0"):
            break
        if len(data) - at < 4:
            raise DataError("the MP3 is cut short: its last frame is incomplete")
        raise DataError(f"the MP3 is damaged: no frame of sound begins at byte {at:,}")
    return first, at


def _follows(data: bytes, at: int) -> bool:
    """Say whether another frame, or the end, follows the frame at a place."""
    frame = mpeg_frame(data[at : at + 4])
    if frame is None:
        return False
    after = at + frame[0]
    return after >= len(data) or mpeg_frame(data[after : after + 4]) is not None or data.startswith(_TAILS, after)


def _after_id3(data: bytes) -> int:
    at = 0
    while data.startswith(b"ID3", at) and len(data) >= at + 10:
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size + (10 if data[at + 5] & 0x10 else 0)
    if at >= len(data):
        raise DataError("the MP3 is cut short: there is no sound in it")
    return at


def mp3_sound(data: bytes) -> tuple[bytes, int, int]:
    """Return what to put before `data[start:end]` of an MP3, start and end, so that its first frame says, rightly, how
    many follow: decoders believe it, or guess without it.

    It is wrong in files that were joined or edited, and lacking in many. Raises DataError where it promises more than
    there is.
    """
    first, end = mp3_span(data)
    said = _frames_said(data, first)
    at, places = first, []
    while at < end and (frame := mpeg_frame(data[at : at + 4])) is not None:
        places.append(at)
        at += frame[0]
    if said is None:
        return _saying(data[first : first + 4], len(places)), first, end
    there = len(places) - 1
    if there < said:
        raise DataError(f"the MP3 is cut short: it should have {said:,} frames of sound and has {there:,}")
    if there == said:
        return b"", 0, len(data)
    return _saying(data[places[1] : places[1] + 4], there), places[1], end


def _saying(head: bytes, frames: int) -> bytes:
    """Return a silent frame, with the header of another but larger, that says how many frames of layer III follow."""
    if head[1] >> 1 & 3 != 1:
        return b""
    mpeg1, mono = head[1] >> 3 & 3 == 3, head[3] >> 6 == 3
    beside = (17 if mono else 32) if mpeg1 else (9 if mono else 17)
    header = bytes((0xFF, head[1] | 1, 0xE0 | head[2] & 0x0C, head[3]))
    found = mpeg_frame(header)
    assert found is not None
    body = header + bytes(beside) + b"Xing" + (1).to_bytes(4, "big") + frames.to_bytes(4, "big")
    return body.ljust(found[0], b"\0")


def _frames_said(data: bytes, first: int) -> int | None:
    """Return how many frames follow, as the frame of information (Xing, Info, VBRI) says; None where there is none."""
    frame = mpeg_frame(data[first : first + 4])
    assert frame is not None
    end = first + frame[0]
    start = max(data.find(mark, first, min(first + 48, end)) for mark in (b"Xing", b"Info"))
    if start >= 0 and start + 12 <= end:
        return int.from_bytes(data[start + 8 : start + 12], "big") if data[start + 7] & 1 else None
    if data[first + 36 : first + 40] == b"VBRI" and first + 54 <= end:
        return int.from_bytes(data[first + 50 : first + 54], "big")
    return None
