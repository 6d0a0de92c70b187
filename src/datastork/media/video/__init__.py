"""Videos: frames with their true times, and how they are read, shown and compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from datastork.media.image import Image


@dataclass(frozen=True, slots=True, eq=False)
class Video:
    """A video as it lies in a file; frames are decoded when asked for, few at a time.

    `width`, `height`  pixels as it is shown: turned by `rotation`, stretched to square pixels
    `rotation`         degrees (0, 90, 180, 270) clockwise by which the stored frames are turned to be upright
    `times`            when each frame is shown, float64 (frames,), seconds from the beginning of the file, rising;
                       as the file says, never from a frame rate. Not to be written to.
    `seconds`          from the first frame to the end of the last
    `codec`            of the pictures, as FFmpeg calls it; `sounds` whether there is a track of sound
    """

    data: bytes
    format: str
    width: int
    height: int
    rotation: int
    times: "np.ndarray"
    seconds: float
    codec: str
    sounds: bool

    @property
    def frames(self) -> int:
        """Number of frames."""
        return len(self.times)

    @property
    def fps(self) -> float:
        """Frames a second, on average; that of a single frame is 0 where the file does not say how long it stays."""
        return self.frames / self.seconds if self.seconds > 0 else 0.0

    def number(self, at: float) -> int:
        """Return the number of the frame that is shown `at` seconds: the last that began before or then."""
        import numpy as np

        return max(int(np.searchsorted(self.times, at + 1e-6, side="right")) - 1, 0)

    def frame(self, at: float) -> "Image":
        """Return the frame shown `at` seconds (the first or last one before the beginning or after the end).

        Raises DataError where it cannot be decoded.
        """
        return next(image for _, image in self.some([self.number(at)]))

    def some(self, numbers: "list[int]") -> "Iterator[tuple[int, Image]]":
        """Yield (number, frame) for frame numbers in rising order; only what lies between is decoded beside them."""
        from datastork.media.video.reading import frames_at

        return frames_at(self, numbers)

    def each(self) -> "Iterator[tuple[int, float, Image]]":
        """Yield (number, time, frame) of every frame, one in memory at a time."""
        for number, image in self.some(list(range(self.frames))):
            yield number, float(self.times[number]), image
