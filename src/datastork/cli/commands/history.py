"""`stork history`."""

from typing import Any

import click

from datastork.cli.options import as_json, folder, put_json


@click.command()
@folder
@click.option("--tag", nargs=2, metavar="VERSION NAME", help="Give a version a name, such as: --tag 3 v1.0")
@as_json
def command(folder: str, tag: tuple[str, str] | None, as_json: bool) -> None:
    """List the versions of FOLDER, newest last, with their samples and tags."""
    from datastork.dataset import open as open_dataset
    from datastork.store.samples import Samples

    dataset = open_dataset(folder)
    samples = Samples(dataset.home)
    if tag:
        number = samples.number_of(tag[0])
        samples.tag(tag[1], number)
        if not as_json:
            click.echo(f"version {number} is now called {tag[1]}")
    tags: dict[int, list[str]] = {}
    for name, number in (samples.tags() if samples.exists else {}).items():
        tags.setdefault(number, []).append(name)
    rows: list[dict[str, Any]] = []
    for number in dataset.versions:
        record = samples.record(number)
        keep = {key: record.get(key) for key in ("version", "made_at", "samples", "content_hash", "undoes", "same_as")}
        rows.append({**keep, "version": number, "tags": sorted(tags.get(number, []))})
    if as_json:
        put_json(rows)
        return
    if not rows:
        click.echo("no versions yet; build one with: stork build")
    for row in rows:
        counts = row["samples"]
        told = f"{counts['kept']:>9,} kept {counts['dropped']:>7,} dropped {counts['quarantined']:>5,} quarantined"
        extra = f"  same as {row['same_as']}, undoes {row['undoes']}" if row["undoes"] else ""
        names = f"  [{', '.join(row['tags'])}]" if row["tags"] else ""
        click.echo(f"{row['version']:>4}  {row['made_at']}  {told}  {row['content_hash'][:12]}{names}{extra}")
