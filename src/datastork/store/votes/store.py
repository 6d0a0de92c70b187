"""The store of votes of one dataset: one door to all its parts."""

import tomllib
from pathlib import Path

from datastork.core.errors import StoreError
from datastork.store.home import Home
from datastork.store.votes.address import locate
from datastork.store.votes.audit import audit
from datastork.store.votes.backup import backup, private
from datastork.store.votes.beside.captures import Captures
from datastork.store.votes.beside.comments import Comments
from datastork.store.votes.beside.drafts import Drafts
from datastork.store.votes.beside.gold import Gold
from datastork.store.votes.beside.people import People
from datastork.store.votes.beside.settings import Settings
from datastork.store.votes.beside.taxonomy import Taxonomy
from datastork.store.votes.cast import Caster
from datastork.store.votes.engine import Base
from datastork.store.votes.queue.items import Items
from datastork.store.votes.queue.leases import Leases
from datastork.store.votes.read import Reader
from datastork.store.votes.schema import prepare


class Queue(Items, Leases):
    """What is to be labelled, and who gets what next."""


class VoteStore:
    """Votes and all that belongs to them. Every method has committed when it returns; threads and other processes
    may use the same store at the same time. `close` it at the end, or use it in a `with`.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        self.cast = Caster(base)
        self.read = Reader(base)
        self.queue = Queue(base)
        self.people = People(base)
        self.gold = Gold(base)
        self.comments = Comments(base)
        self.drafts = Drafts(base)
        self.taxonomy = Taxonomy(base)
        self.captures = Captures(base)
        self.settings = Settings(base)

    @property
    def name(self) -> str:
        """Where it is: a path, or a URL without its password."""
        return self.base.name

    def audit(self) -> list[str]:
        """Work out anew from the votes all that is counted; return what differs."""
        return audit(self.base)

    def backup(self, path: Path) -> None:
        """Write a copy of everything to a new file."""
        backup(self.base, path)

    def close(self) -> None:
        """Let go of all connections."""
        self.base.close()

    def __enter__(self) -> "VoteStore":
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()


def open_votes(home: Home, url: str | None = None) -> VoteStore:
    """Open the votes of a dataset and make the tables where there are none.

    `url` names a database (`address.locate`); without one the environment's DATASTORK_VOTES does, else it is the
    file `.stork/votes.sqlite`. Raises StoreError where it cannot be opened, is damaged or newer than this program,
    MissingExtraError for PostgreSQL without `datastork[postgres]`.
    """
    base = locate(url, home.votes, _name(home))
    if not base.postgres:
        folder = Path(str(base.url.database)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            private(Path(str(base.url.database)))  # SQLite gives what lies beside it the same rights
        except OSError as error:
            raise StoreError(
                f"cannot write to {folder}: {error.strerror or error}", hint="check permissions"
            ) from error
    try:
        prepare(base)
    except BaseException:
        base.close()
        raise
    return VoteStore(base)


def _name(home: Home) -> str:
    """Return the name of the dataset: what the recipe says, else that of its folder."""
    try:
        told = tomllib.loads(home.recipe.read_text(encoding="utf-8")).get("dataset", {}).get("name")
    except (OSError, ValueError, AttributeError):
        told = None
    return str(told or home.root.resolve().name)
