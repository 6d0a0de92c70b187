"""What a feed says: its title, its licence, and its entries, whatever the format."""

from dataclasses import dataclass, field


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
