"""`stork check`."""

import click

from datastork.cli.options import as_json, counted, folder, put_json


@click.command()
@folder
@as_json
def command(folder: str, as_json: bool) -> None:
    """Check the recipe in FOLDER: every problem at once, before anything runs.

    Exit code 0 when it can be built (there may be warnings), 2 when it cannot.
    """
    from datastork.core.errors import RecipeError
    from datastork.recipe.check import check
    from datastork.store.home import find_home

    home = find_home(folder)
    try:
        checked = check(home.recipe)
    except RecipeError as error:
        if not as_json:
            raise
        put_json({"ok": False, "problems": error.problems, "warnings": []})
        raise SystemExit(error.exit_code) from None
    if as_json:
        put_json({"ok": True, "problems": [], "warnings": list(checked.warnings)})
        return
    for warning in checked.warnings:
        click.secho(f"warning: {warning}", fg="yellow")
    click.echo(
        f"{home.recipe} is right: {counted(len(checked.steps), 'step')}, {counted(len(checked.publish), 'target')}"
    )
