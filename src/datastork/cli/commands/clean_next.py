"""`stork clean-next`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from datastork.cli.options import as_json, counted, folder, put_json, visible

if TYPE_CHECKING:
    from datastork.cli.steering import Asking

SHOWN = 20  # rows printed
WIDE = 96  # characters of a row


@click.command()
@folder
@click.option(
    "-k", "count", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many rows to propose."
)
@click.option("-o", "--output", metavar="FILE", help="Write the rows as CSV, to be corrected in place.")
@click.option("--answers", metavar="FILE", help="Take a corrected CSV back: every row in it counts as looked at.")
@click.option("--ask", "at_terminal", is_flag=True, help="Ask about them here, one by one.")
@click.option("--as", "person", metavar="NAME", help="Your name as annotator; your name on this machine by default.")
@click.option("--label", metavar="COLUMN", help="What a model is to predict, where no step clean.table.active says it.")
@click.option("--rule", "lines", metavar="LINE", multiple=True, help='With --label: a rule, such as "age: 0..120".')
@as_json
def command(
    folder: str,
    count: int,
    output: str | None,
    answers: str | None,
    at_terminal: bool,
    person: str | None,
    label: str | None,
    lines: tuple[str, ...],
    as_json: bool,
) -> None:
    """Propose the rows of FOLDER that are most worth a person's time for a model, and take the answers.

    \b
    stork clean-next -k 50 -o rows.csv        write them; correct what is wrong, delete rows you did not look at
    stork clean-next --answers rows.csv       take them back
    stork clean-next -k 20 --ask              or answer here
    stork build                               count the answers in: rows, weights, and whether to go on

    Rows are proposed as the step clean.table.active of the last build ordered them; with --label COLUMN also where the
    recipe has no such step. Answers are votes on the recipe's question of kind cells, as in the labelling app: a row
    without corrections says that nothing in it is wrong. The same file again changes nothing.
    """
    from getpass import getuser

    from datastork.cli.steering import answered, asked_here, proposed, written
    from datastork.dataset import open as open_dataset

    dataset = open_dataset(folder)
    name = person or getuser()
    if answers is not None:
        _told(answered(dataset, Path(answers), name), as_json)
        return
    asking = proposed(dataset, count, label, lines)
    if at_terminal:
        _told(asked_here(dataset, asking, name), as_json)
    elif as_json:
        put_json({"open": asking.open, "rows": asking.as_json()})
    elif output is not None:
        note = written(asking, Path(output))
        click.echo(visible(f"{counted(len(asking.ids), 'row')} in {output}: correct them, then"))
        click.echo(visible(f"  stork clean-next {folder} --answers {output}"))
        if note:
            click.echo(visible(note), err=True)
    else:
        _show(asking, folder)


def _show(asking: "Asking", folder: str) -> None:
    click.echo(f"{counted(len(asking.ids), 'row')} to look at, of {asking.open:,} that nobody looked at:")
    names = asking.grid.names
    for place, one in enumerate(asking.ids[:SHOWN]):
        values = {column.name: column.text(place) for column in asking.grid.columns}
        doubts = asking.doubts(place)
        first = sorted(names, key=lambda name: name not in doubts)
        told = ", ".join(f"{name} = {values[name]}" for name in first)
        click.echo(visible(f"  {one[:12]}  {told[:WIDE]}"))
    if len(asking.ids) > SHOWN:
        click.echo(f"  and {len(asking.ids) - SHOWN:,} more")
    click.echo(visible(f"write them with -o rows.csv, or answer here: stork clean-next {folder} --ask"))


def _told(done: dict[str, int], as_json: bool) -> None:
    if as_json:
        put_json(done)
        return
    click.echo(
        f"{counted(done['rows'], 'row')} looked at, {done['corrected']:,} of them corrected in "
        f"{counted(done['cells'], 'cell')}; {counted(done['new'], 'new answer')}. Count them in: stork build"
    )
