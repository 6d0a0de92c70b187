"""The progress bar: rate, time left, what was dropped and quarantined so far."""

import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

QUIET_SECONDS = 0.4  # shorter work is not worth a bar


class Bar:
    """Draws the progress of a build on standard error; plain lines where that is no terminal."""

    def __init__(self) -> None:
        self.progress: Progress | None = None
        self.task: TaskID | None = None
        self.what = ""
        self.total: int | None = None
        self.done = self.dropped = self.quarantined = 0
        self.started = 0.0

    def begin(self, what: str, total: int | None) -> None:
        """A piece of work begins."""
        self.what, self.total = what, total
        self.done = self.dropped = self.quarantined = 0
        self.started = time.monotonic()

    def _draw(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[lost]}"),
            console=Console(stderr=True),
            transient=False,
        )
        self.progress.start()
        self.task = self.progress.add_task(self.what, total=self.total, rate="", lost="")

    def advance(self, inputs: int, dropped: int = 0, quarantined: int = 0) -> None:
        """So many more are done."""
        self.done += inputs
        self.dropped += dropped
        self.quarantined += quarantined
        spent = time.monotonic() - self.started
        if self.progress is None:
            if spent < QUIET_SECONDS and self.done != self.total:
                return
            self._draw()
        assert self.progress is not None
        assert self.task is not None
        rate = f"{self.done / spent:,.0f}/s" if spent > 0 else ""
        lost = f"{self.dropped:,} dropped, {self.quarantined:,} quarantined" if self.dropped or self.quarantined else ""
        self.progress.update(self.task, completed=self.done, rate=rate, lost=lost)

    def end(self) -> None:
        """The piece of work is done."""
        if self.progress is not None:
            self.progress.stop()
            self.progress = self.task = None

    def note(self, text: str) -> None:
        """Print a line above the bar."""
        if self.progress is not None:
            self.progress.console.print(text, markup=False)
        else:
            click.echo(text, err=True)
