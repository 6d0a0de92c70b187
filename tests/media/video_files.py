"""Videos made for the tests: a light that moves, so that every frame says which one it is."""

import io
from fractions import Fraction
from functools import cache

import av
import numpy as np

WIDTH, HEIGHT = 96, 64


def picture(number: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Frame `number`: a bright block that goes round, on a gradient."""
    rows, columns = np.mgrid[:height, :width]
    pixels = np.stack([columns * 120 // width, rows * 120 // height, np.full_like(rows, 40)], axis=-1).astype(np.uint8)
    left = (number * 7) % (width - 16)
    pixels[height // 4 : height // 2, left : left + 16] = 255
    return pixels


def where(pixels: np.ndarray) -> int:
    """Return the left edge of the block in a frame, in pixels of the size made."""
    grey = pixels.astype(float).mean(axis=2)
    band = grey[pixels.shape[0] // 4 + 2 : pixels.shape[0] // 2 - 2].mean(axis=0)
    return round(int(np.flatnonzero(band > 170)[0]) * WIDTH / pixels.shape[1])


@cache
def clip(
    container: str = "mp4",
    codec: str = "libx264",
    frames: int = 30,
    *,
    times: tuple[int, ...] = (),
    options: tuple[tuple[str, str], ...] = (),
    sound: str = "",
    tags: tuple[tuple[str, str], ...] = (),
    seed: int = 0,
) -> bytes:
    """A video of `frames` at 25 a second, or at `times` in milliseconds."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        file.metadata.update(dict(tags))
        stream = file.add_stream(codec, rate=25, width=WIDTH, height=HEIGHT, pix_fmt="yuv420p", options=dict(options))
        stream.codec_context.thread_count = 1
        if times:
            stream.codec_context.time_base = Fraction(1, 1000)
        heard = file.add_stream(sound, rate=48_000, layout="mono") if sound else None
        for number in range(len(times) or frames):
            frame = av.VideoFrame.from_ndarray(picture(number + seed), format="rgb24")
            if times:
                frame.pts, frame.time_base = times[number], Fraction(1, 1000)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
        if heard is not None:
            made = av.AudioResampler(
                format=heard.codec_context.format, layout="mono", rate=48_000, frame_size=heard.codec_context.frame_size
            )
            samples = np.zeros((1, 48_000), np.float32)
            tone = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
            tone.sample_rate = 48_000
            for piece in [*made.resample(tone), *made.resample(None)]:
                file.mux(heard.encode(piece))
            file.mux(heard.encode(None))
    return out.getvalue()
