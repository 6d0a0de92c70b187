"""A sound in a form that browsers play."""

import io
from typing import TYPE_CHECKING

from datastork.core.errors import DataError, MissingExtraError
from datastork.media.audio.blocks import opened
from datastork.media.audio.header import DEMUXERS, MIME, sniff

if TYPE_CHECKING:
    import numpy as np

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_IN_MP4 = frozenset(("aac", "mp3", "mp3float", "opus", "flac"))


def playable(data: bytes) -> tuple[bytes, str]:
    """Return a sound as browsers play it, and its media type.

    MP3, FLAC, Ogg (Vorbis, Opus), WebM, AAC, plain WAV and M4A with AAC are returned as they are; AIFF, AU, CAF, AMR,
    WMA, Apple Lossless and WAV of older codecs become FLAC of the same samples (16 bits, 24 where they were finer),
    or WAV of 16 bits for more than 8 channels. Time stays as it is, frame for frame.

    Raises DataError for what is no sound, or is damaged so that it cannot be converted.
    """
    name = sniff(data[:512])
    if name is None:
        raise DataError("the file is empty" if not data else "the content is no sound we know")
    if _plays(data, name):
        return data, MIME[name]
    return _converted(data)


def _plays(data: bytes, name: str) -> bool:
    if name == "wav":
        return _wav_plays(data)
    if name == "ogg":
        return any(mark in data[:64] for mark in (b"OpusHead", b"\x01vorbis", b"\x7fFLAC"))
    if name == "m4a":
        return _codec(data) in _IN_MP4
    return name in ("mp3", "flac", "webm", "aac")


def _wav_plays(data: bytes) -> bool:
    at = data.find(b"fmt ", 12, 4096)
    if data[:4] != b"RIFF" or at < 0:
        return False
    form, bits = (int.from_bytes(data[at + 8 + k : at + 10 + k], "little") for k in (0, 14))
    if form == _EXTENSIBLE:
        form = int.from_bytes(data[at + 32 : at + 34], "little")
    return (form == _PCM and bits in (8, 16, 24, 32)) or (form == _FLOAT and bits == 32)


def _codec(data: bytes) -> str:
    try:
        import av
    except ImportError as error:
        raise MissingExtraError("reading sound in MP4", "av", "video") from error
    try:
        with av.open(io.BytesIO(data), format=DEMUXERS["m4a"]) as file:
            context = file.streams.audio[0].codec_context if file.streams.audio else None
            return context.name if context is not None else ""
    except (av.FFmpegError, ValueError) as error:
        raise DataError("the MP4 is damaged: it cannot be opened") from error


def _converted(data: bytes) -> tuple[bytes, str]:
    try:
        import soundfile
    except ImportError as error:
        raise MissingExtraError("writing sound", "soundfile", "audio") from error
    import numpy as np

    file = io.BytesIO()
    with opened(data) as found:
        kind, bits = ("FLAC", 24 if found.bits > 16 else 16) if found.channels <= 8 else ("WAV", 16)
        top = 1 << (bits - 1)

        def whole(block: "np.ndarray") -> "np.ndarray":
            return np.clip(np.rint(block.astype(np.float64) * top), -top, top - 1).astype(np.int32) << (32 - bits)

        form = {"format": kind, "subtype": f"PCM_{bits}"}
        with soundfile.SoundFile(file, "w", found.rate, found.channels, **form) as out:
            for block in found.blocks:
                out.write(whole(block))
    return file.getvalue(), MIME[kind.lower()]
