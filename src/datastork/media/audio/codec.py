"""Bytes to samples and back."""

import io
import struct
from typing import TYPE_CHECKING

from datastork.core.errors import DataError, MissingExtraError, TooLargeError
from datastork.media.audio import Audio, Stored
from datastork.media.audio.blocks import opened
from datastork.media.audio.header import MAX_HELD, title
from datastork.media.modality import Encoded

if TYPE_CHECKING:
    import numpy as np

HELD = 1 << 23  # samples kept of the one reading through: 32 MiB; longer sounds are read again by who wants them
_FLAC_CHANNELS, _FLAC_RATE = 8, 655_350


def decode(data: bytes) -> Audio:
    """Return the sound in `data`. It is read through once, in blocks: what is damaged anywhere is found here.

    WAV, FLAC, Ogg (Vorbis, Opus), MP3, AIFF, AU, CAF; M4A, WebM, AAC, AMR and WMA with `datastork[video]`.
    Raises DataError for what is no sound, cut short or damaged, TooLargeError beyond the limits of `header`.
    """
    import numpy as np

    frames, peak, kept = 0, 0.0, []
    with opened(data) as found:
        for block in found.blocks:
            frames += len(block)
            peak = max(peak, float(np.abs(block).max()))
            if frames * found.channels <= HELD:
                kept.append(block)
    stored = Stored(data, found.format, found.rate, found.channels, frames, peak, found.bits)
    if frames * found.channels <= HELD:
        stored._kept["samples"] = _joined(kept)
    return Audio(stored, found.rate, found.bits)


def samples_of(stored: Stored) -> "np.ndarray":
    """Return all samples of a stored sound. TooLargeError where they would not fit in memory."""
    if stored.frames * stored.channels > MAX_HELD:
        raise TooLargeError(
            f"the {title(stored.format)} of {stored.frames / stored.rate:,.0f} s is too long to be held in memory"
        )
    with opened(stored.data) as found:
        return _joined(list(found.blocks))


def _joined(blocks: "list[np.ndarray]") -> "np.ndarray":
    import numpy as np

    samples = blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
    samples.flags.writeable = False
    return samples


def encode(audio: Audio) -> Encoded:
    """Return a sound as a file: the bytes it was read from where it was not changed.

    A changed sound becomes FLAC of 16 bits, or 24 where it had more than 16: lossless, half the size of WAV, with a
    check sum, and played by every browser. Samples beyond [-1, 1], and sounds that were in floating point, become
    WAV of 32-bit floats, since FLAC would cut them off or round them; so do more than 8 channels and rates that
    FLAC does not know. The same samples give the same bytes.
    """
    import numpy as np

    if isinstance(audio.source, Stored):
        return Encoded(audio.source.data, audio.source.format)
    samples = audio.samples
    if samples.dtype != np.float32 or samples.ndim != 2:
        raise DataError(f"the sound is {samples.dtype} of {samples.ndim} dimensions, not float32 (frames, channels)")
    if not len(samples) or not np.isfinite(samples).all():
        raise DataError("the sound is empty" if not len(samples) else "the sound holds a sample that is no number")
    if not isinstance(audio.rate, int) or audio.rate < 1:
        raise DataError(f"the sound has a rate of {audio.rate!r}, which must be a whole number of Hz")
    flac = samples.shape[1] <= _FLAC_CHANNELS and _flac_knows(audio.rate)
    if audio.bits == 32 or not flac or audio.peak > 1:
        return Encoded(to_wav(samples, audio.rate), "wav")
    return Encoded(to_flac(samples, audio.rate, 24 if audio.bits == 24 else 16), "flac")


def _flac_knows(rate: int) -> bool:
    return rate <= 65_535 or (rate % 10 == 0 and rate <= _FLAC_RATE)


def to_flac(samples: "np.ndarray", rate: int, bits: int) -> bytes:
    """Return samples (frames, channels) as FLAC of 16 or 24 bits; 1 becomes the largest value there is."""
    try:
        import soundfile
    except ImportError as error:
        raise MissingExtraError("writing sound", "soundfile", "audio") from error
    import numpy as np

    top = 1 << (bits - 1)
    whole = np.clip(np.rint(samples.astype(np.float64) * top), -top, top - 1).astype(np.int32) << (32 - bits)
    file = io.BytesIO()
    soundfile.write(file, whole, rate, format="FLAC", subtype=f"PCM_{bits}")
    return file.getvalue()


def to_wav(samples: "np.ndarray", rate: int) -> bytes:
    """Return samples (frames, channels) as WAV of 32-bit floats: RIFF MCI, format 3, with the part `fact`."""
    frames, channels = samples.shape
    body = samples.astype("<f4", copy=False).tobytes()
    if len(body) > 0xFFFFFF00:
        raise TooLargeError(f"{len(body):,} bytes are more than a WAV holds")
    form = struct.pack("<HHIIHHH", 3, channels, rate, rate * channels * 4, channels * 4, 32, 0)
    head = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"fact" + struct.pack("<II", 4, frames)
    return b"RIFF" + struct.pack("<I", len(head) + 8 + len(body)) + head + b"data" + struct.pack("<I", len(body)) + body
