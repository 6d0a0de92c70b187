"""Write docs/cli.md: the help of every command.

python tools/cli_page.py           writes it
python tools/cli_page.py --check   says whether it is up to date, and fails where not
"""

import sys
from pathlib import Path

import click

from datastork.cli.main import COMMANDS, stork

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "cli.md"
WIDTH = 100


def page() -> str:
    """Return the text of the page."""
    parts = [
        "# Commands\n\nWritten from the code by `make docs`. In the terminal: `stork --help`, `stork COMMAND --help`.\n"
    ]
    for name in ("", *COMMANDS):
        title = f"stork {name}".strip()
        parts.append(f"\n## {title}\n\n```text\n{_help(name)}\n```\n")
        for inner in _inner(name):
            parts.append(f"\n### {title} {inner}\n\n```text\n{_help(name, inner)}\n```\n")
    return "".join(parts)


def _inner(name: str) -> list[str]:
    """Return the commands of a command."""
    with click.Context(stork) as above:
        command = stork.get_command(above, name) if name else None
    return list(command.commands) if isinstance(command, click.Group) else []


def _help(name: str, inner: str | None = None) -> str:
    with click.Context(stork, info_name="stork", **_width()) as above:
        if not name:
            return stork.get_help(above)
        command = stork.get_command(above, name)
        assert command is not None
        with click.Context(command, info_name=name, parent=above, **_width()) as ctx:
            if inner is None:
                return command.get_help(ctx)
            assert isinstance(command, click.Group)
            with click.Context(command.commands[inner], info_name=inner, parent=ctx, **_width()) as last:
                return command.commands[inner].get_help(last)


def _width() -> dict[str, int]:
    return {"terminal_width": WIDTH, "max_content_width": WIDTH}


def main(arguments: list[str]) -> int:
    """Write the page, or say whether it is up to date."""
    text = page()
    same = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text
    if "--check" in arguments:
        if not same:
            print("not up to date: docs/cli.md; run: make docs")
        return 0 if same else 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    print(f"docs/cli.md: {len(COMMANDS)} commands, {'as it was' if same else 'changed'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
