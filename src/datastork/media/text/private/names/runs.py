"""Runs of words with capitals: what may be a name, with the words around it cut off."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from datastork.media.text.private.address.words import UPPER
from datastork.media.text.private.names.lexicon import COMMON, TITLES

_PART = r"(?:van|von|de|da|do|dos|das|del|della|di|du|den|der|ten|ter|la|le|el|al|bin|ibn|af|av|zu|y|e)"
_WORD = rf"[{UPPER}](?:[\w'’]|-(?=\w))*"
_RUN = re.compile(rf"(?<![\w'’@/\\.-])(?:{_WORD}\.?)(?: {{1,2}}(?:{_PART} ){{0,2}}(?:{_WORD}\.?)){{0,7}}(?![/@\\=])")
_TOKEN = re.compile(r"[^\s]+")
_TITLE = re.compile(rf"(?:{TITLES})\.?")
_POSSESSIVE = ("'s", "’s", "'", "’")


class Run(NamedTuple):
    """Words with capitals between two characters; `title` says that one such as "Dr" stood before them."""

    start: int
    end: int
    words: tuple[str, ...]
    title: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """The words in lower case, without initials."""
        return tuple(one.lower().rstrip(".") for one in self.words if len(one.rstrip(".")) > 1)


def runs(text: str, *, lower: bool = False) -> Iterator[Run]:
    """Yield what may be names, in the order of the text; `lower`: every word got its capital from us."""
    for match in _RUN.finditer(text):
        words: list[tuple[int, str]] = []
        title = False
        for token in _TOKEN.finditer(match.group()):
            word = token.group()
            at = match.start() + token.start()
            if _TITLE.fullmatch(word):
                yield from _done(words, title)
                words, title = [], True
            elif _plain(word) in COMMON or word.isdigit():
                yield from _done(words, title)
                words, title = [], False
            else:
                words.append((at, word))
                ends = word.endswith((".", "'s", "’s")) and len(word) > 2
                if ends or (lower and len(words) == 2):
                    yield from _done(words, title)
                    words, title = [], False
        yield from _done(words, title)


def _plain(word: str) -> str:
    return word.lower().rstrip(".'’")


def _done(words: list[tuple[int, str]], title: bool) -> Iterator[Run]:
    """Yield a run without what is no part of a name at its ends."""
    while words and words[0][1][0].islower():
        words = words[1:]
    while words and (words[-1][1][0].islower()):
        words = words[:-1]
    if not words:
        return
    at, last = words[-1]
    for sign in _POSSESSIVE:
        if last.endswith(sign):
            last = last[: -len(sign)]
            break
    if last.endswith(".") and len(last) > 2:
        last = last[:-1]
    if last:
        yield Run(words[0][0], at + len(last), (*(one for _, one in words[:-1]), last), title)
