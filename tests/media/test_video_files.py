"""Videos are played without losing a frame's time, stripped without moving a byte, and compared by their frames."""

import io
from collections.abc import Callable

import av
import numpy as np
import pytest
from video_files import HEIGHT, WIDTH, clip

from datastork.core.errors import DataError
from datastork.media.video.modality import MODALITY
from datastork.media.video.playable import playable

B_FRAMES = (("bf", "3"), ("g", "12"))
QUICK = (("deadline", "realtime"), ("cpu-used", "8"))
TAGS = (
    *(("title", "Lisbon"), ("artist", "Ada Lovelace"), ("comment", "SN-4711")),
    ("creation_time", "2026-05-04T03:02:01"),
)
WORDS = (b"Lisbon", b"Ada Lovelace", b"SN-4711", b"2026-05", b"Lavf")


def streams(data: bytes) -> list[str]:
    with av.open(io.BytesIO(data)) as file:
        return [stream.codec_context.codec.canonical_name for stream in file.streams]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (lambda: clip(options=B_FRAMES), "video/mp4"),
        (lambda: clip(sound="aac"), "video/mp4"),
        (lambda: clip("mov", options=B_FRAMES), "video/mp4"),
        (lambda: clip("webm", "libvpx-vp9", options=QUICK, sound="libopus"), "video/webm"),
    ],
    ids=["mp4", "sound", "mov", "webm"],
)
def test_what_browsers_play_is_played_as_it_is(data: Callable[[], bytes], kind: str) -> None:
    made = data()
    assert playable(made) == (made, kind)


@pytest.mark.parametrize(
    ("data", "kind", "inside"),
    [
        (lambda: clip("matroska", options=B_FRAMES), "video/mp4", ["h264"]),
        (lambda: clip("matroska", options=B_FRAMES, sound="aac"), "video/mp4", ["h264", "aac"]),
        (lambda: clip("matroska", sound="pcm_s16le"), "video/mp4", ["h264"]),
        (lambda: clip("matroska", "libvpx-vp9", options=QUICK, sound="libopus"), "video/webm", ["vp9", "opus"]),
        (lambda: clip("mpegts", options=B_FRAMES), "video/mp4", ["h264"]),
        (lambda: clip("flv"), "video/mp4", ["h264"]),
        (lambda: clip("avi", options=(("bf", "0"),)), "video/mp4", ["h264"]),
        (lambda: clip("matroska", times=(0, 40, 500, 520, 1900)), "video/mp4", ["h264"]),
    ],
    ids=["mkv", "mkv-aac", "mkv-pcm", "mkv-vp9", "ts", "flv", "avi", "uneven"],
)
def test_other_files_are_packed_anew_with_the_time_of_every_frame(
    data: Callable[[], bytes], kind: str, inside: list[str]
) -> None:
    before = data()
    after, found = playable(before)
    assert found == kind
    assert streams(after) == inside
    old, new = MODALITY.decode(before), MODALITY.decode(after)
    assert new.frames == old.frames
    assert np.allclose(new.times, old.times, atol=0.0011)
    middle = old.frames // 2
    seen = [np.array(next(image.pixels for _, image in one.some([middle]))) for one in (old, new)]
    assert np.array_equal(*seen)


