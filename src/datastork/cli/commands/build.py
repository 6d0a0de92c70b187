"""`stork build`."""

import click

from datastork.cli.options import as_json, counted, folder, put_json, visible


@click.command()
@folder
@click.option("--workers", type=click.IntRange(min=1), help="Threads to work with; all cores by default.")
@click.option(
    "--on",
    metavar="WHERE",
    help='Run on a Ray cluster: "ray" starts a local one, "ray://host:port" joins one.',
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@as_json
def command(folder: str, workers: int | None, on: str | None, quiet: bool, as_json: bool) -> None:
    """Bring the dataset in FOLDER up to date with its recipe and its files.

    Only what is new or changed is done. Stop it with Ctrl-C, or lose power: the same command goes on where it was.

    Exit codes: 0 built, 2 the recipe is wrong, 3 the build cannot stand (nothing kept, too much quarantined), 4 a
    source cannot be read, 5 the disk cannot be written, 6 another build is running, 130 stopped.
    """
    from datastork.cli.bar import Bar
    from datastork.dataset import open as open_dataset
    from datastork.engine.progress import Silent

    dataset = open_dataset(folder)
    outcome = dataset.build(workers=workers, on=on, progress=Silent() if quiet or as_json else Bar())
    record = outcome.record
    if as_json:
        keep = ("version", "samples", "steps", "decoded", "seconds", "content_hash", "notes", "warnings")
        put_json({"changed": outcome.changed} | {key: record.get(key) for key in keep} | {"decoded": outcome.decoded})
        return
    if quiet:
        return
    for warning in outcome.warnings:
        click.secho(f"warning: {warning}", fg="yellow", err=True)
    for note in outcome.notes:
        click.echo(visible(f"note: {note}"), err=True)
    _tell(outcome.changed, record, folder)


def _tell(changed: bool, record: dict[str, object], folder: str) -> None:
    samples = record["samples"]
    assert isinstance(samples, dict)
    state = "is new" if changed else "is up to date; nothing was done"
    click.secho(f"version {record['version']} {state}", bold=True)
    parts = [counted(samples["kept"], "sample") + " kept"]
    parts += [f"{samples[name]:,} {name}" for name in ("dropped", "quarantined") if samples[name]]
    click.echo(f"  {', '.join(parts)}, of {samples['total']:,} seen")
    where = "" if folder == "." else f" {folder}"
    click.echo(f"  look closer: stork status{where}   stork report{where}   stork show{where}")
