"""Files of sound made for the tests: every format, and every kind of trouble."""

import io
import struct
from fractions import Fraction
from functools import cache

import av
import numpy as np
import soundfile

PRIVATE = ("Lisbon", "Ada Lovelace", "SN-4711")  # words that must not survive


@cache
def song(rate: int = 16_000, seconds: float = 2.0, seed: int = 0, channels: int = 1) -> np.ndarray:
    """Bursts of gliding tones in some noise: float32 (frames, channels), not to be written to."""
    rng = np.random.default_rng(seed)
    at = np.arange(round(rate * seconds)) / rate
    sound = 0.01 * rng.standard_normal((len(at), channels))
    for _ in range(round(6 * seconds)):
        begin, long, low, rise = rng.uniform(0, seconds), rng.uniform(0.1, 0.5), rng.uniform(200, 2500), rng.normal()
        within = np.clip((at - begin) / long, 0, 1)
        pitch = low * (1 + 0.3 * rise * within)
        sound += (0.3 * np.sin(np.pi * within) * np.sin(2 * np.pi * np.cumsum(pitch) / rate))[:, None]
    sound = (0.6 * sound / np.abs(sound).max()).astype(np.float32)
    sound.flags.writeable = False
    return sound


def save(samples: np.ndarray, rate: int, form: str, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format=form, subtype=kind, **more)
    return out.getvalue()


def tagged(samples: np.ndarray, rate: int, form: str, kind: str) -> bytes:
    """A file with title, artist and comment, as recorders write them."""
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", rate, samples.shape[1], format=form, subtype=kind) as file:
        file.title, file.artist, file.comment = PRIVATE
        file.write(samples)
    return out.getvalue()


def phone(samples: np.ndarray, rate: int, container: str, codec: str, **tags: str) -> bytes:
    """A recording as phones and browsers make it: `container` mp4, webm, matroska, adts, ipod."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        file.metadata.update(tags)
        layout = "mono" if samples.shape[1] == 1 else "stereo"
        stream = file.add_stream(codec, rate=rate, layout=layout)
        made = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=rate)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        for piece in [*made.resample(frame), *made.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return out.getvalue()


@cache
def every_format() -> dict[str, bytes]:
    x = song()
    return {
        "wav": save(x, 16_000, "WAV", "PCM_16"),
        "wav-24": save(x, 16_000, "WAV", "PCM_24"),
        "wav-float": save(x, 16_000, "WAV", "FLOAT"),
        "wav-mulaw": save(x, 16_000, "WAV", "ULAW"),
        "wav-adpcm": save(x, 16_000, "WAV", "IMA_ADPCM"),
        "wav-rf64": save(x, 16_000, "RF64", "PCM_16"),
        "flac": save(x, 16_000, "FLAC", "PCM_16"),
        "flac-24": save(x, 16_000, "FLAC", "PCM_24"),
        "flac-stereo": save(song(channels=2), 16_000, "FLAC", "PCM_16"),
        "ogg": save(x, 16_000, "OGG", "VORBIS"),
        "ogg-opus": save(x, 16_000, "OGG", "OPUS"),
        "ogg-stereo": save(song(channels=2), 16_000, "OGG", "VORBIS"),
        "mp3": save(x, 16_000, "MP3", "MPEG_LAYER_III"),
        "mp3-low": save(song(8_000), 8_000, "MP3", "MPEG_LAYER_III"),
        "aiff": save(x, 16_000, "AIFF", "PCM_16"),
        "au": save(x, 16_000, "AU", "PCM_16"),
        "caf": save(x, 16_000, "CAF", "ALAC_16"),
        "m4a": phone(x, 16_000, "ipod", "aac"),
        "m4a-alac": phone(x, 16_000, "ipod", "alac"),
        "webm": phone(song(48_000), 48_000, "webm", "libopus"),
        "mka": phone(song(48_000), 48_000, "matroska", "libopus"),
        "aac": phone(x, 16_000, "adts", "aac"),
    }


def wav_with(extra: bytes, body: bytes = bytes(3200)) -> bytes:
    """A WAV of 8 kHz, 16 bits, with chunks behind the sound."""
    form = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    inside = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(body)) + body + extra
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
