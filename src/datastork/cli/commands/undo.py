"""`stork undo`."""

import click

from datastork.cli.options import counted, folder, visible


@click.command()
@folder
@click.option("--step", metavar="NAME", help="Bring back what a step dropped or changed, in every build to come.")
@click.option("--sample", metavar="ID", help="Bring back one dropped sample, or the values that one row had.")
@click.option(
    "--column", metavar="NAME", help="Put back the values of a column of rows; with --step or --sample, theirs."
)
@click.option("--forget", is_flag=True, help="Forget what was undone with the other options; it counts again.")
def command(folder: str, step: str | None, sample: str | None, column: str | None, forget: bool) -> None:
    """Go back one version of FOLDER; or, with an option, undo drops and changes, and build.

    \b
    stork undo --column state                             all that was repaired in the column state
    stork undo --column state --step clean.table.units    what one step did there
    stork undo --column state --sample b3f1               one cell

    Nothing undone is lost: going back makes a new version, and the old ones stay in `stork history`.
    """
    from datastork.cli.bar import Bar
    from datastork.dataset import open as open_dataset
    from datastork.engine.versions.undo import redo, undo_column, undo_sample, undo_step

    if forget and (step or sample or column):
        raise click.UsageError("give --forget alone")
    if step is not None and sample is not None and column is None:
        raise click.UsageError("give one of --step and --sample, or --column too")
    dataset = open_dataset(folder)
    if step is None and sample is None and column is None and not forget:
        number = dataset.undo()
        click.echo(f"version {number} is the dataset as it was before; the undone version stays in: stork history")
        return
    if forget:
        click.echo(f"{redo(dataset.home)} undone drops and changes forgotten")
    elif column is not None:
        told = undo_column(dataset.home, column, step, sample)
        _told(told["cells"], "change", column)
    elif step is not None:
        done = undo_step(dataset.home, step)
        for number, what in ((done["samples"], "drop"), (done["cells"], "changed cell")):
            if number:
                _told(number, what, step)
    elif sample is not None:
        found = undo_sample(dataset.home, sample)
        if found["cells"]:
            _told(found["cells"], "changed cell", found["sample"])
        else:
            click.echo(f"{found['sample']} is not dropped by {found['step']} any more")
    outcome = dataset.build(progress=Bar())
    counts = outcome.record["samples"]
    click.echo(f"version {outcome.version}: {counts['kept']:,} kept, {counts['dropped']:,} dropped")


def _told(number: int, what: str, of: str) -> None:
    click.echo(visible(f"the {counted(number, what)} of {of} {'does' if number == 1 else 'do'} not count any more"))
