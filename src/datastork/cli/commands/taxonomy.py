"""`stork taxonomy`."""

from pathlib import Path

import click

from datastork.cli.options import as_json, counted, folder, put_json, visible

SHOWN = 200


@click.group()
def command() -> None:
    """Bring classes in from an existing taxonomy; rename, merge and split classes with their votes."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    default="taxonomy.json",
    show_default=True,
    help="Where to write it.",
)
@click.option("--under", metavar="ID", help="Only the classes below this one.")
@click.option("--depth", type=click.IntRange(1), help="So many levels at most.")
@click.option("--replace", is_flag=True, help="Replace what lies there.")
@as_json
def import_(file: Path, target: Path, under: str | None, depth: int | None, replace: bool, as_json: bool) -> None:
    """Read the classes in FILE and write them as JSON that a question can name: classes = "taxonomy.json".

    Understood: AudioSet's ontology (JSON), a tree in CSV (id, name, parent; or one column per level), is-a lists as
    WordNet's (child and parent, by a tab or "is-a"), and plain lines.
    """
    from datastork.core.errors import StoreError
    from datastork.core.questions import taxonomy

    classes = taxonomy.read_classes(file)
    if under is not None:
        named = [one.id for one in classes if one.name == under]
        top = under if any(one.id == under for one in classes) or len(named) != 1 else named[0]
        classes = taxonomy.under(classes, top, depth)
    elif depth is not None:
        above = taxonomy.ancestors(classes)
        classes = tuple(one for one in classes if len(above[one.id]) < depth)
    classes = taxonomy.checked(classes, file.name)
    if target.exists() and not replace:
        raise StoreError(f"{target} is there already", hint="name another with --to, or replace it with --replace")
    taxonomy.write_classes(target, classes)
    levels = 1 + max(len(above) for above in taxonomy.ancestors(classes).values())
    if as_json:
        put_json({"classes": len(classes), "written": str(target)})
        return
    click.echo(
        f"{counted(len(classes), 'class').replace('classs', 'classes')}, at most {levels} deep, written to {target}"
    )
    click.echo(f'to ask for them:\n\n[[label.question]]\nkind    = "taxonomy"\nclasses = "{target.name}"')


@command.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@as_json
def show(file: Path, as_json: bool) -> None:
    """Show the tree in FILE."""
    from dataclasses import asdict

    from datastork.core.questions.taxonomy import read_classes

    classes = read_classes(file)
    if as_json:
        put_json([asdict(one) for one in classes])
        return
    children: dict[str | None, list[int]] = {}
    for at, one in enumerate(classes):
        for up in one.parents or (None,):
            children.setdefault(up, []).append(at)
    line = [(at, 0) for at in reversed(children.get(None, []))]
    shown = 0
    while line and shown < SHOWN:
        at, depth = line.pop()
        one = classes[at]
        name = one.name if one.name == one.id else f"{one.name}  ({one.id})"
        click.echo(visible("  " * depth + name))
        shown += 1
        line += [(child, depth + 1) for child in reversed(children.get(one.id, []))]
    if line:
        click.echo(f"… {len(classes):,} classes in all; every one with --json")


@command.command()
@click.argument("old")
@click.argument("new")
@folder
@click.option("--question", default=None, help="The question; the main one by default.")
@click.option("--why", default="", help="The reason, for the record.")
def rename(old: str, new: str, folder: str, question: str | None, why: str) -> None:
    """Rename class OLD to NEW: votes for the one count for the other. The votes themselves stay as they were cast."""
    _migrate(folder, question, "rename", [old], [new], why)


@command.command()
@click.argument("old", nargs=-1, required=True)
@click.option("--into", required=True, metavar="CLASS", help="The class they become.")
@click.option("--folder", default=".", type=click.Path(exists=True), help="The dataset.")
@click.option("--question", default=None, help="The question; the main one by default.")
@click.option("--why", default="", help="The reason, for the record.")
def merge(old: tuple[str, ...], into: str, folder: str, question: str | None, why: str) -> None:
    """Merge the classes OLD… into one."""
    _migrate(folder, question, "merge", list(old), [into], why)


@command.command()
@click.argument("old")
@click.option("--into", required=True, multiple=True, metavar="CLASS", help="The classes it becomes; twice or more.")
@click.option("--folder", default=".", type=click.Path(exists=True), help="The dataset.")
@click.option("--question", default=None, help="The question; the main one by default.")
@click.option("--why", default="", help="The reason, for the record.")
def split(old: str, into: tuple[str, ...], folder: str, question: str | None, why: str) -> None:
    """Split class OLD: its samples are asked about again, with the old answer as a suggestion."""
    _migrate(folder, question, "split", [old], list(into), why)


@command.command()
@folder
@as_json
def log(folder: str, as_json: bool) -> None:
    """Tell what was renamed, merged and split, when and why."""
    from datastork.engine.voting.migrating import migrations
    from datastork.store.home import find_home

    found = migrations(find_home(folder))
    if as_json:
        put_json(found)
        return
    for one in found:
        click.echo(
            visible(f"{one['version']:>4}  {one['question']}: {one['what']}  {one['by']} {one['at']}  {one['why']}")
        )
    if not found:
        click.echo("no class was renamed, merged or split")


def _migrate(folder: str, question: str | None, what: str, old: list[str], new: list[str], why: str) -> None:
    from datastork.engine.voting.migrating import migrate
    from datastork.store.home import find_home

    done = migrate(find_home(folder), question, what, old, new, why)
    click.echo(visible(f"version {done.version} of question {done.question}: {done.says}"))
    if done.reopened:
        click.echo(f"{counted(done.reopened, 'sample')} will be asked about again")
    for line in done.todo:
        click.echo(visible(line))
