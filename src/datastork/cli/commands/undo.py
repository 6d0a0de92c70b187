"""`stork undo`."""

import click

from datastork.cli.options import folder


@click.command()
@folder
@click.option("--step", metavar="NAME", help="Bring back what a step dropped, now and in every build to come.")
@click.option("--sample", metavar="ID", help="Bring back one dropped sample.")
@click.option("--forget", is_flag=True, help="Forget what was undone with --step and --sample; drops count again.")
def command(folder: str, step: str | None, sample: str | None, forget: bool) -> None:
    """Go back one version of FOLDER; or, with an option, undo drops and build.

    Nothing undone is lost: going back makes a new version, and the old ones stay in `stork history`.
    """
    from datastork.cli.bar import Bar
    from datastork.dataset import open as open_dataset
    from datastork.engine.versions.undo import redo, undo_sample, undo_step

    if sum([step is not None, sample is not None, forget]) > 1:
        raise click.UsageError("give one of --step, --sample and --forget")
    dataset = open_dataset(folder)
    if step is None and sample is None and not forget:
        number = dataset.undo()
        click.echo(f"version {number} is the dataset as it was before; the undone version stays in: stork history")
        return
    if forget:
        click.echo(f"{redo(dataset.home)} undone drops forgotten")
    elif step is not None:
        done = undo_step(dataset.home, step)
        click.echo(f"the {done['samples']:,} drops of {step} do not count any more")
    elif sample is not None:
        found = undo_sample(dataset.home, sample)
        click.echo(f"{found['sample']} is not dropped by {found['step']} any more")
    outcome = dataset.build(progress=Bar())
    counts = outcome.record["samples"]
    click.echo(f"version {outcome.version}: {counts['kept']:,} kept, {counts['dropped']:,} dropped")
