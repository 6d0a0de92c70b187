"""Sounds are read with every sample they hold, kept as they came, and written without loss."""

import pickle
import sys

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sound_files import every_format, phone, save, song

from datastork.core.errors import DataError, MissingExtraError, TooLargeError
from datastork.media.audio import Audio, Stored
from datastork.media.audio.codec import to_wav
from datastork.media.audio.header import mpeg_frame
from datastork.media.audio.modality import MODALITY
from datastork.media.modality import modality, modality_of_type, recognise

FORMATS = every_format()
EXACT = ("wav", "wav-24", "wav-float", "wav-rf64", "flac", "flac-24", "flac-stereo", "aiff", "au", "caf", "m4a-alac")


def test_it_is_found_by_name_type_and_content() -> None:
    assert modality("audio") is MODALITY
    assert modality_of_type(Audio) is MODALITY
    for name, data in FORMATS.items():
        assert recognise(data, ["audio"]) is MODALITY
        assert MODALITY.sniff(data[:512]) == name.partition("-")[0]
    with pytest.raises(DataError, match="the content is no audio"):
        recognise(b"a text called song.mp3", ["audio"])


@pytest.mark.parametrize("name", EXACT)
def test_lossless_files_give_the_samples_that_went_in(name: str) -> None:
    audio = MODALITY.decode(FORMATS[name])
    truth = song(channels=2) if "stereo" in name else song()
    step = 2.0**-23 if "24" in name else 0 if "float" in name else 2.0**-15
    assert audio.samples.dtype == np.float32
    assert audio.samples.shape == truth.shape
    assert np.abs(audio.samples - truth).max() <= step


@pytest.mark.parametrize("name", sorted(set(FORMATS) - set(EXACT)))
def test_lossy_files_sound_as_what_went_in(name: str) -> None:
    audio = MODALITY.decode(FORMATS[name])
    truth = song(audio.rate, channels=2 if "stereo" in name else 1)
    assert abs(audio.seconds - 2) < 0.15  # codecs add up to a frame or two at both ends
    size = 1 << 18
    spectra = [np.abs(np.fft.rfft(x[:, 0], size))[: size // 8] for x in (audio.samples, truth)]
    assert np.corrcoef(spectra)[0, 1] > 0.9


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"aac"}))  # ADTS does not say what the encoder put before
def test_a_sound_begins_where_it_began(name: str) -> None:
    audio = MODALITY.decode(FORMATS[name])
    truth, size = song(audio.rate, channels=2 if "stereo" in name else 1), 1 << 18
    there, here = (np.fft.rfft(x[:, 0], size) for x in (truth, audio.samples))
    assert int(np.argmax(np.fft.irfft(here * np.conj(there)))) == 0


@pytest.mark.parametrize("name", FORMATS)
def test_what_was_not_changed_is_stored_byte_for_byte(name: str) -> None:
    data = FORMATS[name]
    encoded = MODALITY.encode(MODALITY.decode(data))
    assert encoded.data is data
    assert encoded.format == name.partition("-")[0]


def test_duration_is_counted_and_never_taken_from_the_header_of_an_mp3() -> None:
    plain = FORMATS["mp3"]
    at = plain.index(b"Info") if b"Info" in plain else plain.index(b"Xing")
    lying = plain[: at + 8] + (10).to_bytes(4, "big") + plain[at + 12 :]
    frame = mpeg_frame(plain[:4])
    assert frame is not None
    silent = plain[frame[0] :]  # the frames alone, of many sizes
    twice = plain + plain  # joined: the first says how long the first is
    assert abs(MODALITY.decode(lying).seconds - 2) < 0.15
    assert abs(MODALITY.decode(silent).seconds - 2) < 0.15
    assert abs(MODALITY.decode(twice).seconds - 4) < 0.25
    assert np.corrcoef(MODALITY.decode(silent).samples[8000:24000, 0], MODALITY.decode(lying).samples[8000:24000, 0])[
        0, 1
    ] == pytest.approx(1)


def test_facts() -> None:
    facts = MODALITY.describe(Audio(np.full((800, 2), 0.5, np.float32), 8000))
    assert facts._asdict() == {"seconds": 0.1, "rate": 8000, "channels": 2, "peak_db": -6.021}
    assert MODALITY.describe(Audio(np.zeros(80, np.float32), 8000)).peak_db == -200.0


def test_samples_cannot_be_written_to() -> None:
    for audio in (MODALITY.decode(FORMATS["wav"]), Audio(np.zeros(5, np.float32), 8000)):
        with pytest.raises(ValueError, match="read-only"):
            audio.samples[0] = 1


def test_mono_is_the_mean_of_the_channels() -> None:
    both = np.array([[1, 0], [0.5, -0.5]], np.float32)
    assert Audio(both, 8000).mono.tolist() == [0.5, 0.0]


