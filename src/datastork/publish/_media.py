"""The media of a release on its way out: a bounded part in memory, without what tells where it was made."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from datastork.core.errors import StoreError
from datastork.media.modality import modality
from datastork.publish._content import Content
from datastork.store.media import read_media
from datastork.store.release import Release

if TYPE_CHECKING:
    import pyarrow as pa

READ_BYTES, READ_ROWS = 32 << 20, 16_384  # of one read
EXTENSIONS = {"jpeg": "jpg"}
FILES = ("audio", "image", "video")  # modalities of which files hold more than what is heard and seen
# names under which `load_dataset` takes a file for a sound or a video; the content is the same
LOADABLE = {"audio": {"m4a": "mp4", "mka": "mkv"}, "video": {"webm": "mkv", "ts": "mpeg"}}


class Media:
    """Reads the stored media of a content in order; `changed` counts the files metadata was removed from."""

    def __init__(self, release: Release, content: Content, *, gps: bool) -> None:
        self._release = release
        self._content = content
        # a table keeps its places: they are what somebody chose to publish; a text has nothing beside what it says
        self._modality = modality(content.modality) if content.modality in FILES and not gps else None
        self.changed = 0

    @property
    def strips(self) -> bool:
        """Whether private metadata is removed."""
        return self._modality is not None

    def stream(self, start: int, length: int) -> Iterator[tuple[int, bytes, str]]:
        """Yield (row number, bytes, format) of the rows from `start`. Raises StoreError for missing media."""
        samples = self._content.samples.slice(start, length)
        ids, formats = samples["id"], samples["media_format"].to_pylist()
        for first, count in _reads(samples):
            for offset, data in enumerate(read_media(self._release.home, samples.slice(first, count))):
                row = first + offset
                if data is None:
                    raise StoreError(f"the media of sample {ids[row]} is missing", hint="build the dataset again")
                form = formats[row] or ""
                if self._modality is not None and (public := self._modality.strip_private(data)) != data:
                    self.changed += 1
                    # some formats cannot be cleaned in place and come back as another
                    data, form = public, self._modality.sniff(public[:512]) or form
                yield start + row, data, form


def _reads(samples: "pa.Table") -> Iterator[tuple[int, int]]:
    """Cut the rows into parts that are read at once: never many, and never many bytes."""
    import pyarrow.compute as pc

    sizes = pc.fill_null(samples["media_size"], 1 << 20).to_pylist()
    first, held = 0, 0
    for row, size in enumerate(sizes):
        if row > first and (held + size > READ_BYTES or row - first >= READ_ROWS):
            yield first, row - first
            first, held = row, 0
        held += size
    if first < len(sizes):
        yield first, len(sizes) - first


def extension(form: str, loaded_as: str = "") -> str:
    """Return the ending of files of a format; with `loaded_as` one that `load_dataset` takes for that modality."""
    name = form.lower()
    name = LOADABLE.get(loaded_as, {}).get(name, name)
    return EXTENSIONS.get(name, name) if re.fullmatch(r"[a-z0-9]{1,8}", name) else "bin"
