"""Videos are read with the true time of every frame, and every frame is the one it says."""

import io
import pickle
import sys

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from video_files import HEIGHT, WIDTH, clip, picture, where

from datastork.core.errors import DataError, MissingExtraError, TooLargeError
from datastork.media.modality import modality, modality_of_type, recognise
from datastork.media.video import Video
from datastork.media.video.frames import frame_jpeg, frame_times
from datastork.media.video.modality import MODALITY
from datastork.media.video.picture import spread

B_FRAMES = (("bf", "3"), ("g", "12"))
FILES = {
    "mp4": lambda: clip(options=B_FRAMES),
    "mp4-sound": lambda: clip(sound="aac"),
    "mov": lambda: clip("mov", options=B_FRAMES),
    "mkv": lambda: clip("matroska", options=B_FRAMES),
    "webm": lambda: clip("webm", "libvpx-vp9", options=(("deadline", "realtime"), ("cpu-used", "8"))),
    "webm-vp8": lambda: clip("webm", "libvpx", options=(("auto-alt-ref", "1"), ("lag-in-frames", "10"))),
    "avi": lambda: clip("avi", "mpeg4"),
    "avi-h264": lambda: clip("avi", options=B_FRAMES),
    "avi-b": lambda: clip("avi", "mpeg4", options=(("bf", "2"),)),
    "ts": lambda: clip("mpegts", options=B_FRAMES),
    "mpeg": lambda: clip("mpeg", "mpeg2video"),
    "flv": lambda: clip("flv", "flv"),
    "wmv": lambda: clip("asf", "wmv2"),
}
UNEVEN = (0, 40, 80, 400, 430, 1000, 1010, 1500, 2500, 2540)


@pytest.mark.parametrize("name", FILES)
def test_every_frame_is_the_one_it_says(name: str) -> None:
    data = FILES[name]()
    assert recognise(data, ["video"]) is MODALITY
    assert MODALITY.sniff(data[:512]) == name.partition("-")[0]
    video = MODALITY.decode(data)
    assert (video.width, video.height, video.rotation, video.frames) == (WIDTH, HEIGHT, 0, 30)
    assert np.allclose(np.diff(video.times), 0.04, atol=0.002)
    assert video.fps == pytest.approx(25, rel=0.02)
    assert video.sounds == ("sound" in name)
    seen = [(number, where(image.pixels)) for number, _, image in video.each()]
    assert seen == [(number, pytest.approx(where(picture(number)), abs=2)) for number in range(30)]
    for number in (29, 0, 17, 5):
        assert where(video.frame(float(video.times[number]) + 0.01).pixels) == pytest.approx(
            where(picture(number)), abs=2
        )
    assert MODALITY.encode(video).data is data


@pytest.mark.parametrize(("container", "codec"), [("mp4", "libx264"), ("webm", "libvpx-vp9"), ("matroska", "libx264")])
def test_uneven_times_are_kept(container: str, codec: str) -> None:
    video = MODALITY.decode(clip(container, codec, times=UNEVEN))
    assert np.allclose(video.times * 1000, UNEVEN, atol=1)
    for number, time in enumerate(UNEVEN):
        assert video.number(time / 1000) == number
        assert where(video.frame(time / 1000 + 0.005).pixels) == pytest.approx(where(picture(number)), abs=2)
    assert video.number(-1.0) == 0
    assert video.number(99.0) == len(UNEVEN) - 1


@pytest.mark.parametrize("name", sorted(set(FILES) - {"avi-h264", "avi-b"}))
def test_times_are_those_decoding_gives(name: str) -> None:
    data = FILES[name]()
    with av.open(io.BytesIO(data)) as file:
        start = (file.start_time or 0) / 1_000_000
        truth = sorted(
            (frame.pts if frame.pts is not None else frame.dts) * frame.time_base for frame in file.decode(video=0)
        )
    assert np.allclose(frame_times(data), np.array([float(time) for time in truth]) - start, atol=1e-6)


def turned(data: bytes, degrees: int) -> bytes:
    """A video that says it is to be turned: the matrix in `tkhd`, ISO/IEC 14496-12."""
    at = data.index(b"tkhd") + 4 + 40
    one, none = (1 << 16).to_bytes(4, "big"), bytes(4)
    minus = (-(1 << 16)).to_bytes(4, "big", signed=True)
    a, b, c, d = {90: (none, one, minus, none), 180: (minus, none, none, minus), 270: (none, minus, one, none)}[degrees]
    matrix = a + b + none + c + d + none + none + none + (1 << 30).to_bytes(4, "big")
    return data[:at] + matrix + data[at + 36 :]


