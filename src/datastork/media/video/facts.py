"""What is measured about every video."""

from typing import NamedTuple

from datastork.media.video import Video


class Footage(NamedTuple):
    """`width` and `height` in pixels as shown, `fps` frames a second on average, number of `frames`, `seconds` from the
    first to the end of the last, and the `rotation` in degrees clockwise by which stored frames are turned.
    """

    width: int
    height: int
    fps: float
    frames: int
    seconds: float
    rotation: int

    @staticmethod
    def of(video: Video) -> "Footage":
        """Measure a video."""
        return Footage(
            video.width, video.height, round(video.fps, 6), video.frames, round(video.seconds, 6), video.rotation
        )
