"""`stork status`."""

from typing import Any

import click

from datastork.cli.options import as_json, folder, put_json, version


@click.command()
@folder
@version
@as_json
def command(folder: str, version: str | None, as_json: bool) -> None:
    """Show the samples of FOLDER by state, and what each step of the last build did and why.

    "reused" means that finished work was taken; otherwise the last column says why it was done.
    """
    from datastork.dataset import open as open_dataset

    status = open_dataset(folder).status(version)
    if as_json:
        put_json(status)
        return
    _draw(status)


def _draw(status: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not status["steps"]:
        console.print("never built; build it with: stork build")
        return
    samples = status["samples"]
    tags = f" ({', '.join(status['tags'])})" if status["tags"] else ""
    console.print(
        f"[bold]{status['dataset']}[/] version {status['version']}{tags}, made {status['made_at']}",
        highlight=False,
    )
    table = Table(box=None, pad_edge=False, header_style="dim")
    shown = ["dropped", "quarantined", *(["changed"] if any(step["changed"] for step in status["steps"]) else [])]
    for name, justify in (
        ("step", "left"),
        ("in", "right"),
        ("out", "right"),
        *((name, "right") for name in shown),
        ("seconds", "right"),
        ("", "left"),
    ):
        wide = max(len(step["name"]) for step in status["steps"]) if name == "step" else None
        table.add_column(name, justify=justify, min_width=wide)  # type: ignore[arg-type]
    for step in status["steps"]:
        why = step["why"] if step["why"] else "reused" if step["reused"] else ""
        numbers = [f"{step[key]:,}" if step[key] else "" for key in shown]
        came = "" if step["use"].startswith("collect.") else f"{step['in']:,}"
        table.add_row(step["name"], came, f"{step['out']:,}", *numbers, f"{step['seconds']:.2f}", why)
    console.print(table)
    console.print(
        f"[bold]{samples['kept']:,} kept[/] + {samples['dropped']:,} dropped + {samples['quarantined']:,} quarantined"
        f" = {samples['total']:,} samples",
        highlight=False,
    )
    if status["stale"]:
        console.print(f"not up to date: {status['stale']}", style="yellow", highlight=False)
