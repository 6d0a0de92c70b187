"""Near-duplicate sounds are found, and different sounds are not taken for them."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.signal import resample_poly
from sound_files import phone, save, song

from datastork.core.errors import DataError
from datastork.media.audio import Audio
from datastork.media.audio.modality import MODALITY
from datastork.media.audio.near.fingerprint import marks
from datastork.media.audio.near.pairs import near_pairs

RATE = 16_000
SONGS = [song(RATE, 3.0, seed) for seed in range(12)]


def resampled(samples: np.ndarray, rate: int) -> np.ndarray:
    return np.asarray(resample_poly(samples, rate, RATE), np.float32)


COPIES: dict[str, Callable[[np.ndarray], Audio]] = {
    "mp3": lambda x: MODALITY.decode(save(x, RATE, "MP3", "MPEG_LAYER_III")),
    "vorbis": lambda x: MODALITY.decode(save(x, RATE, "OGG", "VORBIS", compression_level=0.5)),
    "aac": lambda x: MODALITY.decode(phone(x, RATE, "ipod", "aac")),
    "softer": lambda x: Audio(x / 8, RATE),
    "louder": lambda x: Audio(np.clip(1.5 * x, -1, 1), RATE),
    "begins later": lambda x: Audio(x[7777:], RATE),
    "ends earlier": lambda x: Audio(x[: len(x) * 4 // 5], RATE),
    "silence before": lambda x: Audio(np.concatenate([np.zeros((5000, 1), np.float32), x]), RATE),
    "stereo": lambda x: Audio(np.repeat(x, 2, axis=1), RATE),
    "8 kHz": lambda x: Audio(resampled(x, 8000), 8000),
    "44.1 kHz": lambda x: Audio(resampled(x, 44_100), 44_100),
    "24 bits": lambda x: Audio(x, RATE, bits=24),
}


def prints(sounds: list[Audio]) -> list[bytes]:
    return MODALITY.fingerprints(sounds)


@pytest.mark.parametrize("how", COPIES)
def test_copies_are_found_and_nothing_else(how: str) -> None:
    originals = prints([Audio(one, RATE) for one in SONGS])
    found = near_pairs([*originals, *prints([COPIES[how](one) for one in SONGS])], threshold=MODALITY.likeness)
    count = len(SONGS)
    assert found.first.tolist() == list(range(count))
    assert found.second.tolist() == list(range(count, 2 * count))
    assert ((found.similarity >= MODALITY.likeness) & (found.similarity <= 1)).all()


def test_the_order_changes_the_numbers_alone() -> None:
    given = prints([Audio(one, RATE) for one in SONGS[:4]] + [Audio(one[3000:], RATE) for one in SONGS[:4]])
    here = near_pairs(given, threshold=0.5)
    there = near_pairs(given[::-1], threshold=0.5)
    last = len(given) - 1
    turned = sorted(zip((last - there.second).tolist(), (last - there.first).tolist(), strict=True))
    assert turned == sorted(zip(here.first.tolist(), here.second.tolist(), strict=True))


def test_noise_is_like_its_copy_and_no_other_noise() -> None:
    rng = np.random.default_rng(5)
    noises = [(0.1 * rng.standard_normal((3 * RATE, 1))).astype(np.float32) for _ in range(6)]
    found = near_pairs(prints([Audio(x, RATE) for x in noises] + [Audio(x / 2, RATE) for x in noises]), threshold=0.3)
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [(k, k + 6) for k in range(6)]


def test_silence_is_like_silence_of_its_length_alone() -> None:
    silent = [Audio(np.zeros(frames, np.float32), RATE) for frames in (RATE, RATE, 2 * RATE)]
    found = near_pairs(prints([*silent, Audio(SONGS[0], RATE)]), threshold=0.6)
    assert (found.first.tolist(), found.second.tolist()) == ([0], [1])


def test_a_crowd_of_copies_stays_one_without_all_its_pairs() -> None:
    rng = np.random.default_rng(1)
    copies = [
        Audio((SONGS[0] * rng.uniform(0.3, 1)).astype(np.float32)[int(k) :], RATE) for k in rng.integers(0, 4000, 60)
    ]
    found = near_pairs(prints(copies), threshold=0.6)
    from datastork.media.ties import components

    assert set(components(60, found.first, found.second).tolist()) == {0}
    assert len(found.first) < 60 * 59 // 2


def test_the_fingerprint_of_a_long_sound_ends() -> None:
    short = np.tile(np.asarray(SONGS[0]), (1, 1))
    long = Audio(np.tile(short, (4, 1)), RATE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datastork.media.audio.near.fingerprint.LONGEST", 3.0)
        cut = MODALITY.fingerprint(long)
    assert abs(len(marks(cut).words) - len(marks(MODALITY.fingerprint(Audio(short, RATE))).words)) <= 1


@pytest.mark.parametrize("frames", [1, 2, 50, 1000])
def test_the_shortest_sounds_have_fingerprints(frames: int) -> None:
    one = MODALITY.fingerprint(Audio(np.full(frames, 0.5, np.float32), RATE))
    assert len(marks(one).words) >= 1
    assert len(near_pairs([one, MODALITY.fingerprint(Audio(SONGS[0], RATE))], threshold=0.1).first) == 0


def test_what_is_no_fingerprint_is_told() -> None:
    for wrong in (b"", b"x" * 50, b"x" * 133):
        with pytest.raises(DataError, match="no fingerprint of a sound"):
            near_pairs([wrong], threshold=0.5)


def test_vectors_are_of_length_one_and_near_for_sounds_alike() -> None:
    rng = np.random.default_rng(0)
    hiss = (0.1 * rng.standard_normal((RATE, 1))).astype(np.float32)
    sounds = [hiss, hiss[5000:], SONGS[1], SONGS[1] / 2]
    found = MODALITY.vectors(prints([Audio(np.asarray(x, np.float32), RATE) for x in sounds]), lambda rows: [])
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-3)
    alike = found @ found.T
    assert alike[0, 1] > alike[0, 2]
    assert alike[2, 3] > alike[1, 2]
