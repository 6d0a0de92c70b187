"""What is drawn and played of a sound: outlines, spectrograms, waveforms, and files browsers know."""

import io

import cv2
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_files import every_format, phone, save, song

from datastork.core.errors import DataError
from datastork.media.audio.codec import to_wav
from datastork.media.audio.colours import colours
from datastork.media.audio.modality import MODALITY
from datastork.media.audio.peaks import FULL, peaks
from datastork.media.audio.playable import playable
from datastork.media.audio.spectrogram import spectrogram_png

FORMATS = every_format()


def tone(frequency: float, rate: int = 16_000, seconds: float = 1.0, level: float = 0.5) -> bytes:
    at = np.arange(round(rate * seconds)) / rate
    return to_wav((level * np.sin(2 * np.pi * frequency * at)).astype(np.float32)[:, None], rate)


def shades(png: bytes) -> np.ndarray:
    """Return a spectrogram as levels 0 to 255 (height, width), the lowest row last."""
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR_RGB).astype(int)
    table = {tuple(colour): level for level, colour in enumerate(colours().tolist())}
    return np.array([[table[tuple(pixel)] for pixel in row] for row in pixels.tolist()])


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5000), st.sampled_from([7, 100, 1000, 8000]), st.integers(1, 3), st.integers(1, 700))
def test_peaks_hold_every_sample_and_no_other(frames: int, per_second: int, channels: int, block: int) -> None:
    rate = 8000
    samples = np.random.default_rng(frames).uniform(-1, 1, (frames, channels)).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datastork.media.audio.blocks.BLOCK", block)
        found = peaks(to_wav(samples, rate), per_second)
    assert found.channels.shape == (channels, len(found.mono), 2)
    assert found.seconds == frames / rate
    whole = np.rint(samples * FULL).astype(np.int16)
    mixed = np.rint(samples.mean(axis=1) * FULL).astype(np.int16)
    for k in range(len(found.mono)):
        part = slice(-(-k * rate // per_second), -(-(k + 1) * rate // per_second))
        assert found.channels[:, k, 0].tolist() == whole[part].min(axis=0).tolist()
        assert found.channels[:, k, 1].tolist() == whole[part].max(axis=0).tolist()
        assert np.abs(found.mono[k] - [mixed[part].min(), mixed[part].max()]).max() <= 1
    assert -(-len(found.mono) * rate // per_second) >= frames


def test_peaks_are_no_finer_than_the_samples() -> None:
    found = peaks(to_wav(np.ones((30, 1), np.float32), 10), 100)
    assert found.per_second == 10
    assert len(found.mono) == 30
    with pytest.raises(DataError, match="1 or more"):
        peaks(FORMATS["wav"], 0)


@pytest.mark.parametrize("scale", ["mel", "linear"])
@pytest.mark.parametrize("frequency", [250.0, 1000.0, 6000.0])
def test_a_tone_is_a_line_at_its_frequency(scale: str, frequency: float) -> None:
    picture = shades(spectrogram_png(tone(frequency), width=50, height=128, scale=scale))
    row = 127 - int(np.argmax(picture[:, 25]))
    edges = np.linspace(0, 8000, 129) if scale == "linear" else np.linspace(0, 2595 * np.log10(1 + 8000 / 700), 129)
    if scale == "mel":
        edges = 700 * (10 ** (edges / 2595) - 1)
    assert edges[max(row - 1, 0)] <= frequency <= edges[min(row + 2, 128)]
    assert picture[:, 25].max() == 255
    assert np.median(picture) < 40


def test_time_runs_from_left_to_right_and_parts_are_parts() -> None:
    rate = 16_000
    samples = np.zeros((4 * rate, 1), np.float32)
    samples[3 * rate : 3 * rate + 1600] = np.random.default_rng(0).uniform(-1, 1, (1600, 1))
    data = to_wav(samples, rate)
    columns = shades(spectrogram_png(data, width=80, height=20)).mean(axis=0)
    assert np.flatnonzero(columns > 50).tolist() == [59, 60, 61, 62] or set(np.flatnonzero(columns > 50)) <= {
        *range(58, 64)
    }
    part = shades(spectrogram_png(data, width=40, height=20, start=2.0, end=4.0)).mean(axis=0)
    assert set(np.flatnonzero(part > 50)) <= {*range(17, 25)}
    before = spectrogram_png(data, width=40, height=20, start=0.5, end=2.5, top=0.0)
    assert shades(before).max() == 0


def test_levels_are_those_of_full_scale() -> None:
    loud = shades(spectrogram_png(tone(1000, level=1.0), width=20, height=64, scale="linear", top=0.0)).max()
    less = shades(spectrogram_png(tone(1000, level=0.1), width=20, height=64, scale="linear", top=0.0)).max()
    assert loud - less == pytest.approx(20 * 255 / 80, abs=1)


def test_low_and_high_cut_the_picture() -> None:
    picture = shades(spectrogram_png(tone(1000), width=20, height=100, low=900, high=1100, scale="linear"))
    assert 45 <= int(np.argmax(picture[:, 10])) <= 55


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"width": 0, "height": 10}, "cannot be made"),
        ({"width": 10, "height": 100_000}, "cannot be made"),
        ({"width": 10, "height": 10, "low": 5000, "high": 400}, "no frequencies"),
        ({"width": 10, "height": 10, "low": 9000}, "no frequencies"),
        ({"width": 10, "height": 10, "start": 2, "end": 1}, "nothing between"),
        ({"width": 10, "height": 10, "scale": "log"}, "'mel' or 'linear'"),
    ],
)
def test_settings_that_cannot_be_are_told(settings: dict[str, object], words: str) -> None:
    with pytest.raises(DataError, match=words):
        spectrogram_png(FORMATS["wav"], **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_drawn(name: str) -> None:
    for picture in (spectrogram_png(FORMATS[name], width=33, height=21), MODALITY.preview(FORMATS[name], 60).data):
        assert cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR) is not None


