"""`stork report`."""

import click

from datastork.cli.options import folder, version


@click.command()
@folder
@click.option("--to", type=click.Path(), help="Where to write it; FOLDER/report.html by default.")
@version
def command(folder: str, to: str | None, version: str | None) -> None:
    """Write the report of FOLDER: one HTML file that needs nothing else, and report.json with the same numbers."""
    from datastork.dataset import open as open_dataset

    click.echo(open_dataset(folder).report(to, version))
