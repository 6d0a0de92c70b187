"""Which sample a file of annotations means by a name."""

import posixpath
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from datastork.core.nearest import did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

HINTED = 20_000  # names among which a near one is looked for
MEDIA = ("width", "height", "seconds", "frames", "fps", "rate", "characters")  # facts that answers are held against
FACTS = {"sample_rate": "rate"}  # columns called otherwise


class Names:
    """Finds samples by id, uri, the end of the uri, its last part, or that without its ending; never by guessing."""

    def __init__(self, samples: "pa.Table") -> None:
        """`samples`: `id` and `uri`, of the samples that are kept."""
        self.ids = set(samples["id"].to_pylist())
        self._ends: dict[str, str | None] = {}
        self._stems: dict[str, str | None] = {}
        for sample, uri in zip(samples["id"].to_pylist(), samples["uri"].to_pylist(), strict=True):
            path = (uri or "").replace("\\", "/")
            parts = path.split("/")
            for start in range(len(parts)):
                _once(self._ends, "/".join(parts[start:]), sample)
            _once(self._stems, posixpath.splitext(parts[-1])[0], sample)

    def find(self, name: str) -> tuple[str | None, str]:
        """Return the id of the sample meant by `name`, or None and why there is none."""
        if name in self.ids:
            return name, ""
        path = name.replace("\\", "/")
        path = path.split("?d=", 1)[-1] if "/local-files/" in path else path
        parts = [part for part in path.split("/") if part not in ("", ".")]
        for start in range(len(parts)):
            end = "/".join(parts[start:])
            if end in self._ends:
                found = self._ends[end]
                return (found, "") if found else (None, f"several samples end in {end!r}")
        stem = posixpath.splitext(parts[-1])[0] if parts else ""
        if stem in self._stems:
            found = self._stems[stem]
            return (found, "") if found else (None, f"several samples are called {stem!r}")
        near = did_you_mean(path, list(self._ends)[:HINTED]) if len(self._ends) < HINTED else ""
        return None, f"no sample is called {name[:120]!r}{near}"


class Sizes(Mapping[str, tuple[int, int]]):
    """Width and height in pixels of samples that are images, under any name that finds them."""

    def __init__(self, names: Names, samples: "pa.Table") -> None:
        """`samples`: `id`, and `width` and `height` where they are known."""
        self._names = names
        sides = [samples[side].to_pylist() if side in samples.column_names else [] for side in ("width", "height")]
        known = zip(samples["id"].to_pylist(), *sides, strict=True) if all(sides) else ()
        self._known = {sample: (int(width), int(height)) for sample, width, height in known if width and height}

    def __getitem__(self, name: str) -> tuple[int, int]:
        """Return the size of the image called `name`."""
        sample, _ = self._names.find(name) if self._known else (None, "")
        return self._known[sample or ""]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the ids of samples."""
        return iter(self._known)

    def __len__(self) -> int:
        """Return how many samples have a size."""
        return len(self._known)


def _once(known: dict[str, str | None], name: str, sample: str) -> None:
    known[name] = sample if name not in known else None


def media_of(samples: "pa.Table", row: int) -> dict[str, Any]:
    """Return what is known of the media of a sample, as answers are held against it."""
    found: dict[str, Any] = {}
    for column in samples.column_names:
        name = FACTS.get(column, column)
        if name in MEDIA:
            value = samples[column][row].as_py()
            if value is not None:
                found[name] = value
    return found
