"""A file of sound as a stream of blocks of samples, so that an hour needs no more memory than a second."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from datastork.core.errors import DataError, MissingExtraError, TooLargeError
from datastork.media.audio import structure
from datastork.media.audio.header import DEMUXERS, MAX_CHANNELS, MAX_RATE, MAX_SECONDS, MAX_VALUES, sniff, title

if TYPE_CHECKING:
    import numpy as np

BLOCK = 1 << 16  # frames of a block
_FINE = {"PCM_24": 24, "PCM_32": 24, "ALAC_24": 24, "ALAC_32": 24, "ALAC_20": 24, "FLOAT": 32, "DOUBLE": 32}


class Opened(NamedTuple):
    """A sound that is being read: blocks of float32 (frames, channels), none empty, until it ends."""

    format: str
    rate: int
    channels: int
    bits: int
    blocks: "Iterator[np.ndarray]"


@contextmanager
def opened(data: bytes) -> Iterator[Opened]:
    """Open a file of sound. Raises DataError where it is none, is cut short or damaged, also while it is read.

    WAV, FLAC, Ogg, MP3, AIFF, AU and CAF go through libsndfile, all else through FFmpeg's libraries.
    """
    name = sniff(data[:512])
    if name is None:
        raise DataError("the file is empty" if not data else "the content is no sound we know")
    structure.check(data, name)
    how = _by_ffmpeg if name in DEMUXERS else _by_libsndfile
    with how(data, name) as found:
        if not 0 < found.channels <= MAX_CHANNELS or not 0 < found.rate <= MAX_RATE:
            raise TooLargeError(
                f"the {title(name)} has {found.channels} channels at {found.rate:,} Hz; "
                f"the limits are {MAX_CHANNELS} and {MAX_RATE:,}"
            )
        yield found._replace(blocks=_checked(found))


def _checked(found: Opened) -> "Iterator[np.ndarray]":
    import numpy as np

    most = min(MAX_SECONDS * found.rate, MAX_VALUES // found.channels)
    frames = 0
    for block in found.blocks:
        frames += len(block)
        if frames > most:
            raise TooLargeError(f"the {title(found.format)} is longer than {most / found.rate:,.0f} s, the limit")
        if not np.isfinite(block).all():
            raise DataError(f"the {title(found.format)} holds a sample that is no number")
        yield block
    if not frames:
        raise DataError(f"the {title(found.format)} holds no sound")


@contextmanager
def _by_libsndfile(data: bytes, name: str) -> Iterator[Opened]:
    try:
        import soundfile
    except ImportError as error:
        raise MissingExtraError("reading sound", "soundfile", "audio") from error
    try:
        file = soundfile.SoundFile(_joined(data) if name == "mp3" else io.BytesIO(data))
    except (soundfile.LibsndfileError, TypeError) as error:
        raise DataError(f"the {title(name)} is damaged or of an unknown kind: {_words(error)}") from error
    with file:
        sums = data[26:42] if name == "flac" else b""
        blocks = _summed(file, name, sums) if sums.strip(b"\0") else _read(file, name)
        yield Opened(name, file.samplerate, file.channels, _FINE.get(file.subtype, 16), blocks)


def _joined(data: bytes) -> "_Joined":
    head, start, end = structure.mp3_sound(data)
    return _Joined(head, data, start, end)


class _Joined(io.RawIOBase):
    """A few bytes and, behind them, a part of others, as one file; nothing is copied."""

    def __init__(self, head: bytes, data: bytes, start: int, end: int) -> None:
        self._parts = (memoryview(head), memoryview(data)[start:end])
        self._size, self._at = len(head) + end - start, 0

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` as far as there is something."""
        out, done = memoryview(buffer).cast("B"), 0
        head, rest = self._parts
        for part, begins in ((head, 0), (rest, len(head))):
            place = self._at - begins
            if 0 <= place < len(part) and done < len(out):
                count = min(len(part) - place, len(out) - done)
                out[done : done + count] = part[place : place + count]
                done, self._at = done + count, self._at + count
        return done

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place, counted from the beginning, from here or from the end."""
        self._at = max(offset + (0, self._at, self._size)[whence], 0)
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def seekable(self) -> bool:
        """Say that places can be gone to."""
        return True

    def readable(self) -> bool:
        """Say that it can be read."""
        return True


def _read(file: Any, name: str) -> "Iterator[np.ndarray]":
    import soundfile

    done = 0
    try:
        while len(block := file.read(BLOCK, dtype="float32", always_2d=True)):
            done += len(block)
            yield block
    except soundfile.LibsndfileError as error:
        raise DataError(f"the {title(name)} is damaged: {_words(error)}") from error
    if name != "mp3" and done < file.frames:  # what an MP3 says is checked by its frames
        raise DataError(f"the {title(name)} is cut short: {file.frames:,} frames were promised, {done:,} are there")


def _summed(file: Any, name: str, said: bytes) -> "Iterator[np.ndarray]":
    """Read FLAC and hold the samples against the MD5 sum in its head: RFC 9639, section 8.2."""
    import hashlib

    import numpy as np
    import soundfile

    bits = {"PCM_S8": 8, "PCM_16": 16, "PCM_24": 24}.get(file.subtype)
    if bits is None:
        yield from _read(file, name)
        return
    found = hashlib.md5(usedforsecurity=False)
    try:
        while len(whole := file.read(BLOCK, dtype="int32", always_2d=True)):
            raw = whole.astype("<i4", copy=False).view(np.uint8).reshape(-1, 4)
            found.update(np.ascontiguousarray(raw[:, 4 - bits // 8 :]).data)
            yield whole.astype(np.float32) / np.float32(1 << 31)
    except soundfile.LibsndfileError as error:
        raise DataError(f"the {title(name)} is damaged: {_words(error)}") from error
    if found.digest() != said:
        raise DataError(f"the {title(name)} is damaged: its samples fail their check sum")


@contextmanager
def _by_ffmpeg(data: bytes, name: str) -> Iterator[Opened]:
    try:
        import av
    except ImportError as error:
        raise MissingExtraError(f"reading sound in {title(name)}", "av", "video") from error
    try:
        file = av.open(io.BytesIO(data), format=DEMUXERS[name])
    except (av.FFmpegError, ValueError) as error:
        raise DataError(f"the {title(name)} is damaged: {_words(error)}") from error
    with file:
        pictures = [one for one in file.streams.video if not one.disposition & av.stream.Disposition.attached_pic]
        if pictures:
            raise DataError(f"the {title(name)} is a video, not a sound alone")
        if not file.streams.audio:
            raise DataError(f"the {title(name)} holds no sound")
        stream = file.streams.audio[0]
        if stream.codec_context is None:
            raise DataError(f"the {title(name)} is coded in a way that cannot be decoded")
        rate, channels = stream.codec_context.sample_rate, stream.codec_context.channels
        yield Opened(name, rate, channels, 16, _decoded(file, stream, name, channels))


def _decoded(file: Any, stream: Any, name: str, channels: int) -> "Iterator[np.ndarray]":
    import av
    import numpy as np

    done, rate = 0, stream.codec_context.sample_rate
    try:
        for frame in file.decode(stream):
            if frame.sample_rate != rate or len(frame.layout.channels) != channels:
                raise DataError(f"the {title(name)} changes its rate or its channels on the way")
            values = frame.to_ndarray()
            block = values.T if frame.format.is_planar else values.reshape(-1, channels)
            done += len(block)
            yield np.ascontiguousarray(_floats(block))
    except av.FFmpegError as error:
        raise DataError(f"the {title(name)} is damaged: {_words(error)}") from error
    promised = float(stream.duration * stream.time_base) if stream.duration else 0.0
    if name == "m4a" and done / rate < 0.98 * promised - 0.5:
        raise DataError(f"the {title(name)} is cut short: {promised:.1f} s were promised, {done / rate:.1f} are there")


def mixed(block: "np.ndarray") -> "np.ndarray":
    """Return the mean of the channels of a block, float32 (frames,)."""
    import numpy as np

    channels = block.shape[1]
    return block[:, 0] if channels == 1 else block @ np.full(channels, 1 / channels, np.float32)


def _floats(block: "np.ndarray") -> "np.ndarray":
    import numpy as np

    if block.dtype.kind == "f":
        return block.astype(np.float32, copy=False)
    if block.dtype == np.uint8:
        return (block.astype(np.float32) - 128) / 128
    return block.astype(np.float32) / np.float32(-float(np.iinfo(block.dtype).min))


def _words(error: Exception) -> str:
    """Return a decoder's message without addresses in memory, so that one file always gives one message."""
    text = str(error).rpartition(" at 0x")[2] if " at 0x" in str(error) else str(error)
    text = text.partition(">: ")[2] or text
    if "psf_fseek" in text or "unspecified" in text.lower():
        return "its coded samples cannot be decoded"
    return text.removeprefix("Error : ").split("\n", 1)[0].strip()[:200] or type(error).__name__
