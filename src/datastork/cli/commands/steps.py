"""`stork steps`."""

import click

from datastork.cli.options import as_json, put_json


@click.command()
@click.argument("name", required=False)
@as_json
def command(name: str | None, as_json: bool) -> None:
    """List the steps there are, or explain the step NAME with all its settings."""
    from datastork import catalog

    if name is None:
        names = catalog.names()
        if as_json:
            put_json(names)
            return
        stage = ""
        for step in names:
            if step.split(".", 1)[0] != stage:
                stage = step.split(".", 1)[0]
                click.secho(stage, bold=True)
            click.echo(f"  {step}")
        click.echo("explain one: stork steps NAME")
        return
    spec = catalog.find(name)
    settings = [_setting(setting) for setting in spec.settings]
    if as_json:
        put_json(
            {
                "name": spec.name,
                "works_on": catalog.WORKS_ON[spec.kind],
                "summary": spec.summary,
                "settings": settings,
            }
        )
        return
    import inspect

    click.secho(f"{spec.name}", bold=True, nl=False)
    click.echo(f"  works on {catalog.WORKS_ON[spec.kind]}")
    click.echo(inspect.getdoc(spec.function) or "")
    table = "[[publish]]" if spec.kind == "publish" else "[[step]]"
    click.echo(f'\n{table}\nuse = "{spec.name}"')
    for setting in settings:
        default = setting["default"]
        shown = f"{setting['name']} = {default}" if default is not None else f"# {setting['name']} = "
        click.echo(f"{shown}    # {setting['type']}" + ("" if setting["required"] is False else ", must be given"))


def _setting(setting: object) -> dict[str, object]:
    from datastork.catalog import Setting
    from datastork.recipe.bind import type_words
    from datastork.recipe.toml import toml_value

    assert isinstance(setting, Setting)
    default = None if setting.required or setting.default is None else toml_value(setting.default)
    return {
        "name": setting.name,
        "type": type_words(setting.hint),
        "required": setting.required,
        "default": default,
        "help": setting.help,
    }
