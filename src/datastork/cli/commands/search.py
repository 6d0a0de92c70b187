"""`stork search`."""

from typing import TYPE_CHECKING

import click

from datastork.cli.options import as_json, counted, put_json, visible

if TYPE_CHECKING:
    from datastork.collect._hub.search import Hit

SOURCES = ("hf", "openml", "sklearn", "zenodo")
LONGEST = 100  # characters of a title


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--source", metavar="NAMES", default=",".join(SOURCES), show_default=True, help="Where to look.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="How many at most.")
@as_json
def command(words: tuple[str, ...], source: str, limit: int, as_json: bool) -> None:
    """Look for public datasets that exist already: on Hugging Face, OpenML and Zenodo, and inside scikit-learn.

    Shown are licence, size, downloads, tasks and languages, as far as the catalogue says, and the line for the recipe.
    """
    from dataclasses import asdict

    from datastork.collect._hub.search import search

    sources = tuple(dict.fromkeys(name.strip() for name in source.split(",") if name.strip()))
    wrong = [name for name in sources if name not in SOURCES]
    if wrong or not sources:
        from datastork.core.nearest import did_you_mean

        name = wrong[0] if wrong else ""
        raise click.UsageError(f"no source {name!r}{did_you_mean(name, SOURCES)}; there are {', '.join(SOURCES)}")
    answers = search(" ".join(words), sources=sources, limit=limit)
    if as_json:
        put_json({"found": [asdict(hit) for hit in answers.hits], "problems": answers.problems})
    else:
        for hit in answers.hits:
            _show(hit)
        _close(len(answers.hits), " ".join(words), answers.problems)
    if len(answers.problems) == len(sources):
        raise click.exceptions.Exit(4)  # as for a source that cannot be read


def _show(hit: "Hit") -> None:
    title = hit.title if len(hit.title) <= LONGEST else hit.title[: LONGEST - 1] + "…"
    click.secho(visible(hit.name), bold=True, nl=False)
    click.echo(visible(f"  {title}") if title not in hit.name else "")
    facts = [
        hit.license or "licence not said",
        f"{hit.size / 1e6:,.1f} MB" if hit.size is not None else "",
        f"up to {hit.rows:,} rows" if hit.rows is not None and hit.source == "hf" else "",
        f"{hit.rows:,} rows" if hit.rows is not None and hit.source != "hf" else "",
        counted(hit.downloads, "download") if hit.downloads is not None else "",
        ", ".join(hit.tasks),
        ", ".join(hit.languages),
        hit.updated or "",
    ]
    click.echo(visible("  " + " · ".join(fact for fact in facts if fact)))
    click.echo(visible(f"  {hit.link}"))
    if hit.line:
        click.echo(visible(f"  {hit.line}"))


def _close(count: int, words: str, problems: dict[str, str]) -> None:
    for name, why in problems.items():
        click.echo(visible(f"{name} could not be asked: {why}"), err=True)
    if not count:
        click.echo(visible(f"nothing found for {words!r}"))
        return
    click.echo('to collect one, put its line below these two: [[step]], use = "collect.hub"')
