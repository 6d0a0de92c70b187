"""Near-duplicate sounds: copies found, wrong pairs, and what many cost; and what an hour of sound costs to draw.

python benchmarks/sounds.py [--data ../shared/data] [--many 20000] [--minutes 60]

Every clip of ESC-10 (5 s, surroundings) and every spoken digit of FSDD (0.2 to 1 s, 8 kHz) is changed in one way at a
time, and looked for among all originals and all changed ones.
"""

import argparse
import io
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from datastork.media.audio import Audio
from datastork.media.audio.modality import MODALITY
from datastork.media.audio.near.fingerprint import SUMMARY
from datastork.media.audio.near.pairs import near_pairs
from datastork.media.audio.peaks import peaks
from datastork.media.audio.spectrogram import spectrogram_png

Change = Callable[[np.ndarray, int], Audio]


def coded(samples: np.ndarray, rate: int, form: str, kind: str, level: float) -> Audio:
    """Return the sound after a codec; `level` is how much it packs, 0 to 1."""
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format=form, subtype=kind, compression_level=level)
    return MODALITY.decode(out.getvalue())


def cut(samples: np.ndarray, begin: float, end: float) -> np.ndarray:
    """Return the part between two shares of the length."""
    return np.ascontiguousarray(samples[int(begin * len(samples)) : int(end * len(samples))])


def at(samples: np.ndarray, rate: int, other: int) -> np.ndarray:
    """Return the sound at another rate."""
    return np.asarray(resample_poly(samples, other, rate), np.float32)


def noisy(samples: np.ndarray, decibels: float) -> np.ndarray:
    """Return the sound in white noise."""
    noise = np.random.default_rng(int(1e6 * np.abs(samples).mean())).standard_normal(samples.shape)
    return (samples + noise * np.sqrt(np.square(samples).mean()) * 10 ** (-decibels / 20)).astype(np.float32)


CHANGES: dict[str, Change] = {
    "MP3, low quality": lambda x, r: coded(x, r, "MP3", "MPEG_LAYER_III", 0.8),
    "Vorbis, lowest quality": lambda x, r: coded(x, r, "OGG", "VORBIS", 1.0),
    "12 dB softer": lambda x, r: Audio((x / 4).astype(np.float32), r),
    "half a second of silence before": lambda x, r: Audio(np.concatenate([np.zeros((r // 2, 1), np.float32), x]), r),
    "resampled to 8 or 16 kHz": lambda x, r: Audio(*((at(x, r, 8000), 8000) if r > 8000 else (at(x, r, 16000), 16000))),
    "13 % cut off, at both ends": lambda x, r: Audio(cut(x, 0.1, 0.97), r),
    "25 % cut off, at the beginning": lambda x, r: Audio(cut(x, 0.25, 1), r),
    "cut, louder, resampled, MP3": lambda x, r: coded(
        np.clip(1.5 * at(cut(x, 0.08, 1), r, 16000), -1, 1), 16000, "MP3", "MPEG_LAYER_III", 0.8
    ),
    "noise, 20 dB below": lambda x, r: Audio(noisy(x, 20), r),
}


def copies(sounds: list[Audio]) -> Iterator[tuple[str, float, int]]:
    """Yield (change, share found, wrong pairs) at the usual threshold."""
    prints, count = MODALITY.fingerprints(sounds), len(sounds)
    for name, change in CHANGES.items():
        both = [*prints, *MODALITY.fingerprints([change(one.samples, one.rate) for one in sounds])]
        found = near_pairs(both, threshold=MODALITY.likeness)
        right = found.second - found.first == count
        yield name, float(right.sum()) / count, int((~right).sum())


def many(count: int) -> str:
    """Return what comparing `count` sounds of 5 s costs, one in ten of them a copy with a tenth of its bits wrong."""
    rng = np.random.default_rng(0)
    prints: list[bytes] = []
    heard = np.packbits(np.ones(312, bool)).tobytes()
    for number in range(count):
        if number % 10 == 9:
            words = np.frombuffer(prints[-1], "<u4", 312, SUMMARY)
            wrong = np.packbits(rng.random((312, 32)) < 0.1, axis=1).view("<u4").ravel()
            words = words ^ wrong
        else:
            words = rng.integers(0, 1 << 32, 312, np.uint32)
        prints.append(bytes(SUMMARY) + words.astype("<u4").tobytes() + heard)
    began, before = time.process_time(), peak()
    found = near_pairs(prints, threshold=MODALITY.likeness)
    spent = time.process_time() - began
    more = peak() - before
    return f"{count:,} sounds: {spent:.1f} CPU s, {more:.0f} MB more, {len(found.first):,} pairs of {count // 10:,}"


def peak() -> float:
    """Return the most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def long_sound(minutes: int) -> Iterator[str]:
    """Yield what a long MP3 costs to draw."""
    out = io.BytesIO()
    noise = np.random.default_rng(0).uniform(-0.3, 0.3, (60 * 44_100, 2))
    soundfile.write(out, noise, 44_100, format="MP3")
    data = out.getvalue() * minutes  # frames of MP3 can be put one behind another
    yield f"{minutes} minutes of MP3, {len(data) / 1e6:.0f} MB"
    drawn = {
        "peaks": lambda: peaks(data),
        "a spectrogram of 30 s in the middle": lambda: spectrogram_png(
            data, width=1000, height=256, start=30.0 * minutes, end=30.0 * minutes + 30
        ),
        "read through": lambda: MODALITY.decode(data),
    }
    for name, draw in drawn.items():
        before, began = peak(), time.process_time()
        draw()
        yield f"{name}: {time.process_time() - began:.1f} CPU s, {peak() - before:.0f} MB more"


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--many", type=int, default=20_000)
    parser.add_argument("--minutes", type=int, default=60)
    given = parser.parse_args()
    for line in long_sound(given.minutes):
        print(line)
    every = []
    for name, pattern in (("ESC-10", "audio/esc10/*/*.ogg"), ("FSDD", "audio/fsdd/recordings/*.wav")):
        paths = sorted(given.data.glob(pattern))
        sounds = [MODALITY.decode(path.read_bytes()) for path in paths]
        every += sounds
        began = time.process_time()
        MODALITY.fingerprints(sounds)
        each = 1000 * (time.process_time() - began) / len(sounds)
        print(f"{name}: {len(sounds)} sounds, {each:.1f} CPU ms a fingerprint")
        for change, share, wrong in copies(sounds):
            print(f"  {change:34}{share:.3f} found, {wrong} other pairs")
    clip = (given.data / "audio/esc10/001 - Dog bark/1-100032-A.ogg").read_bytes()
    spectrogram_png(clip, width=1000, height=256)
    began = time.process_time()
    spectrogram_png(clip, width=1000, height=256)
    print(f"a spectrogram of 5 s, 1000×256: {1000 * (time.process_time() - began):.0f} CPU ms")
    pairs = near_pairs(MODALITY.fingerprints(every), threshold=MODALITY.likeness)
    print(f"all originals: {len(pairs.first)} pairs of {len(every) * (len(every) - 1) // 2:,}")
    print(many(given.many))


if __name__ == "__main__":
    main()