@pytest.mark.parametrize(("degrees", "quarter"), [(90, 3), (180, 2), (270, 1)])
def test_a_turned_video_is_shown_upright(degrees: int, quarter: int) -> None:
    plain, video = MODALITY.decode(clip()), MODALITY.decode(turned(clip(), degrees))
    facts = MODALITY.describe(video)
    assert facts.rotation == degrees
    assert (facts.width, facts.height) == ((HEIGHT, WIDTH) if degrees != 180 else (WIDTH, HEIGHT))
    assert np.array_equal(video.frame(0.5).pixels, np.rot90(plain.frame(0.5).pixels, quarter))


def test_oblong_pixels_are_made_square() -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        stream = file.add_stream("mpeg4", rate=25, width=WIDTH, height=HEIGHT, pix_fmt="yuv420p")
        stream.codec_context.sample_aspect_ratio = 2
        file.mux(stream.encode(av.VideoFrame.from_ndarray(picture(0), format="rgb24")))
        file.mux(stream.encode(None))
    video = MODALITY.decode(out.getvalue())
    assert (video.width, video.height) == (2 * WIDTH, HEIGHT)
    assert video.frame(0).pixels.shape == (HEIGHT, 2 * WIDTH, 3)


def test_facts() -> None:
    facts = MODALITY.describe(MODALITY.decode(clip(frames=10)))
    assert facts._asdict() == {
        "width": WIDTH,
        "height": HEIGHT,
        "fps": 25.0,
        "frames": 10,
        "seconds": 0.4,
        "rotation": 0,
    }


def test_it_is_found_by_name_and_type() -> None:
    assert modality("video") is MODALITY
    assert modality_of_type(Video) is MODALITY
    with pytest.raises(DataError, match="the content is no video"):
        recognise(b"GIF89a" + bytes(100), ["video"])


def test_a_video_survives_pickling() -> None:
    video = pickle.loads(pickle.dumps(MODALITY.decode(clip())))
    assert video.frames == 30
    with pytest.raises(ValueError, match="read-only"):
        MODALITY.decode(clip()).times[0] = 1


def test_frames_as_jpeg() -> None:
    small = modality("image").decode(frame_jpeg(clip(), 7, side=48))
    assert small.pixels.shape == (32, 48, 3)
    assert where(modality("image").decode(frame_jpeg(clip(), 7)).pixels) == pytest.approx(where(picture(7)), abs=2)
    for number in (-1, 30):
        with pytest.raises(DataError, match="has the frames 0 to 29"):
            frame_jpeg(clip(), number)


def test_the_preview_shows_some_frames() -> None:
    assert spread(1, 4) == [0]
    assert spread(3, 4) == [0, 1, 2]
    four = modality("image").decode(MODALITY.preview(clip(), 96).data)
    assert four.pixels.shape == (64, 96, 3)
    one = modality("image").decode(MODALITY.preview(clip(frames=2), 96).data)
    assert one.pixels.shape == (64, 96, 3)


@pytest.mark.parametrize("name", ["mp4", "mov", "mkv", "webm", "avi"])
def test_a_file_cut_short_is_told(name: str) -> None:
    data = FILES[name]()
    for end in (len(data) // 3, len(data) * 3 // 4, len(data) - 40):
        with pytest.raises(DataError, match=r"cut short|damaged"):
            MODALITY.decode(data[:end])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"a text", "no video we know"),
        (b"\0\0\0\x14ftypisom\0\0\0\0isom", "moov"),
        (b"FLV\x01" + bytes(40), r"damaged|no pictures"),
        (b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm", "what is in it is missing"),
    ],
)
def test_what_holds_no_video_is_told(data: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        MODALITY.decode(data)


def test_a_sound_is_no_video() -> None:
    from sound_files import phone, song

    with pytest.raises(DataError, match="it is a sound"):
        MODALITY.decode(phone(song(48_000), 48_000, "mp4", "aac"))


def test_limits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datastork.media.video.reading.MAX_FRAMES", 10)
    with pytest.raises(TooLargeError, match="more than 10 frames"):
        MODALITY.decode(clip())
    monkeypatch.setattr("datastork.media.video.reading.MAX_PIXELS", 1000)
    with pytest.raises(TooLargeError, match="96×64 pixels"):
        MODALITY.decode(clip())


def test_the_file_is_read_as_what_it_is_and_opens_no_other() -> None:
    """A playlist could make FFmpeg open any file or address; only known containers are opened, each as itself."""
    for text in (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", b"ffconcat version 1.0\nfile /etc/passwd\n"):
        with pytest.raises(DataError, match="no video we know"):
            MODALITY.decode(text)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["mp4", "mkv", "webm", "avi", "ts"]), st.data())
def test_whatever_is_broken_the_answer_is_a_video_or_one_error(name: str, data: st.DataObject) -> None:
    whole = bytearray(FILES[name]())
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        video = MODALITY.decode(bytes(whole))
    except DataError:
        return
    assert (np.diff(video.times) >= 0).all()
    assert video.width * video.height > 0


def test_a_missing_package_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    data = clip()
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'datastork\[video\]'"):
        MODALITY.decode(data)
