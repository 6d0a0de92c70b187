"""Videos read by FFmpeg's libraries: the times of frames without decoding, and frames decoded one by one."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from datastork.core.errors import DataError, MissingExtraError, TooLargeError
from datastork.media.containers import ebml, iso, ogg, riff
from datastork.media.image import Image
from datastork.media.video import Video
from datastork.media.video.header import DEMUXERS, MAX_FRAMES, MAX_PIXELS, sniff, title

if TYPE_CHECKING:
    import numpy as np

# codecs of which each packet is one frame that is shown; VP8 hides some, old codecs pack two
_PLAIN = frozenset(
    ("h264", "hevc", "vp9", "libvpx-vp9", "av1", "libdav1d", "libaom-av1", "mjpeg", "prores", "ffv1", "png", "rawvideo")
)
_COUNTED = frozenset(("avi",))  # formats whose frames have no times: the frame that comes k-th is frame k
_AFAR = 2.0  # seconds: nearer frames are reached by decoding on, farther ones by jumping


@contextmanager
def opened(data: bytes, name: str) -> Iterator[tuple[Any, Any]]:
    """Open a file and its first stream of pictures. Raises DataError where that cannot be."""
    try:
        import av
    except ImportError as error:
        raise MissingExtraError("reading video", "av", "video") from error
    try:
        file = av.open(io.BytesIO(data), format=DEMUXERS[name])
    except (av.FFmpegError, ValueError) as error:
        raise DataError(f"the {title(name)} is damaged: {words(error)}") from error
    with file:
        streams = [one for one in file.streams.video if not one.disposition & av.stream.Disposition.attached_pic]
        if not streams:
            raise DataError(f"the {title(name)} holds no pictures: it is a sound")
        stream = streams[0]
        if stream.codec_context is None:
            raise DataError(f"the {title(name)} is coded in a way that cannot be decoded")
        stream.codec_context.thread_count = 1  # samples are decoded side by side already
        try:
            yield file, stream
        except av.FFmpegError as error:
            raise DataError(f"the {title(name)} is damaged: {words(error)}") from error


def words(error: Exception) -> str:
    """Return a decoder's message without names of files, so that one file always gives one message."""
    text = getattr(error, "strerror", None) or str(error)
    return text.partition("[")[0].partition(": '")[0].strip()[:200] or type(error).__name__


def check(data: bytes, name: str) -> None:
    """Raise DataError where a file visibly ends too early."""
    if name in ("mp4", "mov"):
        iso.check(data, title(name))
    elif name in ("webm", "mkv"):
        ebml.check(data, title(name))
    elif name == "avi":
        for _ in riff.chunks(data, "AVI", order="little"):
            pass
    elif name == "ogv":
        for _ in ogg.pages(data):
            pass


def decode(data: bytes) -> Video:
    """Return the video in `data`, its first and last frame decoded and all others left for later.

    A file that ends too early is found, and so is damage that keeps the first or last frame from being decoded;
    other damage is found when the frame it is in is asked for, as far as the codec can tell.
    Raises DataError for what is no video, cut short or damaged, TooLargeError beyond the limits of `header`.
    """
    name = sniff(data[:512])
    if name is None:
        raise DataError("the file is empty" if not data else "the content is no video we know")
    check(data, name)
    with opened(data, name) as (file, stream):
        context = stream.codec_context
        if context.width < 1 or context.height < 1:
            raise DataError(f"the {title(name)} is damaged: it declares {context.width}×{context.height} pixels")
        if context.width * context.height > MAX_PIXELS:
            raise TooLargeError(f"the {title(name)} declares frames of {context.width}×{context.height} pixels")
        codec, sounds = context.name, bool(file.streams.audio)
        times, seconds, promised = _times(file, stream, name)
        count = stream.frames
    if not len(times):
        raise DataError(f"the {title(name)} holds no frames")
    if name in ("mp4", "mov") and count and promised < count:
        raise DataError(f"the {title(name)} is cut short: it should have {count:,} frames and has {promised:,}")
    first, last = Video(data, name, 0, 0, 0, times, seconds, codec, sounds), len(times) - 1
    turned = 0
    size = (0, 0)
    for number, frame, aspect in _raw(first, sorted({0, last})):
        if number == 0:
            turned = _rotation(frame)
            height, width = _pixels(frame, aspect).shape[:2]
            size = width, height
    return Video(data, name, *size, turned, times, seconds, codec, sounds)


def _times(file: Any, stream: Any, name: str) -> "tuple[np.ndarray, float, int]":
    """Return when each frame is shown, how long all are, and how many packets there are."""
    import numpy as np

    base = float(stream.time_base)
    start = (file.start_time or 0) / 1_000_000
    shown: list[int] = []
    missing, packets, length = False, 0, 0
    for packet in file.demux(stream):
        if packet.size == 0 and packet.pts is None:
            continue  # the end
        packets += 1
        if packets > MAX_FRAMES:
            raise TooLargeError(f"the {title(name)} has more than {MAX_FRAMES:,} frames")
        if packet.pts is None:
            missing = True
        elif not packet.is_discard:
            shown.append(packet.pts)
            length = packet.duration or length
    whole = np.array(sorted(shown), np.int64)
    if name in _COUNTED:
        return _counted_times(file, stream, packets)
    if missing or stream.codec_context.name not in _PLAIN or (np.diff(whole) == 0).any():
        whole = _decoded_times(file, stream)
    if not len(whole):
        return np.zeros(0), 0.0, packets
    step = length or (round(float(np.median(np.diff(whole)))) if len(whole) > 1 else 0)
    times = whole * base - start
    times[np.abs(times) < 1e-9] = 0.0
    times.flags.writeable = False
    return times, float((whole[-1] - whole[0] + step) * base), packets


