"""`stork votes`."""

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datastork.cli.options import as_json, counted, folder, put_json, visible

if TYPE_CHECKING:
    from datastork.formats.format import Format, Options

REFUSED_SHOWN = 10


@click.group()
def command() -> None:
    """Bring votes in from files of annotations, and write them out for other tools.

    Formats: Label Studio, COCO, YOLO, Pascal VOC, CVAT, MOT, Audacity, Praat, WebVTT, RTTM, doccano, CoNLL, CSV, TSV
    and JSON lines; `stork votes formats` tells what each can hold.
    """


@command.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@folder
@click.option("--format", "name", metavar="NAME", help="The format; told by the content where left out.")
@click.option("--gold", is_flag=True, help="The answers are known to be right: annotators are held against them.")
@click.option("--any-class", is_flag=True, help="Take classes that the question does not have.")
@click.option(
    "--set", "chosen", multiple=True, metavar="KEY=VALUE", help="An option of the format, such as annotator=ann."
)
@as_json
def import_(
    file: Path, folder: str, name: str | None, gold: bool, any_class: bool, chosen: tuple[str, ...], as_json: bool
) -> None:
    """Cast the votes in FILE (or a folder of files) on the samples of the dataset in FOLDER.

    Samples are found by id, uri or the end of the uri. The same file again changes nothing. What cannot be used is
    counted, with the reason; labels follow with `stork build`.
    """
    from datastork.cli.bar import Bar
    from datastork.engine.voting.importing import import_votes
    from datastork.formats.catalog import find, guess
    from datastork.store.home import find_home

    form = find(name or guess(file))
    options = _options(form, chosen, reading=True)
    done = import_votes(
        find_home(folder), file, format=form.name, options=options, gold=gold, strict=not any_class, progress=Bar()
    )
    refused = sum(done.refused.values())
    if as_json:
        put_json({field.name: getattr(done, field.name) for field in fields(done)})
    else:
        kept = (
            f"{counted(done.gold, 'known answer')} kept" if gold else f"{done.new:,} new, {done.known:,} there already"
        )
        click.echo(
            f"{visible(file.name)} ({done.format}): {counted(done.entries, 'entry').replace('entrys', 'entries')}, "
            f"{counted(done.votes, 'vote')} on {counted(done.samples, 'sample')}: {kept}"
        )
        for why, count in done.refused.most_common():
            click.echo(f"  {count:,} × {why}", err=True)
        for told in done.told[:REFUSED_SHOWN]:
            click.echo(visible(f"    {told}"), err=True)
        if done.new and not gold:
            click.echo("now turn them into labels: stork build")
        if not done.votes and not refused:
            what = "no entry of the file answers" if done.entries else "there is no entry in it for"
            asked = f"{what} a question of the recipe; is {done.format} its format, and is it whole?"
            click.echo(f"nothing was cast: {asked}", err=True)
    if not done.votes:
        raise click.exceptions.Exit(4)


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@folder
@click.option("--format", "name", metavar="NAME", required=True, help="The format; see `stork votes formats`.")
@click.option("--voted", is_flag=True, help="Leave out samples without votes.")
@click.option("--replace", is_flag=True, help="Replace what lies there.")
@click.option(
    "--set", "chosen", multiple=True, metavar="KEY=VALUE", help="An option of the format, such as annotator=ann."
)
@as_json
def export(
    file: Path, folder: str, name: str, voted: bool, replace: bool, chosen: tuple[str, ...], as_json: bool
) -> None:
    """Write the votes of the dataset in FOLDER to FILE, every kept sample with all that is said of it.

    Samples without votes are written too. What a format cannot hold (a second annotator in YOLO) is counted and said.
    """
    from dataclasses import replace as changed

    from datastork.engine.voting.exporting import export_votes
    from datastork.formats.catalog import find
    from datastork.store.home import find_home

    form = find(name)
    options = changed(_options(form, chosen, reading=False), replace=replace)
    done = export_votes(find_home(folder), file, format=name, options=options, voted_only=voted)
    if as_json:
        put_json(
            {"count": done.count, "files": [str(one) for one in done.files], "notes": done.notes, "lost": done.lost}
        )
        return
    click.echo(visible(f"{counted(done.count, 'sample')} written to {file} ({name})"))
    for note in done.notes:
        click.echo(visible(f"  {note}"))
    for what, count in sorted(done.lost.items()):
        click.echo(visible(f"  left out, since {name} cannot hold it: {count:,} × {what}"), err=True)


@command.command()
@as_json
def formats(as_json: bool) -> None:
    """List the formats, what each can hold, and the options it heeds."""
    from datastork.formats.catalog import find, names

    all_of_them = [find(name) for name in names()]
    if as_json:
        put_json(
            [
                {"name": one.name, "says": one.says, "kinds": sorted(one.kinds), "options": sorted(one.options)}
                for one in all_of_them
            ]
        )
        return
    for one in all_of_them:
        click.secho(one.name, bold=True, nl=False)
        click.echo(f"  {one.says}")
        click.echo(f"  holds {', '.join(sorted(one.kinds))}")
        if one.options:
            click.echo(f"  --set {', '.join(sorted(one.options))}")


@command.command()
@folder
@as_json
def status(folder: str, as_json: bool) -> None:
    """Tell how many votes there are, by question and annotator."""
    from datastork.engine.voting.stored import vote_counts
    from datastork.store.home import find_home

    counts = vote_counts(find_home(folder))
    if as_json:
        put_json(counts)
        return
    if not counts["votes"]:
        click.echo("nobody has voted yet; begin with: stork label")
        return
    click.echo(
        f"{counted(counts['votes'], 'vote')} on {counted(counts['samples'], 'sample')}, {counts['skips']:,} skips"
    )
    for line in counts["by"]:
        click.echo(visible(f"  {line['question']:20} {line['annotator']:24} {line['votes']:>9,}"))


def _options(form: "Format", chosen: tuple[str, ...], *, reading: bool) -> "Options":
    """Return the options given as KEY=VALUE, checked against what the format heeds."""
    import typing

    import msgspec

    from datastork.core.nearest import did_you_mean
    from datastork.formats.format import READING, WRITING, Options

    heeded = sorted(form.options | (READING if reading else WRITING - {"replace"}))
    hints = typing.get_type_hints(Options)
    given: dict[str, Any] = {}
    for text in chosen:
        key, equals, value = text.partition("=")
        if key not in heeded or not equals:
            raise click.UsageError(f"--set {text!r}: {form.name} takes {', '.join(heeded)}{did_you_mean(key, heeded)}")
        if key in ("images",):
            given[key] = Path(value)
            continue
        try:
            given[key] = msgspec.convert(value, hints[key], strict=False)
        except msgspec.ValidationError as error:
            raise click.UsageError(f"--set {text!r}: {error}") from error
    return Options(**given)
