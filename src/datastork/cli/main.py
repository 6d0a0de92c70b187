"""`stork`: the group of commands, loaded one by one when they are called."""

import os
import sys
from importlib import import_module

import click

from datastork import __version__

STOPPED = 130  # what a shell expects after Ctrl-C

# name -> what it does, shown by --help without importing the command
COMMANDS = {
    "new": "Begin a dataset: a folder with a recipe to fill in.",
    "search": "Look for public datasets that exist already.",
    "check": "Check a recipe: every problem at once, before anything runs.",
    "plan": "Show what a build would do, pass by pass.",
    "build": "Bring a dataset up to date with its recipe and its files.",
    "status": "Show the samples by state, and what each step did and why.",
    "show": "Look at samples: a contact sheet, or one sample.",
    "why": "Tell the life of one sample.",
    "label": "Label samples in the browser, alone or with others.",
    "report": "Write the report: one HTML file and its numbers.",
    "publish": "Write the dataset where others can use it.",
    "history": "List the versions; give one a tag.",
    "diff": "Show what is different between two versions.",
    "votes": "Bring votes in from files of other tools, and write them out.",
    "taxonomy": "Bring classes in; rename, merge and split them with their votes.",
    "undo": "Undo a version, a step's drops and changes, a column's, or a sample's.",
    "clean": "Repair a table in one go: CSV in, repaired CSV and a report out.",
    "clean-next": "Propose the rows most worth a person's time for a model, and take the answers.",
    "rules": "Propose rules that a table seems to keep, or check rules against it.",
    "steps": "List the steps, or explain one.",
    "demo": "Build a small real dataset, to see how it goes.",
}


class Commands(click.Group):
    """Commands by name; a wrong name gets the nearest right one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order a user meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(f"datastork.cli.commands.{cmd_name.replace('-', '_')}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command called, or explain which was probably meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from datastork.core.nearest import did_you_mean

            ctx.fail(f"no command {args[0]!r}{did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, "-V", "--version", message="datastork %(version)s")
def stork() -> None:
    """Make a machine-learning dataset, end to end: collect, clean, label, split, measure, publish.

    A dataset is a folder with a recipe, stork.toml. Begin with `stork new NAME`, or look at one with `stork demo`.
    """


def main() -> None:
    """Run `stork`; errors of ours end in one clear message and their own exit code."""
    from datastork.core.errors import DatastorkError

    try:
        stork.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(STOPPED)
    except DatastorkError as error:
        from datastork.cli.options import visible  # messages quote names that come from data

        click.echo(visible(f"stork: {error.message}", keep="\n"), err=True)
        if error.hint:
            click.echo(visible(f"  → {error.hint}", keep="\n"), err=True)
        if error.exit_code == STOPPED:
            # the engine's native threads may still be winding down, and a normal exit would tear them apart noisily
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(STOPPED)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