def _counted_times(file: Any, stream: Any, packets: int) -> "tuple[np.ndarray, float, int]":
    """Return the times of frames in a file that has no times but a rate."""
    import numpy as np

    file.seek(stream.start_time or 0, stream=stream)
    count = sum(1 for _ in file.decode(stream))
    rate = float(stream.average_rate or stream.base_rate or 0)
    if rate <= 0:
        raise DataError("the AVI is damaged: it says no frame rate")
    times = np.arange(count) / rate
    times.flags.writeable = False
    return times, count / rate, packets


def _decoded_times(file: Any, stream: Any) -> "np.ndarray":
    """Return the time stamps of frames as decoding gives them: for codecs that hide frames or tell no times."""
    import numpy as np

    file.seek(stream.start_time or 0, stream=stream)
    stamps = [_stamp(frame) for frame in file.decode(stream)]
    return np.unique(np.array([stamp for stamp in stamps if stamp is not None], np.int64))


def _stamp(frame: Any) -> int | None:
    stamp: int | None = frame.pts if frame.pts is not None else frame.dts
    return stamp


def frames_at(video: Video, numbers: list[int]) -> "Iterator[tuple[int, Image]]":
    """Yield (number, frame) in the order of `numbers`, which rise. DataError where one cannot be decoded."""
    for number, frame, aspect in _raw(video, numbers):
        yield number, Image(_pixels(frame, aspect), "jpeg")


def _raw(video: Video, numbers: list[int]) -> Iterator[tuple[int, Any, Any]]:
    """Yield (number, decoded frame, aspect of its pixels) of FFmpeg."""
    import numpy as np

    name = video.format
    if name in _COUNTED:
        yield from _raw_counted(video, numbers)
        return
    if any(not 0 <= number < video.frames for number in numbers):
        raise DataError(f"the {title(name)} has the frames 0 to {video.frames - 1}")
    with opened(video.data, name) as (file, stream):
        base = float(stream.time_base)
        start = (file.start_time or 0) / 1_000_000
        stamps = np.rint((video.times + start) / base).astype(np.int64)
        decoder: Iterator[Any] | None = None
        here = -1
        for number in numbers:
            wanted = int(stamps[number])
            if decoder is None or video.times[number] - video.times[max(here, 0)] > _AFAR:
                if number:
                    file.seek(wanted, stream=stream, backward=True)
                decoder = file.decode(stream)
            frame = _reach(decoder, wanted)
            if frame is None and number:  # a jump that led astray
                frame, decoder = _from_the_beginning(video, wanted), None
            if frame is None:
                raise DataError(f"the {title(name)} is damaged: frame {number} cannot be decoded")
            here = number
            yield number, frame, stream.sample_aspect_ratio


def _raw_counted(video: Video, numbers: list[int]) -> Iterator[tuple[int, Any, Any]]:
    """Yield the same, all frames being counted from the beginning."""
    wanted = set(numbers)
    if wanted and not 0 <= min(wanted) <= max(wanted) < video.frames:
        raise DataError(f"the {title(video.format)} has the frames 0 to {video.frames - 1}")
    with opened(video.data, video.format) as (file, stream):
        for number, frame in enumerate(file.decode(stream)):
            if number in wanted:
                yield number, frame, stream.sample_aspect_ratio
                wanted.discard(number)
            if not wanted:
                return
    raise DataError(f"the {title(video.format)} is damaged: frame {min(wanted)} cannot be decoded")


def _from_the_beginning(video: Video, wanted: int) -> Any:
    """Return the frame with a time stamp, reached by decoding all before it; None where it does not come."""
    with opened(video.data, video.format) as (file, stream):
        return _reach(file.decode(stream), wanted)


def _reach(decoder: Iterator[Any], wanted: int) -> Any:
    """Decode on to the frame with a time stamp; None where it does not come."""
    for frame in decoder:
        stamp = _stamp(frame)
        if stamp is not None and stamp >= wanted:
            return frame if stamp == wanted and not frame.is_corrupt else None
    return None


def _rotation(frame: Any) -> int:
    """Return by how many degrees clockwise a frame is to be turned."""
    return int(-round(frame.rotation / 90) * 90) % 360


def _pixels(frame: Any, aspect: Any) -> "np.ndarray":
    """Return a frame as it is shown: upright, with square pixels, sRGB."""
    import cv2
    import numpy as np

    pixels = frame.to_ndarray(format="rgb24")
    if aspect and aspect > 0 and aspect != 1:
        height, width = pixels.shape[:2]
        wide = (round(width * aspect), height) if aspect > 1 else (width, round(height / aspect))
        if wide[0] * wide[1] <= MAX_PIXELS:
            pixels = cv2.resize(pixels, wide, interpolation=cv2.INTER_LINEAR)
    turns = _rotation(frame) // 90
    return np.ascontiguousarray(np.rot90(pixels, -turns)) if turns else pixels
