"""What is measured about every sound."""

import math
from typing import NamedTuple

from datastork.media.audio import Audio

SILENCE = -200.0  # dB, for a sound that is zero throughout


class Sound(NamedTuple):
    """`seconds` of sound, `rate` (Hz), number of `channels`, and `peak_db`, the largest magnitude.

    `seconds` is counted from decoded samples. `peak_db` is in dB below full scale (0 is full scale, IEC 61606), at
    least -200, which stands for digital silence.
    """

    seconds: float
    rate: int
    channels: int
    peak_db: float

    @staticmethod
    def of(audio: Audio) -> "Sound":
        """Measure a sound."""
        peak = audio.peak
        level = max(20 * math.log10(peak), SILENCE) if peak > 0 else SILENCE
        return Sound(audio.seconds, audio.rate, audio.channels, round(level, 3))
