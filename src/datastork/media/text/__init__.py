"""Texts: Unicode, and how they are read, written, measured and compared."""

from dataclasses import dataclass, field
from typing import Any, Literal

from datastork.core.change import Change

TextFormat = Literal["txt", "html"]


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    r"""A decoded text: Unicode without lone surrogates or a byte order mark, lines ended by `\n`.

    `content` is the text; of format "html" it is markup until `clean.text.strip_html` makes plain text of it.
    `changes` are what the last step found and changed, for the ledger (see `core.step.Mark.records`).
    """

    content: str
    format: TextFormat = field(default="txt")
    changes: tuple[Change, ...] = field(default=())
    _kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def words(self) -> list[str]:
        """The pieces between white space, made once however many ask. Not to be written to."""
        if "words" not in self._kept:
            self._kept["words"] = self.content.split()
        found: list[str] = self._kept["words"]
        return found

    @property
    def lines(self) -> list[str]:
        """The lines without their ends, made once. Not to be written to."""
        if "lines" not in self._kept:
            self._kept["lines"] = self.content.split("\n")
        found: list[str] = self._kept["lines"]
        return found

    def replaced(self, content: str, *, changes: tuple[Change, ...] = ()) -> "Text":
        """Return a text of this format with other content; this one where nothing is different."""
        if content == self.content and not changes:
            return self
        return Text(content, self.format, changes)
