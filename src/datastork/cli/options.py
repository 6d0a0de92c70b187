"""Arguments that several commands share."""

import json
from typing import Any

import click

folder = click.argument("folder", default=".", type=click.Path(exists=True, file_okay=True))
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
version = click.option(
    "--version", "-v", "version", metavar="N", help="A version number or a tag; the newest by default."
)


def put_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def counted(number: int, word: str) -> str:
    """Return "1 sample", "2 samples"."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def visible(text: str, keep: str = "") -> str:
    """Return a text from data that cannot steer the terminal: control and direction characters as \\x.. and \\u...."""
    import unicodedata

    return "".join(
        c if c in keep or unicodedata.category(c)[0] != "C" else c.encode("unicode_escape").decode() for c in text
    )
