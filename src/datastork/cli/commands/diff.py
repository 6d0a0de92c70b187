"""`stork diff`."""

import click

from datastork.cli.options import as_json, put_json, visible

WORDS = {
    "added": "added",
    "left": "no longer made (derived samples)",
    "dropped": "newly dropped",
    "restored": "back again",
    "label_changed": "label changed",
    "split_changed": "moved to another split",
}


@click.command()
@click.argument("old")
@click.argument("new", default="-1")
@click.option("--in", "folder", default=".", type=click.Path(exists=True), help="The dataset; this folder by default.")
@as_json
def command(old: str, new: str, folder: str, as_json: bool) -> None:
    """Show what is different from version OLD to version NEW (the newest by default).

    Versions are numbers or tags; -1 is the newest, -2 the one before: stork diff -- -2
    """
    from datastork.dataset import open as open_dataset

    found = open_dataset(folder).diff(old, new)
    if as_json:
        put_json(found)
        return
    click.secho(f"version {found['from']} → {found['to']}", bold=True)
    if not any(found[key]["count"] for key in WORDS) and not found["settings"]:
        click.echo("  no difference")
    for line in found["settings"]:
        click.echo(f"  setting  {line}")
    for key, words in WORDS.items():
        part = found[key]
        if not part["count"]:
            continue
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in list(part["kinds"].items())[:8])
        click.echo(visible(f"  {part['count']:,} {words}: {kinds}"))
        for example in part["examples"][:5]:
            reason = f"  {example['reason']}" if example["reason"] and key in ("dropped", "added") else ""
            click.echo(visible(f"      {example['id']}  {example['uri']}{reason}"))
