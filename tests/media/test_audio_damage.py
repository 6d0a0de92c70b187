"""Sounds that are cut short or damaged are told, whatever the decoder would have made of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_files import chunk, every_format, save, song, wav_with

from datastork.core.errors import DataError
from datastork.media.audio.header import mpeg_frame, sniff
from datastork.media.audio.modality import MODALITY

FORMATS = every_format()
CHECKED = ("flac", "flac-24", "flac-stereo", "ogg", "ogg-opus", "ogg-stereo")


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"caf", "aac"}))
def test_half_a_file_is_cut_short(name: str) -> None:
    data = FORMATS[name]
    for end in (len(data) // 2, len(data) * 9 // 10 + 1):
        with pytest.raises(DataError, match=r"cut short|damaged"):
            MODALITY.decode(data[:end])


@pytest.mark.parametrize("name", CHECKED)
def test_one_wrong_byte_is_found_where_there_are_check_sums(name: str) -> None:
    data = FORMATS[name]
    for at in range(len(data) // 4, len(data), len(data) // 7):
        wrong = data[:at] + bytes((data[at] ^ 0x55,)) + data[at + 1 :]
        with pytest.raises(DataError, match=r"damaged|cut short"):
            MODALITY.decode(wrong)


def test_a_hole_in_an_mp3_is_found() -> None:
    data = FORMATS["mp3"]
    with pytest.raises(DataError, match="no frame of sound begins at byte"):
        MODALITY.decode(data[:5000] + data[5100:])


def test_an_mp3_that_lacks_whole_frames_is_cut_short() -> None:
    data, at = FORMATS["mp3"], 0
    places = []
    while (frame := mpeg_frame(data[at : at + 4])) is not None:
        places.append(at)
        at += frame[0]
    with pytest.raises(DataError, match=r"it should have .* frames of sound"):
        MODALITY.decode(data[: places[-5]])


def test_tags_and_zeros_around_an_mp3_are_no_damage() -> None:
    data = FORMATS["mp3"]
    frames = MODALITY.decode(data).frames
    before = b"ID3\x04\x00\x00" + bytes((0, 0, 1, 0)) + bytes(128)
    for more in (b"TAG" + bytes(125), bytes(500), b"APETAGEX" + bytes(60)):
        assert MODALITY.decode(before + data + more).frames == frames


def test_what_lies_behind_the_samples_of_a_wav_is_no_damage() -> None:
    for extra in (chunk(b"LIST", b"INFOIART\x02\0\0\0me"), b"id3 \xff\xff\xff\x7fgarbage", b"x", bytes(40)):
        assert MODALITY.decode(wav_with(extra)).frames == 1600


def test_a_wav_written_into_a_pipe_has_no_size() -> None:
    data = bytearray(wav_with(b""))
    data[40:44] = b"\xff" * 4
    assert MODALITY.decode(bytes(data)).frames == 1600


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x10" + bytes(16), "no sound in it"),
        (wav_with(b"", b""), "holds no sound"),
        (b"RIFF\x04\x00\x00\x00WAVE", "no sound in it"),
        (b"fLaC" + bytes(200), "damaged"),
        (b"OggS" + bytes(20), "incomplete"),
        (b"caff\x00\x01\x00\x00" + bytes(60), "damaged"),
        (b"\0\0\0\x14ftypM4A \0\0\0\0M4A ", "moov"),
        (b"a text", "no sound we know"),
    ],
)
def test_what_holds_no_sound_is_told(data: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        MODALITY.decode(data)


def test_no_number_is_no_sample() -> None:
    samples = np.zeros((100, 1), np.float32)
    samples[50] = np.inf
    with pytest.raises(DataError, match="no number"):
        MODALITY.decode(save(samples, 8000, "WAV", "FLOAT"))


def test_pictures_and_texts_are_no_sound() -> None:
    heads = (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xfet\0e\0", b"RIFF0000WEBP", b"%PDF", b"{}")
    assert [sniff(head.ljust(64, b"\0")) for head in heads] == [None] * len(heads)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FORMATS)), st.data())
def test_whatever_is_broken_the_answer_is_a_sound_or_one_error(name: str, data: st.DataObject) -> None:
    whole = bytearray(FORMATS[name][:12_000])
    for _ in range(data.draw(st.integers(0, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    broken = bytes(whole[: data.draw(st.integers(1, len(whole)))])
    try:
        audio = MODALITY.decode(broken)
    except DataError as told:
        error: str | None = told.message
    else:
        error = None
    if error is not None:
        assert " at 0x" not in error
        return
    assert audio.samples.shape == (audio.frames, audio.channels)
    assert np.isfinite(audio.samples).all()


def test_song_is_whole() -> None:
    assert np.abs(song()).max() == pytest.approx(0.6)
