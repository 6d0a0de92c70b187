"""A video in a form that browsers play, without encoding anything anew."""

import io
from fractions import Fraction
from typing import Any

from datastork.core.errors import DataError
from datastork.media.video.header import MIME, sniff, title
from datastork.media.video.reading import check, opened

# what may lie in which file: https://developer.mozilla.org/en-US/docs/Web/Media/Guides/Formats
_MP4 = frozenset(("h264", "av1", "vp9", "hevc"))
_WEBM = frozenset(("vp8", "vp9", "av1"))
_MP4_SOUND = frozenset(("aac", "mp3", "opus", "flac"))
_TIMELESS = "the {} does not say when its frames are shown, so it cannot be played"
_CONVERT = "convert it: ffmpeg -i FILE -c:v libx264 NEW.mp4"
_WEBM_SOUND = frozenset(("opus", "vorbis"))


def playable(data: bytes) -> tuple[bytes, str]:
    """Return a video as browsers play it, and its media type.

    MP4, MOV and WebM are returned as they are where browsers know what is in them; H.264, H.265 and AV1 out of other
    files are put into MP4, VP8 and VP9 into WebM, packet by packet with the time of each frame kept; sound that
    browsers do not know is left out. H.265, and H.264 in other than 4:2:0, play where browser and device can.
    Raises DataError that says so for what would have to be encoded anew.
    """
    name = sniff(data[:512])
    if name is None:
        raise DataError("the file is empty" if not data else "the content is no video we know")
    check(data, name)
    with opened(data, name) as (file, stream):
        codec = stream.codec_context.codec.canonical_name
        sounds = [one for one in file.streams.audio if one.codec_context is not None]
        sound = sounds[0].codec_context.codec.canonical_name if sounds else None
        matroska = name in ("webm", "mkv") and codec in _WEBM
        target = "webm" if matroska else "mp4" if codec in _MP4 else "webm" if codec in _WEBM else None
        if target is None:
            raise DataError(
                f"browsers cannot play {codec} in a {title(name)}",
                hint=_CONVERT,
            )
        if name == "avi" and stream.codec_context.has_b_frames:
            raise DataError(_TIMELESS.format(title(name)), hint=_CONVERT)
        if name in ("mp4", "mov") and codec in _MP4 and (sound is None or sound in _MP4_SOUND):
            return data, MIME["mp4"]
        if name == "webm" and codec in _WEBM and (sound is None or sound in _WEBM_SOUND):
            return data, MIME["webm"]
        kept = [stream, *sounds[:1]] if sound in (_MP4_SOUND if target == "mp4" else _WEBM_SOUND) else [stream]
        return _remuxed(file, kept, target, name), MIME[target]


def _remuxed(file: Any, streams: list[Any], target: str, name: str) -> bytes:
    import av

    made = io.BytesIO()
    start = Fraction(file.start_time or 0, 1_000_000)
    with av.open(made, "w", format=target) as out:
        into = {one.index: out.add_stream_from_template(one) for one in streams}
        for packet in file.demux(streams):
            if packet.size == 0:
                continue
            if packet.pts is None:
                raise DataError(_TIMELESS.format(title(name)), hint=_CONVERT)
            shift = round(start / packet.time_base)
            packet.pts -= shift
            packet.dts = None if packet.dts is None else packet.dts - shift
            packet.stream = into[packet.stream.index]
            out.mux(packet)
    return made.getvalue()
