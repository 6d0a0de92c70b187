"""`stork plan`."""

import click

from datastork.cli.options import as_json, folder, put_json


@click.command()
@folder
@as_json
def command(folder: str, as_json: bool) -> None:
    """Show what a build of FOLDER would do, pass by pass. Steps in one pass share one reading and decoding."""
    from datastork.engine.plan import SamplePass, make_plan
    from datastork.recipe.check import check
    from datastork.store.home import find_home

    plan = make_plan(check(find_home(folder).recipe))
    passes: list[dict[str, object]] = [{"pass": "collect", "steps": [bound.name for bound in plan.collect]}]
    for stage in plan.stages:
        if isinstance(stage, SamplePass):
            also = sorted({name for op in stage.ops if not op.use for name in op.columns})
            names = [op.name for op in stage.ops if op.use]
            passes.append({"pass": "read, decode, encode once", "steps": names, "also_measures": also})
        else:
            what = "measure" if stage.bound.spec.kind == "measure" else "whole table"
            passes.append({"pass": what, "steps": [stage.bound.name]})
    if as_json:
        put_json(passes)
        return
    for number, entry in enumerate(passes, start=1):
        steps = entry["steps"]
        assert isinstance(steps, list)
        click.echo(f"{number:>3}  {entry['pass']}: {', '.join(steps) or '-'}")
        if entry.get("also_measures"):
            click.echo(f"       also measures {', '.join(map(str, entry['also_measures']))}")  # type: ignore[call-overload]