def test_a_sound_survives_pickling_without_its_samples() -> None:
    audio = MODALITY.decode(FORMATS["flac"])
    assert len(audio.samples) == 32_000
    told = pickle.dumps(audio)
    assert len(told) < len(FORMATS["flac"]) + 500
    assert np.array_equal(pickle.loads(told).samples, audio.samples)


@settings(max_examples=25, deadline=None)
@given(
    hnp.arrays(np.int16, st.tuples(st.integers(1, 300), st.integers(1, 8))),
    st.sampled_from([8000, 11_025, 44_100, 48_000, 192_000]),
)
def test_changed_sounds_are_written_without_loss(whole: np.ndarray, rate: int) -> None:
    samples = whole.astype(np.float32) / 32768
    encoded = MODALITY.encode(Audio(samples, rate))
    again = MODALITY.decode(encoded.data)
    assert encoded.format == "flac"
    assert np.array_equal(again.samples, samples)
    assert again.rate == rate
    assert MODALITY.encode(Audio(samples, rate)) == encoded


def test_what_flac_cannot_hold_becomes_wav_of_floats() -> None:
    loud, rng = np.array([[1.5], [-2.0]], np.float32), np.random.default_rng(0)
    fine = rng.uniform(-1, 1, (100, 1)).astype(np.float32)
    for audio in (
        Audio(loud, 8000),
        Audio(fine, 8000, bits=32),
        Audio(np.tile(fine, 9), 8000, bits=32),
        Audio(fine, 700_001, bits=32),
    ):
        encoded = MODALITY.encode(audio)
        assert encoded.format == "wav"
        again = MODALITY.decode(encoded.data)
        assert np.array_equal(again.samples, audio.samples)
        assert again.bits == 32
        with soundfile.SoundFile(__import__("io").BytesIO(encoded.data)) as other:
            assert other.subtype == "FLOAT"
            assert other.frames == audio.frames


def test_24_bits_stay_24() -> None:
    audio = MODALITY.decode(FORMATS["flac-24"])
    again = MODALITY.decode(MODALITY.encode(Audio(audio.samples, audio.rate, bits=audio.bits)).data)
    assert again.bits == 24
    assert np.array_equal(again.samples, audio.samples)


@pytest.mark.parametrize(
    ("audio", "words"),
    [
        (Audio(np.zeros((5, 1)), 8000), "float64"),
        (Audio(np.zeros((0, 1), np.float32), 8000), "empty"),
        (Audio(np.full((5, 1), np.nan, np.float32), 8000), "no number"),
        (Audio(np.zeros((5, 1), np.float32), 0), "rate of 0"),
        (Audio(np.zeros((5, 1), np.float32), 8000.5), "whole number"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_sound_is_not_written(audio: Audio, words: str) -> None:
    with pytest.raises(DataError, match=words):
        MODALITY.encode(audio)


def test_long_sounds_are_read_again_when_their_samples_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datastork.media.audio.codec.HELD", 1000)
    audio = MODALITY.decode(FORMATS["wav"])
    assert isinstance(audio.source, Stored)
    assert not audio.source._kept
    assert len(audio.samples) == audio.frames == 32_000
    assert audio.samples is audio.samples
    monkeypatch.setattr("datastork.media.audio.codec.MAX_HELD", 1000)
    with pytest.raises(TooLargeError, match="too long to be held"):
        _ = MODALITY.decode(FORMATS["wav"]).samples


def test_limits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datastork.media.audio.blocks.MAX_SECONDS", 1)
    with pytest.raises(TooLargeError, match="longer than 1 s"):
        MODALITY.decode(FORMATS["ogg"])
    with pytest.raises(TooLargeError, match="100 channels"):
        MODALITY.decode(save(np.zeros((10, 100), np.float32), 8000, "WAV", "PCM_16"))
    with pytest.raises(TooLargeError, match="2,000,000 Hz"):
        MODALITY.decode(to_wav(np.zeros((10, 1), np.float32), 2_000_000))


def test_a_video_is_no_sound() -> None:
    from video_files import clip

    with pytest.raises(DataError, match="is a video"):
        MODALITY.decode(clip())


def test_stereo_of_phones_is_read_as_stereo() -> None:
    audio = MODALITY.decode(phone(song(48_000, channels=2), 48_000, "ipod", "aac"))
    assert audio.channels == 2


@pytest.mark.parametrize(("package", "name", "extra"), [("soundfile", "wav", "audio"), ("av", "m4a", "video")])
def test_a_missing_package_is_told_with_the_command(
    package: str, name: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"pip install 'datastork\[{extra}\]'"):
        MODALITY.decode(FORMATS[name])
