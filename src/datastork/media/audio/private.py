"""Files of sound without what tells about whom or where they were recorded. The sound stays as it is."""

from datastork.core.errors import DataError
from datastork.media.audio.header import sniff, title
from datastork.media.audio.structure import check, mp3_span
from datastork.media.containers import ebml, iso, ogg, riff

_WAV_KEPT = frozenset((b"fmt ", b"fact", b"data", b"ds64", b"PEAK", b"cue ", b"smpl", b"inst"))
_AIFF_KEPT = frozenset((b"COMM", b"SSND", b"FVER", b"MARK", b"INST"))
_FLAC_KEPT = (0, 3)  # STREAMINFO, SEEKTABLE; RFC 9639


def strip_private(data: bytes) -> bytes:
    """Return `data` without titles, names, places, dates, pictures and names of devices and programs.

    ID3 and APE tags, Vorbis and Opus comments, RIFF INFO, broadcast notes, iTunes and Matroska tags go; frames of sound
    are not touched, and no sample moves. AU, CAF, WMA, AMR and rare kinds of Ogg become FLAC of the same samples.
    Raises DataError for data that is damaged.
    """
    name = sniff(data[:512])
    if name is None:
        raise DataError("the file is empty" if not data else "the content is no sound we know")
    check(data, name)
    if name == "wav":
        order = "big" if data[:4] == b"RIFX" else "little"
        return riff.with_chunks(data, "WAV", order=order, keeps=_WAV_KEPT.__contains__)  # type: ignore[arg-type]
    if name == "aiff":
        return riff.with_chunks(data, "AIFF", order="big", keeps=_AIFF_KEPT.__contains__)
    if name == "flac":
        return _flac(data)
    if name == "mp3":
        first, end = mp3_span(data)
        return data[first:end]
    if name == "aac":
        return data[_id3(data) :]
    if name == "ogg":
        return _ogg(data)
    if name == "m4a":
        return iso.without_private(data, title(name), [])
    if name in ("webm", "mka"):
        return ebml.without_private(data, title(name))
    return _as_flac(data)


def _id3(data: bytes) -> int:
    return 0 if not data.startswith(b"ID3") else 10 + int.from_bytes(data[6:10], "big")


def _flac(data: bytes) -> bytes:
    """Keep the blocks of metadata that say how to decode, and the frames."""
    at, kept, last = 4, [], False
    while not last:
        if at + 4 > len(data):
            raise DataError("the FLAC is cut short: its metadata is incomplete")
        kind, last = data[at] & 0x7F, bool(data[at] & 0x80)
        end = at + 4 + int.from_bytes(data[at + 1 : at + 4], "big")
        if end > len(data):
            raise DataError("the FLAC is cut short: its metadata is incomplete")
        if kind in _FLAC_KEPT:
            kept.append(bytes((kind,)) + data[at + 1 : end])
        at = end
    if not kept:
        raise DataError("the FLAC is damaged: it does not say what is in it")
    kept[-1] = bytes((kept[-1][0] | 0x80,)) + kept[-1][1:]
    return b"fLaC" + b"".join(kept) + data[at:]


def _ogg(data: bytes) -> bytes:
    """Put empty comments in place of those there are."""
    head = data[:64]
    none = (0).to_bytes(4, "little") * 2  # no vendor, no comments
    try:
        if b"OpusHead" in head:
            return ogg.with_packet(data, 1, b"OpusTags" + none, 2)
        if b"\x01vorbis" in head:
            return ogg.with_packet(data, 1, b"\x03vorbis" + none + b"\x01", 3)
    except DataError:
        return _as_flac(data)  # chained or interleaved streams
    return _as_flac(data)


def _as_flac(data: bytes) -> bytes:
    """Return the same samples as a file that holds nothing else."""
    from datastork.media.audio import Audio
    from datastork.media.audio.codec import decode, encode

    found = decode(data)
    return encode(Audio(found.samples, found.rate, found.bits)).data
