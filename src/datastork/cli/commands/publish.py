"""`stork publish`."""

import click

from datastork.cli.options import as_json, put_json, version


@click.command()
@click.argument("targets", nargs=-1)
@click.option("--in", "folder", default=".", type=click.Path(exists=True), help="The dataset; this folder by default.")
@version
@as_json
def command(targets: tuple[str, ...], folder: str, version: str | None, as_json: bool) -> None:
    """Write the dataset to the [[publish]] TARGETS of its recipe (all of them by default).

    A target is written beside its place and moved there when it is whole, so nobody ever sees half of it.
    """
    from pathlib import Path

    from datastork.dataset import open as open_dataset

    for target in targets:
        if Path(folder, target, "stork.toml").is_file():
            raise click.UsageError(f"{target} is a dataset, and no target of one: stork publish --in {target}")
    done = open_dataset(folder).publish(*targets, version=version)
    if as_json:
        put_json([{"target": name, "place": p.place, "files": p.files, "size": p.size} for name, p in done])
        return
    for name, published in done:
        click.echo(f"{name}: {published.files:,} files, {published.size / 1e6:,.1f} MB in {published.place}")
