"""Sounds: samples in floating point, and how they are read, written, drawn and compared."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A sound as it lies in a file, read through once: its bytes, and what was found in them.

    `frames` is the number of frames decoding gave, and `peak` the largest magnitude among them; neither is taken
    from a header.
    """

    data: bytes
    format: str
    rate: int
    channels: int
    frames: int
    peak: float
    bits: int
    _kept: "dict[str, np.ndarray]" = field(default_factory=dict, init=False, repr=False)

    @property
    def samples(self) -> "np.ndarray":
        """The samples (frames, channels), decoded once however many ask. Not to be written to."""
        if "samples" not in self._kept:
            from datastork.media.audio.codec import samples_of

            self._kept["samples"] = samples_of(self)
        return self._kept["samples"]

    def __reduce__(self) -> tuple[Any, ...]:
        parts = (self.data, self.format, self.rate, self.channels, self.frames, self.peak, self.bits)
        return Stored, parts


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """A sound: frames of samples, one for each channel, `rate` frames a second.

    A sound that was read keeps its bytes (`source` is a `Stored`), and is stored again as these bytes, never encoded
    anew. A step that changes it returns `Audio(samples, rate, bits=audio.bits)`: float32 of shape (frames, channels),
    or (frames,) for one channel, in [-1, 1]. Sounds out of lossy codecs may reach a little beyond.

    `bits` is how finely a changed sound is stored: 16, 24, or 32 for floating point.
    """

    source: "Stored | np.ndarray"
    rate: int
    bits: int = 16

    @property
    def samples(self) -> "np.ndarray":
        """The samples, float32 of shape (frames, channels). Not to be written to. TooLargeError beyond 1 GiB."""
        if isinstance(self.source, Stored):
            return self.source.samples
        found = self.source if self.source.ndim == 2 else self.source[:, None]
        view = found.view()
        view.flags.writeable = False
        return view

    @property
    def frames(self) -> int:
        """Number of samples of each channel."""
        return self.source.frames if isinstance(self.source, Stored) else int(self.source.shape[0])

    @property
    def channels(self) -> int:
        """Number of channels."""
        if isinstance(self.source, Stored):
            return self.source.channels
        return 1 if self.source.ndim == 1 else int(self.source.shape[1])

    @property
    def seconds(self) -> float:
        """Duration, from the decoded samples."""
        return self.frames / self.rate

    @property
    def peak(self) -> float:
        """The largest magnitude of a sample."""
        if isinstance(self.source, Stored):
            return self.source.peak
        import numpy as np

        return float(np.abs(self.source).max(initial=0.0))

    @property
    def mono(self) -> "np.ndarray":
        """The mean of the channels, float32 of shape (frames,)."""
        from datastork.media.audio.blocks import mixed

        return mixed(self.samples)
