"""What a publishing step gets: one version of a dataset, ready to be written somewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.core.findings import Findings
from datastork.store.home import Home
from datastork.store.media import stream_media

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Release:
    """One version of a dataset with everything a publisher writes about it.

    `facts`     the recipe's [dataset] table (name, task, license, labels, description, authors, …)
    `samples`   the kept samples (columns of `store.samples.sample_schema()`, then facts)
    `record`    how the version came to be: steps with their accounting, recipe text, content hash
    `findings`  what the measuring steps found, by the name of the step
    `root`      the folder of the recipe; relative targets start there
    """

    home: Home
    version: int
    facts: dict[str, Any]
    samples: "pa.Table"
    record: dict[str, Any]
    findings: dict[str, Findings] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The folder of the recipe."""
        return self.home.root

    def media(self, samples: "pa.Table | None" = None) -> Iterator[tuple[int, bytes | None]]:
        """Yield (row number, bytes) of every sample, streamed."""
        return stream_media(self.home, self.samples if samples is None else samples)


@dataclass(frozen=True, slots=True)
class Published:
    """Where a publishing step put the dataset: `place` (a folder or an address), `files` and `size` in bytes."""

    place: str
    files: int
    size: int