def test_very_short_and_silent_sounds_can_be_drawn() -> None:
    for data in (to_wav(np.zeros((1, 1), np.float32), 8000), to_wav(np.ones((3, 2), np.float32), 44_100)):
        assert MODALITY.preview(data, 96).format == "png"
        assert shades(spectrogram_png(data, width=10, height=10)).shape == (10, 10)


def test_a_quiet_sound_fills_its_picture_and_silence_is_a_line() -> None:
    def inked(level: float) -> int:
        data = to_wav((level * song(seconds=1.0)).astype(np.float32), 16_000)
        pixels = cv2.imdecode(np.frombuffer(MODALITY.preview(data, 90).data, np.uint8), cv2.IMREAD_COLOR)
        return int((pixels[:, :, 2] < 100).any(axis=1).sum())

    assert inked(0.01) > 20
    assert inked(1.0) > 20
    assert inked(0.0) == 0


def test_colours_rise_in_even_steps_of_lightness() -> None:
    shown = colours()
    grey = cv2.cvtColor(shown[None], cv2.COLOR_RGB2LAB)[0, :, 0].astype(float)
    assert len(np.unique(shown, axis=0)) == 256
    assert (np.diff(grey) >= -1).all()
    steps = np.diff(grey[16::16])  # the darkest apart, of which CIELAB and Oklab think otherwise
    assert steps.min() > 0.6 * steps.mean()
    assert steps.max() < 1.4 * steps.mean()


@pytest.mark.parametrize("name", ["wav", "wav-24", "wav-float", "flac", "ogg", "ogg-opus", "mp3", "m4a", "webm", "aac"])
def test_what_browsers_play_is_played_as_it_is(name: str) -> None:
    data, kind = playable(FORMATS[name])
    assert data is FORMATS[name]
    assert kind.startswith("audio/")


@pytest.mark.parametrize("name", ["wav-mulaw", "wav-adpcm", "wav-rf64", "aiff", "au", "caf", "m4a-alac", "mka"])
def test_what_they_do_not_becomes_flac_of_the_same_samples(name: str) -> None:
    data, kind = playable(FORMATS[name])
    assert kind == "audio/flac"
    before, after = MODALITY.decode(FORMATS[name]), MODALITY.decode(data)
    assert after.rate == before.rate
    assert after.samples.shape == before.samples.shape
    assert np.abs(after.samples - before.samples).max() <= 2.0**-15


def test_many_channels_are_played_as_wav() -> None:
    data, kind = playable(save(np.zeros((100, 10), np.float32), 8000, "AIFF", "PCM_16"))
    assert kind == "audio/wav"
    assert soundfile.info(io.BytesIO(data)).channels == 10


def test_what_is_no_sound_is_not_played() -> None:
    with pytest.raises(DataError, match="no sound we know"):
        playable(b"a text")
    with pytest.raises(DataError, match="cut short"):
        playable(FORMATS["aiff"][:20_000])


def test_phone_recordings_are_outlined() -> None:
    assert abs(peaks(phone(song(48_000, channels=2), 48_000, "ipod", "aac")).seconds - 2) < 0.1
