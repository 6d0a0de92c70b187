"""`stork build`."""

import json
import math
from typing import TYPE_CHECKING, Any

import click

from datastork.cli.options import as_json, counted, folder, put_json, visible

if TYPE_CHECKING:
    from datastork.engine.build import Outcome
    from datastork.engine.progress import Progress
    from datastork.engine.watch import Round

TOLD = ("version", "samples", "steps", "decoded", "seconds", "content_hash", "notes", "warnings")


@click.command()
@folder
@click.option("--workers", type=click.IntRange(min=1), help="Threads to work with; all cores by default.")
@click.option(
    "--on",
    metavar="WHERE",
    help='Run on a Ray cluster: "ray" starts a local one, "ray://host:port" joins one.',
)
@click.option("--watch", is_flag=True, help="Build, then again whenever there is something new, until Ctrl-C.")
@click.option(
    "--interval",
    type=click.FloatRange(min=0.1, max=86_400),
    default=5.0,
    show_default=True,
    help="With --watch: seconds between two looks.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@as_json
def command(
    folder: str, workers: int | None, on: str | None, watch: bool, interval: float, quiet: bool, as_json: bool
) -> None:
    """Bring the dataset in FOLDER up to date with its recipe and its files.

    Only what is new or changed is done. Stop it with Ctrl-C, or lose power: the same command goes on where it was.

    With --watch it stays, looks every few seconds whether the recipe or a file it collects is new or changed, and
    builds again; each round is one line (one JSON object a line with --json). A round that fails is told, and the
    watch goes on. Files that are still being written are for `collect.watch`.

    Exit codes: 0 built, 2 the recipe is wrong, 3 the build cannot stand (nothing kept, too much quarantined), 4 a
    source cannot be read, 5 the disk cannot be written, 6 another build is running, 130 stopped.
    """
    from datastork.cli.bar import Bar
    from datastork.dataset import open as open_dataset
    from datastork.engine.progress import Silent

    dataset = open_dataset(folder)
    progress: Progress = Silent() if quiet or as_json else Bar()
    if watch:
        if math.isnan(interval):  # it passes every comparison with a range
            raise click.BadParameter("it is no number", param_hint="--interval")
        told: set[str] = set()
        for done in dataset.watch(interval=interval, workers=workers, on=on, progress=progress):
            _tell_round(done, as_json, quiet, told)
        return
    outcome = dataset.build(workers=workers, on=on, progress=progress)
    if as_json:
        put_json(_as_json(outcome))
        return
    if quiet:
        return
    for warning in outcome.warnings:
        click.secho(f"warning: {warning}", fg="yellow", err=True)
    for note in outcome.notes:
        click.echo(visible(f"note: {note}"), err=True)
    _tell(outcome.changed, outcome.record, folder)


def _as_json(outcome: "Outcome") -> dict[str, Any]:
    told = {key: outcome.record.get(key) for key in TOLD}
    return {"changed": outcome.changed} | told | {"decoded": outcome.decoded}


def _tell(changed: bool, record: dict[str, Any], folder: str) -> None:
    state = "is new" if changed else "is up to date; nothing was done"
    click.secho(f"version {record['version']} {state}", bold=True)
    click.echo(f"  {_counts(record['samples'])}")
    for step in record["steps"]:
        if step.get("changed"):
            click.echo(f"  {counted(step['changed'], 'cell')} changed by {step['name']}")
    where = "" if folder == "." else f" {folder}"
    click.echo(f"  look closer: stork status{where}   stork report{where}   stork show{where}")


def _counts(samples: dict[str, int]) -> str:
    parts = [counted(samples["kept"], "sample") + " kept"]
    parts += [f"{samples[name]:,} {name}" for name in ("dropped", "quarantined") if samples[name]]
    return f"{', '.join(parts)}, of {samples['total']:,} seen"


def _tell_round(done: "Round", as_json: bool, quiet: bool, told: set[str]) -> None:
    """Print one round as one line; a note is printed the first time it comes."""
    from datetime import UTC, datetime

    at = datetime.now(UTC)
    if as_json:
        found: dict[str, Any] = {"round": done.number, "at": at.isoformat(timespec="seconds")}
        found |= {"took": round(done.seconds, 3)}
        if done.outcome is not None:
            found |= {"ok": True} | _as_json(done.outcome) | {"notes": list(done.outcome.notes)}
        else:
            found |= {"ok": False, "error": type(done.error).__name__, "message": _said(done.error)}
        click.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    clock = f"{at.astimezone():%H:%M:%S}"
    if done.outcome is None:
        click.secho(visible(f"{clock}  not built: {_said(done.error)}"), fg="red", err=True)
        return
    if quiet:
        return
    for note in (*done.outcome.warnings, *done.outcome.notes):
        if note not in told:
            told.add(note)
            click.echo(visible(f"note: {note}"), err=True)
    record = done.outcome.record
    state = "is new" if done.outcome.changed else "is up to date"
    click.echo(f"{clock}  version {record['version']} {state}: {_counts(record['samples'])} ({done.seconds:.1f} s)")


def _said(error: Exception | None) -> str:
    """Return an error as one line."""
    from datastork.core.errors import DatastorkError

    text = str(error) if isinstance(error, DatastorkError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())
