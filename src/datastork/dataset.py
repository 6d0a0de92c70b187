"""`datastork.open(path)`: a dataset in Python. Everything the command line does, it does through this."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.store.home import Home, find_home
from datastork.store.samples import Samples

if TYPE_CHECKING:
    import daft
    import pyarrow as pa

    from datastork.engine.build import Outcome
    from datastork.engine.progress import Progress
    from datastork.engine.watch import Round
    from datastork.store.release import Published


class Dataset:
    """One dataset: a folder with a recipe. Cheap to make; reads and works only when asked."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def __repr__(self) -> str:
        return f"Dataset({str(self.home.root)!r})"

    @property
    def path(self) -> Path:
        """The folder of the recipe."""
        return self.home.root

    @property
    def versions(self) -> list[int]:
        """The numbers of all versions, oldest first; empty before the first build."""
        samples = Samples(self.home)
        return samples.numbers() if samples.exists else []

    def build(
        self, *, workers: int | None = None, on: str | None = None, progress: "Progress | None" = None
    ) -> "Outcome":
        """Bring the dataset up to date with its recipe and its sources. See `datastork.engine.build.build`."""
        from datastork.engine.build import build

        return build(self.home, workers=workers, on=on, progress=progress)

    def watch(
        self,
        *,
        interval: float = 5.0,
        workers: int | None = None,
        on: str | None = None,
        progress: "Progress | None" = None,
    ) -> "Iterator[Round]":
        """Build, and again whenever there is something new; yield every round. See `datastork.engine.watch.watch`."""
        from datastork.engine.watch import watch

        return watch(self.home, interval=interval, workers=workers, on=on, progress=progress)

    def frame(
        self, *, split: str | None = None, version: int | str | None = None, media: bool = True
    ) -> "daft.DataFrame":
        """Return the kept samples as a lazy `daft.DataFrame`: on to torch, Arrow, pandas, polars or Ray in one line."""
        from datastork.engine.versions.frame import frame

        return frame(self.home, split=split, version=version, media=media)

    def samples(self, version: int | str | None = None) -> "pa.Table":
        """Return every sample ever seen, kept or not, as an Arrow table with all its bookkeeping."""
        return Samples(self.home).table(version)

    def why(self, sample: str, version: int | str | None = None) -> dict[str, Any]:
        """Return the life of one sample, given by its id (or the beginning of it) or its uri."""
        from datastork.engine.versions.why import why

        return why(self.home, sample, version)

    def status(self, version: int | str | None = None) -> dict[str, Any]:
        """Return the state of a version: its counts, and what every step did and why."""
        from datastork.engine.versions.status import status

        return status(self.home, version)

    def diff(self, old: int | str, new: int | str | None = None) -> dict[str, Any]:
        """Return what is different from version `old` to version `new` (the newest by default)."""
        from datastork.engine.versions.diff import diff

        return diff(self.home, old, -1 if new is None else new)

    def undo(self, *, step: str | None = None, sample: str | None = None, column: str | None = None) -> "Outcome | int":
        """Undo the drops and changes of one step, of one sample, or the changes of a column of rows (of that step or
        sample), and build; without any, go back one version.
        """
        from datastork.engine.versions.undo import undo_column, undo_sample, undo_step, undo_version

        if step is None and sample is None and column is None:
            return undo_version(self.home)
        if column is not None:
            undo_column(self.home, column, step, sample)
            return self.build()
        if step is not None:
            undo_step(self.home, step)
        if sample is not None:
            undo_sample(self.home, sample)
        return self.build()

    def cast(self, votes: "Iterable[Mapping[str, Any]]", *, model: bool = False) -> int:
        """Cast votes (`sample`, `annotator`, `value`, …), return how many are new; see `engine.voting.casting.cast`."""
        from datastork.engine.voting.casting import cast

        return cast(self.home, votes, model=model)

    def votes(self, question: str | None = None) -> "pa.Table":
        """Return the votes that count now, all or those on one question, as Arrow; empty where nobody ever voted."""
        from datastork.engine.voting.stored import current_votes

        return current_votes(self.home, question)

    def report(self, to: Path | str | None = None, version: int | str | None = None) -> Path:
        """Write the report as one HTML file, with `report.json` beside it; return where it lies."""
        from datastork.report.write import write_report

        return write_report(self.home, Path(to) if to is not None else None, version)

    def publish(self, *targets: str, version: int | str | None = None) -> "list[tuple[str, Published]]":
        """Run the `[[publish]]` tables of the recipe, all or those named; return where each put the dataset."""
        from datastork.engine.versions.publish import publish

        return publish(self.home, list(targets) or None, version)


def open(path: Path | str = ".") -> Dataset:  # noqa: A001  (as in datastork.open)
    """Open the dataset whose recipe lies in `path`. Raises NotFoundError where there is none."""
    return Dataset(find_home(path))
