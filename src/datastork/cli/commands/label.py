"""`stork label`."""

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from datastork.cli.options import as_json, folder, visible

if TYPE_CHECKING:
    from datastork.app.begin import Begun

ROLES = ("annotator", "reviewer", "owner")
PLENTY = 1000  # uses of an invite


@click.command()
@folder
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    help="Port to listen on; 0 takes any. By default the one used last time: browsers keep unsent answers by it.",
)
@click.option("--lan", is_flag=True, help="Let phones and others in this network in; prints a QR code.")
@click.option("--https", is_flag=True, help="Encrypt with a certificate of our own making; microphones need it.")
@click.option("--host", "hosts", multiple=True, metavar="NAME", help="Also answer to this name (a tunnel, a proxy).")
@click.option("--behind-proxy", is_flag=True, help="Believe the X-Forwarded-… headers of the proxy in front.")
@click.option("--as", "owner", metavar="NAME", help="Your name as annotator; your name on this machine by default.")
@click.option(
    "--invite",
    "invites",
    multiple=True,
    metavar="ROLE[:USES]",
    help="Also print a link for others, such as annotator:5.",
)
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@as_json
def command(
    folder: str,
    port: int | None,
    lan: bool,
    https: bool,
    hosts: tuple[str, ...],
    behind_proxy: bool,
    owner: str | None,
    invites: tuple[str, ...],
    no_browser: bool,
    as_json: bool,
) -> None:
    """Label the samples of FOLDER in the browser, alone or with others.

    Prints a link that works once and makes you the owner: open it, label, see how it goes at /owner. What is asked
    stands in the recipe's [label] table; without one the task decides. Votes are kept in .stork/votes.sqlite the
    moment they are given, and never changed; Ctrl-C at any time loses nothing.

    \b
      stork label                          alone, on this machine
      stork label --invite annotator:5     and a link that five others can join with
      stork label --lan                    phones in this network, with a QR code to scan
      stork label --lan --https            and their microphones and cameras
      stork label --host abc.example.org   through a tunnel that ends there

    Others get links by --invite, or from you on the owner's page. Nobody gets in without a link; there is no password.
    With --https browsers warn once, since nobody vouches for our certificate: compare its fingerprint with the one
    printed, then go on.

    When enough is labelled: stork build, which turns votes into labels (label.resolve).
    """
    from datastork.core.errors import MissingExtraError

    for package in ("starlette", "uvicorn", "httptools", "python_multipart"):
        from importlib.util import find_spec

        if find_spec(package) is None:
            raise MissingExtraError("stork label", package, "app")
    from datastork.app.begin import begin

    wanted = [_invite(text) for text in invites]
    at_terminal = sys.stdout.isatty() and not as_json

    def ready(begun: "Begun") -> None:
        if as_json:
            click.echo(json.dumps(begun.as_json(), ensure_ascii=False))
        else:
            _tell(begun, lan)
        sys.stdout.flush()
        if at_terminal and not no_browser and _has_screen():
            import webbrowser

            webbrowser.open(begun.link)

    def tell(line: str) -> None:
        click.echo(visible(line), err=as_json)

    begin(
        folder,
        port=port,
        lan=lan,
        https=https,
        hosts=hosts,
        behind_proxy=behind_proxy,
        owner=owner,
        invites=wanted,
        ready=ready,
        tell=tell,
    )
    if not as_json:
        click.echo("ended; every vote that was given is kept")


def _invite(text: str) -> tuple[str, int]:
    role, _, uses = text.partition(":")
    if role not in ROLES:
        from datastork.core.nearest import did_you_mean

        raise click.BadParameter(
            f"{role!r} is none of {', '.join(ROLES)}{did_you_mean(role, ROLES)}", param_hint="--invite"
        )
    if uses and not (uses.isascii() and uses.isdigit() and 0 < int(uses) <= PLENTY):
        raise click.BadParameter(f"{uses!r} is no number from 1 to {PLENTY}", param_hint="--invite")
    return role, int(uses or 1)


def _has_screen() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _tell(begun: "Begun", lan: bool) -> None:
    click.secho(visible(f"labelling {begun.dataset}"), bold=True)
    click.echo(f"  open  {begun.link}")
    click.echo(visible(f"        it works once, and makes you, {begun.owner}, the owner"))
    for role, uses, link in begun.invites:
        people = f"{uses} people" if uses > 1 else "one person"
        click.echo(f"  {role} ({people}):  {link}")
    if begun.phone:
        click.echo(f"  phone {begun.phone}")
        _draw(begun.phone)
    elif lan:
        click.echo("  this machine has no address that others could reach; is it connected?", err=True)
    if begun.fingerprint:
        click.echo(
            "  browsers will warn once that nobody vouches for this certificate: go on (Advanced → Proceed) if its"
        )
        click.echo(f"  SHA-256 fingerprint is {begun.fingerprint}")
    elif lan:
        click.echo("  everything in this network can read along, and microphones stay shut: --https mends both")
    click.echo("  Ctrl-C ends it; nothing is lost")


def _draw(link: str) -> None:
    """Draw a QR code in half blocks, dark on light whatever the terminal's colours are."""
    try:
        import segno
    except ImportError:
        click.echo("  (no QR code: pip install 'datastork[app]')", err=True)
        return
    rows: Any = [list(row) for row in segno.make(link, error="l", micro=False).matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    for above, below in zip(rows[::2], rows[1::2], strict=True):
        marks = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
        line = "".join(marks[bool(a), bool(b)] for a, b in zip(above, below, strict=True))
        click.echo("  " + (f"\x1b[97;40m{line}\x1b[0m" if sys.stdout.isatty() else line))
