"""`stork new`."""

import click

FOR = "What the dataset is for, as Hugging Face calls it: text-classification, text-generation, tabular-regression, …"


@click.command()
@click.argument("folder")
@click.option("--task", default="image-classification", show_default=True, help=FOR)
@click.option("--from", "source", metavar="PATTERN", help="The files to begin with: raw/**/*, or data.csv for a table.")
@click.option("--label", metavar="COLUMN", help="The column of a table with the labels; label by default.")
def command(folder: str, task: str, source: str | None, label: str | None) -> None:
    """Begin a dataset in FOLDER: a recipe to fill in, with the usual steps in the usual order.

    \b
    stork new birds                                            images in folders named after their label
    stork new reviews --task text-classification --from reviews.csv
    stork new census --task table-classification --from census.csv --label income
    """
    import shlex
    from pathlib import Path

    from datastork.core.errors import DatastorkError
    from datastork.core.nearest import did_you_mean
    from datastork.core.tasks import ALSO, TASKS, task_named
    from datastork.recipe.begin import TABLES, begin, sorted_by_folder

    if task_named(task) not in TASKS:
        near = did_you_mean(task, [*TASKS, *ALSO])
        raise click.UsageError(f"unknown task {task!r}{near}; known: {', '.join(TASKS)}")
    task = task_named(task)
    of_rows = TASKS[task] == "row"
    source = source or ("data.csv" if of_rows else "raw/**/*")
    path = Path(folder)
    recipe = path / "stork.toml"
    if recipe.exists():
        raise DatastorkError(f"{recipe} is there already", hint="nothing was changed")
    path.mkdir(parents=True, exist_ok=True)
    recipe.write_text(begin(path.resolve().name, task, source, label or "label"), encoding="utf-8")
    table = source.endswith(TABLES) and (TASKS[task] == "text" or (of_rows and label is None))
    todo = f"It reads {source}, seen from there{'. Name its columns in the recipe, then' if table else ''}:"
    if source == "raw/**/*":
        (path / "raw").mkdir(exist_ok=True)
        each = ", one folder per label" if sorted_by_folder(task) else ""
        todo = f"Put files in {path / 'raw'}{each}, then:"
    elif not any(sign in source for sign in "*?[:") and not (path / source).exists() and Path(source).is_file():
        click.echo(f"{path / source} is not there yet: cp {shlex.quote(source)} {shlex.quote(str(path / source))}")
    click.echo(f"{recipe} is written. {todo} stork build {folder}")