@pytest.mark.parametrize(
    ("container", "codec", "words"),
    [("avi", "mpeg4", "mpeg4 in a AVI"), ("mpeg", "mpeg2video", "mpeg2video"), ("asf", "wmv2", "wmv2")],
)
def test_what_would_have_to_be_encoded_anew_is_told(container: str, codec: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as told:
        playable(clip(container, codec))
    assert "ffmpeg -i" in told.value.hint


def test_frames_out_of_order_without_times_are_told() -> None:
    with pytest.raises(DataError, match="does not say when its frames are shown"):
        playable(clip("avi", options=B_FRAMES))


@pytest.mark.parametrize(
    ("container", "codec"), [("mp4", "libx264"), ("mov", "libx264"), ("matroska", "libx264"), ("avi", "mpeg4")]
)
def test_private_metadata_goes_and_nothing_moves(container: str, codec: str) -> None:
    data = clip(container, codec, tags=TAGS)
    assert WORDS[0] in data

    clean = MODALITY.strip_private(data)

    assert len(clean) == len(data)
    assert not [word for word in WORDS if word in clean]
    before, after = MODALITY.decode(data), MODALITY.decode(clean)
    assert np.array_equal(after.times, before.times)
    assert np.array_equal(after.frame(0.5).pixels, before.frame(0.5).pixels)
    assert MODALITY.strip_private(clean) == clean


def test_webm_is_stripped_too() -> None:
    data = clip("webm", "libvpx-vp9", options=QUICK, tags=TAGS, sound="libopus")
    clean = MODALITY.strip_private(data)
    assert len(clean) == len(data)
    assert not [word for word in WORDS if word in clean]
    assert np.array_equal(MODALITY.decode(clean).frame(0.5).pixels, MODALITY.decode(data).frame(0.5).pixels)


def test_the_place_a_phone_writes_goes() -> None:
    data = clip("mov")
    place = b"\xa9xyz" + (18).to_bytes(2, "big") + b"\x15\xc7+38.7223-009.1393/"
    atom = (len(place) + 4).to_bytes(4, "big") + place
    box = (len(atom) + 8).to_bytes(4, "big") + b"udta" + atom
    at = data.index(b"moov")
    size = int.from_bytes(data[at - 4 : at], "big")
    assert at - 4 + size == len(data), "moov is the last box here"
    located = data[: at - 4] + (size + len(box)).to_bytes(4, "big") + data[at:] + box
    assert b"+38.7223" in located
    clean = MODALITY.strip_private(located)
    assert b"+38.7223" not in clean
    assert MODALITY.decode(clean).frames == 30


def test_telemetry_goes() -> None:
    """A track of sound is made to say it holds the telemetry of a camera: what it holds must go, the rest stay."""
    sounding = clip(sound="aac")
    places = []
    with av.open(io.BytesIO(sounding)) as file:
        places = [(packet.pos, packet.size) for packet in file.demux(audio=0) if packet.size]
    recorded = sounding.replace(b"soun", b"meta").replace(b"mp4a", b"gpmd")
    with av.open(io.BytesIO(recorded)) as file:
        assert [stream.type for stream in file.streams] == ["video", "data"]

    clean = MODALITY.strip_private(recorded)

    assert len(places) > 10
    assert all(any(sounding[at : at + size]) for at, size in places)
    assert not any(any(clean[at : at + size]) for at, size in places)
    assert np.array_equal(MODALITY.decode(clean).frame(0.5).pixels, MODALITY.decode(sounding).frame(0.5).pixels)


@pytest.mark.parametrize(("container", "codec"), [("flv", "flv"), ("asf", "wmv2")])
def test_formats_that_cannot_be_stripped_say_so(container: str, codec: str) -> None:
    with pytest.raises(DataError, match="cannot be taken out") as told:
        MODALITY.strip_private(clip(container, codec))
    assert "gps = true" in told.value.hint


def film(seed: int, **more: object) -> bytes:
    """A video of photographs-like noise that changes from frame to frame."""
    rng = np.random.default_rng(seed)
    width, height, codec = more.get("width", WIDTH), more.get("height", HEIGHT), more.get("codec", "libx264")
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        stream = file.add_stream(codec, rate=25, width=width, height=height, pix_fmt="yuv420p")
        stream.codec_context.bit_rate = 600_000
        stream.codec_context.thread_count = 1
        scenes = [np.kron(rng.integers(0, 255, (8, 12, 3)), np.ones((8, 8, 1))).astype(np.uint8) for _ in range(7)]
        for number in range(70):
            frame = av.VideoFrame.from_ndarray(scenes[number // 10], format="rgb24")
            file.mux(stream.encode(frame.reformat(width=width, height=height)))
        file.mux(stream.encode(None))
    return out.getvalue()


def test_copies_of_videos_are_found_and_nothing_else() -> None:
    files = [film(k) for k in range(4)]
    files += [film(0, codec="mpeg4"), film(1, width=64, height=48), film(2)]
    prints = MODALITY.fingerprints([MODALITY.decode(one) for one in files])
    found = MODALITY.near_pairs(prints, threshold=0.8, media=lambda rows: [])
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [(0, 4), (1, 5), (2, 6)]
    assert found.similarity.min() >= 0.8
    vectors = MODALITY.vectors(prints, lambda rows: [])
    assert vectors.shape == (7, 256)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert vectors[0] @ vectors[4] > 0.9 > vectors[0] @ vectors[3]


def test_what_is_no_fingerprint_is_told() -> None:
    for wrong in (b"", b"\x05\x00x", b"x" * 40):
        with pytest.raises(DataError, match="no fingerprint of a video"):
            MODALITY.near_pairs([wrong], threshold=0.5, media=lambda rows: [])
