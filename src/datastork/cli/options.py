"""Arguments that several commands share."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

folder = click.argument("folder", default=".", type=click.Path(exists=True, file_okay=True))
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
version = click.option(
    "--version", "-v", "version", metavar="N", help="A version number or a tag; the newest by default."
)


encoding = click.option(
    "--encoding", metavar="NAME", help="The encoding of TABLE, as Python calls it; found by default."
)
sheet = click.option("--sheet", metavar="NAME", help="The sheet of a spreadsheet; the first by default.")


def put_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def counted(number: int, word: str) -> str:
    """Return "1 sample", "2 samples"."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


@contextmanager
def outside_recipes() -> Iterator[None]:
    """Tell what is wrong with a table or rules where there is no recipe: without a word of one."""
    from datastork.core.errors import DatastorkError, RecipeError

    try:
        yield
    except RecipeError as error:
        told = DatastorkError("\n  ".join(error.problems), hint=error.hint)
        told.exit_code = error.exit_code
        raise told from None


def rules_text(file: Path) -> str:
    """Return the text of a file of rules."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file} is not text in UTF-8: {error.reason} at byte {error.start:,}") from None
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}") from None


def visible(text: str, keep: str = "") -> str:
    """Return a text from data that cannot steer the terminal: control and direction characters as \\x.. and \\u...."""
    import unicodedata

    return "".join(
        c if c in keep or unicodedata.category(c)[0] != "C" else c.encode("unicode_escape").decode() for c in text
    )
