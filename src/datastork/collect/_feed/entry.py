"""What a feed says: its title, its licence, and its entries, whatever the format."""

from dataclasses import dataclass, field
from urllib.parse import urljoin


@dataclass(slots=True)
class Entry:
    """One entry as it was written. `content` and `summary` are HTML where their flag says so."""

    id: str = ""
    link: str = ""
    title: str = ""
    content: str | None = None
    content_html: bool = True
    summary: str | None = None
    summary_html: bool = True
    author: str = ""
    published: str = ""
    categories: list[str] = field(default_factory=list)
    licence: str = ""


@dataclass(slots=True)
class Feed:
    """A feed that was read. `bad` says why entries could not be."""

    title: str = ""
    licence: str = ""
    author: str = ""
    language: str = ""
    entries: list[Entry] = field(default_factory=list)


def joined(base: str, link: str) -> str:
    """Return a link made whole with the address it stands at; empty where there is none, or it is broken."""
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return ""
