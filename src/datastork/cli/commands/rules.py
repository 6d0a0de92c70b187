"""`stork rules`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from datastork.cli.options import as_json, counted, encoding, outside_recipes, put_json, rules_text, sheet, visible

if TYPE_CHECKING:
    from datastork.tables.grid import Grid

SHOWN = 3


@click.command()
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Write the rules into this file, to edit.")
@click.option(
    "--check",
    "rules_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Show what of the table is against the rules of this file.",
)
@click.option("--seed", default=0, show_default=True, help="For what is drawn at random where a table is large.")
@encoding
@sheet
@as_json
@outside_recipes()
def command(
    table: Path,
    output: Path | None,
    rules_file: Path | None,
    seed: int,
    encoding: str | None,
    sheet: str | None,
    as_json: bool,
) -> None:
    """Propose rules that TABLE seems to keep, each with what speaks for and against it; or check rules against it.

    TABLE is CSV, TSV, lines of JSON, Parquet or a spreadsheet. Rules are plain lines: zip -> city, age: 0..120,
    ounces: number, strip "oz". Keep the lines that are true and give them to `stork clean --rules`.
    """
    from datastork.media.text.encodings import guess
    from datastork.tables.reading.table import read_table

    if output is not None and rules_file is not None:
        raise click.UsageError("--output writes proposed rules, --check reads rules: one at a time")
    if output is not None and output.exists():
        raise click.UsageError(f"{output} is there already; name another file")
    grid, notes = read_table(table, guess=guess, encoding=encoding, sheet=sheet)
    for note in notes:
        click.echo(visible(note), err=True)
    if rules_file is not None:
        _check(grid, rules_file, as_json)
    else:
        _propose(grid, table.name, output, seed, as_json)


def _propose(grid: "Grid", name: str, output: Path | None, seed: int, as_json: bool) -> None:
    from dataclasses import asdict

    from datastork.store.home import write_whole
    from datastork.tables.rules import propose, rules_file

    found = propose(grid, seed=seed)
    if as_json:
        put_json([asdict(one) for one in found])
        return
    text = rules_file(found, name, grid.rows, len(grid.columns))
    if output is None:
        click.echo(visible(text, keep="\n"), nl=False)
        return
    write_whole(output, text.encode())
    click.echo(f"{counted(len(found), 'rule')} proposed, written to {output}")
    click.echo(visible(f"keep what is true, then: stork rules {name} --check {output}"))


def _check(grid: "Grid", file: Path, as_json: bool) -> None:
    from datastork.tables.rules import contradictions, parse, violations

    rules = parse(rules_text(file), grid.names)
    found = violations(rules, grid)
    doubts = contradictions(rules, grid)
    if as_json:
        put_json(
            {
                "notes": rules.notes,
                "rules": [
                    {
                        "line": one.rule.line,
                        "text": one.rule.text,
                        "columns": one.columns,
                        "count": one.count,
                        "examples": one.examples,
                        "unchecked": one.unchecked,
                    }
                    for one in found
                ],
                "look_first": [
                    {"lines": one.lines, "what": one.what, "message": one.message, "examples": one.examples}
                    for one in doubts
                ],
            }
        )
        return
    for note in rules.notes:
        click.echo(visible(note))
    for one in found:
        columns = f" ({', '.join(one.columns)})" if len(found) > len(rules.lines) else ""
        verdict = f"not checked: {one.unchecked}" if one.unchecked else f"{counted(one.count, 'row')} against it"
        click.secho(visible(f"{one.rule.line:>4}  {one.rule.text}{columns}: "), bold=bool(one.count), nl=False)
        click.echo(visible(verdict))
        for example in one.examples[:SHOWN]:
            click.echo(visible(f"        {example}"))
    if doubts:
        click.secho("Look at these before the rules are applied:", bold=True)
    for doubt in doubts:
        click.echo(visible(f"  {doubt.message}"))
        for example in doubt.examples[:SHOWN]:
            click.echo(visible(f"        {example}"))
