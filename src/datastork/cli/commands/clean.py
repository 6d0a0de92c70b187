"""`stork clean`: one table in, the repaired table, every change and every doubt out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datastork.cli.options import as_json, counted, encoding, outside_recipes, put_json, rules_text, sheet, visible

if TYPE_CHECKING:
    from datastork.clean._table.mending import Mended, Wishes
    from datastork.tables.changes import Changes
    from datastork.tables.grid import Grid

SHOWN = 12  # changes printed
WIDE = 34  # characters of a value


@click.command()
@click.argument("table", type=click.Path(exists=True, dir_okay=False))
@click.option("-o", "--output", metavar="FILE", help="The repaired table (CSV); TABLE.clean.csv by default.")
@click.option(
    "--rules",
    "files",
    metavar="FILE",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of rule lines; stork rules TABLE proposes some.",
)
@click.option("--rule", "lines", metavar="LINE", multiple=True, help='One rule, such as "zip -> city, state".')
@click.option(
    "--reference", "references", metavar="FILE:COLUMN", multiple=True, help="A table to look rows up in by COLUMN."
)
@click.option(
    "--ask", metavar="N", type=click.IntRange(0, 1000), default=0, help="Ask about N rows, most useful first."
)
@click.option(
    "--answers",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Take the answers given before, and keep those of --ask there; TABLE.clean.answers.csv by default.",
)
@click.option(
    "--label", metavar="COLUMN", help="What a model is to predict; a repair that costs accuracy is taken back."
)
@click.option("--protect", metavar="COLUMN", multiple=True, help="A column with groups of people, counted apart.")
@click.option("--columns", metavar="COLUMN", multiple=True, help="Repair these columns only.")
@click.option("--ignore", metavar="COLUMN", multiple=True, help="Leave a column as it is.")
@click.option("--source", metavar="COLUMN", help="Who reported a row, where several rows report on one thing.")
@click.option(
    "--apply", "sure", type=click.FloatRange(0, 1), default=0.95, show_default=True, help="How sure a repair must be."
)
@click.option("--suspect", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="How sure to be proposed.")
@click.option(
    "--max-change",
    type=click.FloatRange(0, 1),
    default=0.2,
    show_default=True,
    help="Most of a column to change unasked.",
)
@click.option("--allow", metavar="COLUMN", multiple=True, help="A column that may change more than that.")
@click.option("--yes", is_flag=True, help="Do not ask where much of a column would change: change it.")
@click.option("--report", "page", metavar="FILE", help="Write what was found and done as an HTML page.")
@click.option("--keep-formulas", is_flag=True, help="Do not escape cells that a spreadsheet would run (=, +, -, @).")
@encoding
@sheet
@click.option("--seed", type=int, default=0, show_default=True)
@as_json
@outside_recipes()
def command(table: str, output: str | None, page: str | None, as_json: bool, **given: Any) -> None:
    """Repair TABLE (CSV, TSV, JSON lines, Parquet, Excel): what is near certain is repaired, the rest is listed.

    \b
    stork clean data.csv
    stork clean data.csv -o clean.csv --rules rules.txt --report report.html
    stork clean data.csv --rule "zip -> city, state" --reference zips.csv:zip
    stork clean data.csv --ask 20 --label income --protect sex

    Beside the repaired table lie CHANGES (row, column, before, after, why, how sure) and, where there are any,
    SUSPECTS: repairs that are proposed and were not made. TABLE itself is never touched. Rows are counted from 0.

    To do this again and again, to undo it column by column, and to publish the result, make it a step of a dataset:
    stork new DATASET --task table-classification, then clean.table.repair.
    """
    from datastork.clean._table.told import findings
    from datastork.cleaning import write_page
    from datastork.media.text.encodings import guess
    from datastork.tables.reading.table import read_table

    if as_json and given["ask"]:
        raise click.UsageError("--ask talks to a person, --json to a machine: give one of them")
    target = Path(output) if output else _beside(Path(table))
    _safe(Path(table), [target, *([Path(page)] if page else [])])
    bad: list[str] = []
    named = [given["label"], given["source"], *given["protect"], *given["columns"], *given["ignore"], *given["allow"]]
    grid, notes = read_table(
        table,
        bad=bad,
        guess=guess,
        wanted=[name for name in named if name],
        encoding=given["encoding"],
        sheet=given["sheet"],
    )
    wishes, understood = _wishes(grid, given)
    notes += understood
    kept = given["answers"] or target.with_name(f"{target.stem}.answers.csv")
    done = _asked(_repaired(grid, wishes, ask=not given["yes"], quiet=as_json), wishes, given["ask"], kept)
    written, more = _write(done, target, given["keep_formulas"], bad)
    notes += more
    told = findings(done)
    if page is not None:
        written["report"] = str(write_page(Path(page), Path(table).name, told))
    if as_json:
        put_json({**told.numbers, "files": written, "notes": [*notes, *told.warnings]})
        return
    for note in notes:
        click.echo(visible(note), err=True)
    _show(done, told.sentences, told.warnings, written)


def _beside(table: Path) -> Path:
    """Return where the repaired table goes if nothing else is said: a.2024.csv.gz → a.2024.clean.csv."""
    name = Path(table.stem) if table.suffix.casefold() == ".gz" else table
    return table.with_name(f"{name.stem}.clean.csv")


def _safe(table: Path, files: list[Path]) -> None:
    """Make the folders of what is to be written, before any work is done; never write over the table itself."""
    for path in files:
        if path.exists() and path.samefile(table):
            raise click.UsageError(f"{path} is the table itself, which is never touched: name another file")
        if path.is_dir():
            raise click.UsageError(f"{path} is a folder: name a file in it")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.UsageError(f"{path} cannot be written: {error.strerror}") from None


def _wishes(grid: "Grid", given: dict[str, Any]) -> "tuple[Wishes, tuple[str, ...]]":
    """Return what is wished for, and what in the rules was understood in another way than written."""
    from datastork.clean._table.mending import Wishes
    from datastork.cli.answers import read_answers
    from datastork.core.errors import RecipeError
    from datastork.tables.reading.table import read_table
    from datastork.tables.rules import parse

    text = "\n".join([*(rules_text(name) for name in given["files"]), *given["lines"]])
    rules = parse(text, grid.names) if text.strip() else None
    references = []
    for one in given["references"]:
        name, _, column = one.rpartition(":")
        if not name:
            raise RecipeError(
                [f"--reference {one!r}: give the file and the column it is looked up by, as zips.csv:zip"]
            )
        references.append((read_table(name)[0], column))
    wishes = Wishes(
        rules=rules,
        references=references,
        answers=read_answers(given["answers"], grid) if given["answers"] and given["answers"].exists() else None,
        columns=given["columns"] or None,
        ignore=given["ignore"],
        label=given["label"],
        protect=given["protect"],
        source=given["source"],
        apply=given["sure"],
        suspect=given["suspect"],
        max_change=1.0 if given["yes"] else given["max_change"],
        allow=given["allow"],
        seed=given["seed"],
    )
    return wishes, rules.notes if rules else ()


def _repaired(grid: "Grid", wishes: "Wishes", *, ask: bool, quiet: bool) -> "Mended":
    """Repair; where much of a column would change and a person is there, show what and ask."""
    import dataclasses
    import sys

    from datastork.clean._table.mending import mend

    done = mend(grid, wishes, progress=None if quiet or not sys.stderr.isatty() else _progress)
    if not done.refusals or not ask or quiet or not sys.stdin.isatty():
        return done
    allowed = list(wishes.allow)
    for one in done.refusals:
        click.echo(visible(one.message), err=True)
        place = grid.place(one.column)
        for line in _lines(grid, done.suspects.where(done.suspects.column == place), 5):
            click.echo(f"    {line}", err=True)
        if click.confirm(f"Change {counted(one.cells, 'cell')} of {visible(one.column)}?", err=True):
            allowed.append(one.column)
    return mend(grid, dataclasses.replace(wishes, allow=allowed)) if len(allowed) > len(wishes.allow) else done


def _asked(done: "Mended", wishes: "Wishes", count: int, file: Path) -> "Mended":
    """Ask about rows, keep the answers in a file, and repair again with them."""
    if not count:
        return done
    import dataclasses

    from datastork.clean._table.mending import mend
    from datastork.cli.answers import joined, write_answers
    from datastork.cli.asking import ask

    answers = ask(done.before, done, count)
    if not len(answers):
        return done
    answers = joined(wishes.answers, answers)
    write_answers(file, answers, done.before)
    click.echo(f"{file} holds the answers; take them again with --answers {file}", err=True)
    return mend(done.before, dataclasses.replace(wishes, answers=answers))


def _progress(what: str) -> None:
    click.echo(f"{what} …", err=True)


def _write(done: "Mended", target: Path, keep_formulas: bool, bad: list[str]) -> tuple[dict[str, str], list[str]]:
    """Write the table, its changes and doubts, and the rows that could not be read; return the files, and notes."""
    from datastork.store.home import write_whole
    from datastork.tables.grid import Grid
    from datastork.tables.writing import write_csv

    escaped = write_csv(done.after, target, escape=not keep_formulas, line_end="\n").note(target.name)
    written = {"table": str(target)}
    for name, changes in (("changes", done.changes), ("suspects", done.suspects)):
        path = target.with_name(f"{target.stem}.{name}.csv")
        if not len(changes):
            path.unlink(missing_ok=True)  # of an earlier run: it would speak of another table
            continue
        told = changes.to_arrow(done.before)
        write_csv(Grid.of({column: told[column].cast("string") for column in told.column_names}), path)
        written[name] = str(path)
    if bad:
        path = target.with_name(f"{target.stem}.bad.txt")
        write_whole(path, "".join(f"{line}\n" for line in bad).encode("utf-8", "replace"))
        written["bad rows"] = str(path)
    return written, [escaped] if escaped else []


def _lines(grid: "Grid", changes: "Changes", most: int) -> list[str]:
    from datastork.clean._table.told import grouped

    return [
        f"{visible(column)}: {_short(old)} → {_short(new)}  × {count:,}  ({sure:.2f}, {visible(why)})"
        for (column, old, new), (count, sure, why) in grouped(grid, changes)[:most]
    ]


def _short(text: str | None) -> str:
    if text is None:
        return "(nothing)"
    return repr(visible(text if len(text) <= WIDE else f"{text[: WIDE // 2]}…{text[-WIDE // 2 :]}"))


def _show(done: "Mended", sentences: Any, warnings: Any, written: dict[str, str]) -> None:
    for line in sentences:
        click.echo(line)
    for line in _lines(done.before, done.changes, SHOWN):
        click.echo(f"  {line}")
    for line in warnings:
        click.secho(visible(line), fg="yellow", err=True)
    for what, path in written.items():
        click.echo(f"{what:>9}  {path}")
