"""Words that say little by themselves: articles, pronouns, prepositions, conjunctions, auxiliary verbs."""

from functools import lru_cache
from typing import Literal, get_args

Listed = Literal["en", "de", "fr", "es", "it", "pt", "nl", "ru"]  # ISO 639-1
LISTED: tuple[str, ...] = get_args(Listed)


@lru_cache(maxsize=16)
def of_language(language: str) -> frozenset[str]:
    """Return the stop words of a language (ISO 639-1), in lower case; none where there is no list.

    One that ends in an apostrophe is cut from the word behind it.
    """
    from datastork.media.text.stop_words.lists import LISTS

    return frozenset(LISTS.get(language, "").split())


def left_of(word: str, stop_words: frozenset[str]) -> str:
    """Return what is left of a word: nothing of a stop word, the noun of an article with a noun.

    >>> [left_of(word, of_language("fr")) for word in ("Les", "L’arbre", "c'est", "arbre")]
    ['', 'arbre', '', 'arbre']
    """
    plain = word.lower().replace("’", "'")
    if plain in stop_words:
        return ""
    head, apostrophe, behind = plain.partition("'")
    if not apostrophe or head + apostrophe not in stop_words:
        return word
    return "" if behind in stop_words else word[-len(behind) :]
