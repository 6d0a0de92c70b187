"""`stork new`."""

import click

FOR = "What the dataset is for, as Hugging Face calls it: text-classification, text-generation, tabular-regression, …"


@click.command()
@click.argument("folder")
@click.option("--task", default="image-classification", show_default=True, help=FOR)
@click.option("--from", "source", default="raw/**/*", show_default=True, help="The files to begin with, as a pattern.")
def command(folder: str, task: str, source: str) -> None:
    """Begin a dataset in FOLDER: a recipe to fill in, with the usual steps in the usual order."""
    from pathlib import Path

    from datastork.core.errors import DatastorkError
    from datastork.core.nearest import did_you_mean
    from datastork.core.tasks import TASKS
    from datastork.recipe.begin import TABLES, begin, sorted_by_folder

    if task not in TASKS:
        raise click.UsageError(f"unknown task {task!r}{did_you_mean(task, TASKS)}; known: {', '.join(TASKS)}")
    path = Path(folder)
    recipe = path / "stork.toml"
    if recipe.exists():
        raise DatastorkError(f"{recipe} is there already", hint="nothing was changed")
    path.mkdir(parents=True, exist_ok=True)
    recipe.write_text(begin(path.resolve().name, task, source), encoding="utf-8")
    table = source.endswith(TABLES) and TASKS[task] == "text"
    todo = f"It reads {source}, seen from there{'. Name its columns in the recipe, then' if table else ''}:"
    if source == "raw/**/*":
        (path / "raw").mkdir(exist_ok=True)
        each = ", one folder per label" if sorted_by_folder(task) else ""
        todo = f"Put files in {path / 'raw'}{each}, then:"
    click.echo(f"{recipe} is written. {todo} stork build {folder}")
