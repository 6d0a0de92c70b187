"""`stork show`."""

from typing import TYPE_CHECKING, Any

import click

from datastork.cli.options import as_json, put_json, version, visible

if TYPE_CHECKING:
    import numpy as np
    from rich.text import Text

    from datastork.report.sheet import Chosen

ROWS = 20  # samples shown in a terminal where --limit is not given
CARDS = 200  # on a contact sheet
WIDE = 64  # characters of a picture
BEGINNING = 80  # characters of a text in a list
TEXT = 2000  # of one text
STYLES = {"kept": "", "dropped": "yellow", "quarantined": "red"}


@click.command()
@click.argument("sample", required=False)
@click.argument("folder", required=False, type=click.Path(exists=True))
@click.option("--where", metavar="SQL", help='Only samples that meet a condition, such as: --where "width < 100"')
@click.option("--state", type=click.Choice(["kept", "dropped", "quarantined"]), help="Only samples in this state.")
@click.option("--split", help="Only samples of this split.")
@click.option("--label", help="Only samples with this label.")
@click.option("--limit", type=click.IntRange(min=0), help="At most so many, evenly spaced; 0 shows all.")
@click.option("--html", type=click.Path(dir_okay=False), help="Write a page with pictures to this file.")
@version
@as_json
def command(
    sample: str | None,
    folder: str | None,
    where: str | None,
    state: str | None,
    split: str | None,
    label: str | None,
    limit: int | None,
    html: str | None,
    version: str | None,
    as_json: bool,
) -> None:
    """Look at samples: `stork show [FOLDER]` lists some of each kind, `stork show SAMPLE [FOLDER]` shows one.

    SAMPLE is an id, the beginning of one, or the path of the file it came from (or the end of that path); a text is
    printed; an image, the waveform of a sound and some frames of a video are drawn where the terminal has 24-bit
    colour. A single argument that is a folder is the dataset. Conditions may use every column, and state, dropped_by,
    reason and error.
    """
    from pathlib import Path

    from datastork.store.home import RECIPE, find_home, write_whole

    if sample is not None and folder is None and (Path(sample).is_dir() or Path(sample).name == RECIPE):
        sample, folder = None, sample
    home = find_home(folder or ".")
    filters = {"where": where, "state": state, "split": split, "label": label}
    if sample is not None:
        given = [f"--{name}" for name, value in {**filters, "limit": limit}.items() if value is not None]
        if given:
            raise click.UsageError(f"{given[0]} chooses among samples; {sample!r} is one already")
        _one(home, sample, version, Path(html) if html else None, as_json=as_json)
        return
    from datastork.report.sheet import choose, described, sheet_page

    most = limit if limit is not None else None if as_json else CARDS if html else ROWS
    chosen = choose(home, version=version, limit=most or None, **filters)
    if html:
        title = " ".join(f"{name} {value}" for name, value in filters.items() if value is not None) or "Contact sheet"
        write_whole(Path(html), sheet_page(home, chosen, title))
    if as_json:
        put_json({"version": chosen.version, "matching": chosen.matching, "samples": described(chosen.rows)})
    elif html:
        click.echo(html)
    else:
        _list(home, chosen)


def _one(home: Any, sample: str, version: str | None, html: Any, *, as_json: bool) -> None:
    import sys

    from datastork.cli.commands.why import tell
    from datastork.engine.versions.why import why
    from datastork.report.rows import read_rows
    from datastork.report.sheet import pixels_of, sample_page, text_of
    from datastork.store.home import write_whole

    life = why(home, sample, version)
    if as_json and not html:
        put_json(life)
        return
    import pyarrow.compute as pc

    rows = read_rows(home, life["version"])
    rows = rows.slice(pc.index(rows["id"], life["id"]).as_py(), 1)
    if html:
        write_whole(html, sample_page(home, rows, life, tell(life)))
        if as_json:
            put_json(life)
        else:
            click.echo(str(html))
        return
    text = text_of(home, rows, life["version"], TEXT)
    if text is not None:
        click.echo(visible(text, keep="\n\t") + "\n")
    elif sys.stdout.isatty():
        from rich.console import Console

        console = Console()
        if console.color_system == "truecolor":
            pixels = pixels_of(home, rows, min(WIDE, console.width))
            if pixels is not None:
                console.print(drawn(pixels))
    click.echo(visible(tell(life), keep="\n"))


def _list(home: Any, chosen: "Chosen") -> None:
    """Print a table for people, or lines with tabs where the output goes to a program."""
    import sys

    from datastork.report.sheet import beginnings, described

    shown = described(chosen.rows)
    columns = ["id", "state", "label", "split", "uri", "reason"]
    texts = beginnings(home, chosen, BEGINNING)
    if texts:
        columns.append("text")
        shown = [row | {"text": texts.get(row["id"])} for row in shown]
    if not sys.stdout.isatty():
        click.echo("\t".join(columns))
        for row in shown:
            click.echo("\t".join("" if row[name] is None else visible(row[name]) for name in columns))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not any(row["reason"] for row in shown):
        columns.remove("reason")
    console = Console()
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in columns:
        table.add_column("where" if name == "uri" else name, no_wrap=name == "id", overflow="fold")
    for row in shown:
        cells = [Text("" if row[name] is None else visible(row[name])) for name in columns]
        cells[1].stylize(STYLES[row["state"]])
        table.add_row(*cells)
    console.print(table)
    some = (
        f"{len(shown):,} of {chosen.matching:,}, evenly spaced" if len(shown) < chosen.matching else f"{len(shown):,}"
    )
    console.print(f"{some}; version {chosen.version} has {chosen.total:,} samples", style="dim", highlight=False)


def drawn(pixels: "np.ndarray") -> "Text":
    """Return pixels (height, width, 3) as lines of half blocks, two pixels to a character."""
    from rich.style import Style
    from rich.text import Text

    text = Text(no_wrap=True, end="")
    rows = pixels.tolist()
    for top, low in zip(rows[::2], [*rows[1::2], None], strict=False):
        for place, above in enumerate(top):
            colour = "#{:02x}{:02x}{:02x}".format(*above)
            below = "#{:02x}{:02x}{:02x}".format(*low[place]) if low else None
            text.append("▀", Style(color=colour, bgcolor=below))
        text.append("\n")
    return text
