"""What a file of annotations says of one sample."""

from dataclasses import dataclass, field
from typing import Any

from datastork.core.votes import CastVote


@dataclass(frozen=True, slots=True)
class Annotated:
    """One sample and the votes on it, between a file of annotations and the dataset.

    `name`     how the file names the sample: a file name, a relative path, a url, an id. Always with forward slashes
    `votes`    the votes; their `sample` is `name` until it is matched with the dataset
    `width`, `height`  pixels, for images and videos; `seconds`, `rate` (Hz) and `frames`, `fps` for sound and video
    `text`     the text itself, where the format carries it
    `split`    which split the file puts it in, or None
    `data`     further fields of the sample, by name (JSON values)
    """

    name: str
    votes: tuple[CastVote, ...] = ()
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    rate: int | None = None
    frames: int | None = None
    fps: float | None = None
    text: str | None = None
    split: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
